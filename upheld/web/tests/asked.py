"""Customers who were asked: Dora about a case of hers that was closed, or what she expects."""

from __future__ import annotations

from datetime import datetime, timedelta

from upheld.cases import closing
from upheld.cases.models import Case
from upheld.cases.tests.makers import House, answer, make_case
from upheld.journal.facts import Actor
from upheld.people.tests.makers import MONDAY
from upheld.surveys import answering, asking, linking
from upheld.surveys.models import Invitation, Kind, Verdict

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = MONDAY + DAY + 2 * HOUR
"""A day after the case was closed: Tuesday at eleven in Berlin."""


def make_closed_case(house: House, **other: str) -> Case:
    """Dora wrote on Monday at nine, Ada answered at ten and closed the case at eleven."""
    case = make_case(house, **other)
    answer(case, by=house.ada, at=MONDAY + HOUR)
    return closing.close(Case.objects.get(pk=case.pk), by=house.ada.actor, at=MONDAY + 2 * HOUR)


def ask_about(case: Case, *, at: datetime = ASKED) -> Invitation:
    """Dora is asked how it went."""
    return asking.decide(case=case, at=at).invitation


def ask_what_is_expected(case: Case, *, by: Actor, at: datetime = ASKED) -> Invitation:
    """Dora was drawn, and is asked what she expects of a company."""
    asking.set_up(verdicts=True, wait_hours=24, pairs_share=0.1, by=by, at=at)
    return asking.decide(customer=case.customer, kind=Kind.EXPECTATION, probability=0.1, at=at).invitation


def word_of(invitation: Invitation) -> str:
    """The last part of the link in the letter."""
    return linking.word_for(invitation)


def told(
    invitation: Invitation, level: int = 2, comment: str = "Nobody told me.", *, at: datetime = ASKED + HOUR
) -> Verdict:
    """Dora has answered."""
    by = Actor("customer", invitation.customer_id)
    return answering.give_verdict(word_of(invitation), level=level, comment=comment, by=by, at=at)
