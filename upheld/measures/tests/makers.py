"""Customers who were asked and answered, without the letters: what the measures count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from psycopg.types.range import TimestamptzRange

from upheld.cases.models import Case
from upheld.customers.models import Customer
from upheld.customers.tests.makers import make_customer
from upheld.people.models import Department
from upheld.surveys import bank, ladders
from upheld.surveys.models import REST, VALID, Decision, Invitation, Kind, Ladder, Pair, Score, Verdict

DAY = timedelta(days=1)


def make_ladder(at: datetime, labels: list[str] | None = None) -> Ladder:
    """The company's labels from then on."""
    return Ladder.objects.create(labels=labels or list(ladders.DEFAULT), since=at)


def somebody() -> Customer:
    """One more customer."""
    number = Customer.objects.count()
    return make_customer(f"Customer {number}", email=f"c{number}@mail.example")


def invite(
    customer: Customer, kind: Kind, *, at: datetime, answered: bool = True, **more: object
) -> Invitation:
    """An invitation sent a day before `at`, and answered then."""
    asked_at = at - DAY
    decision = Decision.objects.create(customer=customer, kind=kind, reason="asked", decided_at=asked_at)
    return Invitation.objects.create(
        decision=decision, customer=customer, kind=kind, asked_at=asked_at, expires_at=asked_at + VALID,
        resting=TimestamptzRange(asked_at, asked_at + REST), answered_at=at if answered else None, **more,
    )  # fmt: skip


def make_verdict(case: Case, level: int, *, ladder: Ladder, at: datetime, comment: str = "") -> Verdict:
    """What a customer of this case said; each is another customer."""
    customer = somebody()
    asked = invite(customer, Kind.VERDICT, at=at, case=case, department=case.department, ladder=ladder)
    return Verdict.objects.create(
        invitation=asked, case=case, customer=customer, department=case.department, ladder=ladder, level=level,
        comment=comment, at=at,
    )  # fmt: skip


def make_pair(
    department: Department,
    expected: Mapping[str, int | None],
    received: Mapping[str, int | None],
    *,
    at: datetime,
) -> Pair:
    """One customer who said what they expect forty days before they said, at `at`, what they received."""
    customer = somebody()
    pair = Pair.objects.create(customer=customer, chosen_at=at - 41 * DAY, probability=0.2, ended_at=at)
    halves = ((Kind.EXPECTATION, at - 40 * DAY, expected, None), (Kind.PERCEPTION, at, received, department))
    for kind, moment, scores, whose in halves:
        asked = invite(customer, kind, at=moment, pair=pair, bank=bank.SHORT, department=whose)
        Score.objects.bulk_create(
            Score(invitation=asked, item=item.key, value=scores.get(item.key, scores.get("*")))
            for item in bank.items(bank.SHORT)
        )
    return pair
