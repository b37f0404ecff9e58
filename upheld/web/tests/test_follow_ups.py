"""Going back to a customer who was served below what they expected: on Today, on the case, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from upheld.cases import owning
from upheld.cases.models import Case
from upheld.cases.tests.makers import make_case, make_house
from upheld.people.tests.makers import make_agent, make_department, make_person
from upheld.promises import promising
from upheld.surveys import asking
from upheld.surveys.models import FollowUp
from upheld.web.tests.asked import ASKED, ask_about, make_closed_case, told
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHEN = ASKED + 2 * HOUR


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
    case = make_closed_case(house)
    case.customer.phone, case.customer.best_time = "+49 40 555 0142", "mornings"
    case.customer.save()
    return case


@pytest.fixture
def follow_up(case):
    return told(ask_about(case), 2, "It pinches, and nobody told me that it came in two parcels.").follow_up


def text(response) -> str:
    return " ".join(response.content.decode().split())


def page_of(case: Case) -> str:
    return reverse("case", args=[case.number])


def concluding(follow_up: FollowUp) -> str:
    return reverse("concluding", args=[follow_up.pk])


def test_today_says_whom_to_go_back_to_with_the_first_words_the_level_and_the_date(house, case, follow_up):
    page = text(browser_of(house.ada).get("/"))
    assert "Go back to one customer who was not served as expected." in page
    assert "A customer was not served as expected" in page
    assert "It pinches, and nobody told me" in page
    assert '“<span dir="auto">below what I expected</span>”' in page
    assert "by tomorrow, 12:00" in page
    assert 'href="tel:+49405550142"' in page
    assert f'href="{page_of(case)}#follow-up"' in page
    assert "It pinches" not in text(browser_of(house.bruno).get("/"))


def test_a_long_comment_is_cut_on_today_and_none_leaves_the_level_alone(house, case):
    told(ask_about(case), 1, "pinch " * 100)
    page = text(browser_of(house.ada).get("/"))
    assert "pinch p…</a>" in page
    assert "pinch " * 30 not in page


def test_overdue_is_said(house, follow_up):
    with time_machine.travel(follow_up.due_at + HOUR, tick=False):
        page = text(browser_of(house.ada).get("/"))
    assert "since" in page[page.index("not served as expected", page.index("<h2")) :]


def test_thirty_follow_ups_cost_as_many_queries_as_one(house, follow_up):
    browser = browser_of(house.ada)
    browser.get("/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/")
    for number in range(29):
        other = make_closed_case(
            house,
            sender=f"Otto {number} <otto{number}@brandt.example>",
            message_id=f"<{number}@brandt.example>",
        )
        Case.objects.filter(pk=other.pk).update(owner=house.ada)
        told(ask_about(other), 1, f"Otto {number} waits.")
    Case.objects.filter(follow_ups__isnull=False).update(unread_at=None)
    with CaptureQueriesContext(connection) as thirty:
        page = text(browser.get("/"))
    assert "Otto 28 waits." in page
    assert len(thirty) <= len(one) + 1


def test_the_case_shows_telephone_first_then_the_words_and_a_small_form(house, case, follow_up):
    page = text(browser_of(house.ada).get(page_of(case)))
    panel = page[page.index('id="follow-up"') :]
    assert panel.index("Go back to Dora") < panel.index("+49 40 555 0142") < panel.index("What came of it")
    assert "Best: mornings" in panel
    assert panel.index("What came of it") < panel.index('id="pen-letter"')
    assert "How they were served" in page
    assert "level 2 of 6" in page


def test_what_came_of_it_is_written_down_by_whoever_went_back(house, case, follow_up):
    browser = browser_of(house.ada)
    sent = browser.post(concluding(follow_up), {"what": " Rang: a wider pair goes out. "})
    assert sent.url == page_of(case)
    follow_up.refresh_from_db()
    assert (follow_up.what, follow_up.done_by, follow_up.done_at) == (
        "Rang: a wider pair goes out.",
        house.ada,
        WHEN,
    )
    page = text(browser.get(page_of(case)))
    assert "Ada Okafor went back to them today, 13:00:" in page
    assert "Rang: a wider pair goes out." in page
    assert 'id="follow-up"' not in page
    assert "not served as expected" not in text(browser.get("/"))
    assert browser.post(concluding(follow_up), {"what": "Again"}).status_code == 302
    follow_up.refresh_from_db()
    assert follow_up.what == "Rang: a wider pair goes out."


def test_without_words_the_page_says_what_is_missing(house, follow_up):
    refused = browser_of(house.ada).post(concluding(follow_up), {"what": "  "})
    assert refused.status_code == 422
    assert "Say in a few words what came of it." in text(refused)
    assert 'aria-describedby="follow-up-error"' in text(refused)


def test_whoever_gets_the_case_gets_the_follow_up(house, case, follow_up):
    nora = make_agent("Nora Lunde", house.service)
    owning.hand_over(Case.objects.get(pk=case.pk), to=nora, by=house.ada.actor, at=WHEN)
    assert "It pinches" in text(browser_of(nora).get("/"))
    assert "It pinches" not in text(browser_of(house.ada).get("/"))


def test_whoever_may_not_see_the_case_cannot_conclude(house, follow_up):
    elsewhere = make_department("Elsewhere", duty=make_person("Ivo Dahl", role="lead"))
    assert (
        browser_of(make_agent("Pia Berg", elsewhere)).post(concluding(follow_up), {"what": "x"}).status_code
        == 404
    )
    assert browser_of(house.bruno).post(concluding(follow_up), {"what": "Rang."}).status_code == 302


def test_why_nobody_was_asked_stands_among_the_cases_quiet_details(house, case):
    promising.promise(
        customer=case.customer, subject=case.subject, department=house.service, keeper=house.ada,
        words="A new pair", due_at=WHEN + DAY, zone="Europe/Berlin", by=house.ada.actor, at=ASKED - HOUR,
    )  # fmt: skip
    asking.decide(case=case, at=ASKED)
    page = text(browser_of(house.ada).get(page_of(case)))
    assert "Not asked how it went: a promise was owed." in page


def test_that_somebody_was_asked_and_has_not_answered_is_said(house, case):
    invitation = ask_about(case)
    browser = browser_of(house.ada)
    assert "Asked how it went today, 11:00. No answer yet." in text(browser.get(page_of(case)))
    with time_machine.travel(invitation.expires_at, tick=False):
        browser = browser_of(house.ada)
        assert "Asked how it went Tue 17 Nov, 11:00, and not answered." in text(browser.get(page_of(case)))


def test_a_case_that_nobody_decided_about_says_nothing(house):
    page = text(browser_of(house.ada).get(page_of(make_case(house))))
    assert "How they were served" not in page
    assert "how it went" not in page


def test_a_good_verdict_stands_on_the_case_and_asks_nothing_of_anybody(house, case):
    told(ask_about(case), 6, "")
    page = text(browser_of(house.ada).get(page_of(case)))
    assert "outstanding" in page
    assert "Their own answer, today, 12:00." in page
    assert 'id="follow-up"' not in page
