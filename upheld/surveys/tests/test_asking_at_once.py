"""Many decide at the same moment: nobody is asked twice within thirty days, and nobody meets an error."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.range import TimestamptzRange

from upheld.cases.models import Case
from upheld.people.tests.makers import MONDAY
from upheld.surveys import asking, bank
from upheld.surveys.judging import Reason
from upheld.surveys.models import REST, Decision, Invitation, Kind, Pair
from upheld.surveys.tests.makers import ASKED, CLOSED, DAY, draw_everybody, make_closed, make_scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
THREADS = 8


def at_once(calls: list[Any]) -> list[Any]:
    """Every call on a connection of its own, all beginning together; what each returned, or its refusal."""
    barrier = Barrier(len(calls))

    def alone(call: Any) -> Any:
        try:
            barrier.wait(30)
            return call()
        except asking.AlreadyDecided as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(60) for future in [pool.submit(alone, call) for call in calls]]


def test_eight_who_decide_about_one_customers_cases_and_kinds_ask_once():
    scene = make_scene()
    draw_everybody(MONDAY)
    cases = [scene.case] + [
        make_closed(scene.house, message_id=f"<{n}@harbour.example>") for n in range(THREADS - 3)
    ]
    calls = [lambda case=case: asking.decide(case=case, at=ASKED) for case in cases]
    calls += [lambda: asking.decide(customer=scene.dora, kind=Kind.EXPECTATION, at=ASKED)] * 2
    decided = at_once(calls)
    assert len(decided) == THREADS
    reasons = [decision.reason for decision in decided]
    assert reasons.count(Reason.ASKED) == 1
    assert set(reasons) <= {Reason.ASKED, Reason.ASKED_LATELY, Reason.IN_A_PAIR}
    assert Invitation.objects.count() == 1
    assert Decision.objects.count() == THREADS


def test_eight_sweeps_decide_about_each_closing_once():
    scene = make_scene()
    make_closed(scene.house, message_id="<eve@outside.example>", sender="Eve <eve@outside.example>")
    done = at_once([lambda: asking.sweep(ASKED)] * THREADS)
    assert sum(done) == 2
    assert Decision.objects.count() == Invitation.objects.count() == 2


def test_a_race_that_only_the_database_sees_is_a_decision_and_no_crash(monkeypatch):
    scene = make_scene()
    asking.decide(case=scene.case, at=ASKED)
    other = make_closed(scene.house, at=CLOSED, message_id="<other@harbour.example>")
    monkeypatch.setattr(asking.judging, "of_customer", lambda customers, at: None)
    assert asking.decide(case=other, at=ASKED + DAY).reason == Reason.ASKED_LATELY
    draw_everybody(MONDAY)
    drawn = asking.decide(customer=scene.dora, kind=Kind.EXPECTATION, at=ASKED + DAY)
    assert (drawn.reason, drawn.pair) == (Reason.ASKED_LATELY, None)
    assert not Pair.objects.exists()
    assert Invitation.objects.count() == 1


@pytest.fixture
def scene():
    return make_scene()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(hours=st.lists(st.integers(0, 24 * 120), min_size=1, max_size=8))
def test_whatever_the_order_and_distance_of_the_askings_no_two_lie_within_thirty_days(scene, hours):
    with transaction.atomic():
        case = Case.objects.get(pk=scene.case.pk)
        for hour in hours:
            Case.objects.filter(pk=case.pk).update(closed_at=MONDAY + timedelta(hours=hour))
            case.refresh_from_db()
            try:
                asking.decide(case=case, at=MONDAY + timedelta(hours=hour + 24))
            except asking.AlreadyDecided:
                continue
        moments = sorted(Invitation.objects.values_list("asked_at", flat=True))
        assert moments
        assert all(later - earlier >= REST for earlier, later in pairwise(moments))
        transaction.set_rollback(True)


def test_the_database_itself_refuses_a_second_question():
    scene = make_scene()
    first = asking.decide(case=scene.case, at=ASKED).invitation
    decision = Decision.objects.create(
        customer=scene.dora, kind=Kind.EXPECTATION, reason=Reason.ASKED, decided_at=ASKED + DAY
    )
    with pytest.raises(IntegrityError, match="invitation_one_in_thirty_days"):
        Invitation.objects.create(
            decision=decision, customer=first.customer, kind=Kind.EXPECTATION, bank=bank.SHORT,
            asked_at=ASKED + DAY, resting=TimestamptzRange(ASKED + DAY, ASKED + DAY + REST),
            expires_at=ASKED + 2 * DAY,
        )  # fmt: skip
