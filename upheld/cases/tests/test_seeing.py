"""Seeing: the owner reads a case for good, and nobody else does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from upheld.cases import queries, seeing
from upheld.cases.models import Case
from upheld.cases.tests.makers import HOUR, answer, arrive, letter, make_case, make_house
from upheld.journal.models import Record
from upheld.people.tests.makers import MONDAY, make_department, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(settings):
    settings.OUTGOING = "outbox"
    return make_house()


def again(house, case: Case, number: int, *, at=MONDAY + HOUR) -> None:
    arrive(
        house,
        letter(f"Letter {number}", subject=f"[HS-{case.number}]", message_id=f"<{number}@h.example>"),
        at=at,
    )


def test_the_owner_has_read_what_came(house):
    case = make_case(house)
    facts = Record.objects.count()
    assert seeing.see(case, by=house.ada, at=MONDAY + HOUR).unread_at is None
    assert Case.objects.get().unread_at is None
    assert Record.objects.count() == facts


def test_only_the_owner_reads_it_for_good(house):
    case = make_case(house)
    with pytest.raises(seeing.NotTheOwner):
        seeing.see(case, by=house.bruno, at=MONDAY + HOUR)
    assert Case.objects.get().unread_at


def test_what_has_been_read_is_not_read_again(house):
    case = make_case(house)
    seeing.see(case, by=house.ada, at=MONDAY + HOUR)
    with pytest.raises(seeing.NothingUnread):
        seeing.see(case, by=house.ada, at=MONDAY + HOUR)


def test_what_came_after_the_page_was_asked_for_stays_unread(house):
    case = make_case(house)
    with pytest.raises(seeing.NothingUnread):
        seeing.see(case, by=house.ada, at=MONDAY - HOUR)
    assert Case.objects.get().unread_at


def test_a_row_says_how_often_she_asked_again_since_our_last_word(house):
    def chased() -> int:
        return queries.with_owed([case])[0].chasers

    case = make_case(house)
    assert chased() == 0
    again(house, case, 1)
    assert chased() == 1
    answer(case, by=house.ada, at=MONDAY + 2 * HOUR)
    assert chased() == 0
    again(house, case, 2, at=MONDAY + 3 * HOUR)
    assert chased() == 0


def test_chasers_and_their_cases_are_counted_by_period(house):
    case = make_case(house)
    again(house, case, 1)
    first = case.chasers.get()
    assert list(queries.chasers(MONDAY, first.at)) == []
    assert list(queries.chasers(MONDAY, first.at + HOUR)) == [first]
    assert list(queries.cases_with_chasers(MONDAY, first.at + HOUR)) == [case]


def test_the_letters_to_answer_are_the_viewers_own_until_they_are_answered(house):
    case = make_case(house)
    until = MONDAY + timedelta(days=1)
    assert [row.case for row in queries.to_answer(house.ada, until=until)] == [case]
    assert queries.to_answer(house.ada, until=MONDAY) == ()
    assert queries.to_answer(house.bruno, until=until) == ()
    answer(case, by=house.ada, at=MONDAY + HOUR)
    assert queries.to_answer(house.ada, until=until) == ()


def test_the_customers_other_cases_are_those_that_the_viewer_may_see(house):
    case = make_case(house)
    other = make_case(house, subject="A zip for the boots", message_id="<other@h.example>")
    billing = make_department("Billing", duty=make_person("Carla Mendes", role="lead"))
    assert queries.others_of(case, house.ada) == [other]
    assert queries.others_of(case, billing.duty_owner) == []
