"""Set up in five questions: from an empty installation to one that runs, every answer kept at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory

from upheld.channels.models import Departure, Mailbox
from upheld.channels.searching import Tried
from upheld.channels.trying import Outcome
from upheld.people import beginning, inviting, queries
from upheld.people.models import Login, Person
from upheld.people.tests.makers import make_person
from upheld.promises.models import Standard
from upheld.web.pages import setup_mailbox
from upheld.web.pages.setup_forms import Colleague, colleague_of, country_of
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 11, tzinfo=UTC)
PASSWORD = "deck-shoe-kiel-39"
FIRST = {
    "company": "Lund Shoes", "zone": "Europe/Berlin", "name": "Ada Lund", "email": "ada@lund-shoes.example",
    "password": PASSWORD,
}  # fmt: skip
BOX = {
    "address": "hello@lund-shoes.example", "password": "box-secret", "past": "leave", "provider": "", "user": "",
    "imap_host": "", "imap_security": "", "imap_port": "", "smtp_host": "", "smtp_security": "", "smtp_port": "",
}  # fmt: skip
WEEK = {f"day{day}": "9-12, 13-17" for day in range(5)} | {
    "zone": "Europe/Berlin", "country": "DE", "subdivision": "SH", "closed": "2026-12-31 Stocktaking",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def ada():
    return beginning.begin("Lund Shoes", zone="Europe/Berlin", name="Ada Lund", email="ada@lund-shoes.example",
                           password=PASSWORD, at=NOW)  # fmt: skip


@pytest.fixture
def browser(ada):
    return browser_of(ada)


@pytest.fixture
def servers(monkeypatch):
    """Mail servers that let us in, or do not: what would be asked is kept."""
    asked = []

    def look(incoming, outgoing, *, sender, folder="INBOX"):
        asked.append((incoming, outgoing))
        said = Outcome(look.well, look.words, 7, 201)
        return tuple(Tried(servers[0], True, said, said.sentence) for servers in (incoming, outgoing))

    look.well, look.words, look.asked = True, "It works: INBOX holds 200 letters.", asked
    monkeypatch.setattr(setup_mailbox.searching, "look", look)
    return look


def link() -> str:
    return f"/begin/{beginning.new_word()}"


def test_the_first_question_makes_whoever_answers_it_the_one_who_begins():
    browser, url = Client(), link()
    page = text(browser.get(url))
    assert "Question 1 of 5" in page
    assert 'value="Europe/Lisbon"' in page
    answered = browser.post(url, FIRST)
    assert (answered.status_code, answered.url) == (302, "/setup/mailbox")
    ada = Person.objects.get()
    assert (ada.serves, ada.sets_up) == (True, True)
    assert "Question 2 of 5" in text(browser.get("/setup/mailbox"))
    assert ada.is_present(NOW)
    assert browser.get(url).url == "/sign-in/login/"
    assert Client().post(url, FIRST | {"email": "eve@outside.example"}).url == "/sign-in/login/"
    assert Login.objects.count() == 1


def test_only_the_printed_link_opens_it_and_only_for_a_day():
    assert Client().get("/begin/nothing").status_code == 404
    url = link()
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        late = Client().get(url)
    assert late.status_code == 410
    assert "start Upheld again" in text(late)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"company": ""}, "This field is required"),
        ({"zone": "Moon/Base"}, "Select a valid choice"),
        ({"email": "ada"}, "valid email"),
        ({"password": "short"}, "too short"),
        ({"password": "ada@lund-shoes.example"}, "too similar"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(wrong, says):
    page = Client().post(link(), {**FIRST, **wrong})
    assert page.status_code == 422
    assert says in text(page)
    assert 'value="Ada Lund"' in text(page)
    assert not Login.objects.exists()


def test_going_back_to_the_first_question_changes_what_was_answered(browser, ada):
    page = text(browser.get("/setup/company"))
    assert 'value="Lund Shoes"' in page
    assert "password" not in page.lower()
    said = {"company": "Lund & Lund", "zone": "Europe/Lisbon", "name": "Ada Lund-Berg"}
    assert browser.post("/setup/company", said).url == "/setup/mailbox"
    company = queries.company()
    assert (company.name, company.zone, company.prefix) == ("Lund & Lund", "Europe/Lisbon", "LS")
    assert Person.objects.get().name == "Ada Lund-Berg"
    assert queries.only_department().calendar.zone == "Europe/Lisbon"
    assert queries.only_department().calendar.frames.count() == 5


def test_a_mailbox_that_works_is_connected_from_now_on(browser, servers):
    answered = browser.post("/setup/mailbox", BOX)
    assert answered.url == "/setup/people"
    box = Mailbox.objects.get()
    assert (box.name, box.past, box.first_uid, box.last_uid) == ("Lund Shoes", "leave", 201, 200)
    assert (box.imap_host, box.imap_port, box.smtp_host) == (
        "imap.lund-shoes.example", 993, "smtp.lund-shoes.example",
    )  # fmt: skip
    assert "hello@lund-shoes.example" in text(browser.get("/setup/mailbox"))


def test_a_mailbox_that_does_not_work_is_connected_only_when_one_insists(browser, servers):
    servers.well, servers.words = False, "imap.lund-shoes.example refuses the user name or the password."
    page = browser.post("/setup/mailbox", BOX)
    assert page.status_code == 422
    assert "refuses the user name" in text(page)
    assert "Connect it all the same" in text(page)
    assert not Mailbox.objects.exists()
    assert browser.post("/setup/mailbox", BOX | {"anyway": "1"}).status_code == 302
    assert Mailbox.objects.exists()


def test_the_test_button_keeps_nothing_and_the_fragment_neither(browser, servers):
    assert "It works" in text(browser.post("/setup/mailbox", BOX | {"try": "1"}))
    fragment = text(browser.post("/setup/mailbox/trying", BOX))
    assert fragment.count("It works: INBOX holds 200 letters.") == 2
    assert "imap.lund-shoes.example, port 993" in fragment
    assert "<html" not in fragment
    assert "box-secret" not in fragment
    half = text(browser.post("/setup/mailbox/trying", BOX | {"address": "hello@"}))
    assert "Write the whole address" in half
    assert not Mailbox.objects.exists()


def test_servers_of_ones_own_are_asked_instead_of_those_that_are_guessed(browser, servers):
    said = {"imap_host": "box.example", "imap_security": "starttls", "smtp_host": "127.0.0.1", "user": "hello",
            "smtp_security": "none", "smtp_port": "2525", "smtp_open": "on"}  # fmt: skip
    browser.post("/setup/mailbox/trying", BOX | said)
    ((incoming,), (outgoing,)) = servers.asked[0]
    assert (incoming.host, incoming.port, incoming.user) == ("box.example", 143, "hello")
    assert (outgoing.host, outgoing.port, outgoing.user, outgoing.password) == ("127.0.0.1", 2525, "", "")
    browser.post("/setup/mailbox/trying", BOX | {"provider": "OVH"})
    assert [one.host for one in servers.asked[1][0]] == ["ssl0.ovh.net"]


def test_servers_are_not_asked_too_often(browser, servers, monkeypatch):
    monkeypatch.setattr(setup_mailbox, "MOST", 2)
    for _time in range(2):
        assert "It works" in text(browser.post("/setup/mailbox/trying", BOX))
    assert "Wait ten minutes" in text(browser.post("/setup/mailbox/trying", BOX))
    assert len(servers.asked) == 2
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert "It works" in text(browser.post("/setup/mailbox/trying", BOX))


def test_one_try_waits_for_the_other_and_says_so(browser, ada, servers):
    """Another connection of ours holds the lock, as another worker's try does."""
    form = setup_mailbox.MailboxQuestion(BOX)
    assert form.is_valid()
    request = RequestFactory().post("/setup/mailbox/trying", BOX)
    request.session, request.person, request.at = {}, ada, NOW
    known = connection.settings_dict
    with psycopg.connect(
        dbname=known["NAME"],
        user=known["USER"],
        password=known["PASSWORD"],
        host=known["HOST"],
        port=known["PORT"],
    ) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [setup_mailbox._ONE_AT_A_TIME, ada.pk])
        with pytest.raises(setup_mailbox.StillTrying):
            setup_mailbox._look(request, form)
    assert servers.asked == []
    request.session = {"tries": [NOW.timestamp()] * setup_mailbox.MOST}
    with pytest.raises(setup_mailbox.Enough):
        setup_mailbox._look(request, form)


