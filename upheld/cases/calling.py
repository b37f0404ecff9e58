"""Calling: somebody spoke with the customer, or tried to. Spoken words answer as much as written ones."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from upheld.cases import awaiting, chasing, scheduling
from upheld.cases.facts import CallMade
from upheld.cases.models import Call, Case
from upheld.journal import writing
from upheld.people.models import Person
from upheld.refusals import Refusal


class NothingWritten(Refusal):
    """A call that answered somebody has a few words about it."""


@transaction.atomic
def record(case: Case, *, reached: bool, words: str, by: Person, at: datetime) -> Call:
    """Write a call down. Reached, it answers whoever waited; not reached, they go on waiting."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    words = words.strip()
    if reached and not words:
        raise NothingWritten(str(_("Write down in a few words what was said.")))
    call = Call.objects.create(case=case, author=by, at=at, reached=reached, words=words)
    if reached:
        awaiting.first_answered(case, by=by.actor, at=at)
        chasing.settle(case, by=by.actor, at=at)
        case.unread_at = None
        case.save(update_fields=["unread_at"])
    if case.is_open:
        scheduling.refresh(case, at=at)
    fact = CallMade(case=case.pk, customer=case.customer_id, call=call.pk, reached=reached)
    writing.write(fact, by=by.actor, at=at)
    return call
