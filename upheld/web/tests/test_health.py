"""Health: one sentence, each mailbox's account, and the way to where something can be done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from upheld.cases.tests.makers import arrive, letter, make_case, make_house
from upheld.channels.models import Arrival
from upheld.people.tests.makers import make_person
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    house = make_house()
    make_case(house)
    arrive(house, letter(sender="", message_id=None))
    box = house.mailbox
    box.imap_host, box.looked_at, box.connected_at, box.on_server = (
        "imap.example",
        timezone.now(),
        timezone.now(),
        2,
    )
    box.save()
    return house


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_account_of_a_mailbox_balances(house):
    page = text(browser_of(house.bruno).get("/health"))
    assert 'On the server</th><td class="n">2</td>' in page
    assert 'On a case</th><td class="n">1</td>' in page
    assert "It balances" in page


def test_a_missing_letter_is_said(house):
    house.mailbox.on_server = 3
    house.mailbox.save()
    Arrival.objects.update(arrived_at=timezone.now() - timedelta(hours=2))
    page = text(browser_of(house.bruno).get("/health"))
    assert "1 letter is unaccounted for" in page
    assert "does not come out even" in page
    assert "wrong" in page


def test_without_mailboxes_the_page_stands_all_the_same():
    page = browser_of(make_person("Mara Voss", role="manager")).get("/health")
    assert page.status_code == 200
    assert "No mailbox is connected." in text(page)


def test_an_administrator_is_led_to_settings_and_not_to_letters(house):
    page = text(browser_of(make_person("Sven Holt", role="administrator")).get("/health"))
    assert 'href="/settings/mailboxes"' in page
    assert 'href="/attention"' not in page


def test_with_htmx_only_the_answers_come_again(house):
    page = text(browser_of(house.bruno).get("/health", headers={"HX-Request": "true"}))
    assert "<html" not in page
    assert "It balances" in page
