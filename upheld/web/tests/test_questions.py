"""Ten questions behind a link: first what is expected, and a month or more later what was received."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from upheld.cases import closing
from upheld.cases.models import Case
from upheld.cases.tests.makers import House, answer, arrive, letter, make_house
from upheld.people.tests.makers import MONDAY
from upheld.surveys import asking, bank
from upheld.surveys.models import Invitation, Kind, Pair, Score
from upheld.web.tests.asked import ASKED, ask_about, ask_what_is_expected, make_closed_case, word_of
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHEN = ASKED + HOUR
KEYS = [item.key for item in bank.items(bank.SHORT)]
ALL_SIXES = dict.fromkeys(KEYS, "6")


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel(WHEN, tick=False):
        yield


@pytest.fixture
def house(settings):
    settings.OUTGOING = "outbox"
    return make_house()


@pytest.fixture
def case(house):
    return make_closed_case(house)


@pytest.fixture
def expected(house, case):
    return ask_what_is_expected(case, by=house.ada.actor)


def address(invitation: Invitation) -> str:
    return reverse("questions", args=[word_of(invitation)])


def text(response) -> str:
    return " ".join(response.content.decode().split())


def write_again(house: House, *, at) -> Case:
    """Dora writes about something else; it is answered and closed."""
    arrive(house, letter("Laces?", subject="Laces", message_id="<laces@harbour.example>"), at=at)
    case = Case.objects.get(subject_line="Laces")
    answer(case, by=house.ada, at=at + HOUR)
    return closing.close(Case.objects.get(pk=case.pk), by=house.ada.actor, at=at + 2 * HOUR)


def test_the_page_asks_about_any_company_ten_sentences_under_five_headings(expected):
    page = text(browser_of().get(address(expected)))
    assert "What do you expect of good service?" in page
    assert "any company, not Harbour Shoes" in page
    assert page.count("A company I would be glad to use") == 10
    assert page.count("<fieldset") == page.count("<legend>") == 10
    assert page.count('type="radio"') == 80
    for heading in ("Reliability", "Responsiveness", "Assurance", "Empathy", "Tangibles"):
        assert f"<h2>{heading}</h2>" in page
    assert "10 of 10" in page
    assert " checked" not in page
    assert "masthead" not in page


def test_looking_writes_nothing_and_sets_no_cookie(expected):
    browser = browser_of()
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(address(expected))
        assert browser.head(address(expected)).status_code == 200
    assert all(query["sql"].startswith("SELECT") for query in asked)
    assert not page.cookies
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert "noindex" in page.headers["X-Robots-Tag"]


def test_the_answers_are_written_once_without_a_cookie_and_thanked_for(expected):
    browser = browser_of(enforce_csrf_checks=True)
    sent = browser.post(address(expected), ALL_SIXES | {"respect": "unknown"})
    assert sent.url == address(expected)
    scores = dict(Score.objects.values_list("item", "value"))
    assert scores == {key: 6 for key in KEYS if key != "respect"} | {"respect": None}
    page = text(browser.get(sent.url))
    assert "Thank you." in page
    assert "what you received" in page
    again = browser.post(address(expected), dict.fromkeys(KEYS, "1"))
    assert "Thank you." in text(again)
    assert set(Score.objects.filter(value__isnull=False).values_list("value", flat=True)) == {6}


def test_a_month_later_the_same_is_asked_about_us(house, expected):
    browser_of().post(address(expected), ALL_SIXES)
    write_again(house, at=MONDAY + 35 * DAY)
    received = asking.decide(
        customer=expected.customer, kind=Kind.PERCEPTION, at=MONDAY + 40 * DAY
    ).invitation
    with time_machine.travel(MONDAY + 41 * DAY, tick=False):
        page = text(browser_of().get(address(received)))
        assert "What did you receive from Harbour Shoes?" in page
        assert page.count("In my dealings with Harbour Shoes") == 10
        done = text(browser_of().post(address(received), dict.fromkeys(KEYS, "4"), follow=True))
    assert "They stand beside what you told us that you expect." in done
    assert Pair.objects.get().ended_at == MONDAY + 41 * DAY


def test_what_is_missing_is_said_beside_it_and_the_rest_is_kept(expected):
    refused = browser_of().post(address(expected), {"kept-date": "7", "respect": "unknown", "works": "8"})
    assert refused.status_code == 422
    page = text(refused)
    assert "8 questions are still open." in page
    assert page.count("Choose a number, or “I don&#39;t know”.") == 8
    assert 'name="kept-date" value="7" checked' in page
    assert 'name="respect" value="unknown" checked' in page
    assert 'href="#id_works"' in page
    assert 'aria-describedby="id_works-error"' in page
    assert not Score.objects.exists()


@pytest.mark.parametrize("value", ["0", "8", "-1", "six", "6.5", "9" * 400, "\x00"])
def test_what_is_not_on_the_scale_is_refused(expected, value):
    refused = browser_of().post(address(expected), ALL_SIXES | {"works": value})
    assert refused.status_code == 422
    assert "One question is still open." in text(refused)
    assert not Score.objects.exists()


def test_nothing_but_i_do_not_know_is_said_to_be_no_answer(expected):
    refused = browser_of().post(address(expected), dict.fromkeys(KEYS, "unknown"))
    assert refused.status_code == 422
    assert "Answer at least one of the questions with a number." in text(refused)


def test_what_was_never_asked_is_not_stored(expected):
    browser_of().post(address(expected), ALL_SIXES | {"shoe-size": "5"})
    assert Score.objects.count() == 10


def test_a_link_that_is_over_says_that_nothing_is_owed(expected):
    with time_machine.travel(expected.expires_at, tick=False):
        over = browser_of().post(address(expected), ALL_SIXES)
    assert over.status_code == 410
    assert "You owe us no answer." in text(over)
    assert not Score.objects.exists()


def test_a_wrong_word_and_the_link_of_a_verdict_are_the_same_page_as_no_page(house, case):
    verdict = ask_about(case)
    nowhere = browser_of().get("/no-such-page")
    for wrong in (word_of(verdict), "x", word_of(verdict)[:-1]):
        assert browser_of().get(reverse("questions", args=[wrong])).content == nowhere.content
        assert browser_of().post(reverse("questions", args=[wrong]), ALL_SIXES).status_code == 404
