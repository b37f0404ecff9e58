"""Second factors in a real browser, with a security key that the browser itself plays: added, used, and taken away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, CDPSession, Page

from tests.journeys.browser import check_accessible, chromium, open_page, sign_in
from upheld.people import hiring
from upheld.people.models import Person
from upheld.people.tests.makers import MONDAY, make_company, make_department, make_person

__all__ = ["chromium"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
EMAIL, PASSWORD = "ada@harbour-shoes.example", "a long and quiet sentence"


@pytest.fixture
def ada() -> Person:
    make_company()
    ada = make_person("Ada Okafor")
    ada.departments.add(make_department())
    hiring.let_in(ada, email=EMAIL, password=PASSWORD, at=MONDAY)
    return ada


def plug_in_a_key(page: Page) -> CDPSession:
    """A security key that knows its owner and lives in the browser, as a laptop's fingerprint reader does."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    return line


def say_who_one_is(page: Page) -> None:
    """Before second factors are changed, the password is asked for once more."""
    if page.locator("input[name=password]").count():
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")


def test_ada_signs_in_with_a_passkey_and_without_a_password(
    ada: Person, chromium: Browser, live_server: Any
) -> None:
    page = open_page(chromium)
    plug_in_a_key(page)
    sign_in(page, live_server.url, EMAIL, PASSWORD)
    page.goto(f"{live_server.url}/sign-in/2fa/webauthn/add/")
    say_who_one_is(page)
    page.wait_for_selector("#mfa_webauthn_add")
    check_accessible(page)
    page.fill("input[name=name]", "Ada's laptop")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_selector("text=Security key added.")
    check_accessible(page)
    page.goto(f"{live_server.url}/sign-in/2fa/webauthn/")
    page.wait_for_selector("text=Ada's laptop")
    check_accessible(page)
    page.context.clear_cookies()
    page.goto(live_server.url)
    page.click("#passkey_login")
    page.wait_for_selector(".masthead")
    assert "Ada" in page.inner_text("body")


def test_an_app_on_the_telephone_is_a_second_factor(ada: Person, chromium: Browser, live_server: Any) -> None:
    page = open_page(chromium)
    sign_in(page, live_server.url, EMAIL, PASSWORD)
    page.goto(f"{live_server.url}/sign-in/2fa/totp/activate/")
    say_who_one_is(page)
    secret = page.wait_for_selector("#authenticator_secret").get_attribute("value")
    check_accessible(page)
    page.fill("input[name=code]", code(secret or ""))
    page.keyboard.press("Enter")
    page.wait_for_selector("text=recovery codes")
    page.context.clear_cookies()
    page.goto(live_server.url)
    page.fill("input[name=login]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("input[name=code]")
    assert not page.locator(".masthead").count()
    page.fill("input[name=code]", "000000")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Incorrect code.")


def code(secret: str) -> str:
    """What the app shows at this moment."""
    return str(format_hotp_value(hotp_value(secret, int(datetime.now(UTC).timestamp()) // 30)))
