"""A letter that no rule could file, and a person who says what becomes of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.cases import filing, opening
from upheld.cases.models import Case
from upheld.channels import composing, reading
from upheld.channels import opening as arrivals
from upheld.channels.models import Arrival
from upheld.customers import meeting
from upheld.people.models import Department, Person
from upheld.refusals import Refusal


class NoAddress(Refusal):
    """A case needs a customer, and a customer an address."""


@transaction.atomic
def open_case(arrival: Arrival, *, email: str, department: Department, by: Person, at: datetime) -> Case:
    """Make a case of it for the customer with this address; whoever decides so owns it if they serve customers."""
    arrival = arrivals.attend(arrival, person=by, at=at)
    letter = reading.read(bytes(arrival.raw.content))
    email = email.strip()
    if not composing.address_ok(email):
        raise NoAddress(_("Write the customer's e-mail address, such as dora@harbour.example."))
    name = letter.sender.name if letter.sender else ""
    customer = meeting.recognise(email) or meeting.meet(name, email=email, by=by.actor, at=at)
    case = opening.open_case(
        letter.subject or "",
        customer=customer,
        department=department,
        mailbox=arrival.mailbox or department.mailboxes.filter(closed_at__isnull=True).first(),
        owner=by if by.serves else None,
        waiting_since=None if arrival.silent else arrival.arrived_at,
        by=by.actor,
        at=at,
    )
    filing.file(case, letter, arrival=arrival, customer=customer, kind="person", why_here="", at=at)
    return case


def set_aside(arrival: Arrival, *, by: Person, at: datetime) -> Arrival:
    """Nothing is to be done about it. Its bytes stay, and so does who decided."""
    return arrivals.attend(arrival, person=by, at=at)
