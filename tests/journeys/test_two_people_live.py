"""From an empty installation to a letter that the second person answers: every step by clicks, as two people take it.

What it costs, counted as the story goes. Ada begins: 4 fields (company, name, address, password; the zone is known),
1 click. The mailbox: 2 fields and 1 click; here 7 fields and 2 clicks more, because the servers of this test have no
usual names. Bo: 1 field and 2 clicks. The hours: 1 click. The standard: 1 click. To her day: 1 click. In all 7 fields
and 7 clicks for a shop whose servers are found. Bo: 1 field and 1 click, and he is in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import check_accessible, check_quiet, chromium, open_page  # noqa: F401
from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from tests.servers.mailprogram import MailProgram
from upheld.cases.models import Case, Message
from upheld.channels.models import Arrival, Departure, Mailbox
from upheld.config.tests.running import Serving, environment, eventually, free_port, serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers, pytest.mark.browser]
PASSWORD = "deck-shoe-kiel-39"
OLD_LETTERS = 20


def first_link(server: Serving) -> str:
    server.url()
    found = eventually(lambda: re.search(r"Begin here, within a day: (\S+)", server.said))
    assert found, server.said
    return found[1]


def expect_question(page: Page, number: int) -> None:
    expect(page.locator("body")).to_contain_text(f"Question {number} of 5")
    check_accessible(page)


def connect_the_mailbox(ada: Page, address: str, dovecot: Dovecot, exim: Exim) -> None:
    """Its servers are tried while she types: a wrong password is said before anything is kept."""
    ada.get_by_label("The address that customers write to").fill(address)
    ada.get_by_text("Name the servers yourself").click()
    for kind, server, port in (("imap", dovecot, dovecot.imap_port), ("smtp", exim, exim.port)):
        ada.locator(f"[name={kind}_host]").fill(server.host)
        ada.locator(f"[name={kind}_security]").select_option("none")
        ada.locator(f"[name={kind}_port]").fill(str(port))
    ada.get_by_label("It takes our letters without a password").check()
    tried = ada.locator("#tried")
    ada.locator("[name=password]").fill("wrong")
    ada.get_by_role("button", name="Test it").click()
    expect(tried).to_contain_text("refuses the user name or the password")
    ada.locator("[name=password]").fill("secret")
    ada.locator("[name=password]").blur()
    expect(tried).to_contain_text(f"INBOX holds {OLD_LETTERS} letters")
    expect(tried).to_contain_text(f"takes letters from {address}")
    check_accessible(ada)
    ada.get_by_role("button", name="Connect it").click()


def answer_the_questions(ada: Page, address: str, dovecot: Dovecot, exim: Exim) -> str:
    """The five questions; the link that lets Bo in."""
    expect_question(ada, 1)
    assert ada.locator("[name=zone]").input_value() == "Europe/Berlin"
    ada.get_by_label("What is your company called?").fill("Lund Shoes")
    ada.get_by_label("Your own name").fill("Ada Lund")
    ada.get_by_label("Your e-mail address").fill("ada@lund-shoes.example")
    ada.get_by_label("A password").fill(PASSWORD)
    ada.get_by_role("button", name="Go on").click()

    expect_question(ada, 2)
    connect_the_mailbox(ada, address, dovecot, exim)

    expect_question(ada, 3)
    ada.get_by_role("link", name="Back").click()
    expect(ada.locator("main")).to_contain_text(address)  # nothing is lost by going back
    ada.get_by_role("link", name="Next").click()
    ada.get_by_label("Names and e-mail addresses, one a line").fill("Bo Lind bo@lund-shoes.example")
    ada.get_by_label("Send each of them the link by mail").uncheck()
    ada.get_by_role("button", name="Let them in").click()
    link = ada.locator("[data-link]").input_value()
    check_accessible(ada)
    ada.get_by_role("link", name="Next").click()

    expect_question(ada, 4)
    ada.get_by_label("Friday").fill("9-12")
    expect(ada.locator("#week")).to_contain_text("35 hours a week")
    ada.get_by_role("button", name="Go on").click()

    expect_question(ada, 5)
    expect(ada.locator("#meaning")).to_contain_text("A letter on Friday 16:30 is answered by Monday 13:00.")
    ada.locator("[name=hours]").fill("2")
    expect(ada.locator("#meaning")).to_contain_text("answered by Monday 11:00.")
    ada.get_by_role("button", name="Set it").click()

    expect(ada.get_by_role("heading", name="It runs.")).to_be_visible()
    expect(ada.locator("main")).to_contain_text(address)
    check_accessible(ada)
    ada.get_by_role("link", name="Open today's page").click()
    expect(ada.locator(".masthead")).to_contain_text("Today")
    return link


def take_in_the_past(ada: Page) -> None:
    """Asked for later, on the mailbox's page: silently."""
    ada.locator("summary", has_text="Ada").click()
    ada.get_by_role("link", name="Settings").click()
    ada.locator("nav.places").get_by_role("link", name="Mailboxes").click()
    ada.locator(".register a.title").click()
    ada.get_by_role("button", name="Take in what lay there before").click()
    expect(ada.locator("main")).to_contain_text(re.compile("All .* letters are here"))
    check_accessible(ada)


