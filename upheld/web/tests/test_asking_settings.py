"""How we ask: on or off, how long to wait, who is drawn, what the levels are called; and what customers will see."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from upheld.cases.tests.makers import make_house
from upheld.people.tests.makers import MONDAY, make_person
from upheld.surveys import asking, ladders
from upheld.surveys.models import Asking, Invitation, Ladder
from upheld.web.tests.asked import ASKED, ask_about, make_closed_case, told
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NAMES = ["Criminal", "Basic", "Expected", "Desired", "Surprising", "Unbelievable"]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(ASKED + 2 * HOUR, tick=False):
        yield


@pytest.fixture
def house(settings):
    settings.OUTGOING = "outbox"
    return make_house()


@pytest.fixture
def browser(house):
    return browser_of(make_person("Sven Adler", role="administrator"))


def text(response) -> str:
    return " ".join(response.content.decode().split())


def said(**other: str) -> dict[str, str]:
    return {"verdicts": "on", "wait_hours": "24", "pairs_share": "0.0", "bank": "1"} | other


def named(names: list[str]) -> dict[str, str]:
    return {f"level_{level}": name for level, name in enumerate(names, start=1)}


def test_the_page_begins_with_what_holds_and_looking_stores_nothing(browser):
    page = text(browser.get(reverse("settings_asking")))
    assert "Customers are asked how it went 24 hours after their case was closed." in page
    assert 'value="0.0" selected' in page
    assert "10 questions" in page
    assert "17 questions" in page
    assert 'aria-current="page">How we ask' in page
    assert not Asking.objects.exists()
    assert not Ladder.objects.exists()


def test_asking_is_changed_and_the_same_again_is_no_error(browser):
    changed = said(wait_hours="48", pairs_share="0.1", bank="2")
    for _time in range(2):
        assert browser.post(reverse("settings_asking"), changed).url == reverse("settings_asking")
    own = asking.ours()
    assert (own.verdicts, own.wait_hours, own.pairs_share, own.bank) == (True, 48, 0.1, 2)
    page = text(browser.get(reverse("settings_asking")))
    assert 'value="0.1" selected' in page


def test_asking_is_switched_off(browser):
    off = said()
    del off["verdicts"]
    page = text(browser.post(reverse("settings_asking"), off, follow=True))
    assert "Customers are not asked how it went." in page
    assert not asking.ours().verdicts


@pytest.mark.parametrize(
    "wrong",
    [
        {"wait_hours": "-1"}, {"wait_hours": "721"}, {"wait_hours": "soon"}, {"wait_hours": ""},
        {"pairs_share": "2"}, {"pairs_share": "nan"}, {"pairs_share": ""}, {"bank": "3"}, {"bank": ""},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_nothing_changes(browser, wrong):
    refused = browser.post(reverse("settings_asking"), said(**wrong))
    assert refused.status_code == 422
    assert "-error" in text(refused)
    assert not Asking.objects.exists()


def test_a_share_that_is_not_in_the_list_stays_in_it(house, browser):
    asking.set_up(verdicts=True, wait_hours=24, pairs_share=0.33, by=house.ada.actor, at=ASKED)
    page = text(browser.get(reverse("settings_asking")))
    assert '<option value="0.33" selected>33 in 100</option>' in page
    assert browser.post(reverse("settings_asking"), said(pairs_share="0.33")).status_code == 302


def test_the_levels_get_other_names_and_old_answers_keep_theirs(house, browser):
    case = make_closed_case(house)
    told(ask_about(case), 2)
    page = text(browser.post(reverse("settings_asking_ladder"), named(NAMES), follow=True))
    assert "Saved. Whoever was asked before keeps the names that they read." in page
    assert page.index('value="Unbelievable"') < page.index('value="Criminal"')
    assert ladders.current(ASKED + 2 * HOUR).names == NAMES
    kept = text(browser_of(house.ada).get(reverse("case", args=[case.number])))
    assert "below what I expected" in kept
    assert "Criminal" not in kept


@pytest.mark.parametrize("wrong", ["", "Criminal", "B" * 41])
def test_six_names_each_of_its_own_or_nothing_changes_and_what_was_typed_stays(browser, wrong):
    refused = browser.post(reverse("settings_asking_ladder"), named(NAMES) | {"level_2": wrong})
    assert refused.status_code == 422
    assert 'value="Unbelievable"' in text(refused)
    assert not Ladder.objects.filter(labels=NAMES).exists()


def test_the_same_names_again_are_no_error(browser):
    assert browser.post(reverse("settings_asking_ladder"), named(list(ladders.DEFAULT))).status_code == 302


def test_the_letter_and_the_page_are_shown_with_the_names_that_hold(house, browser):
    page = text(browser.get(reverse("settings_asking")))
    assert "How were you served? “The sole has come off” [HS-1042]" in page
    assert "<u>far below what I expected</u>" in page
    assert '<fieldset class="field ladder" disabled>' in page
    assert not Invitation.objects.exists()


def test_only_those_who_set_up_see_it(house):
    for person in (house.ada, house.bruno, make_person("Selma Yildiz", role="manager")):
        assert browser_of(person).get(reverse("settings_asking")).status_code == 404
        assert browser_of(person).post(reverse("settings_asking"), said()).status_code == 404
        assert browser_of(person).post(reverse("settings_asking_ladder"), named(NAMES)).status_code == 404
    assert MONDAY < ASKED
    assert not Asking.objects.filter(wait_hours=48).exists()
