"""Every address has a rule and keeps it: asked of the whole map, so that a new page without one fails here."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from upheld.cases.tests.makers import arrive, make_case, make_house
from upheld.people.tests.makers import make_agent, make_department, make_person
from upheld.web.tests.visitors import browser_of, browser_of_outsider

pytestmark = pytest.mark.django_db

OPEN = {"open", "link"}
RULES = {"staff", "serves", "sets_up", "runs", "steers"} | OPEN
THE_LIBRARYS = {
    "account_login", "account_logout", "account_signup", "account_inactive", "account_reauthenticate",
    "account_email", "account_email_verification_sent", "account_confirm_email", "account_confirm_login_code",
    "account_change_password", "account_set_password", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
    "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    "mfa_list_webauthn", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",
}  # fmt: skip
"""The sign-in pages, each by name: they are allauth's, and guarded by it."""
ASK_ON = {"how_promises", "how_answers", "how_verdicts", "how_chasers", "how_chased", "how_pairs"}
"""Lists behind a figure: without saying which figure there is no list."""
MATRIX = {
    "agent": {"staff", "serves"},
    "lead": {"staff", "serves", "runs"},
    "colleague": {"staff"},
    "manager": {"staff", "serves", "runs", "steers"},
    "administrator": {"staff", "sets_up", "runs", "steers"},
}
"""Which rules let which role in."""


def routes(resolver=None, prefix: str = "") -> list[tuple[str, URLPattern]]:
    """Every pattern of the installation with its whole path."""
    found = []
    for one in (resolver or get_resolver()).url_patterns:
        path = prefix + str(one.pattern)
        found += routes(one, path) if isinstance(one, URLResolver) else [(path, one)]
    return found


def ours() -> list[URLPattern]:
    return [pattern for _path, pattern in routes() if pattern.name not in THE_LIBRARYS]


def rule_of(pattern: URLPattern) -> str | None:
    return getattr(pattern.callback, "rule", None)


def address(pattern: URLPattern, number: int = 999_999) -> str:
    """An address of this page, about something that does not exist."""
    samples = {"int": number, "string": "nothing", "slug": "nothing", "path": "nothing"}
    converters = pattern.pattern.converters.items()
    kinds = {name: type(one).__name__.removesuffix("Converter").lower() for name, one in converters}
    return reverse(pattern.name, kwargs={name: samples[kind] for name, kind in kinds.items()})


def asked(browser: Client, pattern: URLPattern, number: int = 999_999) -> list[int]:
    """What the page answers to both ways of asking."""
    url = address(pattern, number)
    return [browser.get(url).status_code, browser.post(url).status_code]


def test_every_address_says_its_rule_and_has_a_name():
    for path, pattern in routes():
        if pattern.name in THE_LIBRARYS:
            assert path.startswith("sign-in/"), f"{path} is not the library's."
            continue
        assert rule_of(pattern) in RULES, f"{path} has no rule: put a door before it."
        assert pattern.name, f"{path} has no name."


def test_an_address_without_a_rule_would_be_found():
    def page(request):
        """A page without a door."""

    assert rule_of(URLPattern(get_resolver().pattern, page)) is None


def test_each_name_belongs_to_one_address():
    names = [pattern.name for _path, pattern in routes()]
    assert sorted(names) == sorted(set(names))


def test_whoever_is_not_signed_in_is_asked_to_sign_in():
    browser = browser_of()
    for pattern in ours():
        if rule_of(pattern) in OPEN:
            continue
        url = address(pattern)
        for answer in (browser.get(url), browser.post(url)):
            assert answer.status_code == 302, url
            assert answer.url.startswith("/sign-in/login/?next="), url
        assert (
            browser.get(url, headers={"HX-Request": "true"})
            .headers["HX-Redirect"]
            .startswith("/sign-in/login/")
        )


def test_an_outsider_learns_nothing_anywhere():
    browser = browser_of_outsider()
    for pattern in ours():
        if rule_of(pattern) not in OPEN:
            assert set(asked(browser, pattern)) == {404}, pattern.name


def test_somebody_who_has_left_is_an_outsider():
    house = make_house()
    browser = browser_of(house.ada)
    house.ada.left_at = house.ada.joined_at
    house.ada.save()
    assert browser.get(reverse("promises")).status_code == 404


@pytest.mark.parametrize("role", MATRIX)
def test_each_role_enters_by_its_own_doors_and_no_other(role):
    house = make_house()
    person = make_person("Nora Lunde", role=role)
    person.departments.add(house.service)
    browser = browser_of(person)
    for pattern in ours():
        if rule_of(pattern) in OPEN:
            continue
        answers = asked(browser, pattern)
        if rule_of(pattern) not in MATRIX[role]:
            assert set(answers) == {404}, pattern.name
        elif not pattern.pattern.converters and pattern.name not in ASK_ON:
            assert 404 not in answers, pattern.name


@pytest.mark.parametrize("role", MATRIX)
def test_what_does_not_exist_is_not_there_for_anybody(role):
    make_house()
    browser = browser_of(make_person("Nora Lunde", role=role))
    for pattern in ours():
        if pattern.pattern.converters:
            assert set(asked(browser, pattern)) <= {404, 405}, pattern.name


def test_what_belongs_to_another_department_is_not_there_either():
    house = make_house()
    make_case(house)
    elsewhere = make_department("Elsewhere", duty=make_person("Ivo Dahl", role="lead"))
    browser = browser_of(make_agent("Nora Lunde", elsewhere))
    everybodys = {"customer", "describing"}
    for pattern in ours():
        if not pattern.pattern.converters or rule_of(pattern) in OPEN or pattern.name in everybodys:
            continue
        for number in _keys_in_use():
            assert set(asked(browser, pattern, number)) <= {404, 405}, (pattern.name, number)


def test_a_page_that_is_not_there_looks_the_same_as_one_that_is_forbidden():
    nowhere = browser_of().get("/no-such-page")
    forbidden = browser_of_outsider().get(reverse("promises"))
    assert nowhere.status_code == forbidden.status_code == 404
    assert nowhere.content == forbidden.content


def _keys_in_use() -> set[int]:
    """Every key and number under which somebody else's rows lie."""
    from upheld.cases.models import Case, Message
    from upheld.channels.models import Arrival, Departure, File

    keys = set(Case.objects.values_list("number", flat=True))
    for table in (Case, Message, Arrival, Departure, File):
        keys |= set(table.objects.values_list("pk", flat=True))
    return keys


def test_a_letter_that_nobody_could_file_is_saved_only_by_those_who_see_it_among_what_needs_attention():
    house = make_house()
    lost = arrive(house, b"From: <@\nSubject: no sender\n\nWhere are my shoes?\n")
    elsewhere = make_department("Elsewhere", duty=make_person("Ivo Dahl", role="lead"))
    address = reverse("raw_letter", args=[lost.pk])
    readers = {
        make_agent("Nora Lunde", house.service): 200,
        make_agent("Pia Berg", elsewhere): 404,
        make_person("Selma Yildiz", role="manager"): 200,
        make_person("Sven Adler", role="administrator"): 404,
        make_person("Piotr Nowak", role="colleague"): 404,
    }
    for reader, answer in readers.items():
        assert browser_of(reader).get(address).status_code == answer, reader.name
