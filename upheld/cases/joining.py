"""Joining: two cases of one customer are one matter. One goes on with all of it; the other's number leads there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.cases import chasing, closing, scheduling
from upheld.cases.facts import CasesJoined
from upheld.cases.models import Call, Case, CasePromise, Message, Note, Resemblance
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.models import Person
from upheld.promises import moving
from upheld.promises.models import Promise
from upheld.refusals import Refusal

MOVING = (Message, Note, Call, CasePromise)
"""What stands on a case and moves with it."""


class SameCase(Refusal):
    """A case is not joined with itself."""


class JoinedAlready(Refusal):
    """One of the two was joined with another case before."""


class SomebodyElses(Refusal):
    """The two cases belong to different customers."""


class AnsweredAlready(Refusal):
    """Somebody has said already whether these two are the same matter."""


@transaction.atomic
def join(case: Case, *, into: Case, by: Actor, at: datetime) -> Case:
    """Move everything on `case` to `into`, which is returned. Letters to the old number arrive there from now on.

    A promise goes with its case. A first-answer clock stays with the case that started it, because the customer was
    told until when that letter is answered; the next answer on the kept case stops it. The customer hears nothing.
    """
    case, kept = _hold(case, into)
    _refuse(case, kept)
    for kind in MOVING:
        there = kind._default_manager.filter(case=case)
        there.filter(came_from__isnull=True).update(came_from=case)
        there.update(case=kept)
    for promise in Promise.objects.filter(subject_kind="case", subject_id=case.pk).order_by("pk"):
        moving.move(promise, to=kept.subject, by=by, at=at)
    Case.objects.filter(joined_into=case).update(joined_into=kept)
    if case.is_open and not kept.is_open:
        kept = closing.reopen(kept, by=by, at=at)
    unread = [one for one in (case.unread_at, kept.unread_at) if one]
    kept.unread_at = min(unread, default=None)
    kept.last_letter_at = max(case.last_letter_at, kept.last_letter_at)
    kept.answered_at = kept.answered_at or case.answered_at
    kept.save(update_fields=["unread_at", "last_letter_at", "answered_at"])
    case.joined_into, case.unread_at = kept, None
    if case.is_open:
        case.closed_at, case.closed_by_kind, case.closed_by_id = at, by.kind, by.id
    case.save()
    answered(case, kept, Resemblance.Answer.SAME, by=by, at=at)
    writing.write(CasesJoined(case=kept.pk, joined=case.pk, customer=kept.customer_id), by=by, at=at)
    chasing.recount(kept, by=by, at=at)
    if kept.is_open:
        scheduling.refresh(kept, at=at)
    return kept


@transaction.atomic
def keep_apart(case: Case, *, other: Case, by: Person, at: datetime) -> Resemblance:
    """It is another matter: said once, and nobody is asked again."""
    case, other = _hold(case, other)
    asked = Resemblance.objects.filter(case=case, other=other).first()
    if case.joined_into_id or other.joined_into_id or (asked and asked.answer):
        raise AnsweredAlready(_("Somebody has said so already."))
    return answered(case, other, Resemblance.Answer.OTHER, by=by.actor, at=at)


def answered(case: Case, other: Case, answer: str, *, by: Actor, at: datetime) -> Resemblance:
    """Remember whether these two are the same matter, whichever of them asked."""
    said = {"answer": answer, "answered_at": at, "answered_by_kind": by.kind, "answered_by_id": by.id}
    Resemblance.objects.filter(case=other, other=case).update(**said)
    return Resemblance.objects.update_or_create(
        case=case, other=other, defaults=said, create_defaults={**said, "at": at}
    )[0]


def hold(*cases: Case) -> dict[int, Case]:
    """The cases' rows, held in the order of their ids so that two who join at once wait for each other."""
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=[case.pk for case in cases])
    known = rows.select_related("department__calendar", "customer", "owner", "mailbox")
    return {one.pk: one for one in known.order_by("pk")}


def _hold(case: Case, other: Case) -> tuple[Case, Case]:
    if case.pk == other.pk:
        raise SameCase(_("Choose another case: this one is open before you."))
    held = hold(case, other)
    return held[case.pk], held[other.pk]


def _refuse(case: Case, kept: Case) -> None:
    if case.joined_into_id or kept.joined_into_id:
        raise JoinedAlready(_("One of the two cases was joined with another one meanwhile. Open it again."))
    account = case.customer.account_id
    if case.customer_id != kept.customer_id and (account is None or account != kept.customer.account_id):
        raise SomebodyElses(
            _("These cases belong to different customers: the answer would go to the wrong one.")
        )
