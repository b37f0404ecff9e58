"""Letters that no rule could file: listed with a reason, readable as far as they can be, and decided by a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases.models import Case
from upheld.cases.tests.makers import arrive, letter, make_house
from upheld.channels.models import Arrival, Mailbox
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
NOON = MONDAY + timedelta(hours=3)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def lost(house):
    return arrive(house, letter("Whose am I?", subject="Größe 39", sender="", message_id=None))


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_letter_without_a_sender_is_listed_with_its_reason(house, lost):
    page = text(browser_of(house.ada).get("/attention"))
    assert "1 letter needs a person." in page
    assert "Größe 39" in page
    assert "The letter does not say who wrote it." in page
    assert f"/letters-in/{lost.pk}.eml" in page


def test_when_nothing_waits_the_page_says_so(house):
    page = text(browser_of(house.ada).get("/attention"))
    assert "No letter needs a person." in page
    assert "Every letter has found its place." in page


def test_a_letter_by_itself_shows_all_that_could_be_read(house, lost):
    page = text(browser_of(house.ada).get(f"/attention/{lost.pk}"))
    assert "Whose am I?" in page
    assert "service@harbour-shoes.example" in page
    assert "nobody who is named" in page
    assert "message-id" not in page


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff\xfe", b"From: <@\r\nSubject: =?x?q?=\r\n\r\n\x80", b"From" * 9999]
)
def test_any_bytes_are_shown_without_an_error(house, raw):
    arrival = arrive(house, raw)
    browser = browser_of(house.ada)
    assert browser.get("/attention").status_code == 200
    assert browser.get(f"/attention/{arrival.pk}").status_code == 200


def test_what_a_stranger_wrote_stays_text(house):
    arrival = arrive(
        house, letter("<script>alert(1)</script>", subject="<img src=x>", sender="", message_id=None)
    )
    for url in ("/attention", f"/attention/{arrival.pk}"):
        page = text(browser_of(house.ada).get(url))
        assert "<script>alert" not in page
        assert "<img" not in page


def test_a_person_makes_a_case_of_it(house, lost):
    answer = browser_of(house.ada).post(
        f"/attention/{lost.pk}/case", {"email": "dora@harbour.example", "department": house.service.pk}
    )
    case = Case.objects.get()
    assert answer.url == f"/cases/{case.number}"
    assert case.owner == house.ada
    assert case.customer.addresses.get().email == "dora@harbour.example"
    page = text(browser_of(house.ada).get(f"/attention/{lost.pk}"))
    assert "Ada dealt with it" in page
    assert f"HS-{case.number}" in page


def test_without_an_address_no_case_is_opened(house, lost):
    refused = browser_of(house.ada).post(
        f"/attention/{lost.pk}/case", {"email": "nobody", "department": house.service.pk}
    )
    assert refused.status_code == 422
    assert "nobody" in text(refused)
    assert not Case.objects.exists()


def test_the_address_is_filled_in_when_the_letter_names_one(house):
    report = letter("A report", sender="Robot <robot@x.example>", headers="Auto-Submitted: auto-generated")
    arrival = arrive(house, report)
    assert arrival.outcome == "attention"
    assert 'value="robot@x.example"' in text(browser_of(house.ada).get(f"/attention/{arrival.pk}"))


def test_a_person_sets_it_aside_once(house, lost):
    browser = browser_of(house.ada)
    assert browser.post(f"/attention/{lost.pk}/aside").url == "/attention"
    assert "No letter needs a person." in text(browser.get("/attention"))
    again = browser.post(f"/attention/{lost.pk}/aside", follow=True)
    assert "somebody has dealt with it already" in text(again)
    assert bytes(Arrival.objects.get(pk=lost.pk).raw.content)


def test_a_second_decision_by_a_colleague_is_refused_beside_the_form(house, lost):
    browser_of(house.ada).post(f"/attention/{lost.pk}/aside")
    late = browser_of(house.bruno).post(
        f"/attention/{lost.pk}/case", {"email": "dora@harbour.example", "department": house.service.pk}
    )
    assert late.status_code == 422
    assert not Case.objects.exists()


def test_another_departments_letters_are_not_there(house, lost):
    elsewhere = make_department("Elsewhere", duty=make_person("Ivo Dahl", role="lead"))
    browser = browser_of(make_agent("Nora Lunde", elsewhere))
    assert "No letter needs a person." in text(browser.get("/attention"))
    assert browser.get(f"/attention/{lost.pk}").status_code == 404
    assert browser.post(f"/attention/{lost.pk}/aside").status_code == 404
    assert browser.post(f"/attention/{lost.pk}/case").status_code == 404
    Mailbox.objects.update(department=elsewhere)
    assert browser.get(f"/attention/{lost.pk}").status_code == 200


def test_a_letter_that_was_filed_is_not_here(house):
    filed = arrive(house, letter())
    assert browser_of(house.ada).get(f"/attention/{filed.pk}").status_code == 404


def test_twenty_letters_cost_as_many_queries_as_one_and_the_list_is_paged(house, lost):
    browser = browser_of(house.ada)
    browser.get("/attention")
    with CaptureQueriesContext(connection) as one:
        browser.get("/attention")
    for number in range(30):
        arrive(house, letter(f"No. {number}", subject=f"Lost {number:02}.", sender="", message_id=None))
    with CaptureQueriesContext(connection) as thirty:
        page = browser.get("/attention").content.decode()
    assert len(thirty) == len(one)
    older = page.split('rel="next" href="')[1].split('"')[0]
    rest = browser.get(older).content.decode()
    assert all((page + rest).count(f">Lost {number:02}.</a>") == 1 for number in range(30))
    assert browser.get("/attention?after=x").status_code == 200
