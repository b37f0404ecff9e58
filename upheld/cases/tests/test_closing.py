"""A case closes when nothing is owed, and opens again."""

from datetime import UTC, datetime, timedelta

import pytest

from upheld.cases import closing, replying
from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import answer, hear, make_case, make_house
from upheld.people.tests.makers import MONDAY
from upheld.promises import breaking, keeping, mending
from upheld.promises.models import Promise, StandardClock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
HOUR = timedelta(hours=1)
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def promised_case():
    house = make_house()
    case = make_case(house)
    answer(
        case,
        by=house.ada,
        at=MONDAY + HOUR,
        pledges=[Pledge("A new pair is at your door", FRIDAY, house.ada)],
    )
    return house, case, Promise.objects.get()


def test_a_case_with_an_open_promise_refuses_to_close_until_it_is_kept():
    house, case, promise = promised_case()
    with pytest.raises(closing.PromisesOwed, match="1 promise"):
        closing.close(case, by=house.ada.actor, at=MONDAY + 2 * HOUR)
    keeping.keep(promise, what="Delivered.", by=house.ada.actor, at=MONDAY + 3 * HOUR)
    closed = closing.close(case, by=house.ada.actor, at=MONDAY + 4 * HOUR)
    assert closed.closed_at == MONDAY + 4 * HOUR
    with pytest.raises(closing.AlreadyClosed):
        closing.close(case, by=house.ada.actor, at=MONDAY + 4 * HOUR)


def test_a_broken_promise_keeps_the_case_open_until_it_is_put_right():
    house, case, promise = promised_case()
    breaking.break_due(FRIDAY + HOUR)
    hear()
    case.refresh_from_db()
    assert case.next_at == FRIDAY
    with pytest.raises(closing.PromisesOwed):
        closing.close(case, by=house.ada.actor, at=FRIDAY + 2 * HOUR)
    mending.make_good(promise, what="Refunded instead.", by=house.ada.actor, at=FRIDAY + 3 * HOUR)
    assert closing.close(case, by=house.ada.actor, at=FRIDAY + 4 * HOUR).closed_at


def test_a_case_that_nobody_answered_closes_only_when_no_answer_is_needed():
    house = make_house()
    case = make_case(house)
    with pytest.raises(closing.NotAnswered):
        closing.close(case, by=house.ada.actor, at=MONDAY + HOUR)
    closing.close(case, answer_needed=False, by=house.ada.actor, at=MONDAY + HOUR)
    assert StandardClock.objects.get().dropped_at == MONDAY + HOUR


def test_closing_without_an_answer_hides_no_missed_standard():
    house = make_house()
    case = make_case(house)
    late = MONDAY + timedelta(days=3)
    closing.close(case, answer_needed=False, by=house.ada.actor, at=late)
    clock = StandardClock.objects.get()
    assert clock.dropped_at is None


def test_a_case_waits_for_the_answer_that_is_about_to_leave():
    house = make_house()
    case = make_case(house)
    replying.answer(case, html="<p>Yes.</p>", by=house.ada, at=MONDAY + HOUR)
    with pytest.raises(closing.AnswerLeaving):
        closing.close(case, answer_needed=False, by=house.ada.actor, at=MONDAY + HOUR)


def test_a_closed_case_opens_again_with_a_next_date_and_an_open_one_does_not():
    house = make_house()
    case = make_case(house)
    answer(case, by=house.ada, at=MONDAY + HOUR)
    closing.close(case, by=house.ada.actor, at=MONDAY + 2 * HOUR)
    opened = closing.reopen(case, by=house.ada.actor, at=MONDAY + 3 * HOUR)
    assert opened.is_open
    assert opened.next_at > MONDAY + 3 * HOUR
    with pytest.raises(closing.StillOpen):
        closing.reopen(case, by=house.ada.actor, at=MONDAY + 3 * HOUR)
