"""Which letters that no rule could file a person may look at: those that came through their departments' mailboxes."""

from __future__ import annotations

from django.db.models import Q

from upheld.channels.models import Arrival, ArrivalQuerySet
from upheld.people.models import Person


def arrivals_for(viewer: Person) -> ArrivalQuerySet:
    """Letters that need or needed attention. One that came through no mailbox is for everybody who serves."""
    letters = Arrival.objects.filter(outcome=Arrival.Outcome.ATTENTION)
    if viewer.reads_all:
        return letters
    if not viewer.serves:
        return letters.none()
    return letters.filter(Q(mailbox__isnull=True) | Q(mailbox__department__in=viewer.departments.all()))
