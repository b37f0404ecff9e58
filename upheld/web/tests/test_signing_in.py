"""The door: our look on a library's pages, a way in with the right password, and none with a wrong one."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from django.urls import reverse

from upheld.people import hiring
from upheld.people.tests.makers import MONDAY, make_company, make_department, make_person
from upheld.web.signing_in.visiting import address_of
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
PASSWORD = "a long and quiet sentence"


@pytest.fixture
def ada():
    make_company()
    ada = make_person("Ada Okafor")
    ada.departments.add(make_department())
    hiring.let_in(ada, email="ada@harbour-shoes.example", password=PASSWORD, at=MONDAY)
    ada.refresh_from_db()
    return ada


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_sign_in_page_looks_like_ours(ada):
    page = browser_of().get("/sign-in/login/")
    for ours in (
        "css/app.css",
        'class="sign-in',
        "letterhead",
        "Harbour Shoes",
        'name="login"',
        "Use a passkey",
    ):
        assert ours in text(page)
    assert "sign up" not in text(page).lower()
    assert "style=" not in text(page)


def test_the_right_password_leads_to_where_one_wanted_to_go(ada):
    browser = browser_of()
    assert browser.get("/promises").url == "/sign-in/login/?next=/promises"
    said = {"login": "ada@harbour-shoes.example", "password": PASSWORD, "next": "/promises"}
    assert browser.post("/sign-in/login/", said).url == "/promises"
    assert "Ada" in text(browser.get("/promises"))


def test_a_wrong_password_says_neither_whether_the_address_is_known(ada):
    for email in ("ada@harbour-shoes.example", "nobody@harbour-shoes.example"):
        page = text(browser_of().post("/sign-in/login/", {"login": email, "password": "wrong"}))
        assert 'role="alert"' in page
        assert "not correct" in page


def test_whoever_has_left_does_not_come_in(ada):
    hiring.leave(ada, by=ada.actor, at=MONDAY)
    browser = browser_of()
    browser.post("/sign-in/login/", {"login": "ada@harbour-shoes.example", "password": PASSWORD})
    assert browser.get("/promises").url.startswith("/sign-in/login/")


def test_nobody_signs_up_by_themselves(ada):
    page = text(browser_of().get("/sign-in/signup/"))
    assert "Nobody signs up here." in page
    said = {"email": "eve@outside.example", "password1": PASSWORD, "password2": PASSWORD}
    browser_of().post("/sign-in/signup/", said)
    assert type(ada.login).objects.count() == 1


def test_signing_out_forgets_who_one_was(ada):
    browser = browser_of(ada)
    assert "Sign out" in text(browser.get("/sign-in/logout/"))
    browser.post("/sign-in/logout/")
    assert browser.get("/promises").status_code == 302


@pytest.mark.parametrize(
    "name",
    [
        "account_change_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_email",
    ],
)
def test_every_page_of_ones_own_way_in_stands_on_our_sheet(ada, name):
    browser = browser_of()
    browser.post("/sign-in/login/", {"login": "ada@harbour-shoes.example", "password": PASSWORD})
    page = browser.get(reverse(name), follow=True)
    assert page.status_code == 200
    assert 'class="sign-in' in text(page)
    assert "css/app.css" in text(page)


def test_a_password_is_changed_by_its_owner(ada):
    browser = browser_of()
    browser.post("/sign-in/login/", {"login": "ada@harbour-shoes.example", "password": PASSWORD})
    said = {
        "oldpassword": PASSWORD,
        "password1": "another quiet sentence",
        "password2": "another quiet sentence",
    }
    assert browser.post("/sign-in/password/change/", said).status_code == 302
    ada.login.refresh_from_db()
    assert ada.login.check_password("another quiet sentence")


def test_a_forgotten_password_is_not_promised_by_a_letter_that_never_comes(ada):
    page = text(browser_of().get("/sign-in/password/reset/"))
    assert "Upheld sends no letters with passwords." in page
    assert "<form" not in page


def tries(email: str, **more: str):
    """The answer to the ninth wrong password."""
    cache.clear()  # the library's own count of tries is kept there, and is stricter
    browser = browser_of()
    for _time in range(8):
        cache.clear()
        browser.post("/sign-in/login/", {"login": email, "password": "wrong"}, **more)
    cache.clear()
    return browser.post("/sign-in/login/", {"login": email, "password": "wrong"}, **more)


def test_who_tries_too_often_reads_how_long_to_wait_and_nothing_of_whether_the_address_is_known(ada):
    known, unknown = (tries(f"{name}@harbour-shoes.example") for name in ("ada", "nobody"))
    assert known.status_code == unknown.status_code == 429
    assert known.content == unknown.content
    assert "15 minutes" in text(known)
    assert 'class="sign-in' in text(known)
    assert "ada@" not in text(known)


def test_a_few_wrong_passwords_in_a_row_ask_for_some_patience(ada):
    cache.clear()
    browser = browser_of()
    wrong = {"login": "ada@harbour-shoes.example", "password": "wrong"}
    pages = [text(browser.post("/sign-in/login/", wrong)) for _time in range(6)]
    assert "not correct" in pages[4]
    assert "Wait five minutes" in pages[5]
    cache.clear()


def test_behind_a_proxy_the_tries_of_one_visitor_do_not_shut_the_door_for_another(ada, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    email = "ada@harbour-shoes.example"
    assert tries(email, HTTP_X_FORWARDED_FOR="198.51.100.1, 192.0.2.7").status_code == 429
    said = {"login": email, "password": PASSWORD}
    shut = browser_of().post("/sign-in/login/", said, HTTP_X_FORWARDED_FOR="198.51.100.2, 192.0.2.7")
    assert shut.status_code == 429
    cache.clear()
    let_in = browser_of().post("/sign-in/login/", said, HTTP_X_FORWARDED_FOR="192.0.2.8")
    assert let_in.status_code == 302


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("junk, 2001:db8::7", "2001:db8::7"),
        ("192.0.2.7, junk", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_a_visitors_address_is_what_our_own_proxy_saw_and_never_junk(settings, forwarded, address):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert address_of(request) == address


def test_without_a_proxy_nobody_is_believed_about_where_they_come_from(settings):
    settings.SECURE_PROXY_SSL_HEADER = None
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.7")
    assert address_of(request) == "10.0.0.1"


def test_the_way_to_ones_password_and_second_factor_is_in_the_menu(ada):
    page = text(browser_of(ada).get("/promises"))
    assert reverse("account_change_password") in page
    assert reverse("mfa_index") in page
