"""Wanting to be asked nothing more: a page that only its button changes, in both directions."""

from __future__ import annotations

import pytest
import time_machine

from upheld.cases.tests.makers import make_house
from upheld.surveys.models import Spared
from upheld.web.tests.asked import ASKED, HOUR, ask_about, make_closed_case, word_of
from upheld.web.tests.visitors import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel(ASKED + HOUR, tick=False):
        yield


@pytest.fixture
def address():
    return f"/n/{word_of(ask_about(make_closed_case(make_house())))}"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_opening_the_link_says_nothing_and_the_button_says_it(address):
    browser = browser_of()
    for ask in (browser.head, browser.get, browser.get):
        assert ask(address).status_code == 200
    assert not Spared.objects.exists()
    page = browser.get(address)
    assert "Would you rather not be asked?" in text(page)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "We ask you nothing any more." in text(browser.post(address, follow=True))
    assert Spared.objects.count() == 1
    browser.post(address)
    assert Spared.objects.count() == 1
    assert "Would you rather not be asked?" in text(browser.post(address, {"again": "1"}, follow=True))
    assert not Spared.objects.exists()
    assert browser.post(address, {"again": "1"}).status_code == 302


@pytest.mark.parametrize("word", ["x", "1-" + "a" * 32, "%00", "9" * 30])
def test_a_link_that_we_did_not_make_is_no_page(word):
    make_house()
    browser = browser_of()
    assert [browser.get(f"/n/{word}").status_code, browser.post(f"/n/{word}").status_code] == [404, 404]
