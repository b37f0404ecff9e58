"""The company's form: a letter like any other, errors that help, and a double click that is one letter."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from upheld.cases import jobs
from upheld.cases.models import Case, Message
from upheld.cases.tests.makers import make_house
from upheld.channels.models import Arrival, Mailbox
from upheld.people.tests.makers import MONDAY
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
NOON = MONDAY + timedelta(hours=3)
WRITTEN = {
    "name": "Dora Lindqvist", "email": "dora@harbour.example", "about": "Größe 39",
    "words": "The sole has come off again.", "token": "t" * 24,
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def house():
    return make_house()


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_letter_in_the_form_opens_a_case_that_is_acknowledged(house):
    sent = browser_of().post("/write", WRITTEN)
    assert sent.url == "/write/thanks"
    assert "Your letter has arrived." in text(browser_of().get(sent.url))
    arrival = Arrival.objects.get()
    assert (arrival.way, arrival.mailbox) == ("form", house.mailbox)
    jobs.open_or_give_up(arrival.pk, at=NOON)
    case = Case.objects.get()
    assert (case.subject_line, case.customer.name) == ("Größe 39", "Dora Lindqvist")
    assert case.messages.get(way="in").own_words.strip() == "The sole has come off again."
    assert case.messages.filter(way="automatic").count() == 1


def test_files_go_with_it(house):
    files = [
        SimpleUploadedFile("sole.jpg", b"\xff\xd8", "image/jpeg"),
        SimpleUploadedFile("Rechnung ü.pdf", b"%PDF"),
    ]
    browser_of().post("/write", {**WRITTEN, "enclosures": files})
    jobs.open_or_give_up(Arrival.objects.get().pk, at=NOON)
    names = {one.name for one in Message.objects.get(way="in").arrival.files.all()}
    assert names == {"sole.jpg", "Rechnung ü.pdf"}


def test_a_double_click_is_one_letter_also_a_minute_later(house, noon):
    browser = browser_of()
    files = {"enclosures": SimpleUploadedFile("sole.jpg", b"\xff\xd8")}
    assert browser.post("/write", {**WRITTEN, **files}).status_code == 302
    noon.shift(60)
    files = {"enclosures": SimpleUploadedFile("sole.jpg", b"\xff\xd8")}
    assert browser.post("/write", {**WRITTEN, **files}).status_code == 302
    assert Arrival.objects.count() == 1
    browser.post("/write", {**WRITTEN, "words": "And another thing."})
    assert Arrival.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "dora"}, "This is not an e-mail address."),
        ({"email": ""}, "This field is required."),
        ({"words": "  "}, "Write something first."),
        ({"name": ""}, "This field is required."),
        ({"website": "x"}, "only machines fill it in"),
        ({"words": "x" * 50_001}, "at most 50000 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_written(house, wrong, said):
    refused = browser_of().post("/write", {**WRITTEN, **wrong})
    assert refused.status_code == 422
    assert said in text(refused)
    assert "Größe 39" in text(refused)
    assert not Arrival.objects.exists()


def test_too_many_or_too_large_files_are_refused_with_a_way_on(house, monkeypatch):
    many = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)]
    assert "Send 10 files at most." in text(browser_of().post("/write", {**WRITTEN, "enclosures": many}))
    large = SimpleUploadedFile("film.mov", b"x" * (25 * 1024 * 1024 + 1))
    assert "larger than 25 MB" in text(browser_of().post("/write", {**WRITTEN, "enclosures": large}))


def test_line_breaks_in_a_name_or_subject_write_no_headers_of_their_own(house):
    bad = {**WRITTEN, "name": "Dora\r\nBcc: all@harbour.example", "about": "x\r\nBcc: b@x.example"}
    browser_of().post("/write", bad)
    raw = bytes(Arrival.objects.get().raw.content)
    assert b"\r\nBcc:" not in raw


def test_a_flood_from_one_place_is_stopped_with_a_word(house):
    browser = browser_of()
    for number in range(10):
        assert browser.post("/write", {**WRITTEN, "words": f"Letter {number}"}).status_code == 302
    refused = browser.post("/write", {**WRITTEN, "words": "One more"})
    assert refused.status_code == 422
    assert "Write to service@harbour-shoes.example instead." in text(refused)
    assert (
        browser.post("/write", {**WRITTEN, "words": "Elsewhere"}, REMOTE_ADDR="192.0.2.7").status_code == 302
    )


def test_junk_as_a_token_is_replaced(house):
    assert browser_of().post("/write", {**WRITTEN, "token": "'; drop table"}).status_code == 302
    assert "drop" not in Arrival.objects.get().source_id


def test_without_a_mailbox_the_form_says_that_it_takes_no_letters(house):
    Mailbox.objects.update(closed_at=NOON)
    page = browser_of().get("/write")
    assert "takes no letters yet" in text(page)
    assert "<textarea" not in text(page)
    assert browser_of().post("/write", WRITTEN).status_code == 422
    assert not Arrival.objects.exists()


def test_a_form_of_another_site_cannot_write_here(house):
    refused = browser_of(enforce_csrf_checks=True).post("/write", WRITTEN)
    assert refused.status_code == 403
    assert "This form was open for too long." in text(refused)
    assert "css/app.css" in text(refused)
    assert not Arrival.objects.exists()
