"""Seeing: the owner has opened a case, so nothing on it waits to be read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from upheld.cases.models import Case
from upheld.people.models import Person
from upheld.refusals import Refusal


class NothingUnread(Refusal):
    """Nothing on this case waits to be read."""


class NotTheOwner(Refusal):
    """Only its owner reads a case for good; whoever else looks leaves it unread."""


@transaction.atomic
def see(case: Case, *, by: Person, at: datetime) -> Case:
    """The owner has read what came until `at`. Writes no fact: reading is nobody's business but the reader's."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.owner_id != by.pk:
        raise NotTheOwner
    if case.unread_at is None or case.unread_at > at:
        raise NothingUnread
    case.unread_at = None
    case.save(update_fields=["unread_at"])
    return case