def test_nobody_but_those_who_set_up_asks_servers_through_us(ada):
    browser = browser_of(make_person("Bo Lind"))
    assert browser.post("/setup/mailbox/trying", BOX).status_code == 404
    assert Client().post("/setup/mailbox/trying", BOX).url.startswith("/sign-in/login/")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Bo Lind bo@lund.example", Colleague("Bo Lind", "bo@lund.example")),
        ("Bo Lind <bo@lund.example>", Colleague("Bo Lind", "bo@lund.example")),
        ("Lind, Bo; bo@lund.example,", Colleague("Lind, Bo", "bo@lund.example")),
        ('"Bo Lind" (bo@lund.example)', Colleague("Bo Lind", "bo@lund.example")),
        ("bo.lind@lund.example", Colleague("Bo Lind", "bo.lind@lund.example")),
        ("Bo Lind", None),
        ("bo@", None),
        ("Bo bo@lund", None),
    ],
)
def test_a_colleague_is_read_from_a_line_as_people_write_it(line, found):
    assert colleague_of(line) == found


def test_colleagues_are_let_in_by_links_and_choose_their_own_passwords(browser):
    assert "I work alone" in text(browser.get("/setup/people"))
    browser.post(
        "/setup/people",
        {"colleagues": "Bo Lind bo@lund-shoes.example\n\nCarla Voss carla@lund-shoes.example"},
    )
    bo = Person.objects.get(name="Bo Lind")
    assert bo.serves
    assert not bo.sets_up
    assert list(bo.departments.all()) == [queries.only_department()]
    page = text(browser.get("/setup/people"))
    links = re.findall(r'value="(http[^"]+/welcome/[^"]+)"', page)
    assert len(links) == 2
    assert Departure.objects.count() == 0
    welcome, url = Client(), links[0].partition("8000")[2]
    assert "Welcome, Bo" in text(welcome.get(url))
    weak = welcome.post(url, {"password": "bo"})
    assert weak.status_code == 422
    assert welcome.post(url, {"password": PASSWORD}).url == "/"
    assert welcome.get("/").status_code == 200
    assert welcome.get("/settings").status_code == 404
    again = Client().get(url)
    assert again.status_code == 410
    assert "has been used" in text(again)
    assert len(re.findall("/welcome/", text(browser.get("/setup/people")))) == 1


