"""Five people say what they believe customers would answer, and the gap is told without any of them being seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import check_accessible, chromium, open_page, sign_in
from upheld.measures.tests.makers import make_pair
from upheld.people import hiring
from upheld.people.models import Person
from upheld.people.tests.makers import make_agent, make_company, make_department, make_person
from upheld.surveys import bank
from upheld.surveys.models import Belief, Drawn

__all__ = ["chromium"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PASSWORD = "a long and quiet sentence"
AGENTS = ("Ada Okafor", "Emil Nyberg", "Farah Haddad", "Noor Jansen", "Leo Ferrante")


def let_in(person: Person) -> Person:
    email = f"{person.name.split()[0].lower()}@harbour-shoes.example"
    hiring.let_in(person, email=email, password=PASSWORD, at=timezone.now())
    return person


def enter(chromium: Browser, url: str, name: str, path: str, **context: Any) -> Page:
    page = open_page(chromium, **context)
    sign_in(page, url + path, f"{name.split()[0].lower()}@harbour-shoes.example", PASSWORD)
    return page


def fill_in(page: Page, value: int) -> None:
    """The ballot stands in this page alone; it is filled in and sent, and knows nobody."""
    for item in bank.items(bank.SHORT):
        page.locator(f"input[name='{item.key}'][value='{value}']").check(force=True)
    page.get_by_role("button", name="Send").click()


def test_from_the_round_to_the_gap(chromium: Browser, live_server: Any) -> None:
    make_company()
    service = make_department()
    for name in AGENTS:
        let_in(make_agent(name, service))
    let_in(make_person("Mia Lund", role="manager"))
    for _number in range(6):
        make_pair(service, {"*": 6}, {"*": 3}, at=timezone.now() - timedelta(hours=2))
    mia = enter(chromium, live_server.url, "Mia Lund", "/beliefs")
    check_accessible(mia)
    mia.get_by_role("button", name="Ask staff").click()
    expect(mia.locator("main")).to_contain_text("End the round now")
    for number, name in enumerate(AGENTS):
        small = {"viewport": {"width": 390, "height": 844}} if number == 0 else {}
        page = enter(chromium, live_server.url, name, "/beliefs", **small)
        page.get_by_role("button", name="Take a ballot").click()
        if number == 0:
            check_accessible(page)
        fill_in(page, 7)
        expect(page.locator("main")).not_to_contain_text("Take a ballot")
    assert (Belief.objects.count(), Drawn.objects.count()) == (5, 5)
    mia.reload()
    mia.get_by_role("button", name="End the round now").click()
    expect(mia.locator("main")).to_contain_text("Ask staff")
    how = _how(mia, live_server.url)
    for words in ("Believed and experienced", "100 answers of a hundred", "5 of 5", "0 of 6"):
        expect(how).to_contain_text(words)
    for name in AGENTS:
        expect(how).not_to_contain_text(name)
    check_accessible(mia)


def _how(page: Page, url: str) -> Any:
    """Figures end with the last whole minute; this minute's round is told in the next one."""
    for _attempt in range(90):
        page.goto(f"{url}/how")
        if page.locator("#beliefs").count():
            break
        page.wait_for_timeout(1000)
    return page.locator("main")
