"""The outbox: how each letter stands, who may read it, and what a person decides about one in trouble."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases.tests.makers import answer, make_case, make_house
from upheld.channels.models import Departure
from upheld.people.tests.makers import MONDAY, make_department, make_person
from upheld.web.tests.visitors import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
HOUR = timedelta(hours=1)
NOON = MONDAY + 3 * HOUR


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def left(house):
    return answer(make_case(house), by=house.ada, at=MONDAY + HOUR).departure


def text(response) -> str:
    return " ".join(response.content.decode().split())


def trouble(departure: Departure, **fields) -> Departure:
    Departure.objects.filter(pk=departure.pk).update(sent_at=None, trouble="550 no such user", **fields)
    return departure


def test_letters_that_left_for_nowhere_are_listed_and_can_be_read(house, left):
    browser = browser_of(house.bruno)
    page = text(browser.get("/outbox"))
    assert "These letters left for nowhere" in page
    assert "Left for nowhere" in page
    assert "dora@harbour.example" in page
    shown = text(browser.get(f"/outbox/{left.pk}"))
    assert "A new pair comes." in shown
    raw = browser.get(f"/outbox/{left.pk}.eml")
    assert raw.headers["Content-Type"] == "message/rfc822"
    assert raw.content == bytes(left.content)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"failed_at": NOON}, "Not sent"),
        ({"held_at": NOON, "claimed_at": NOON}, "Held: nobody knows whether it left"),
        ({"bounced_at": NOON}, "Came back"),
    ],
)
def test_a_letter_in_trouble_waits_for_a_decision(house, left, fields, said):
    trouble(left, **fields)
    browser = browser_of(house.bruno)
    page = text(browser.get("/outbox?state=trouble"))
    assert "1 letter waits for a decision." in page
    assert said in page
    assert "550 no such user" in page
    assert "Send it again" in text(browser.get(f"/outbox/{left.pk}"))


def test_sent_again_it_waits_to_leave(house, left):
    trouble(left, failed_at=NOON)
    browser_of(house.bruno).post(f"/outbox/{left.pk}/resending")
    left.refresh_from_db()
    assert left.is_waiting
    assert left.leaves_at == NOON


def test_dealt_with_in_another_way_it_leaves_the_list(house, left):
    trouble(left, failed_at=NOON)
    browser = browser_of(house.bruno)
    browser.post(f"/outbox/{left.pk}/settling")
    assert "Every letter left" in text(browser.get("/outbox"))
    assert "Dealt with in another way" in text(browser.get(f"/outbox/{left.pk}"))


def test_a_letter_in_doubt_is_confirmed_and_only_such_a_one(house, left):
    browser = browser_of(house.bruno)
    trouble(left, failed_at=NOON)
    assert "It did arrive" not in text(browser.get(f"/outbox/{left.pk}"))
    browser.post(f"/outbox/{left.pk}/confirming")
    left.refresh_from_db()
    assert left.sent_at is None
    trouble(left, failed_at=None, held_at=NOON, claimed_at=NOON)
    assert "It did arrive" in text(browser.get(f"/outbox/{left.pk}"))
    browser.post(f"/outbox/{left.pk}/confirming")
    left.refresh_from_db()
    assert left.sent_at == NOON


def test_a_decision_that_came_too_late_is_said(house, left):
    said = browser_of(house.bruno).post(f"/outbox/{left.pk}/resending", follow=True)
    assert "Nothing is wrong with this letter" in text(said)


def test_an_administrator_decides_without_reading(house, left):
    trouble(left, failed_at=NOON)
    browser = browser_of(make_person("Sven Holt", role="administrator"))
    page = text(browser.get("/outbox"))
    assert "Not sent" in page
    assert "Größe 39" not in page
    shown = text(browser.get(f"/outbox/{left.pk}"))
    assert "A new pair comes." not in shown
    assert "Größe 39" not in shown
    assert browser.get(f"/outbox/{left.pk}.eml").status_code == 404
    browser.post(f"/outbox/{left.pk}/resending")
    left.refresh_from_db()
    assert left.is_waiting


def test_a_lead_of_another_department_sees_nothing(house, left):
    lead = make_person("Ivo Dahl", role="lead")
    make_department("Elsewhere", duty=lead)
    browser = browser_of(lead)
    assert "dora@harbour.example" not in text(browser.get("/outbox"))
    for url in (f"/outbox/{left.pk}", f"/outbox/{left.pk}.eml"):
        assert browser.get(url).status_code == 404
    assert browser.post(f"/outbox/{left.pk}/settling").status_code == 404


def test_thirty_letters_cost_as_many_queries_as_one(house, left):
    browser = browser_of(house.bruno)
    browser.get("/outbox")
    with CaptureQueriesContext(connection) as one:
        browser.get("/outbox")
    for number in range(30):
        make_case(
            house,
            subject=f"No. {number}",
            message_id=f"<{number}@harbour.example>",
            sender=f"X <x{number}@y.example>",
        )
    with CaptureQueriesContext(connection) as thirty:
        browser.get("/outbox")
    assert len(thirty) == len(one)
    assert browser.get("/outbox?state=x&before=y").status_code == 200
