"""How we do, what customers say and what we learn: sentences, and lists as long as the counts."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases.tests.makers import arrive, letter, make_case, make_house
from upheld.findings import raising
from upheld.measures.tests.makers import make_ladder, make_pair, make_verdict
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person
from upheld.surveys import bank
from upheld.surveys.models import Belief, Ladder, Round
from upheld.web.tests.visitors import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
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


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def links(response, kind: str) -> list[str]:
    return [
        unescape(found) for found in re.findall(rf'href="(/how/{kind}\?[^"]*)"', response.content.decode())
    ]


def rows(response) -> int:
    return response.content.decode().count('<li class="line"')


def verdicts(house, levels, *, at=MONDAY + HOUR, comment=""):
    case = make_case(house, at=MONDAY)
    ladder = make_ladder(MONDAY - DAY)
    return case, [make_verdict(case, level, ladder=ladder, at=at, comment=comment) for level in levels]


def test_what_nobody_asked_for_is_not_there(house, mia):
    make_case(house, at=MONDAY)
    told = text(browser_of(mia).get("/how"))
    for head in ("What customers say", "Expected and received", "Believed and experienced", "What we learnt"):
        assert head not in told
    assert "Asked again" in told


def test_few_verdicts_are_told_as_counts(house, mia):
    verdicts(house, [1, 3, 4, 5])
    page = browser_of(mia).get("/how")
    told = text(page)
    assert "3 of 4 customers who said how it went were served as they expected, or better." in told
    assert "One expected better." in told
    assert "4 customers were asked in this time, and 4 have answered." in told
    assert "95 % interval" not in told
    assert "The worst tenth" not in told


def test_many_verdicts_have_shares_intervals_and_the_worst_tenth(house, mia):
    verdicts(house, [2] * 4 + [3] * 16 + [4] * 10)
    told = text(browser_of(mia).get("/how"))
    assert "the true share lies between" in told
    assert "The worst tenth stands at “below what I expected” or lower." in told
    assert "95 % interval" in told


def test_each_count_of_the_ladder_leads_to_a_list_of_that_length(house, mia):
    verdicts(house, [1, 1, 3, 6], comment="Twelve weeks!")
    browser = browser_of(mia)
    found = links(browser.get("/how"), "verdicts")
    lengths = {re.search(r"which=(\w+)", url)[1]: rows(browser.get(url)) for url in found}
    assert lengths == {"all": 4, "kept": 2, "missed": 2, "1": 2, "3": 1, "6": 1}
    assert "Twelve weeks!" in text(browser.get(found[0]))


def test_a_list_shows_what_the_reader_may_open_and_counts_the_rest(house, mia):
    verdicts(house, [3, 4])
    billing = make_department("Billing", duty=make_person("Carla Brandt", role="lead"))
    carla = make_agent("Cem Aksoy", billing)
    browser = browser_of(carla)
    found = links(browser_of(mia).get("/how"), "verdicts")
    page = browser.get(found[0])
    assert rows(page) == 0
    assert "2 of these are on cases of others" in text(page)


def test_whoever_had_to_ask_again_is_counted_and_listed(house, mia):
    case = make_case(house, at=MONDAY)
    again = f"Re: [HS-{case.number}]"
    headers = "In-Reply-To: <first@harbour.example>"
    arrive(
        house, letter("Well?", message_id="<2@x.example>", subject=again, headers=headers), at=MONDAY + DAY
    )
    browser = browser_of(mia)
    page = browser.get("/how")
    assert "In the one request the customer had to ask again." in text(page)
    (chased,) = links(page, "asked-again")
    (chasers,) = links(page, "chasers")
    assert (rows(browser.get(chased)), rows(browser.get(chasers))) == (1, 1)
    assert "Not answered yet" in text(browser.get(chasers))


def test_expected_and_received_stand_side_by_side(house, mia):
    for _n in range(6):
        make_pair(house.service, {"*": 6}, {"*": 5}, at=MONDAY + HOUR)
    browser = browser_of(mia)
    page = browser.get("/how")
    told = text(page)
    assert "6 of 6 customers received less than they expect." in told
    assert "A small sample: read it with care." in told
    assert "Reliability" in told
    assert "−1.0" in told
    (pairs,) = links(page, "expectations")
    assert rows(browser.get(pairs)) == 6


def test_two_pairs_are_told_in_words(house, mia):
    for _n in range(2):
        make_pair(house.service, {"*": 6}, {"*": 5}, at=MONDAY + HOUR)
    told = text(browser_of(mia).get("/how"))
    assert (
        "Two customers have said what they expect and what they received; from five on it is told here."
        in told
    )


def test_believed_stands_beside_experienced_and_small_groups_are_held_back(house, mia):
    over = Round.objects.create(
        bank=bank.SHORT, opened_at=MONDAY - 9 * DAY, closes_at=MONDAY, closed_at=MONDAY - DAY
    )
    scores = {item.key: 7 for item in bank.items(bank.SHORT)}
    for number in range(14):
        level = "front" if number < 10 else "managers"
        Belief.objects.create(round=over, ballot=bytes([number]), level=level, scores=scores)
    for number in range(10):
        make_pair(house.service, {"*": 6}, {"*": 6 if number < 2 else 3}, at=MONDAY + HOUR)
    told = text(browser_of(mia).get("/how"))
    assert "We believe that customers agree in 100 answers of a hundred; they do in 20." in told
    assert "14 of 14" in told
    assert "Managers" not in told
    assert "Item by item" in told


def test_what_was_learnt_waits_with_its_age(house, mia):
    case = make_case(house, at=MONDAY)
    raising.raise_finding(case=case, words="Soles come off.", by=house.ada, at=MONDAY)
    told = text(browser_of(mia).get("/how"))
    assert "What we learnt" in told
    assert "One finding waits for an answer, the oldest for 10 days." in told


def test_the_page_takes_as_many_queries_for_many_voices_as_for_few(house, mia):
    verdicts(house, [3])
    for _n in range(5):
        make_pair(house.service, {"*": 6}, {"*": 5}, at=MONDAY + HOUR)
    browser = browser_of(mia)
    browser.get("/how")
    with CaptureQueriesContext(connection) as few:
        browser.get("/how")
    case, ladder = verdicts_case(house)
    for _n in range(20):
        make_verdict(case, 4, ladder=ladder, at=MONDAY + 2 * HOUR)
        make_pair(house.service, {"*": 6}, {"*": 5}, at=MONDAY + HOUR)
    with CaptureQueriesContext(connection) as many:
        browser.get("/how")
    assert len(many) <= len(few)


def verdicts_case(house):
    return make_case(house, at=MONDAY, message_id="<other@x.example>", subject="Laces"), Ladder.objects.get()


def test_a_level_is_called_as_its_customers_read_it_and_two_ladders_have_no_list_of_one(house, mia):
    case, _given = verdicts(house, [6, 6])
    later = Ladder.objects.create(labels=["a1", "b2", "c3", "d4", "e5", "f6"], since=MONDAY + DAY)
    browser = browser_of(mia)
    (sixth,) = [url for url in links(browser.get("/how"), "verdicts") if "which=6" in url]
    page = text(browser.get(sixth))
    assert "outstanding" in page
    assert "f6" not in page
    make_verdict(case, 6, ladder=later, at=MONDAY + 2 * DAY)
    page = browser.get("/how")
    assert "f6" in text(page)
    assert not [url for url in links(page, "verdicts") if "which=6" in url]
    assert [url for url in links(page, "verdicts") if "which=all" in url]
