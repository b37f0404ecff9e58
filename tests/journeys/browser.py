"""A real browser for stories: Debian's Chromium, headless, without a word to anybody outside this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps",
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module. Its driver runs a loop in this thread, which Django must not mistake for ours."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    path = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def open_page(browser: Browser, **context: Any) -> Page:
    """A page of a fresh person's browser. A script error or a refused resource fails the story."""
    page = browser.new_context(**{"viewport": {"width": 1440, "height": 900}} | context).new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: _faults(page).append(str(error)))
    page.on("console", lambda said: _faults(page).append(said.text) if said.type == "error" else None)
    return page


def sign_in(page: Page, url: str, email: str, password: str) -> None:
    """Through the door, as a person does."""
    page.goto(url)
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_selector(".masthead")


def check_accessible(page: Page) -> None:
    """Nothing serious or critical, as axe-core judges it."""
    before = len(_faults(page))
    # Left to itself, the judge fetches the stylesheets anew, for rules that nobody here asks for.
    found = Axe().run(page, options={"preload": False}).response["violations"]
    page.wait_for_timeout(100)
    del _faults(page)[before:]  # the judge's own styles and requests are refused, as they should be
    serious = [
        (one["id"], node["target"], node.get("failureSummary", ""))
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
    assert serious == [], page.url


def check_quiet(page: Page) -> None:
    """No script error and nothing that the page's own policy refused."""
    faults = _faults(page)
    assert not faults, f"{page.url}: {faults}"


def _faults(page: Page) -> list[str]:
    faults: list[str] = page.__dict__.setdefault("faults", [])
    return faults
