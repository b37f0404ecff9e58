"""A shop of two: every page that its menu leads to, and no word of what it never asked for."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import House, answer, arrive, make_case, make_house
from upheld.channels.models import Mailbox
from upheld.people import beginning
from upheld.people.models import Person
from upheld.people.queries import only_department
from upheld.people.tests.makers import MONDAY, make_department
from upheld.promises import standards
from upheld.web import welcoming
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
WORDS = re.compile(
    r"\b(departments?|roles?|intervals?|teams?|leads?|agents?|managers?|administrators?)\b", re.IGNORECASE
)
ASKED_FOR = ("/settings/departments", "/sign-in/", "/styleguide")
"""Whoever opens these wants to divide the company; the sign-in pages are a library's; the style guide is ours."""
FIGURES = "/how"
"""The definition of a figure names all that it depends on, asked for or not."""
SILENT = {"script", "style", "svg", "template", "title", "head"}
VOID = {
    "input",
    "meta",
    "link",
    "br",
    "hr",
    "img",
    "path",
    "rect",
    "circle",
    "line",
    "use",
    "source",
    "col",
    "wbr",
}


class Seen(HTMLParser):
    """What somebody sees of a page without opening anything, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: set[str] = set()
        self.stack: list[tuple[str, bool]] = []

    @property
    def hidden(self) -> bool:
        return any(hides for _tag, hides in self.stack)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "a" and said.get("href"):
            self.links.add(str(said["href"]))
        if not self.hidden and said.get("type") != "hidden":
            self.words += [str(said[one]) for one in ("placeholder", "aria-label", "title") if said.get(one)]
        if tag in VOID:
            return
        folded = bool(self.stack) and self.stack[-1][0] == "details-closed" and tag != "summary"
        name = "details-closed" if tag == "details" and "open" not in said else tag
        self.stack.append((name, tag in SILENT or folded or tag == "dialog" or "hidden" in said))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.stack) - 1, -1, -1):
            if self.stack[place][0] in (tag, f"{tag}-closed"):
                del self.stack[place:]
                return

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def seen(page: str) -> Seen:
    reader = Seen()
    reader.feed(page)
    return reader


def shop() -> Person:
    """Ada began, Bo was let in; a letter came and a promise was made."""
    ada = beginning.begin(
        "Lund Shoes", zone="Europe/Berlin", name="Ada Lund", email="ada@lund-shoes.example",
        password="deck-shoe-kiel-39", at=MONDAY,
    )  # fmt: skip
    welcoming.let_in([("Bo Lind", "bo@lund-shoes.example")], by_mail=None, by=ada, at=MONDAY)
    standards.set("first-answer", department=None, minutes=240, share=95, by=ada.actor, at=MONDAY)
    service = only_department()
    box = Mailbox.objects.create(
        name="Lund Shoes", address="hello@lund-shoes.example", department=service, imap_host="imap.example",
        connected_at=MONDAY,
    )  # fmt: skip
    house = House(service, ada, ada, box)
    case = make_case(house, at=MONDAY)
    pledge = Pledge("A new pair", MONDAY + timedelta(days=1), ada)
    answer(case, by=ada, at=MONDAY + timedelta(hours=1), pledges=[pledge])
    make_case(house, at=MONDAY + timedelta(hours=2), message_id="<second@harbour.example>", subject="Laces")
    arrive(house, b"From: <@\nSubject: no sender\n\nWhere are my shoes?\n")
    return ada


def test_a_shop_of_two_never_meets_what_it_did_not_ask_for():
    ada = shop()
    browser = browser_of(ada)
    waiting, known, found, bad = ["/", "/setup/company"], set(), [], []
    while waiting:
        url = waiting.pop()
        answer = browser.get(url, follow=True)
        if "text/html" not in answer.headers["Content-Type"]:
            continue
        assert answer.status_code == 200, url
        page = seen(answer.content.decode())
        found.append(url)
        told = (
            []
            if url.startswith(FIGURES)
            else [" ".join(one.split()) for one in page.words if WORDS.search(one)]
        )
        bad += [(url, one) for one in told]
        for link in sorted(page.links):
            parts = urlsplit(link)
            pattern = re.sub(r"\d+", "0", parts.path)
            ours = not parts.scheme and parts.path.startswith("/") and not parts.path.startswith(ASKED_FOR)
            if ours and pattern not in known:
                known.add(pattern)
                waiting.append(link.partition("#")[0])
    assert bad == []
    assert {"case", "promise", "customer", "attention_item", "settings_mailbox", "settings_person"} <= {
        resolve(urlsplit(one).path).url_name for one in found
    }
    assert {"/", "/letters", "/promises", "/customers", "/how", "/settings", "/settings/people", "/settings/hours",
            "/settings/mailboxes", "/health", "/setup/mailbox"} <= set(found)  # fmt: skip


def test_the_reader_sees_what_is_open_and_not_what_is_folded():
    page = seen(
        "<p>Yes<details><summary>Fold</summary><b>no</b></details><details open><i>Open</i></details></p>"
    )
    assert "".join(page.words) == "YesFoldOpen"


def test_a_company_of_several_departments_is_told_which():
    house = make_house()
    case = make_case(house)
    url, browser = f"/cases/{case.number}", browser_of(house.ada)
    alone = "".join(seen(browser.get(url).content.decode()).words).count("Service")
    make_department("Returns", duty=house.bruno)
    assert "".join(seen(browser.get(url).content.decode()).words).count("Service") == alone + 1
