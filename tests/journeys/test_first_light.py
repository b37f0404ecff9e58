"""The whole story, through real servers and a real browser: a letter, an answer, a promise, kept or broken, closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import check_accessible, check_quiet, chromium, open_page, sign_in  # noqa: F401
from tests.journeys.house import PASSWORD, House, found, open_for_business
from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from tests.servers.mailprogram import MailProgram, conversations, photo
from upheld.cases.models import Case, Message
from upheld.channels.models import Departure
from upheld.config.tests.running import eventually
from upheld.promises.models import Promise, StandardClock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers, pytest.mark.browser]
BERLIN = ZoneInfo("Europe/Berlin")


def automatic(dora: MailProgram):
    """The acknowledgement, once it is in her mailbox."""
    (letter,) = dora.wait_for_letters(count=1)
    return letter


def link_in(text: str) -> str:
    found_link = re.search(r"http://\S+/c/\S+", text)
    assert found_link, text
    return found_link[0]


def promise_in_the_composer(page: Page, words: str, due: datetime) -> None:
    page.get_by_role("button", name="Promise something").click()
    page.locator("[name$=what]").last.fill(words)
    here = due.astimezone(BERLIN)
    page.locator("[name$=date]").last.fill(here.strftime("%Y-%m-%d"))
    page.locator("[name$=time]").last.fill(here.strftime("%H:%M"))


def test_a_letter_comes_in_a_person_promises_and_the_clock_says_kept_or_broken(
    mail_domain: str, dovecot: Dovecot, exim: Exim, tmp_path: Path, chromium: Browser,  # noqa: F811
    mail_program: Callable[..., MailProgram],
) -> None:  # fmt: skip
    house = found(mail_domain, dovecot, exim)
    dora = mail_program("Dora Schäfer", style="thunderbird")
    with open_for_business(house, tmp_path / "var") as server:
        ada = open_page(chromium)
        sign_in(ada, f"{server.url()}/letters", f"ada@{mail_domain}", PASSWORD)
        expect(ada.locator("body")).not_to_contain_text("Größe 39")

        # 1. A customer writes, with a photo and umlauts; it lands in the mailbox and is fetched.
        photographed = dora.write(
            house.address, "Größe 39: die Sohle hat sich gelöst", "Die Sohle des linken Schuhs ist ab.\n",
            photo=photo(), files=[("order-7702.pdf", "application/pdf", b"%PDF-1.4 order")],
        )  # fmt: skip
        dora.send(photographed)

        # 2. A case opens, and she hears of it: automatic by its own words, a number, a date, her page.
        acknowledgement = automatic(dora)
        case = Case.objects.get()
        assert case.owner == house.ada
        assert acknowledgement.message["Auto-Submitted"] == "auto-replied"
        assert f"HS-{case.number}" in acknowledgement.text
        assert "automatic" in acknowledgement.text
        own_page = link_in(acknowledgement.text)

        # 3. Ada sees it without reload, reads it, answers and promises in the same form.
        news = ada.locator(".news")
        expect(news).to_be_visible()
        ada.get_by_role("button", name="Show").click()
        row = ada.get_by_role("link", name=re.compile("Größe 39"))
        expect(row.first).to_be_visible()
        check_accessible(ada)
        row.first.click()
        ada.wait_for_url(re.compile(r"/(cases|letters)"))
        ada.goto(f"{server.url()}/cases/{case.number}")
        expect(ada.locator(".timeline")).to_contain_text("Die Sohle des linken Schuhs ist ab.")
        check_accessible(ada)
        ada.keyboard.press("r")
        ada.locator(".rich [role=textbox]").click()
        ada.keyboard.type("Liebe Dora, es tut mir leid. Ein neues Paar ist unterwegs.")
        promise_in_the_composer(ada, "Ein neues Paar ist an Ihrer Tür", timezone.now() + timedelta(days=4))
        ada.get_by_role("button", name="Send the letter").click()
        letters = dora.wait_for_letters(count=2)
        answer = next(one for one in letters if one.message["Auto-Submitted"] is None)
        assert "Ein neues Paar ist an Ihrer Tür" in answer.text
        assert len(conversations([*letters, *dora.letters(folder="Sent")])) == 1
        eventually(lambda: Promise.objects.filter(made_at__isnull=False).exists())
        promise = Promise.objects.get()
        assert promise.made_at
        assert StandardClock.objects.get().attained is True

        # Her page shows it with its date, and nothing that is meant for colleagues.
        phone = open_page(chromium, viewport={"width": 390, "height": 844})
        phone.goto(own_page)
        expect(phone.locator("main")).to_contain_text("Ein neues Paar ist an Ihrer Tür")
        expect(phone.locator("main")).to_contain_text("Still to come")
        check_accessible(phone)

        # 4. Her reply joins the case.
        dora.send(dora.reply(answer, "Danke, Pier 4 bitte.\n"))
        assert eventually(lambda: Message.objects.filter(way="in").count() == 2)
        assert Case.objects.count() == 1
        assert "Pier 4" in Message.objects.filter(way="in").latest("pk").own_words

        # A case with an open promise refuses to close.
        ada.goto(f"{server.url()}/cases/{case.number}")
        expect(ada.get_by_role("button", name="Close waits for 1 promise")).to_be_visible()

        # 5. The keeper is warned, keeps it, and the case is closed.
        Promise.objects.update(warn_at=timezone.now())
        assert eventually(lambda: Promise.objects.get().warned_at)
        ada.goto(f"{server.url()}/promises/{promise.pk}")
        ada.get_by_text("Mark kept").first.click()
        ada.locator("form.deed [name=what]").first.fill("Zugestellt, Pier 4.")
        ada.locator("form.deed button[type=submit]").first.click()
        assert eventually(lambda: Promise.objects.get().outcome == "kept")
        ada.goto(f"{server.url()}/cases/{case.number}")
        ada.locator("summary", has_text="Close").click()
        ada.get_by_label("No answer is needed").check()
        ada.get_by_role("button", name="Close the case").click()
        assert eventually(lambda: Case.objects.get().closed_at)
        phone.reload()
        expect(phone.locator("main")).to_contain_text("Kept")
        check_quiet(ada)
        check_quiet(phone)


def test_an_unkept_promise_is_broken_by_the_clock_and_keeps_its_case_open(
    mail_domain: str, dovecot: Dovecot, exim: Exim, tmp_path: Path, chromium: Browser,  # noqa: F811
    mail_program: Callable[..., MailProgram],
) -> None:  # fmt: skip
    house = found(mail_domain, dovecot, exim)
    dora = mail_program("Dora Schäfer", style="apple")
    with open_for_business(house, tmp_path / "var") as server:
        dora.send(dora.write(house.address, "Größe 39", "Wo bleibt mein Paar?\n"))
        automatic(dora)
        case = Case.objects.get()
        due = _promise_soon(house, case)
        assert eventually(lambda: Promise.objects.get().broken_at == due)
        page = open_page(chromium)
        sign_in(page, f"{server.url()}/cases/{case.number}", f"ada@{mail_domain}", PASSWORD)
        expect(page.locator("main")).to_contain_text("Broken")
        expect(page.locator(".speak")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("Close waits for 1 promise"))).to_be_visible()
        check_accessible(page)
        page.goto(f"{server.url()}/how")
        expect(page.locator("main")).to_contain_text(re.compile("promise", re.IGNORECASE))
        check_accessible(page)
        check_quiet(page)


def _promise_soon(house: House, case: Case) -> datetime:
    """Ada answers and promises something for three seconds from now; the letter leaves at once."""
    from upheld.cases import replying
    from upheld.cases.replying import Pledge

    due = timezone.now() + timedelta(seconds=3)
    pledge = Pledge("Ein Anruf", due, house.ada)
    replying.answer(
        case,
        html="<p>Ich rufe gleich an.</p>",
        pledges=[pledge],
        delay=timedelta(0),
        by=house.ada,
        at=timezone.now(),
    )
    assert eventually(lambda: Departure.objects.filter(kind="answer", sent_at__isnull=False).exists())
    return due


def test_the_web_form_makes_the_same_kind_of_letter(
    mail_domain: str, dovecot: Dovecot, exim: Exim, tmp_path: Path, chromium: Browser,  # noqa: F811
    mail_program: Callable[..., MailProgram],
) -> None:  # fmt: skip
    house = found(mail_domain, dovecot, exim)
    dora = mail_program("Dora Schäfer")
    with open_for_business(house, tmp_path / "var") as server:
        page = open_page(chromium, viewport={"width": 390, "height": 844})
        page.goto(f"{server.url()}/write")
        check_accessible(page)
        page.fill("[name=name]", "Dora Schäfer")
        page.fill("[name=email]", dora.address)
        page.fill("[name=about]", "Größe 39")
        page.locator("textarea").fill("Die Sohle ist ab.")
        page.locator("main button[type=submit]").click()
        letter = automatic(dora)
        case = Case.objects.get()
        assert f"HS-{case.number}" in letter.text
        arrival = Message.objects.get(way="in").arrival
        parsed = message_from_bytes(bytes(arrival.raw.content), policy=policy.default)
        assert arrival.way == "form"
        assert dora.address in str(parsed["From"])
        check_quiet(page)
