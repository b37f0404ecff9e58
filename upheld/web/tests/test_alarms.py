"""Settings: alarms, and the silence of a mailbox that is used to letters."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from upheld.cases.tests.makers import make_house
from upheld.channels import receiving
from upheld.channels.models import Departure, Mailbox
from upheld.notices import alarming, planning
from upheld.people.tests.makers import MONDAY, make_person
from upheld.web.checking import letters
from upheld.web.tests.visitors import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(MONDAY, tick=False):
        yield


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_an_administrator_says_whom_to_call_and_calls_for_practice():
    make_house()
    browser = browser_of(make_person("Sven Holt", role="administrator"))
    assert "Nothing was wrong for long." in text(browser.get("/settings/alarms"))
    saved = browser.post(
        "/settings/alarms", {"addresses": "piotr@home.example\n", "webhook": ""}, follow=True
    )
    assert "Saved." in text(saved)
    assert planning.plan().addresses == ["piotr@home.example"]
    browser.post("/settings/alarms/practice")
    assert Departure.objects.get(kind="alarm").recipients == ["piotr@home.example"]


def test_what_cannot_be_called_is_said_beside_the_field_and_kept():
    make_house()
    browser = browser_of(make_person("Sven Holt", role="administrator"))
    refused = browser.post("/settings/alarms", {"addresses": "piotr", "webhook": "http://far.example/"})
    assert refused.status_code == 422
    assert "piotr is not an address" in text(refused)
    assert "http://far.example/" in refused.content.decode()
    assert "say first who" in text(browser.post("/settings/alarms/practice", follow=True))


def test_alarms_are_listed_with_when_they_began_and_ended():
    make_house()
    trouble = alarming.Trouble("jobs", "The oldest job waits for 2 h.")
    for minutes in (30, 20):
        alarming.watch([trouble], at=MONDAY - timedelta(minutes=minutes))
    told = text(browser_of(make_person("Sven Holt", role="administrator")).get("/settings/alarms"))
    assert "The oldest job waits for 2 h." in told
    assert "still wrong" in told


def test_an_agent_has_no_such_page():
    house = make_house()
    assert browser_of(house.ada).get("/settings/alarms").status_code == 404


def arrive(count, *, every, until):
    box = Mailbox.objects.get()
    for number in range(count):
        raw = b"From: d@x.example\r\nMessage-ID: <%d@x.example>\r\n\r\nHello" % number
        receiving.store(raw, way="imap", mailbox=box, source_id=f"1.{number}", at=until - number * every)


def test_a_mailbox_that_is_silent_for_longer_than_usual_is_noticed():
    make_house()
    arrive(30, every=6 * HOUR, until=MONDAY)
    (usual,) = letters.silence(MONDAY + 8 * HOUR)
    assert usual.ok
    (silent,) = letters.silence(MONDAY + 10 * HOUR)
    assert not silent.ok
    assert "no letter for 10 h" in silent.sentence
    assert "the longest silence of late was 6 h" in silent.sentence
    assert silent.key == f"silence {Mailbox.objects.get().address}"


def test_few_letters_say_nothing_about_what_is_usual():
    make_house()
    arrive(19, every=HOUR, until=MONDAY)
    assert list(letters.silence(MONDAY + 20 * DAY)) == []
