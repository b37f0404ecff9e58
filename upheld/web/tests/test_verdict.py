"""The verdict: a link that whoever looks at letters may follow as often as they like, and one button that counts."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from upheld.cases.models import Case
from upheld.cases.tests.makers import make_house
from upheld.people import organising
from upheld.people.tests.makers import MONDAY
from upheld.surveys import ladders
from upheld.surveys.models import FollowUp, Invitation, Verdict
from upheld.web.tests.asked import (
    ASKED,
    DAY,
    HOUR,
    ask_about,
    ask_what_is_expected,
    make_closed_case,
    told,
    word_of,
)
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
WHEN = ASKED + HOUR


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel(WHEN, tick=False):
        yield


@pytest.fixture(autouse=True)
def nothing_leaves(settings):
    settings.OUTGOING = "outbox"


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def case(house):
    return make_closed_case(house)


@pytest.fixture
def invitation(case):
    return ask_about(case)


def address(invitation: Invitation, level: int | None = None) -> str:
    word = word_of(invitation)
    return reverse("verdict_level", args=[word, level]) if level else reverse("verdict", args=[word])


def text(response) -> str:
    return " ".join(response.content.decode().split())


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of ours."""
    tables = [one._meta.db_table for one in apps.get_models(include_auto_created=True)]
    found = {}
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT md5("{table}"::text) FROM "{table}" ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


def test_the_page_says_what_it_is_about_and_draws_the_six_levels_highest_first(invitation, case):
    page = text(browser_of().get(address(invitation)))
    assert "How were you served?" in page
    assert "Größe 39" in page
    assert f"Case HS-{case.number}" in page
    assert "We closed this on Mon 16 Nov." in page
    places = [page.index(f'<span dir="auto">{label}</span>') for label in ladders.DEFAULT]
    assert places == sorted(places, reverse=True)
    assert "checked" not in page
    assert "masthead" not in page


@pytest.mark.parametrize("level", range(1, 7))
def test_the_level_of_the_link_is_chosen_already(invitation, level):
    page = text(browser_of().get(address(invitation, level)))
    assert page.count(" checked") == 1
    assert f'value="{level}" checked' in page


@pytest.mark.parametrize("level", [0, 7, 10**30])
def test_a_level_that_does_not_exist_chooses_nothing(invitation, level):
    page = browser_of().get(f"{address(invitation)}/{level}")
    assert page.status_code == 200
    assert " checked" not in text(page)


def test_looking_writes_nothing_however_many_programs_follow_however_many_links(invitation):
    before = everything()
    links = [address(invitation, level) for level in range(1, 7)] * 9
    random.Random(39).shuffle(links)
    for number, link in enumerate(links):
        ask = browser_of().head if number % 3 == 0 else browser_of().get
        assert ask(link).status_code == 200
    assert everything() == before
    with CaptureQueriesContext(connection) as asked:
        browser_of().get(links[0])
    assert all(query["sql"].startswith("SELECT") for query in asked)


def test_the_answer_is_written_once_without_a_cookie_and_the_thanks_stay(invitation):
    browser = browser_of(enforce_csrf_checks=True)
    sent = browser.post(address(invitation), {"level": "5", "comment": " Bruno brought them himself. "})
    assert sent.status_code == 302
    assert sent.url == address(invitation)
    verdict = Verdict.objects.get()
    assert (verdict.level, verdict.comment) == (5, "Bruno brought them himself.")
    assert not FollowUp.objects.exists()
    page = text(browser.get(sent.url))
    assert "Thank you." in page
    assert "You told us on Tuesday 17 November 2026, 12:00:" in page
    assert "better than hoped" in page
    assert "Bruno brought them himself." in page
    assert "get back to you" not in page
    again = browser.post(address(invitation), {"level": "1", "comment": "No!"})
    assert "Thank you." in text(again)
    assert text(browser.get(address(invitation, 1))) == page
    assert Verdict.objects.get().level == 5


def test_below_as_expected_a_person_is_named_with_a_date(invitation):
    organising.found("Harbour Shoes", zone="Europe/Berlin", prefix="HS", phone="+49 40 555 0100")
    browser = browser_of()
    page = text(browser.post(address(invitation), {"level": "2", "comment": ""}, follow=True))
    assert "Ada will get back to you by Wednesday 18 November 2026, 12:00." in page
    assert 'href="tel:+49405550100"' in page
    with time_machine.travel(WHEN + 2 * DAY, tick=False):
        late = text(browser.get(address(invitation)))
    assert "Ada was to get back to you by Wednesday 18 November 2026, 12:00. That is overdue" in late
    FollowUp.objects.update(done_at=WHEN, done_by=Case.objects.get().owner, what="Rang.")
    done = text(browser.get(address(invitation)))
    assert "back to you" not in done
    assert "Rang." not in done


