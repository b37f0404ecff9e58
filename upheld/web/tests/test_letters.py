"""The list of letters: views, urgency, pages by key, and what a row says."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases import closing, queries
from upheld.cases.models import Case
from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import answer, arrive, hear, letter, make_case, make_house
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person
from upheld.promises import breaking
from upheld.web.pages import letters as page_of_letters
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = MONDAY + 3 * HOUR
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def noon(settings):
    settings.OUTGOING = "outbox"
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def house():
    return make_house()


def text(response) -> str:
    return " ".join(response.content.decode().split())


def write(house, number: int, *, at=MONDAY) -> Case:
    sender = f"Customer {number} <c{number}@x.example>"
    return make_case(
        house, at=at, subject=f"Question {number}", sender=sender, message_id=f"<{number}@x.example>"
    )


def test_without_letters_the_page_says_so_calmly(house):
    browser = browser_of(house.ada)
    assert "No letter waits for you." in text(browser.get("/letters"))
    assert "Everything has been read." in text(browser.get("/letters?view=unread"))
    assert "No case is open." in text(browser.get("/letters?view=ours"))
    assert "No case has been closed yet." in text(browser.get("/letters?view=closed"))


def test_the_views_hold_what_their_names_say(house):
    emil = make_agent("Emil", house.service, at=MONDAY)
    first, second = write(house, 1), write(house, 2)
    assert {first.owner, second.owner} == {house.ada, emil}
    mine, theirs = (first, second) if first.owner == house.ada else (second, first)
    browser = browser_of(house.ada)
    page = text(browser.get("/letters"))
    assert mine.subject_line in page
    assert theirs.subject_line not in page
    assert theirs.subject_line in text(browser.get("/letters?view=ours"))
    browser.get(f"/cases/{mine.number}")
    unread = text(browser.get("/letters?view=unread"))
    assert mine.subject_line not in unread
    assert theirs.subject_line in unread
    closing.close(mine, answer_needed=False, by=house.ada.actor, at=NOON)
    assert mine.subject_line in text(browser.get("/letters?view=closed"))
    assert mine.subject_line not in text(browser.get("/letters?view=ours"))
    assert "Open cases that you own" in text(browser.get("/letters?view=nonsense"))


def test_another_departments_letters_are_not_in_any_view(house):
    case = write(house, 1)
    billing = make_department("Billing", duty=make_person("Carla Mendes", role="lead"))
    for view in queries.VIEWS:
        assert case.subject_line not in text(browser_of(billing.duty_owner).get(f"/letters?view={view}"))


def test_whoever_reads_no_letters_has_no_such_page(house):
    assert browser_of(make_person("Emil", role="colleague")).get("/letters").status_code == 404
    assert browser_of(make_person("Ines", role="administrator")).get("/letters").status_code == 404
    assert browser_of().get("/letters").status_code == 302


def test_managers_own_no_letters_and_begin_with_all_of_them(house):
    case = write(house, 1)
    assert case.subject_line in text(browser_of(make_person("Mara", role="manager")).get("/letters"))


def test_a_broken_promise_comes_first_and_later_dates_last(house):
    calm, due, torn = write(house, 1), write(house, 2), write(house, 3)
    answer(calm, by=house.ada, at=MONDAY, pledges=[Pledge("In a week", MONDAY + 7 * DAY, house.ada)])
    answer(due, by=house.ada, at=MONDAY, pledges=[Pledge("This evening", MONDAY + 9 * HOUR, house.ada)])
    answer(torn, by=house.ada, at=MONDAY, pledges=[Pledge("At ten", MONDAY + HOUR, house.ada),
                                                   Pledge("Next month", MONDAY + 30 * DAY, house.ada)])  # fmt: skip
    breaking.break_due(NOON)
    hear()
    page = text(browser_of(house.ada).get("/letters"))
    order = [
        "<span>Speak first",
        "Question 3<",
        "<span>Due today",
        "Question 2<",
        "<span>Later",
        "Question 1<",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert 'data-state="broken"' in page


def test_a_case_on_which_nothing_is_owed_is_looked_at_again_below_what_is_broken(house):
    quiet, torn = write(house, 1), write(house, 2)
    answer(quiet, by=house.ada, at=MONDAY)
    answer(torn, by=house.ada, at=MONDAY, pledges=[Pledge("Wednesday", MONDAY + 2 * DAY, house.ada)])
    breaking.break_due(MONDAY + 3 * DAY)
    hear()
    with time_machine.travel(MONDAY + 3 * DAY, tick=False):
        page = text(browser_of(house.ada).get("/letters"))
    order = ["<span>Speak first", "Question 2<", "<span>Look again", "Question 1<"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_a_row_says_who_wrote_what_and_by_when_an_answer_is_due(house):
    case = write(house, 1)
    arrive(house, letter("Has it been dealt with?", sender="Customer 1 <c1@x.example>", message_id="<again@x.example>",
                         subject=f"[HS-{case.number}]"), at=MONDAY + HOUR)  # fmt: skip
    page = text(browser_of(house.ada).get("/letters"))
    assert "Customer 1" in page
    assert "answer by 14:00" in page
    assert "Chaser" in page
    assert "Has it been dealt with?" in page
    assert "Unread:" in page


def test_a_page_goes_on_where_the_last_one_ended(house, monkeypatch):
    monkeypatch.setattr(page_of_letters, "PAGE", 2)
    found = [write(house, number, at=MONDAY + number * HOUR / 60) for number in range(1, 6)]
    answer(found[4], by=house.ada, at=MONDAY + HOUR / 2, pledges=[Pledge("At ten", MONDAY + HOUR, house.ada)])
    answer(found[3], by=house.ada, at=MONDAY + HOUR / 2, pledges=[Pledge("At ten", MONDAY + HOUR, house.ada)])
    answer(found[2], by=house.ada, at=MONDAY + HOUR / 2, pledges=[Pledge("At ten", MONDAY + HOUR, house.ada)])
    breaking.break_due(NOON)
    hear()
    browser = browser_of(house.ada)
    shown, url = [], "/letters"
    while url:
        response = browser.get(url, headers=HTMX if "after" in url else {})
        shown += [int(number) for number in re.findall(r'<a href="/cases/(\d+)">', response.content.decode())]
        url = next_of(response)
    assert sorted(shown) == sorted(case.number for case in found)
    assert len(shown) == len(set(shown))
    assert set(shown[:3]) == {found[2].number, found[3].number, found[4].number}


def next_of(response) -> str:
    found = re.search(r'class="btn small" href="([^"]*after=[^"]*)"', response.content.decode())
    return html.unescape(found[1]) if found else ""


def test_a_key_that_nobody_gave_begins_at_the_beginning(house):
    case = write(house, 1)
    assert case.subject_line in text(browser_of(house.ada).get("/letters?after=nonsense"))


def test_the_next_page_does_not_say_the_same_heading_twice(house):
    for number in range(page_of_letters.PAGE + 1):
        write(house, number)
    browser = browser_of(house.ada)
    first = browser.get("/letters")
    assert "<span>Due today" in text(first)
    second = text(browser.get(next_of(first), headers=HTMX))
    assert "<span>Due today" not in second
    assert "masthead" not in second


def test_thirty_letters_cost_as_many_queries_as_three(house):
    browser = browser_of(house.ada)

    def queries_now() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.get("/letters?view=ours")
        return len(seen)

    for number in range(3):
        case = write(house, number)
        answer(case, by=house.ada, at=MONDAY, pledges=[Pledge("Soon", MONDAY + DAY, house.ada)])
    browser.get("/letters?view=ours")
    few = queries_now()
    for number in range(3, 33):
        write(house, number)
    assert queries_now() == few


def test_news_are_fetched_as_the_list_alone(house):
    write(house, 1)
    response = browser_of(house.ada).get("/letters?view=mine", headers={**HTMX, "HX-Target": "list"})
    assert "Question 1" in text(response)
    assert "masthead" not in text(response)
    page = text(browser_of(house.ada).get("/letters"))
    assert 'hx-trigger="upheld:show from:body"' in page


def test_the_chosen_case_stands_beside_the_list_and_none_is_opened_unasked(house):
    case = write(house, 1)
    browser = browser_of(house.ada)
    assert "Choose a letter and it opens here." in text(browser.get("/letters"))
    case.refresh_from_db()
    assert case.unread_at
    page = text(browser.get(f"/letters?case={case.number}"))
    assert "What happened" in page
    assert 'aria-current="true"' in page
    case.refresh_from_db()
    assert case.unread_at is None
    assert "Choose a letter" in text(browser.get("/letters?case=999999"))


def test_one_line_for_each_is_remembered(house):
    write(house, 1)
    browser = browser_of(house.ada)
    assert "data-density" not in text(browser.get("/letters"))
    assert 'data-density="dense"' in text(browser.get("/letters?rows=dense"))
    assert 'data-density="dense"' in text(browser.get("/letters?view=ours"))
    assert "data-density" not in text(browser.get("/letters?rows=easy"))


def test_a_fresh_address_for_live_news_carries_a_ticket(house):
    address = browser_of(house.ada).get("/live-ticket")
    assert address["Content-Type"].startswith("text/plain")
    assert "/news?ticket=" in text(address)
    assert browser_of().get("/live-ticket").status_code == 302


def test_while_no_case_is_chosen_what_is_owed_next_stands_in_its_room_and_nothing_counts_as_read(house):
    case = write(house, 1)
    pledge = Pledge(words="A new pair is at your door", due_at=NOON + DAY, keeper=house.ada)
    answer(case, by=house.ada, pledges=[pledge], at=MONDAY + HOUR)
    case.refresh_from_db()
    unread = case.unread_at
    page = text(browser_of(case.owner).get("/letters"))
    case.refresh_from_db()
    assert case.unread_at == unread
    assert "What you owe next" in page
    assert "A new pair is at your door" in page
    assert f"/letters?view=mine&amp;case={case.number}" in page
    assert "You owe nobody anything." in text(
        browser_of(make_agent("Nora Lunde", house.service)).get("/letters")
    )