def test_a_mailbox_that_can_send_brings_the_link_to_each(browser, ada, servers):
    browser.post("/setup/mailbox", BOX)
    page = text(browser.get("/setup/people"))
    assert "From hello@lund-shoes.example." in page
    browser.post("/setup/people", {"colleagues": "Bo Lind bo@lund-shoes.example", "by_mail": "on"})
    letter = Departure.objects.get()
    assert (letter.kind, letter.recipients) == ("welcome", ["bo@lund-shoes.example"])
    assert b"/welcome/" in bytes(letter.content).replace(b"=\r\n", b"")
    outbox = text(browser.get("/outbox"))
    assert "A colleague&#39;s way in" in outbox
    assert browser.get(f"/outbox/{letter.pk}.eml").status_code == 404


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("Bo Lind", "Line 1, “Bo Lind”, needs a name and an e-mail address."),
        ("Bo bo@lund.example\nBo BO@lund.example", "stands there twice"),
        ("Ada ada@lund-shoes.example", "Somebody already signs in as ada@lund-shoes.example."),
        ("", "This field is required."),
    ],
)
def test_colleagues_who_cannot_be_let_in_are_named_and_nobody_is(browser, lines, says):
    page = browser.post("/setup/people", {"colleagues": lines})
    assert page.status_code == 422
    assert says in text(page)
    assert Person.objects.count() == 1


