"""A call that reaches them is an answer; one that does not changes nothing; its words stay among colleagues."""

from __future__ import annotations

import pytest

from upheld.cases import awaiting, calling, chasing, closing, queries
from upheld.cases.models import Call, Case
from upheld.cases.tests.makers import HOUR, answer, arrive, hear, letter, make_case, make_house
from upheld.channels import bouncing
from upheld.journal.models import Record
from upheld.people.tests.makers import MONDAY
from upheld.promises.models import StandardClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(settings):
    settings.OUTGOING = "outbox"
    return make_house()


@pytest.fixture
def case(house) -> Case:
    return make_case(house)


def chase(house, case) -> None:
    arrive(
        house, letter("And now?", subject=f"[HS-{case.number}]", message_id="<2@h.example>"), at=MONDAY + HOUR
    )


def test_whoever_was_reached_was_answered(house, case):
    chase(house, case)
    at = MONDAY + 2 * HOUR
    calling.record(case, reached=True, words="A pair comes on Friday.", by=house.ada, at=at)
    case.refresh_from_db()
    assert awaiting.unanswered(case) is None
    assert chasing.waiting(case) == []
    assert case.answered_at == at
    assert StandardClock.objects.get().met_at == at
    assert case.unread_at is None
    assert case.next_at > at
    closing.close(case, by=house.ada.actor, at=at)


def test_whoever_was_not_reached_waits_on(house, case):
    chase(house, case)
    before = Case.objects.get().next_at
    calling.record(case, reached=False, words="", by=house.ada, at=MONDAY + 2 * HOUR)
    case.refresh_from_db()
    assert awaiting.unanswered(case)
    assert len(chasing.waiting(case)) == 1
    assert case.answered_at is None
    assert case.next_at == before
    with pytest.raises(closing.NotAnswered):
        closing.close(case, by=house.ada.actor, at=MONDAY + 3 * HOUR)


def test_a_call_that_answers_has_a_few_words(house, case):
    with pytest.raises(calling.NothingWritten):
        calling.record(case, reached=True, words="  ", by=house.ada, at=MONDAY + HOUR)
    assert not Call.objects.exists()


def test_the_fact_says_who_called_and_nothing_of_what_was_said(house, case):
    call = calling.record(case, reached=True, words="She weeps.", by=house.ada, at=MONDAY + HOUR)
    fact = Record.objects.get(kind="cases.CallMade/1")
    assert (fact.by_id, fact.data["reached"], fact.data["call"]) == (house.ada.pk, True, call.pk)
    assert "weeps" not in str(fact.data)
    assert [one.call for one in queries.entries(case, []) if one.call] == [call]


def test_an_answer_that_came_back_does_not_unmake_a_call(house, case):
    message = answer(case, by=house.ada, at=MONDAY + HOUR)
    calling.record(case, reached=True, words="Told her.", by=house.ada, at=MONDAY + 2 * HOUR)
    bouncing.mark_bounced(message.message_id, recipients=["dora@harbour.example"], at=MONDAY + 3 * HOUR)
    hear()
    case.refresh_from_db()
    assert case.answered_at
    assert awaiting.unanswered(case) is None


def test_a_closed_case_takes_a_call_and_stays_closed(house, case):
    closing.close(case, answer_needed=False, by=house.ada.actor, at=MONDAY + HOUR)
    calling.record(case, reached=True, words="All is well.", by=house.ada, at=MONDAY + 2 * HOUR)
    case.refresh_from_db()
    assert not case.is_open
