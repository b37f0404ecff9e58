"""Who is at work: coming, being seen, leaving. New cases go to those who are present.

Presence writes no fact: the journal is about customers and promises, not about watching colleagues.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from upheld.people.models import PRESENT_FOR, Attendance, Person
from upheld.refusals import Refusal

SEEN_EVERY = timedelta(minutes=5)


class NotHere(Refusal):
    """This person is not at work now."""


@transaction.atomic
def come(person: Person, *, at: datetime) -> Attendance:
    """Somebody comes to work, or shows that they are still there. Coming twice is being seen, at any door."""
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    current = person.attendances.filter(left_at__isnull=True).first()
    if current and current.seen_at < at - PRESENT_FOR:
        # They went home and forgot to say so: that day ended when they were last seen.
        current.left_at = current.seen_at
        current.save(update_fields=["left_at"])
        current = None
    if current is None:
        return person.attendances.create(came_at=at, seen_at=at)
    if at > current.seen_at:
        current.seen_at = at
        current.save(update_fields=["seen_at"])
    return current


def is_worth_noting(last: datetime | None, *, at: datetime) -> bool:
    """Whether somebody who was last seen then, and is at work, is to be written down as seen."""
    return last is not None and at - PRESENT_FOR <= last < at - SEEN_EVERY


def seen(person: Person, *, at: datetime) -> None:
    """Somebody who is at work opened a page. Written down every five minutes at most; nobody comes by being seen."""
    lately = Q(seen_at__lt=at - SEEN_EVERY, seen_at__gte=at - PRESENT_FOR)
    person.attendances.filter(lately, left_at__isnull=True).update(seen_at=at)


def leave(person: Person, *, at: datetime) -> None:
    """Somebody goes home; new cases go to others."""
    if not person.attendances.filter(left_at__isnull=True).update(left_at=at):
        raise NotHere