def test_two_people_begin_and_the_second_answers_the_first_letter(
    mail_domain: str, dovecot: Dovecot, exim: Exim, tmp_path: Path, chromium: Browser,  # noqa: F811
    mail_program: Callable[..., MailProgram],
) -> None:  # fmt: skip
    address, dora = dovecot.add_mailbox(f"hello@{mail_domain}"), mail_program("Dora Schäfer")
    for number in range(OLD_LETTERS):
        dovecot.put(address, dora.write(address, f"Old letter {number}", "From before.\n").as_bytes())
    port = free_port()
    words = ("--port", str(port), "--live-port", str(port + 1), "--workers", "1")
    env = environment(tmp_path / "var", UPHELD_OUTGOING="smtp", UPHELD_UNDO_SECONDS="1", UPHELD_LOG="INFO")
    with serving(tmp_path / "var", *words, env=env) as server:
        ada = open_page(chromium, timezone_id="Europe/Berlin")
        ada.goto(first_link(server))
        bos_link = answer_the_questions(ada, address, dovecot, exim)

        bo = open_page(chromium)
        bo.goto(bos_link)
        expect(bo.get_by_role("heading", name="Welcome, Bo")).to_be_visible()
        check_accessible(bo)
        bo.get_by_label("Your password").fill(PASSWORD)
        bo.get_by_role("button", name="Come in").click()
        expect(bo.locator(".masthead")).to_contain_text("Today")

        assert eventually(lambda: Mailbox.objects.filter(looked_at__isnull=False).exists()), server.said
        assert not Arrival.objects.exists()
        dora.send(dora.write(address, "Size 39", "Where is my pair?\n"))
        (acknowledgement,) = dora.wait_for_letters(count=1)
        assert acknowledgement.message["Auto-Submitted"] == "auto-replied"

        bo.get_by_role("link", name=re.compile("Letters")).first.click()
        bo.get_by_role("link", name=re.compile("Ours")).first.click()
        bo.get_by_role("link", name=re.compile("Size 39")).first.click()
        expect(bo.locator(".timeline")).to_contain_text("Where is my pair?")
        bo.locator("#pen-letter > summary").click()
        bo.locator(".rich [role=textbox]").click()
        bo.keyboard.type("It leaves us today.")
        bo.get_by_role("button", name="Send the letter").click()
        letters = dora.wait_for_letters(count=2)
        assert any("It leaves us today." in one.text for one in letters)
        answer = Message.objects.get(way="out")
        assert answer.author is not None
        assert answer.author.name == "Bo Lind"

        take_in_the_past(ada)
        assert eventually(lambda: Case.objects.count() == OLD_LETTERS + 1), server.said
        assert not Arrival.objects.unopened().exists()
        assert Arrival.objects.count() == OLD_LETTERS + 1
        assert Departure.objects.count() == 2  # nobody was greeted for a letter from before
        assert len(dora.letters()) == 2
        check_quiet(ada)
        check_quiet(bo)