def test_the_week_is_kept_with_its_holidays_and_drawn(browser):
    page = text(browser.get("/setup/hours"))
    assert '<option value="DE" selected>Germany</option>' in page
    assert "40 hours a week" in page
    assert browser.post("/setup/hours", WEEK).url == "/setup/answers"
    calendar = queries.only_department().calendar
    assert calendar.frames.count() == 10
    assert calendar.closed_days.filter(name="Stocktaking").exists()
    assert calendar.closed_days.filter(day="2026-12-25").exists()
    page = text(browser.get("/setup/hours"))
    assert 'value="9:00-12:00, 13:00-17:00"' in page
    assert "2026-12-31 Stocktaking" in page
    drawn = text(browser.post("/setup/hours/picture", WEEK | {"day5": "10-12"}))
    assert "37 hours a week" in drawn
    assert drawn.count("<rect") == 11
    assert "cannot be read yet" in text(browser.post("/setup/hours/picture", WEEK | {"day5": "10-"}))


@pytest.mark.parametrize(
    "wrong",
    [{"day0": "9-8"}, {"day0": "9-12, 11-14"}, {f"day{n}": "" for n in range(5)}, {"subdivision": "XX"}],
)
def test_a_week_that_cannot_be_is_refused(browser, wrong):
    assert browser.post("/setup/hours", WEEK | wrong).status_code == 422
    assert queries.only_department().calendar.frames.count() == 5


def test_a_country_is_guessed_from_the_clock():
    assert (country_of("Europe/Berlin"), country_of("UTC")) == ("DE", "")


def test_the_first_standard_is_a_sentence_with_its_meaning(browser):
    page = text(browser.get("/setup/answers"))
    assert "A letter on Friday 16:30 is answered by Monday 12:30." in page
    assert 'value="95"' in page
    later = text(browser.post("/setup/answers/meaning", {"hours": "8", "share": "95"}))
    assert "answered by Monday 16:30." in later
    far = text(browser.post("/setup/answers/meaning", {"hours": "80", "share": "95"}))
    assert "December" in far
    assert "Write two numbers." in text(browser.post("/setup/answers/meaning", {"hours": "", "share": ""}))
    assert browser.post("/setup/answers", {"hours": "4", "share": "95"}).url == "/setup/done"
    assert (Standard.objects.get().minutes, Standard.objects.get().share) == (240, 95)
    assert browser.post("/setup/answers", {"hours": "4", "share": "95"}).url == "/setup/done"
    refused = browser.post("/setup/answers", {"hours": "0", "share": "95"})
    assert refused.status_code == 422


def test_it_runs(browser, servers):
    assert "Nearly there" in text(browser.get("/setup/done"))
    browser.post("/setup/mailbox", BOX)
    page = text(browser.get("/setup/done"))
    assert "It runs." in page
    assert "hello@lund-shoes.example" in page


def test_every_question_can_be_left_out_and_found_again(browser):
    for place in ("mailbox", "people", "hours", "answers"):
        page = text(browser.get(f"/setup/{place}"))
        assert "of 5" in page
        assert "Back" in page


def test_an_administrator_without_departments_is_led_to_the_settings():
    browser = browser_of(make_person("Sven Holt", role="administrator"))
    for place in ("mailbox", "hours"):
        assert browser.get(f"/setup/{place}").url == "/settings/departments"
    assert browser.get("/setup/answers").status_code == 200


def test_a_link_for_a_colleague_is_nobody_elses(ada):
    bo = make_person("Bo Lind")
    bo.login = inviting.invite(bo, email="bo@lund-shoes.example", at=NOW)
    assert Client().get(f"/welcome/{inviting.word_for(bo)}x").status_code == 404
