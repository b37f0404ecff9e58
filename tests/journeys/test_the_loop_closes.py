"""Twelve weeks never again: a customer has to ask again, is called, says how it went, and learns what has changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import check_accessible, check_quiet, chromium, open_page, sign_in  # noqa: F401
from tests.journeys.house import PASSWORD, found, open_for_business
from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from tests.servers.mailprogram import MailProgram
from upheld.cases import habits
from upheld.cases.models import Call, Case, Chaser, Message
from upheld.config.tests.running import eventually
from upheld.findings.models import Finding
from upheld.journal.facts import CLOCK
from upheld.surveys import asking
from upheld.surveys.models import FollowUp, Invitation, Verdict

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers, pytest.mark.browser]
PATIENCE = 180.0  # the keeper asks once a minute
TOLD = ("What customers say", "Asked again", "What we learnt")


def link_to(letter_text: str, way: str) -> list[str]:
    """The links of one kind in a letter, in their order."""
    return re.findall(rf"http://\S+/{way}/[^\s/]+(?:/\d)?", letter_text)


def newest(dora: MailProgram, count: int) -> str:
    letters = dora.wait_for_letters(count=count, within=PATIENCE)
    return letters[-1].text


def how_we_do(page: Page, url: str) -> str:
    """What stands there now: figures end with the last whole minute."""
    page.goto(f"{url}/how")
    return page.locator("main").inner_text()


def ada_is_asked_for_the_telephone(ada: Page) -> None:
    """The case opens with the telephone, and a call takes seconds to write down."""
    expect(ada.locator(".speak").first).to_be_visible()
    check_accessible(ada)
    ada.locator(".call-form textarea, .call-form [name=words]").first.fill(
        "Said sorry; the pair leaves today."
    )
    ada.get_by_role("button", name=re.compile("I spoke with")).click()


def test_from_the_second_letter_to_what_has_changed(
    mail_domain: str, dovecot: Dovecot, exim: Exim, tmp_path: Path, chromium: Browser,  # noqa: F811
    mail_program: Callable[..., MailProgram],
) -> None:  # fmt: skip
    house = found(mail_domain, dovecot, exim)
    now = timezone.now()
    habits.set_addendum(0, by=CLOCK, at=now)
    asking.set_up(verdicts=True, wait_hours=0, pairs_share=0.0, by=CLOCK, at=now)
    dora = mail_program("Dora Schäfer", style="thunderbird")
    with open_for_business(house, tmp_path / "var") as server:
        # 1. She writes, is told that her letter is here, and has to ask again, in a letter of its own.
        dora.send(dora.write(house.address, "Größe 39: die Sohle ist ab", "Die Sohle ist wieder ab.\n"))
        newest(dora, 1)
        case = Case.objects.get()
        dora.send(dora.write(house.address, "AW: Größe 39: die Sohle ist ab", "Ist mein Brief angekommen?\n"))
        assert eventually(lambda: Chaser.objects.filter(case=case).exists(), patience=PATIENCE)
        assert Case.objects.count() == 1
        assert Message.objects.filter(way="in").count() == 2

        # Ada sees it first, and is asked to call; a call that reaches Dora is an answer.
        ada = open_page(chromium)
        sign_in(ada, f"{server.url()}/letters", f"ada@{mail_domain}", PASSWORD)
        check_accessible(ada)
        ada.goto(f"{server.url()}/cases/{case.number}")
        ada_is_asked_for_the_telephone(ada)
        assert eventually(lambda: Call.objects.filter(case=case, reached=True).exists())
        assert Chaser.objects.get().answered_at is not None
        ada.goto(f"{server.url()}/cases/{case.number}")
        ada.get_by_role("button", name="Close", exact=True).click()
        assert eventually(lambda: Case.objects.get().closed_at)

        # 2. She is asked how it went. Whoever only looks records nothing, and her answer counts once.
        asked = newest(dora, 2)
        levels = link_to(asked, "v")
        assert len([one for one in levels if one[-2] == "/"]) == 6
        phone = open_page(chromium, viewport={"width": 390, "height": 844})
        for link in levels:
            phone.request.get(link)
            phone.request.head(link)
        assert not Verdict.objects.exists()
        assert Invitation.objects.get().answered_at is None
        second_lowest = next(one for one in levels if one.endswith("/2"))
        phone.goto(second_lowest)
        check_accessible(phone)
        phone.locator("textarea").fill("Zweimal fragen müssen.")
        phone.get_by_role("button", name="Send").click()
        assert eventually(lambda: Verdict.objects.filter(level=2).exists())
        expect(phone.locator("main")).to_contain_text("Ada")
        check_accessible(phone)
        phone.goto(levels[0])
        assert not phone.locator("textarea").count()
        assert Verdict.objects.count() == 1

        # Below what she expected: the case is open again, and Ada goes back to her.
        assert Case.objects.get().closed_at is None
        ada.goto(server.url())
        expect(ada.locator("main")).to_contain_text("Dora Schäfer")
        check_accessible(ada)
        ada.goto(f"{server.url()}/cases/{case.number}")
        expect(ada.locator("main")).to_contain_text("Zweimal fragen müssen.")
        check_accessible(ada)
        ada.locator("#follow-up-what").fill("Called; a new pair and an apology.")
        ada.locator("form:has(#follow-up-what) button[type=submit]").click()
        assert eventually(lambda: FollowUp.objects.get().done_at)

        # 4. This should not have happened: one click, a department, an answer, and Dora learns of it.
        ada.goto(f"{server.url()}/cases/{case.number}")
        ada.get_by_role("button", name=re.compile("should not have happened")).first.click()
        assert eventually(lambda: Finding.objects.exists())
        finding = Finding.objects.get()
        assert finding.department == house.service
        check_accessible(ada)
        bruno = open_page(chromium)
        sign_in(bruno, f"{server.url()}/findings/{finding.pk}", f"bruno@{mail_domain}", PASSWORD)
        bruno.locator("#answer summary").click()
        bruno.locator("#answer [name=change][value=changed]").check()
        bruno.locator("#answer textarea[name=answer]").fill("Soles are stitched after gluing.")
        bruno.locator("#answer button[type=submit]").click()
        assert eventually(lambda: Finding.objects.get().answered_at)
        check_accessible(bruno)
        bruno.goto(f"{server.url()}/findings/{finding.pk}")
        bruno.get_by_role("button", name="Send the letter").click()
        told = newest(dora, 3)
        assert "Soles are stitched after gluing." in told
        assert eventually(lambda: Finding.objects.get().told_at, patience=PATIENCE)

        # 5. How we do says it: one verdict, one who had to ask again, one finding.
        assert eventually(
            lambda: all(words in how_we_do(bruno, server.url()) for words in TOLD), patience=PATIENCE
        )
        check_accessible(bruno)
        check_quiet(ada)
        check_quiet(bruno)
