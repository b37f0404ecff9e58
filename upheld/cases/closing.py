"""Closing a case, which waits until nothing is owed, and opening it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from upheld.cases import scheduling
from upheld.cases.facts import CaseClosed, CaseReopened
from upheld.cases.models import Case, Message
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.promises import clocks
from upheld.promises import queries as promise_queries
from upheld.promises.models import Standard
from upheld.refusals import Refusal


class AlreadyClosed(Refusal):
    """The case is closed already."""


class StillOpen(Refusal):
    """The case is open."""


class PromisesOwed(Refusal):
    """A promise on this case is open, or broken and not put right."""


class AnswerLeaving(Refusal):
    """An answer on this case has not left yet."""


class NotAnswered(Refusal):
    """Nobody has answered the customer yet."""


@transaction.atomic
def close(case: Case, *, answer_needed: bool = True, by: Actor, at: datetime) -> Case:
    """Close a case on which nothing is owed. `answer_needed=False` says that the letter asked for no answer."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if not case.is_open:
        raise AlreadyClosed
    owed = len(promise_queries.owed_on(case.subject))
    if owed:
        raise PromisesOwed(
            ngettext("Close waits for %(n)s promise.", "Close waits for %(n)s promises.", owed) % {"n": owed}
        )
    if leaving(case):
        raise AnswerLeaving(str(_("An answer is about to leave. Wait for it, or take it back.")))
    if answer_needed and case.answered_at is None:
        raise NotAnswered(
            str(_("Nobody has answered the customer yet. Answer first, or say that none is needed."))
        )
    _stop_waiting(case, by=by, at=at)
    case.closed_at, case.closed_by_kind, case.closed_by_id = at, by.kind, by.id
    case.unread_at = None
    case.save(update_fields=["closed_at", "closed_by_kind", "closed_by_id", "unread_at"])
    fact = CaseClosed(case=case.pk, customer=case.customer_id, answered=case.answered_at is not None)
    writing.write(fact, by=by, at=at)
    return case


@transaction.atomic
def reopen(case: Case, *, why: str = "person", by: Actor, at: datetime) -> Case:
    """Open a closed case again: the customer wrote (`letter`), or somebody saw that it was not resolved."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.is_open:
        raise StillOpen
    case.closed_at, case.closed_by_kind, case.closed_by_id = None, "", None
    case.save(update_fields=["closed_at", "closed_by_kind", "closed_by_id"])
    scheduling.refresh(case, at=at)
    writing.write(CaseReopened(case=case.pk, customer=case.customer_id, why=why), by=by, at=at)
    return case


def _stop_waiting(case: Case, *, by: Actor, at: datetime) -> None:
    """Nobody waits for a first answer any more; a standard that was missed before stays missed."""
    clock = clocks.waiting(Standard.Measure.FIRST_ANSWER, subject=case.subject)
    if clock is None:
        return
    if clock.missed_at is None and at <= clock.due_at:
        clocks.drop(Standard.Measure.FIRST_ANSWER, subject=case.subject, by=by, at=at)


def leaving(case: Case) -> list[Message]:
    """Answers that were written and have neither left nor been taken back, nor failed."""
    return list(
        case.messages.filter(
            way=Message.Way.OUT, sent_at__isnull=True, withdrawn_at__isnull=True, undelivered_at__isnull=True
        )
    )
