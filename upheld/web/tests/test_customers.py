"""Customers from A to Z, one customer's history across their cases, and what they told us."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases import noting
from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import answer, arrive, letter, make_case, make_house
from upheld.customers.models import Customer
from upheld.customers.tests.makers import make_customer
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person
from upheld.promises import keeping
from upheld.promises.models import Promise
from upheld.web.tests.visitors import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
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


def test_customers_stand_from_a_to_z_with_umlauts_in_their_place(house):
    for name in ("Zora Zimt", "Ärne Öst", "Bea Bahr"):
        make_customer(
            name,
            email=f"{name[-3:].lower().encode('ascii', 'replace').decode()}@x{name[0].encode().hex()}.example",
        )
    page = text(browser_of(house.ada).get("/customers"))
    assert "3 customers." in page
    assert page.index("Ärne Öst") < page.index("Bea Bahr") < page.index("Zora Zimt")


def test_a_customer_is_found_by_name_company_and_address(house, case):
    make_customer("Otto Brandt", email="otto@brandt.example")
    browser = browser_of(house.ada)
    for words in ("lindq", "DORA", "harbour.example"):
        page = text(browser.get("/customers", {"q": words}))
        assert "Dora Lindqvist" in page
        assert "Otto Brandt" not in page
    assert "Nobody is called “Nobody”." in text(browser.get("/customers", {"q": "Nobody"}))


def test_the_register_is_paged_by_key_and_costs_the_same_for_thirty(house, case):
    browser = browser_of(house.ada)
    browser.get("/customers")
    with CaptureQueriesContext(connection) as one:
        browser.get("/customers")
    for number in range(60):
        make_customer(f"Customer {number:02}.", email=f"c{number}@x.example")
    with CaptureQueriesContext(connection) as sixty:
        first = browser.get("/customers").content.decode()
    assert len(sixty) == len(one)
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    rest = browser.get(older).content.decode()
    assert all((first + rest).count(f">Customer {number:02}.</a>") == 1 for number in range(60))
    assert browser.get("/customers?after=junk").status_code == 200
    assert browser.get("/customers?after=~99999999999999999999999").status_code == 200


def test_one_timeline_holds_letters_notes_and_promises_of_all_cases(house, case):
    pledge = Pledge("A new pair is at your door", MONDAY + DAY, house.ada)
    answer(case, by=house.ada, at=MONDAY + HOUR, pledges=[pledge])
    make_case(
        house,
        subject="Another matter",
        words="And my laces?",
        message_id="<b@harbour.example>",
        at=MONDAY + HOUR,
    )
    noting.note(case, text="She is a captain.", by=house.ada, at=MONDAY + 2 * HOUR)
    page = text(browser_of(house.ada).get(f"/customers/{case.customer_id}"))
    for words in ("The sole has come off again.", "And my laces?", "A new pair comes.", "She is a captain.",
                  "Promised", "Another matter", "dora@harbour.example"):  # fmt: skip
        assert words in page


def test_how_we_did_for_them_is_said_in_words(house, case):
    url, browser = f"/customers/{case.customer_id}", browser_of(house.ada)
    assert "Nothing has been promised yet." in text(browser.get(url))
    pledges = [Pledge(f"Thing {n}", MONDAY + DAY * (n + 1), house.ada) for n in range(3)]
    answer(case, by=house.ada, at=MONDAY + HOUR, pledges=pledges)
    assert "3 are still to come." in text(browser.get(url))
    keeping.keep(Promise.objects.get(words="Thing 0"), what="", by=house.ada.actor, at=NOON)
    keeping.keep(
        Promise.objects.get(words="Thing 1"), what="Half", in_full=False, by=house.ada.actor, at=NOON
    )
    assert "We kept 1 of 2 promises. One is still to come." in text(browser.get(url))


def test_the_timeline_goes_on_on_an_older_page_and_loses_nothing(house, case):
    for number in range(90):
        noting.note(case, text=f"Note {number:02}.", by=house.ada, at=MONDAY + timedelta(minutes=number // 3))
    browser = browser_of(house.ada)
    url, seen = f"/customers/{case.customer_id}", ""
    for _page in range(5):
        html = browser.get(url).content.decode()
        seen += html
        if 'rel="next"' not in html:
            break
        url = html.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert all(seen.count(f"<p>Note {number:02}.</p>") == 1 for number in range(90))


def test_cases_of_another_department_stay_out_of_the_history(house, case):
    stranger = make_agent(
        "Nora Lunde", make_department("Elsewhere", duty=make_person("Ivo Dahl", role="lead"))
    )
    page = text(browser_of(stranger).get(f"/customers/{case.customer_id}"))
    assert "Dora Lindqvist" in page
    assert "The sole has come off" not in page
    assert f"HS-{case.number}" not in page


def test_what_the_customer_told_us_is_written_down(house, case):
    told = {
        "name": "Dora Lindqvist",
        "phone": "040 66969 142",
        "best_time": "before 11:00",
        "language": "de",
        "zone": "Europe/Lisbon",
    }
    done = browser_of(house.ada).post(f"/customers/{case.customer_id}/description", told, follow=True)
    page = text(done)
    for words in ("040 66969 142", "before 11:00", "German", "Europe/Lisbon", 'href="tel:04066969142"'):
        assert words in page


def test_an_unknown_zone_or_an_empty_name_is_refused_beside_what_was_written(house, case):
    browser, url = browser_of(house.ada), f"/customers/{case.customer_id}/description"
    refused = browser.post(url, {"name": "Dora", "zone": "Moon/Base", "phone": "12"})
    assert refused.status_code == 422
    assert "Moon/Base" in text(refused)
    assert browser.post(url, {"name": ""}).status_code == 422
    assert Customer.objects.get().name == "Dora Lindqvist"


def test_telling_us_what_we_know_already_is_no_error(house, case):
    same = browser_of(house.ada).post(
        f"/customers/{case.customer_id}/description", {"name": "Dora Lindqvist"}, follow=True
    )
    assert "That is what we already know." in text(same)


def test_a_customer_who_was_joined_into_another_is_not_there_twice(house, case):
    other = make_customer("Dora L.", email="dl@harbour.example")
    Customer.objects.filter(pk=other.pk).update(joined_into=case.customer)
    browser = browser_of(house.ada)
    assert "1 customer." in text(browser.get("/customers"))
    assert browser.get(f"/customers/{other.pk}").status_code == 404


def test_a_long_letter_is_cut_between_words_and_says_so(house, case):
    words = "Good morning,\n\n" + "soles and laces, " * 40
    arrive(house, letter(words, message_id="<long@harbour.example>"))
    page = text(browser_of(house.ada).get(f"/customers/{case.customer_id}"))
    assert re.search(r"<p>Good morning, soles and laces, [a-z, ]*(soles|and|laces,) …</p>", page)
