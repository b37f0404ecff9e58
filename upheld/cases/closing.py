"""Closing a case, which waits until nothing is owed, and opening it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upheld.cases import awaiting, chasing, scheduling
from upheld.cases.facts import CaseClosed, CaseReopened
from upheld.cases.models import Case
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.promises import queries as promise_queries
from upheld.refusals import Refusal


class AlreadyClosed(Refusal):
    """The case is closed already."""


class StillOpen(Refusal):
    """The case is open."""


class JoinedWithAnother(Refusal):
    """The case goes on under another number."""


class PromisesOwed(Refusal):
    """A promise on this case is open, or broken and not put right."""


class AnswerLeaving(Refusal):
    """An answer on this case has not left."""


class NotAnswered(Refusal):
    """The customer's last letter has no answer yet."""


@transaction.atomic
def close(case: Case, *, answer_needed: bool = True, by: Actor, at: datetime) -> Case:
    """Close a case on which nothing is owed. `answer_needed=False` says that the last letter asked for no answer."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if not case.is_open:
        raise AlreadyClosed(_("The case is closed already."))
    owed = len(promise_queries.owed_on(case.subject))
    if owed:
        raise PromisesOwed(
            ngettext("Close waits for %(n)s promise.", "Close waits for %(n)s promises.", owed) % {"n": owed}
        )
    if awaiting.unsent(case).exists():
        raise AnswerLeaving(
            _("An answer has not left. Wait for it, take it back, or say what becomes of it.")
        )
    if answer_needed and awaiting.unanswered(case):
        raise NotAnswered(
            _("The customer's last letter has no answer yet. Answer first, or say that none is needed.")
        )
    awaiting.end(case, by=by, at=at)
    case.closed_at, case.closed_by_kind, case.closed_by_id = at, by.kind, by.id
    case.unread_at = None
    case.save(update_fields=["closed_at", "closed_by_kind", "closed_by_id", "unread_at"])
    fact = CaseClosed(case=case.pk, customer=case.customer_id, answered=case.answered_at is not None)
    writing.write(fact, by=by, at=at)
    chasing.settle(case, by=by, at=at)
    return case


@transaction.atomic
def reopen(case: Case, *, why: str = "person", by: Actor, at: datetime) -> Case:
    """Open a closed case again: the customer wrote (`letter`) or was served below what they expected (`verdict`), a
    promise was made on it (`promise`), or somebody saw that it was not resolved (`person`)."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.is_open:
        raise StillOpen(_("The case is open."))
    if case.joined_into_id is not None:
        raise JoinedWithAnother(_("This case was joined with another one, and goes on there."))
    case.closed_at, case.closed_by_kind, case.closed_by_id = None, "", None
    case.save(update_fields=["closed_at", "closed_by_kind", "closed_by_id"])
    awaiting.begin_again(case, by=by)
    scheduling.refresh(case, at=at)
    writing.write(CaseReopened(case=case.pk, customer=case.customer_id, why=why), by=by, at=at)
    return case
