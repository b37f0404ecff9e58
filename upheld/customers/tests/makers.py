"""Dora, a customer at Harbour Ltd."""

from __future__ import annotations

from datetime import datetime

from upheld.customers import meeting
from upheld.customers.models import Customer
from upheld.people.tests.makers import MONDAY


def make_customer(
    name: str = "Dora Lindqvist", *, email: str = "dora@harbour.example", at: datetime = MONDAY
) -> Customer:
    """Somebody who wrote to us."""
    return meeting.meet(name, email=email, by=None, at=at)
