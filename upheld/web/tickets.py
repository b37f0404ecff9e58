"""A short-lived ticket for the live news: it says who is listening, to a process that knows no session."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing

from upheld.people.models import Person

_SALT = "live"


def make(person: Person) -> str:
    """A ticket for this person, good for `LIVE_TICKET_SECONDS`: long enough to connect, too short to pass on."""
    return signing.TimestampSigner(salt=_SALT).sign(str(person.pk))


def read(ticket: str) -> int | None:
    """The person's id; None when the ticket is not ours or too old."""
    try:
        number = signing.TimestampSigner(salt=_SALT).unsign(
            ticket, max_age=timedelta(seconds=settings.LIVE_TICKET_SECONDS)
        )
    except signing.BadSignature:
        return None
    return int(number)
