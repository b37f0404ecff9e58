"""How we do: the sentences, the numbers that lead to lists of that length, and who may open what is behind them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases import opening
from upheld.cases.models import CasePromise
from upheld.cases.tests.makers import make_house
from upheld.customers.models import Customer
from upheld.customers.tests.makers import make_customer
from upheld.journal.facts import CLOCK
from upheld.people.models import Department
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person
from upheld.promises import breaking, clocks, keeping, promising, renegotiating, standards
from upheld.promises.models import Promise
from upheld.web import how_words
from upheld.web.tests.visitors import browser_of, browser_of_outsider

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = MONDAY + 10 * DAY


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def mia():
    return make_person("Mia Lund", role="manager")


def case(house, *, department=None, owner=None, answered=HOUR, at=MONDAY):
    """A case whose first answer came after an hour, or not at all."""
    opened = opening.open_case(
        "Größe 39", customer=make_customer_once(), department=department or house.service,
        mailbox=None, owner=owner or house.ada, waiting_since=at, by=CLOCK, at=at,
    )  # fmt: skip
    if answered:
        clocks.stop("first-answer", subject=opened.subject, by=CLOCK, at=at + answered)
    return opened


def make_customer_once():
    return Customer.objects.first() or make_customer()


def promise(house, kept=True, *, on=None, due_at=MONDAY + DAY, words="A new pair") -> Promise:
    on = on or case(house)
    made = promising.promise(
        customer=on.customer, subject=on.subject, department=on.department, keeper=on.owner, words=words,
        due_at=due_at, zone="Europe/Berlin", by=CLOCK, at=MONDAY,
    )  # fmt: skip
    CasePromise.objects.create(promise=made, case=on)
    if kept:
        return keeping.keep(made, what="Done.", by=CLOCK, at=due_at)
    breaking.break_due(due_at + HOUR)
    made.refresh_from_db()
    return made


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def links(response, kind: str) -> list[tuple[str, str]]:
    """Where the numbers of one measure lead, and what they say."""
    found = re.findall(rf'<a href="(/how/{kind}[^"]*)">(.*?)</a>', response.content.decode())
    return [(unescape(address), re.sub(r"<[^>]+>", "", words)) for address, words in found]


def rows(response) -> int:
    return response.content.decode().count('<li class="line"')


def test_the_page_answers_in_one_sentence(house, mia):
    browser = browser_of(mia)
    for _n in range(2):
        promise(house)
    promise(house, kept=False)
    assert "We kept 2 of 3 promises, in full and on time. The other one: still owed. See it ." in text(
        browser.get("/how")
    )


def test_what_was_not_kept_is_told_by_what_became_of_it(house, mia):
    promise(house)
    late, part = promise(house, kept=False), promise(house, kept=False)
    promise(house, kept=False)
    keeping.keep(late, what="Done.", by=CLOCK, at=MONDAY + 2 * DAY)
    keeping.keep(part, what="One.", in_full=False, by=CLOCK, at=MONDAY + 2 * DAY)
    told = text(browser_of(mia).get("/how"))
    assert "Of the other three: one kept in part, one kept late, and one still owed." in told


def test_a_new_date_is_counted_on_the_first_and_shown_beside(house, mia):
    on = case(house)
    moved = promising.promise(
        customer=on.customer, subject=on.subject, department=house.service, keeper=house.ada, words="A pair",
        due_at=MONDAY + DAY, zone="UTC", by=CLOCK, at=MONDAY,
    )  # fmt: skip
    renegotiating.renegotiate(moved, due_at=MONDAY + 3 * DAY, how="By phone", by=CLOCK, at=MONDAY + HOUR)
    keeping.keep(moved, what="Done.", by=CLOCK, at=MONDAY + 2 * DAY)
    told = text(browser_of(mia).get("/how"))
    assert "We did not keep the one promise that fell due. What became of it: kept by a new date." in told
    assert "By the new dates it is 1 of 1." in told


def test_nothing_due_is_said_calmly(house, mia):
    told = text(browser_of(mia).get("/how"))
    assert "No promise fell due." in told
    assert "No first answer fell due either." in told
    assert '<svg class="chart"' not in browser_of(mia).get("/how").content.decode()


def test_few_are_told_in_words_and_thirty_are_drawn(house, mia):
    browser = browser_of(mia)
    on = case(house)
    for _n in range(29):
        promise(house, on=on)
    few = browser.get("/how")
    assert "We kept all 29 promises, in full and on time." in text(few)
    assert '<svg class="chart"' not in few.content.decode()
    assert "the true share lies between" not in text(few)
    promise(house, kept=False, on=on)
    many = browser.get("/how")
    assert "That is 97 in a hundred; with so many, the true share lies between 83 and 99." in text(many)
    assert '<svg class="chart"' in many.content.decode()


def test_departments_have_a_chart_and_a_page_of_their_own(house, mia):
    billing = make_department("Billing & <b>more</b>", duty=make_person("Carla Brandt", role="lead"))
    ours, theirs = case(house), case(house, department=billing)
    for _n in range(30):
        promise(house, on=ours)
    for _n in range(3):
        promise(house, kept=False, on=theirs)
    browser = browser_of(mia)
    page = browser.get("/how")
    assert "Keeping our word, by department" in text(page)
    assert "<b>more</b>" not in page.content.decode()
    assert "0 % too few" in text(page)
    alone = text(browser.get(f"/how?department={billing.pk}"))
    assert "Billing & <b>more</b> kept none of 3 promises in full and on time." in alone
    assert "by department" not in alone


def test_every_number_leads_to_a_list_of_that_length(house, mia):
    billing = make_department("Billing", duty=make_person("Carla Brandt", role="lead"))
    for number in range(20):
        on = case(
            house, department=[house.service, billing][number % 2], answered=[HOUR, 9 * HOUR][number % 3 == 0]
        )
        for _n in range(2):
            promise(house, kept=number % 4 > 0, on=on, due_at=MONDAY + (1 + number % 9) * DAY)
    for _n in range(12):
        case(house, answered=None)
    browser = browser_of(mia)
    page = browser.get("/how")
    seen = 0
    for kind in ("promises", "answers"):
        for address, words in links(page, kind):
            number = re.search(r"\d+", words)
            assert number is not None, words
            listed = browser.get(address)
            assert rows(listed) == int(number[0]), (address, words)
            assert f"{number[0]} " in text(listed) or number[0] == "1"
            seen += 1
    assert seen > 20


def test_the_first_answers_stand_against_their_standard(house, mia):
    for number in range(20):
        case(house, answered=HOUR if number else 30 * HOUR)
    told = text(browser_of(mia).get("/how"))
    assert "standard: 95 in a hundred within 4 business hours" in told
    assert "19 of 20 first answers came in time." in told
    assert "The standard asks for 19 of these 20, and 19 came in time: attained." in told
    assert "Half of those who wrote had an answer within 1 h 0 min, nights and closed days counted." in told
    case(house, answered=None)
    told = text(browser_of(mia).get("/how"))
    assert "Of the other two: one answered late and one not answered yet." in told
    assert "The standard asks for 20 of these 21, and 19 came in time: not attained." in told


def test_two_standards_are_told_apart(house, mia):
    case(house)
    standards.set("first-answer", department=house.service, minutes=90, share=80, by=CLOCK, at=MONDAY + HOUR)
    case(house, at=MONDAY + DAY)
    told = text(browser_of(mia).get("/how"))
    assert "Everybody , 95 in a hundred within 4 business hours." in told
    assert "Service , 80 in a hundred within 90 business minutes." in told


def test_figures_are_open_to_all_staff_and_lists_show_what_one_may_see(house, mia):
    billing = make_department("Billing", duty=make_person("Carla Brandt", role="lead"))
    carlos = make_agent("Carlos Brandt", billing)
    for _n in range(2):
        promise(house, kept=False)
    promise(house, kept=False, on=case(house, department=billing, owner=carlos))
    for person, seen, hidden in ((mia, 3, 0), (carlos, 1, 2), (house.ada, 2, 1)):
        browser = browser_of(person)
        page = browser.get("/how")
        assert "We kept none of 3 promises in full and on time. What became of them: still owed." in text(
            page
        )
        listed = browser.get(links(page, "promises")[0][0])
        assert rows(listed) == seen
        assert "3 promises were not kept." in text(listed)
        assert ("you cannot open" in text(listed)) == bool(hidden)
        answers = browser.get(links(page, "answers")[0][0])
        assert rows(answers) == seen
        assert "3 first answers came in time." in text(answers)
    assert "2 of these are on cases of others; they are counted, and you cannot open them." in text(
        browser_of(carlos).get(links(page, "promises")[0][0])
    )


def test_administrators_see_the_figures_and_no_letters(house):
    promise(house)
    browser = browser_of(make_person("Aisha Noor", role="administrator"))
    page = browser.get("/how")
    assert "We kept the one promise that fell due, in full and on time." in text(page)
    listed = browser.get(links(page, "promises")[0][0])
    assert rows(listed) == 0
    assert "One of these is on a case of others" in text(listed)
    assert "Größe 39" not in text(browser.get(links(page, "answers")[0][0]))


def test_nobody_else_comes_in(house):
    nobody, eve = browser_of(), browser_of_outsider()
    for address in ("/how", "/how/promises", "/how/answers"):
        assert nobody.get(address).status_code == 302
        assert eve.get(address).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"from": "yesterday"}, {"from": ""}, {"until": "2026-11-17"}, {"from": "2026-11-20T00:00:00Z"},
        {"from": "0001-01-01T00:00:00Z"}, {"from": "2020-01-01T00:00:00Z"}, {"until": "2026-11-27T00:00:00Z"},
        {"which": "mine"}, {"department": "0"}, {"department": "x"}, {"department": "9" * 30},
        {"after": "x"}, {"after": "2026-11-17T00:00:00Z~x"}, {"after": "2026-11-17~1"},
        {"after": "2026-11-17T00:00:00Z~" + "9" * 30},
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["promises", "answers"])
def test_an_address_that_makes_no_sense_is_no_page(house, mia, kind, change):
    good = {"which": "all", "from": "2026-11-15T23:00:00Z", "until": "2026-11-18T08:00:00Z"}
    browser = browser_of(mia)
    assert browser.get(f"/how/{kind}", good).status_code == 200
    assert browser.get(f"/how/{kind}", good | change).status_code == 404


def test_an_unknown_period_is_the_usual_one_and_an_unknown_department_no_page(house, mia):
    browser = browser_of(mia)
    assert "Last 30 days: from Tue 27 Oct" in text(browser.get("/how?period=century"))
    assert "This year: from Thu 1 Jan" in text(browser.get("/how?period=year"))
    assert browser.get("/how?department=999999").status_code == 404


def test_a_long_list_is_paged_by_key_and_shows_each_once(house, mia):
    on = case(house)
    for number in range(60):
        promise(house, on=on, due_at=MONDAY + DAY + number // 7 * HOUR, words=f"Pair {number:02}.")
    browser = browser_of(mia)
    first = browser.get(links(browser.get("/how"), "promises")[0][0])
    older = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert older is not None
    second = browser.get(unescape(older[1]))
    shown = re.findall(r"Pair (\d\d)\.", text(first)) + re.findall(r"Pair (\d\d)\.", text(second))
    assert sorted(shown) == [f"{number:02}" for number in range(60)]
    assert (rows(first), rows(second)) == (50, 10)
    assert 'rel="next"' not in second.content.decode()


def test_the_number_of_queries_does_not_grow(house, mia):
    browser = browser_of(mia)
    agent = browser_of(house.ada)

    def asked():
        found = {}
        for who in (browser, agent):
            page = who.get("/how")
            for address in ("/how", *(links(page, kind)[0][0] for kind in ("promises", "answers"))):
                with CaptureQueriesContext(connection) as queries:
                    assert who.get(address).status_code == 200
                found[who is agent, address.partition("?")[0]] = len(queries)
        return found

    promise(house)
    few = asked()
    for number in range(30):
        promise(house, kept=number % 2 > 0, due_at=MONDAY + (1 + number % 5) * DAY)
    many = asked()
    assert {key: many[key] for key in few} == few


def test_a_department_that_has_closed_still_has_its_figures(house, mia):
    billing = make_department("Billing", duty=make_person("Carla Brandt", role="lead"))
    promise(house, on=case(house, department=billing))
    Department.objects.filter(pk=billing.pk).update(closed_at=NOW)
    browser = browser_of(mia)
    assert "Billing kept the one promise that fell due" in text(browser.get(f"/how?department={billing.pk}"))


@pytest.mark.parametrize(
    ("count", "said"), [(0, "none"), (1, "one"), (12, "twelve"), (13, "13"), (1234, "1,234")]
)
def test_small_counts_are_words(count, said):
    assert how_words.number(count) == said
