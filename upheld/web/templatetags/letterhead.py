"""Small words for the sign-in pages: the company's name at their head, how long a shut door stays shut."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from django import template

from upheld.people import queries

register = template.Library()


@register.simple_tag
def company_name() -> str:
    """Whose installation this is."""
    return queries.company().name


@register.simple_tag
def minutes_of(wait: timedelta) -> int:
    """A wait in whole minutes, none too few."""
    return ceil(wait.total_seconds() / 60)
