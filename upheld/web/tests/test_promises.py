"""The list of what is owed, one promise by itself, and the four ways in which it ends or moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases.models import CasePromise
from upheld.cases.tests.makers import make_case, make_house
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person
from upheld.promises import breaking, promising
from upheld.promises.models import Promise
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = MONDAY + 3 * HOUR


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def case(house):
    return make_case(house)


def promise(house, case, words="A new pair is at your door", due_at=MONDAY + DAY, keeper=None) -> Promise:
    made = promising.promise(
        customer=case.customer, subject=case.subject, department=house.service, keeper=keeper or house.ada,
        words=words, due_at=due_at, zone="Europe/Berlin", by=house.ada.actor, at=MONDAY,
    )  # fmt: skip
    CasePromise.objects.create(promise=made, case=case)
    return made


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_says_in_one_sentence_what_is_owed(house, case):
    browser = browser_of(house.ada)
    assert "Nothing is owed." in text(browser.get("/promises"))
    promise(house, case)
    assert "You owe one promise; it is not yet due." in text(browser.get("/promises"))
    promise(house, case, "The refund", MONDAY + HOUR)
    breaking.break_due(NOON)
    assert "You owe 2 promises; one is broken." in text(browser.get("/promises"))
    assert "We owe 2 promises; one is broken." in text(browser.get("/promises?whose=all"))


def test_promises_stand_under_broken_today_their_day_and_later(house, case):
    promise(house, case, "Broken one", MONDAY + HOUR)
    promise(house, case, "For today", NOON + 2 * HOUR)
    promise(house, case, "For Tuesday", MONDAY + DAY)
    promise(house, case, "For next week", MONDAY + 9 * DAY)
    breaking.break_due(NOON)
    page = text(browser_of(house.ada).get("/promises"))
    broken, today = ["<h2>Broken, and still owed<", "Broken one</a>"], ["<h2>Today<", "For today</a>"]
    week, later = ["<h2>Tue 17 Nov<", "For Tuesday</a>"], ["<h2>Later<", "For next week</a>"]
    order = [*broken, *today, *week, *later]
    places = [page.rindex(words) for words in order]
    assert places == sorted(places)


def test_what_is_done_recedes_below_and_has_a_list_of_its_own(house, case):
    browser = browser_of(house.ada)
    made = promise(house, case)
    browser.post(f"/promises/{made.pk}/keeping", {"what": "Sent by courier"})
    page = text(browser.get("/promises"))
    assert "Nothing is owed." in page
    assert "Done lately" in page
    assert "A new pair is at your door" in text(browser.get("/promises?state=done"))


def test_the_list_is_paged_by_key_and_loses_nobody(house, case):
    for number in range(61):
        promise(house, case, f"Promise number {number:02}.", MONDAY + DAY)
    browser = browser_of(house.ada)
    first = browser.get("/promises").content.decode()
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(older).content.decode()
    for number in range(61):
        words = f">Promise number {number:02}.</a>"
        assert first.count(words) + second.count(words) == 1


def test_thirty_promises_cost_as_many_queries_as_one(house, case):
    browser = browser_of(house.ada)
    promise(house, case, due_at=NOON + HOUR)
    browser.get("/promises")
    with CaptureQueriesContext(connection) as one:
        browser.get("/promises?whose=all")
    for number in range(29):
        promise(house, case, f"Another {number}", NOON + HOUR * (number + 1))
    with CaptureQueriesContext(connection) as thirty:
        browser.get("/promises?whose=all")
    assert len(thirty) == len(one)


def test_a_department_narrows_the_list_and_a_foreign_one_does_not_count(house, case):
    billing = make_department("Billing", duty=make_person("Carla Mendes", role="lead"))
    house.ada.departments.add(billing)
    promise(house, case)
    browser = browser_of(house.ada)
    assert "Billing" in text(browser.get("/promises"))
    assert "Nothing is owed here" in text(browser.get(f"/promises?whose={billing.pk}"))
    assert "A new pair" in text(browser.get("/promises?whose=99999"))


def test_junk_in_the_address_is_no_error(house, case):
    promise(house, case)
    browser = browser_of(house.ada)
    for junk in ("after=x", "after=2026-11-16T08:00:00+00:00~x", "after=~1", "state=x", "whose=' or 1=1"):
        assert browser.get(f"/promises?{junk}").status_code == 200


def test_a_promise_shows_its_slip_its_case_and_its_history(house, case):
    made = promise(house, case)
    page = text(browser_of(house.ada).get(f"/promises/{made.pk}"))
    assert 'data-state="open"' in page
    assert f"HS-{case.number}" in page
    assert "Promised to Dora Lindqvist; Ada Okafor keeps it." in page
    assert "Mark kept" in page
    assert "Tuesday 17 November 2026, 09:00" in page


def test_a_promise_is_kept_with_what_was_done_and_when(house, case):
    made = promise(house, case)
    answer = browser_of(house.ada).post(
        f"/promises/{made.pk}/keeping",
        {"what": "By courier", "done_at": "2026-11-16T10:30", "in_full": "full"},
    )
    made.refresh_from_db()
    assert answer.url == f"/promises/{made.pk}"
    assert (made.outcome, made.outcome_words, made.done_at) == ("kept", "By courier", MONDAY + 1.5 * HOUR)


def test_kept_sent_empty_means_now_and_in_full(house, case):
    made = promise(house, case)
    browser_of(house.ada).post(f"/promises/{made.pk}/keeping", {})
    made.refresh_from_db()
    assert (made.outcome, made.done_at) == ("kept", NOON)


def test_kept_in_part_needs_a_word_and_what_was_written_stays(house, case):
    made = promise(house, case)
    browser = browser_of(house.ada)
    refused = browser.post(f"/promises/{made.pk}/keeping", {"in_full": "part", "next": "/promises"})
    assert refused.status_code == 422
    assert "Say what was done and what is missing." in text(refused)
    assert 'value="/promises"' in text(refused)
    browser.post(f"/promises/{made.pk}/keeping", {"in_full": "part", "what": "One of two"})
    made.refresh_from_db()
    assert made.outcome == "part"


def test_a_time_still_to_come_is_refused_beside_the_form(house, case):
    made = promise(house, case)
    refused = browser_of(house.ada).post(f"/promises/{made.pk}/keeping", {"done_at": "2026-11-16T23:30"})
    assert refused.status_code == 422
    assert "still to come" in text(refused)


def test_a_new_date_is_read_by_the_customers_clock(house, case):
    made = promise(house, case)
    made_in_york = Promise.objects.filter(pk=made.pk)
    made_in_york.update(zone="America/New_York")
    browser = browser_of(house.ada)
    assert "America/New_York" in text(browser.get(f"/promises/{made.pk}"))
    browser.post(f"/promises/{made.pk}/new-date", {"due_at": "2026-11-20T12:00", "how": "by telephone"})
    made.refresh_from_db()
    assert made.agreed_due_at.isoformat() == "2026-11-20T17:00:00+00:00"


def test_a_new_date_without_agreement_or_in_the_past_is_refused(house, case):
    made = promise(house, case)
    browser = browser_of(house.ada)
    assert browser.post(f"/promises/{made.pk}/new-date", {"due_at": "2026-11-20T12:00"}).status_code == 422
    past = browser.post(
        f"/promises/{made.pk}/new-date", {"due_at": "2026-11-01T12:00", "how": "by telephone"}
    )
    assert past.status_code == 422
    assert "2026-11-01T12:00" in text(past)


def test_a_new_date_that_the_clock_overtook_is_refused_with_what_was_written(house, case):
    made = promise(house, case, due_at=MONDAY + HOUR)
    refused = browser_of(house.ada).post(
        f"/promises/{made.pk}/new-date", {"due_at": "2026-11-20T12:00", "how": "by telephone"}
    )
    assert refused.status_code == 422
    assert "its date cannot be moved" in text(refused)
    assert "by telephone" in text(refused)


def test_the_customer_withdraws_and_a_broken_promise_is_put_right(house, case):
    first, second = promise(house, case), promise(house, case, "The refund", MONDAY + HOUR)
    browser = browser_of(house.ada)
    assert browser.post(f"/promises/{first.pk}/amends", {"what": "A voucher"}).status_code == 422
    browser.post(f"/promises/{first.pk}/withdrawal", {"why": "Found another pair"})
    browser.post(f"/promises/{second.pk}/amends", {"what": "A voucher"})
    outcomes = set(Promise.objects.values_list("outcome", flat=True))
    assert outcomes == {"withdrawn", "made-good"}


def test_a_second_settling_is_refused_and_not_an_error(house, case):
    made = promise(house, case)
    browser = browser_of(house.ada)
    browser.post(f"/promises/{made.pk}/keeping", {})
    again = browser.post(f"/promises/{made.pk}/keeping", {})
    assert again.status_code == 422
    assert "written down already" in text(again)


def test_afterwards_the_person_is_back_where_they_came_from_but_never_elsewhere(house, case):
    browser = browser_of(house.ada)
    back = browser.post(f"/promises/{promise(house, case).pk}/keeping", {"next": f"/cases/{case.number}"})
    assert back.url == f"/cases/{case.number}"
    for bad in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"):
        made = promise(house, case)
        assert browser.post(f"/promises/{made.pk}/keeping", {"next": bad}).url == f"/promises/{made.pk}"


def test_whoever_does_not_see_the_case_does_not_see_or_end_its_promise(house, case):
    stranger = make_agent(
        "Nora Lunde", make_department("Elsewhere", duty=make_person("Ivo Dahl", role="lead"))
    )
    made = promise(house, case)
    browser = browser_of(stranger)
    assert browser.get(f"/promises/{made.pk}").status_code == 404
    for deed in ("keeping", "new-date", "withdrawal", "amends"):
        assert browser.post(f"/promises/{made.pk}/{deed}", {}).status_code == 404
    assert "A new pair" not in text(browser.get("/promises?whose=all"))
    made.refresh_from_db()
    assert made.is_owed


def test_a_colleague_sees_what_they_keep_themselves(house, case):
    carla = make_person("Carla Mendes", role="colleague")
    made = promise(house, case, keeper=carla)
    browser = browser_of(carla)
    assert "A new pair" in text(browser.get("/promises"))
    assert browser.get(f"/promises/{made.pk}").status_code == 200


def test_with_htmx_a_refusal_is_the_fragment_and_a_deed_leads_on(house, case):
    made = promise(house, case)
    browser = browser_of(house.ada)
    htmx = {"HTTP_HX_REQUEST": "true"}
    refused = browser.post(f"/promises/{made.pk}/keeping", {"in_full": "part"}, **htmx)
    assert refused.status_code == 422
    assert "<html" not in text(refused)
    done = browser.post(f"/promises/{made.pk}/keeping", {"next": "/promises"}, **htmx)
    assert done.headers["HX-Redirect"] == "/promises"
