"""A customer answers, once an invitation. Opening the link, as mail scanners do with every link, writes nothing.

Whoever says that the service was below what they expected hears from a person: their case is open again and somebody
follows up, in the same transaction as the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.cases.models import Case
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.refusals import Refusal
from upheld.surveys import bank, following_up, linking
from upheld.surveys.facts import QuestionsAnswered, VerdictGiven
from upheld.surveys.models import AS_EXPECTED, LEVELS, Invitation, Kind, Score, Verdict

LONGEST_COMMENT = 5_000


class UnknownLink(Refusal):
    """This link is not one of ours, or it is not whole."""


class LinkExpired(Refusal):
    """The time in which this could be answered is over."""


class AlreadyAnswered(Refusal):
    """This was answered before."""


class NoSuchLevel(Refusal):
    """Choose one of the six levels."""


class OtherQuestion(Refusal):
    """This link asks something else."""


def open(word: str, *, at: datetime) -> Invitation:
    """The invitation behind a link, if it can be answered now. Writes nothing, however often it is called.

    Refuses UnknownLink, AlreadyAnswered and LinkExpired, each with a sentence for the customer.
    """
    invitation = linking.invitation_of(word)
    if invitation is None:
        raise UnknownLink(
            _("We do not know this link. Open it from our letter again: perhaps a part of it is missing.")
        )
    _refuse_late(invitation, at)
    return invitation


@transaction.atomic
def give_verdict(word: str, *, level: int, comment: str = "", by: Actor, at: datetime) -> Verdict:
    """The customer places the service on a level, 1 to 6, and may say why. Below *as expected*, somebody follows up."""
    invitation = _held(open(word, at=at), at)
    if invitation.kind != Kind.VERDICT or invitation.case is None or invitation.ladder is None:
        raise OtherQuestion(_("This link asks something else."))
    if level not in LEVELS:
        raise NoSuchLevel(_("Choose one of the six levels."))
    case = invitation.case
    verdict = Verdict.objects.create(
        invitation=invitation,
        case=case,
        customer=invitation.customer,
        department=invitation.department or case.department,
        ladder=invitation.ladder,
        level=level,
        comment=comment.replace("\x00", "").strip()[:LONGEST_COMMENT].rstrip(),
        at=at,
    )
    fact = VerdictGiven(
        verdict=verdict.pk, case=case.pk, customer=verdict.customer_id, department=verdict.department_id,
        ladder=verdict.ladder_id, level=level,
    )  # fmt: skip
    writing.write(fact, by=by, at=at)
    if level < AS_EXPECTED:
        following_up.begin(verdict, by=by, at=at)
    return verdict


@transaction.atomic
def fill_in(word: str, *, scores: Mapping[str, int | None], by: Actor, at: datetime) -> Invitation:
    """The customer answers what they expect, or what they received: each question's key with 1 to 7, or None.

    Refuses what `bank.checked` refuses. The second half of a pair ends the pair.
    """
    invitation = _held(open(word, at=at), at)
    if invitation.bank is None:
        raise OtherQuestion(_("This link asks something else."))
    values = bank.checked(invitation.bank, scores)
    Score.objects.bulk_create(
        Score(invitation=invitation, item=key, value=value) for key, value in values.items()
    )
    if invitation.kind == Kind.PERCEPTION and invitation.pair is not None:
        invitation.pair.ended_at = at
        invitation.pair.save(update_fields=["ended_at"])
    fact = QuestionsAnswered(
        invitation=invitation.pk, customer=invitation.customer_id, question=invitation.kind
    )
    writing.write(fact, by=by, at=at)
    return invitation


def _held(invitation: Invitation, at: datetime) -> Invitation:
    """The invitation's row held and marked as answered; its case before it, as everybody holds them."""
    if invitation.case_id is not None:
        Case.objects.select_for_update(of=("self",)).get(pk=invitation.case_id)
    fresh = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    _refuse_late(fresh, at)
    fresh.answered_at = at
    fresh.save(update_fields=["answered_at"])
    return fresh


def _refuse_late(invitation: Invitation, at: datetime) -> None:
    if invitation.answered_at is not None:
        raise AlreadyAnswered(_("You have answered this already. Thank you: your answer has arrived."))
    if at >= invitation.expires_at:
        raise LinkExpired(_("The time in which this could be answered is over. You can still write to us."))
