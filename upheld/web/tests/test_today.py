"""Today: one sentence, what is owed, who waits for an answer, and what there is to know. And finding a case."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases import owning
from upheld.cases.models import CasePromise
from upheld.cases.tests.makers import hear, make_case, make_house
from upheld.journal import numbering
from upheld.notices import telling
from upheld.notices.models import Notice
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person
from upheld.promises import breaking, promising
from upheld.promises.models import Promise
from upheld.web.pages import search as page_of_search
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


def text(response) -> str:
    return " ".join(response.content.decode().split())


def promise(
    house, case, words="A new pair is at your door", due_at=MONDAY + 8 * HOUR, keeper=None
) -> Promise:
    made = promising.promise(
        customer=case.customer, subject=case.subject, department=house.service, keeper=keeper or house.ada,
        words=words, due_at=due_at, zone="Europe/Berlin", by=house.ada.actor, at=MONDAY,
    )  # fmt: skip
    CasePromise.objects.create(promise=made, case=case)
    return made


def test_a_quiet_day_says_so_and_when_the_next_promise_is_due(house, case):
    browser = browser_of(house.bruno)
    assert "Nothing is owed today and nobody waits." in text(browser.get("/"))
    promise(house, case, due_at=MONDAY + 3 * DAY, keeper=house.bruno)
    page = text(browser.get("/"))
    assert "Next promise: Thu 09:00." in page
    assert "Nothing is owed and nobody waits." in page


def test_the_sentence_names_whom_to_call_and_counts_what_is_due(house, case):
    promise(house, case, "The refund", MONDAY + HOUR)
    breaking.break_due(NOON)
    browser = browser_of(house.ada)
    page = text(browser.get("/"))
    assert "<h1>Call Dora Lindqvist first.</h1>" in page
    assert "One promise is broken and still owed: “The refund”, for today, 10:00." in page
    promise(house, case)
    assert "<h1>Call Dora Lindqvist first. One promise is due today.</h1>" in text(browser.get("/"))
    promise(house, case, "A call")
    assert "2 promises are due today." in text(browser.get("/"))


def test_broken_comes_before_due_and_due_before_letters(house, case):
    promise(house, case, "The refund", MONDAY + HOUR)
    promise(house, case, "The pair")
    promise(house, case, "Next week", MONDAY + 6 * DAY)
    breaking.break_due(NOON)
    page = text(browser_of(house.ada).get("/"))
    order = ["<h2>Speak first<", ">The refund<", "<h2>Promises due today<", ">The pair<",
             "<h2>Waiting for your answer<", "<h2>Next<", ">Next week<"]  # fmt: skip
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "by 14:00" in page


def test_the_owner_sees_what_others_keep_on_their_cases(house, case):
    carla = make_agent("Carla Mendes", house.service)
    promise(house, case, keeper=carla)
    assert "Carla keeps it; you own the case." in text(browser_of(house.ada).get("/"))
    assert "You keep it." in text(browser_of(carla).get("/"))
    assert "A new pair" not in text(browser_of(house.bruno).get("/"))


def test_a_colleague_sees_only_the_promises_that_they_keep(house, case):
    emil = make_person("Emil", role="colleague")
    promise(house, case, "The refund", keeper=emil)
    promise(house, case, "The pair")
    page = text(browser_of(emil).get("/"))
    assert "The refund" in page
    assert "The pair" not in page
    assert "Waiting for your answer" not in page


def test_administrators_begin_with_what_is_missing_before_letters_can_come(house):
    assert browser_of(make_person("Ines", role="administrator")).get("/").url == "/settings"


def test_a_first_answer_that_is_overdue_says_since_when(house, case):
    with time_machine.travel(MONDAY + 9 * HOUR, tick=False):
        page = text(browser_of(house.ada).get("/"))
    assert "One letter is to be answered today." in page
    assert "since today, 14:00" in page


def test_notices_stand_beside_and_go_when_they_are_seen(house, case):
    owning.hand_over(case, to=house.bruno, by=house.ada.actor, at=NOON)
    numbering.after_restore()
    while telling.follow():
        pass
    browser = browser_of(house.bruno)
    notice = Notice.objects.filter(person=house.bruno, seen_at__isnull=True).latest("pk")
    page = text(browser.get("/"))
    assert "A case is yours from now on; before, Ada Okafor owned it." in page
    assert f'href="/cases/{case.number}"' in page
    browser_of(house.ada).post("/notices/seeing", {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.seen_at is None
    every = [*Notice.objects.filter(person=house.bruno).values_list("pk", flat=True), "x"]
    assert browser.post("/notices/seeing", {"notice": every}, headers={"HX-Request": "true"}).content == b""
    notice.refresh_from_db()
    assert notice.seen_at == NOON
    assert "Nothing that you have not seen." in text(browser.get("/"))


def test_opening_the_case_is_seeing_what_was_told_about_it(house, case):
    owning.hand_over(case, to=house.bruno, by=house.ada.actor, at=NOON)
    numbering.after_restore()
    while telling.follow():
        pass
    browser_of(house.bruno).get(f"/cases/{case.number}")
    assert not Notice.objects.filter(person=house.bruno, seen_at__isnull=True).exists()


def test_thirty_promises_cost_as_many_queries_as_one(house, case):
    browser = browser_of(house.ada)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.get("/")
        return len(seen)

    promise(house, case)
    hear()
    browser.get("/")
    few = queries()
    for number in range(30):
        promise(house, case, f"Number {number}", MONDAY + (4 + number % 5) * HOUR)
    for number in range(10):
        make_case(house, message_id=f"<{number}@harbour.example>", subject=f"Question {number}")
    assert queries() == few


@pytest.mark.parametrize("words", ["Größe", "größe 39", "dora", "Lindqvist", "dora@harbour.example"])
def test_a_case_is_found_by_its_subject_its_customer_and_their_address(house, case, words):
    page = text(browser_of(house.ada).get("/search", {"q": words}))
    assert f'href="/cases/{case.number}"' in page
    assert "One case speaks of" in page


@pytest.mark.parametrize(
    "words", ["{n}", "HS-{n}", "hs-{n}", "#{n}", "ticket {n}", "case {n}", "case: HS-{n}"]
)
def test_a_number_alone_leads_to_its_case(house, case, words):
    found = browser_of(house.ada).get("/search", {"q": words.format(n=case.number)})
    assert found.url == f"/cases/{case.number}"


def test_nobody_finds_what_they_may_not_see(house, case):
    billing = make_department("Billing", duty=make_person("Carla Mendes", role="lead"))
    for words in ("Größe", str(case.number)):
        page = text(browser_of(billing.duty_owner).get("/search", {"q": words}))
        assert f"/cases/{case.number}" not in page
        assert "No case that you may see speaks of" in page


def test_a_search_says_when_it_was_given_too_little_or_found_too_much(house, case, monkeypatch):
    browser = browser_of(house.ada)
    assert "Find a case" in text(browser.get("/search"))
    assert "That is too little to go by." in text(browser.get("/search", {"q": "d"}))
    assert "No case that you may see" in text(browser.get("/search", {"q": "<script>\0"}))
    monkeypatch.setattr(page_of_search, "MOST", 1)
    make_case(house, subject="A linen belt", message_id="<two@harbour.example>")
    page = text(browser.get("/search", {"q": "dora"}))
    assert "The newest 1 are shown." in page
