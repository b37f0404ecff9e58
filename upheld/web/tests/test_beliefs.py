"""What we believe: a round that managers open, a ballot that nobody can trace, and a page hidden from a shop of two."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from upheld.cases.tests.makers import make_house
from upheld.journal.models import Record
from upheld.people.models import Attendance
from upheld.people.tests.makers import MONDAY, make_agent, make_person
from upheld.surveys import bank, believing
from upheld.surveys.models import Belief, Drawn, Round
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = MONDAY + 3 * HOUR
MENU = 'href="/beliefs"'
ALL_FIVES = {item.key: "5" for item in bank.items(bank.SHORT)}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def selma():
    return make_person("Selma Yildiz", role="manager")


@pytest.fixture
def open_round(selma):
    return believing.open_round(closes_at=MONDAY + 14 * DAY, by=selma.actor, at=MONDAY)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def take(browser) -> str:
    """The ballot that stands in the page after the button was pressed."""
    page = browser.post(reverse("beliefs_drawing"))
    found = re.search(r'name="ballot" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def test_a_shop_of_two_is_not_shown_the_page_until_five_work_there_or_a_round_was_opened(house, selma):
    browser = browser_of(house.ada)
    assert MENU not in text(browser.get("/"))
    for name in ("Nora Lunde", "Pia Berg"):
        make_agent(name, house.service)
    assert MENU in text(browser.get("/"))


def test_a_round_that_was_opened_shows_the_page_to_few_as_well(house, open_round):
    assert MENU in text(browser_of(house.ada).get("/"))


def test_without_a_round_the_page_says_so_and_managers_can_open_one(house, selma):
    assert "Staff are not asked at the moment." in text(browser_of(house.ada).get(reverse("beliefs")))
    assert "Ask staff" not in text(browser_of(house.ada).get(reverse("beliefs")))
    browser = browser_of(selma)
    page = text(browser.get(reverse("beliefs")))
    assert "Fewer than five people work here." in page
    assert 'value="2026-11-30"' in page
    sent = browser.post(reverse("round_opening"), {"until": "2026-11-20"})
    assert sent.url == reverse("beliefs")
    assert Round.objects.get().closes_at.isoformat() == "2026-11-20T23:00:00+00:00"
    page = text(browser.get(reverse("beliefs")))
    assert "What do you believe customers would say of us?" in page
    assert "Ballots are taken until Fri 23:59." in page


@pytest.mark.parametrize("until", ["2026-11-15", "", "soon", "2027-12-01", "9999-12-31", "0001-01-01"])
def test_a_round_that_ends_before_it_begins_or_lasts_for_years_is_refused_beside_its_field(selma, until):
    refused = browser_of(selma).post(reverse("round_opening"), {"until": until})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in text(refused)
    assert not Round.objects.exists()


def test_a_second_round_beside_the_first_is_refused_with_a_sentence(selma, open_round):
    refused = browser_of(selma).post(reverse("round_opening"), {"until": "2026-11-20"})
    assert refused.status_code == 422
    assert Round.objects.count() == 1


def test_only_those_who_lead_or_set_up_open_and_end_rounds(house, open_round):
    for person in (house.ada, house.bruno, make_person("Piotr Nowak", role="colleague")):
        assert browser_of(person).post(reverse("round_closing")).status_code == 404
    sven = make_person("Sven Adler", role="administrator")
    browser_of(sven).post(reverse("round_closing"))
    assert Round.objects.get().closed_at == NOON
    page = text(browser_of(house.ada).get(reverse("beliefs")))
    assert (
        "The last round ended today, 12:00: 0 ballots were filled in. Of fewer than five, nothing is told."
        in page
    )
    assert browser_of(sven).post(reverse("round_closing")).status_code == 302


def test_before_the_ballot_the_page_says_what_becomes_of_it(house, open_round):
    page = text(browser_of(house.ada).get(reverse("beliefs")))
    assert "These are 10 sentences" in page
    assert "Which ballot it was is written nowhere." in page
    assert "Nothing is told of fewer than five people" in page
    assert not Drawn.objects.exists()


def test_a_ballot_is_taken_once_and_stands_in_the_page_alone(house, open_round):
    browser = browser_of(house.ada)
    page = browser.post(reverse("beliefs_drawing"))
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    body = text(page)
    assert "Customers would say: “In my dealings with Harbour Shoes" in body
    ballot = re.search(r'name="ballot" value="([^"]+)"', body)
    assert ballot
    assert body.count(ballot[1]) == 1
    assert "Okafor" not in body.partition("<main")[2]
    again = browser.post(reverse("beliefs_drawing"), follow=True)
    assert "You have taken your ballot" in text(again)
    assert Drawn.objects.get().person == house.ada


def test_the_filled_in_ballot_is_kept_without_name_time_or_fact(house, open_round):
    browser = browser_of(house.ada)
    ballot = take(browser)
    facts, seen = Record.objects.count(), Attendance.objects.get(person=house.ada).seen_at
    with time_machine.travel(NOON + HOUR, tick=False):
        sent = browser.post(reverse("ballots"), {"ballot": ballot} | ALL_FIVES | {"respect": "unknown"})
    assert sent.url == reverse("ballots")
    belief = Belief.objects.get()
    assert belief.scores["respect"] is None
    assert belief.scores["kept-date"] == 5
    assert (belief.level, belief.department) == ("others", None)
    assert Record.objects.count() == facts
    assert Attendance.objects.get(person=house.ada).seen_at == seen
    assert "Your ballot counts." in text(browser.get(sent.url))
    for word in re.split(r"\W+", ballot)[3:]:
        assert word.encode() not in bytes(belief.ballot)


def test_the_ballot_counts_the_same_for_whoever_sends_it_and_needs_no_cookie(house, open_round):
    ballot = take(browser_of(house.ada))
    stranger = browser_of(enforce_csrf_checks=True)
    with CaptureQueriesContext(connection) as asked:
        sent = stranger.post(reverse("ballots"), {"ballot": ballot} | ALL_FIVES)
    assert sent.status_code == 302
    assert Belief.objects.count() == 1
    assert not any("people_person" in query["sql"] or "django_session" in query["sql"] for query in asked)


def test_who_is_signed_in_is_not_even_looked_up(house, open_round):
    browser = browser_of(house.ada)
    ballot = take(browser)
    with CaptureQueriesContext(connection) as asked:
        browser.post(reverse("ballots"), {"ballot": ballot} | ALL_FIVES)
    assert not any("people_login" in query["sql"] or "people_person" in query["sql"] for query in asked)


def test_a_ballot_counts_once(house, open_round):
    browser = browser_of(house.ada)
    ballot = take(browser)
    browser.post(reverse("ballots"), {"ballot": ballot} | ALL_FIVES)
    again = browser.post(reverse("ballots"), {"ballot": ballot} | ALL_FIVES | {"respect": "1"})
    assert again.status_code == 302
    assert Belief.objects.get().scores["respect"] == 5


def test_what_is_missing_is_said_beside_it_and_the_rest_is_kept(house, open_round):
    ballot = take(browser_of(house.ada))
    refused = browser_of().post(reverse("ballots"), {"ballot": ballot, "kept-date": "6", "respect": "8"})
    assert refused.status_code == 422
    page = text(refused)
    assert "9 questions are still open." in page
    assert page.count("Choose a number, or “I don&#39;t know”.") == 9
    assert 'name="kept-date" value="6" checked' in page
    assert f'name="ballot" value="{ballot}"' in page
    assert not Belief.objects.exists()


def test_nothing_but_i_do_not_know_is_no_ballot(house, open_round):
    ballot = take(browser_of(house.ada))
    refused = browser_of().post(reverse("ballots"), {"ballot": ballot} | dict.fromkeys(ALL_FIVES, "unknown"))
    assert refused.status_code == 422
    assert "Answer at least one of the questions with a number." in text(refused)


def test_a_forged_ballot_and_one_that_comes_too_late_count_nothing(house, open_round):
    ballot = take(browser_of(house.ada))
    for wrong in ("", "x", ballot[:-1] + ("a" if ballot[-1] != "a" else "b"), "\x00"):
        assert browser_of().post(reverse("ballots"), {"ballot": wrong} | ALL_FIVES).status_code == 404
    with time_machine.travel(open_round.closes_at, tick=False):
        late = browser_of().post(reverse("ballots"), {"ballot": ballot} | ALL_FIVES)
    assert late.status_code == 410
    assert "This round is over." in text(late)
    assert not Belief.objects.exists()


def test_nobody_draws_when_no_round_is_open(house):
    page = browser_of(house.ada).post(reverse("beliefs_drawing"), follow=True)
    assert "Nobody is asked at the moment." in text(page)