def test_at_as_expected_nobody_has_to_come_back(invitation):
    page = text(browser_of().post(address(invitation), {"level": "3"}, follow=True))
    assert "as expected" in page
    assert "get back to you" not in page


@pytest.mark.parametrize("level", ["", "0", "7", "-1", "two", "3.5", "٣x", "9" * 400])
def test_without_a_level_the_page_says_so_and_keeps_the_words(invitation, level):
    refused = browser_of().post(address(invitation), {"level": level, "comment": "Pinches."})
    assert refused.status_code == 422
    assert "Choose the level that fits best." in text(refused)
    assert "Pinches." in text(refused)
    assert not Verdict.objects.exists()


def test_words_that_are_markup_stay_words(invitation):
    page = text(
        browser_of().post(address(invitation), {"level": "4", "comment": "<b>Good</b> & quick"}, follow=True)
    )
    assert "&lt;b&gt;Good&lt;/b&gt; &amp; quick" in page


def test_words_that_no_table_takes_are_refused_with_a_sentence(invitation):
    refused = browser_of().post(address(invitation), {"level": "4", "comment": "Good\x00"})
    assert refused.status_code == 422
    assert not Verdict.objects.exists()


def test_a_link_that_is_over_says_so_in_a_friendly_way(invitation):
    with time_machine.travel(invitation.expires_at, tick=False):
        for ask in (browser_of().get, browser_of().post):
            over = ask(address(invitation), {"level": "1"})
            assert over.status_code == 410
            assert "This can no longer be answered." in text(over)
            assert "It was open until Thu 17 Dec." in text(over)
    assert not Verdict.objects.exists()


def test_what_was_answered_in_time_is_thanked_for_afterwards(invitation):
    told(invitation, 6, "")
    with time_machine.travel(invitation.expires_at + DAY, tick=False):
        page = browser_of().get(address(invitation))
    assert page.status_code == 200
    assert "outstanding" in text(page)


def test_a_wrong_word_is_the_same_page_as_no_page(invitation):
    word = word_of(invitation)
    nowhere = browser_of().get("/no-such-page")
    for wrong in (
        word[:-1],
        word[:-1] + ("a" if word[-1] != "a" else "b"),
        "x",
        f"999-{word.partition('-')[2]}",
    ):
        assert browser_of().get(f"/v/{wrong}/3").content == nowhere.content
        assert browser_of().post(f"/v/{wrong}", {"level": "3"}).status_code == 404
    assert not Verdict.objects.exists()


def test_a_link_to_the_questions_opens_no_ladder(case, house):
    expected = ask_what_is_expected(case, by=house.ada.actor)
    assert browser_of().get(address(expected)).status_code == 404
    assert browser_of().post(address(expected), {"level": "3"}).status_code == 404


def test_the_link_does_not_travel_on_and_sets_no_cookie(invitation):
    told_later = [browser_of().get(address(invitation, 4))]
    told_later.append(browser_of().post(address(invitation), {"level": "4"}))
    told_later.append(browser_of().get(address(invitation)))
    for page in told_later:
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert "no-store" in page.headers["Cache-Control"]
        assert not page.cookies


def test_the_names_of_the_levels_are_those_of_the_day_of_asking(house, invitation):
    names = ["Criminal", "Basic", "Expected", "Desired", "Surprising", "Unbelievable"]
    ladders.relabel(names, by=house.bruno.actor, at=ASKED + timedelta(minutes=5))
    page = text(browser_of().get(address(invitation)))
    assert "as hoped" in page
    assert "Criminal" not in page


def test_nothing_internal_is_on_the_page(house, invitation):
    for page in (
        browser_of().get(address(invitation)),
        browser_of().post(address(invitation), {"level": "1"}, follow=True),
    ):
        main = page.content.decode().partition("<main")[2]
        for inside in ("Okafor", "Bruno", "/cases/", "dora@", house.service.name + " "):
            assert inside not in main, inside


def test_a_case_that_was_never_asked_about_has_no_link(case):
    assert MONDAY < WHEN
    assert browser_of().get(f"/v/{case.number}-{'a' * 32}").status_code == 404


@pytest.mark.parametrize("behind", [".", ")", ">", "%3E", "%20", "./", "%22,"])
def test_what_a_mail_program_adds_behind_a_link_is_overlooked(invitation, behind):
    browser = browser_of()
    assert browser.get(f"/v/{word_of(invitation)}{behind.rstrip('/')}").status_code == 200
    page = browser.get(f"{address(invitation, 5)}{behind}")
    assert page.status_code == 200
    assert re.search(r'value="5"[^>]*checked', page.content.decode())
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("level", ["0", "7", "55", "x", "9" * 5000, "5-5"])
def test_a_level_that_there_is_not_chooses_nothing(invitation, level):
    page = browser_of().get(f"/v/{word_of(invitation)}/{level}")
    assert page.status_code == 200
    assert "checked" not in page.content.decode()
