"""The customer's own page: what was promised and said, an answer that joins the case, and nothing internal, ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from upheld.cases import closing, jobs, noting, replying, tokens
from upheld.cases.models import Case, Message, Note
from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import answer, arrive, letter, make_case, make_house
from upheld.channels.models import Arrival
from upheld.people.tests.makers import MONDAY
from upheld.promises import breaking, keeping, promising
from upheld.promises.models import Promise
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = MONDAY + 3 * HOUR
SECRET = "INTERNAL-MARKER"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def nothing_leaves(settings):
    settings.OUTGOING = "outbox"


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def case(house):
    return make_case(house)


def address(case: Case) -> str:
    return reverse("own_page", args=[tokens.page_word(case.number)])


def text(response) -> str:
    return " ".join(response.content.decode().split())


def open_all(at=NOON) -> None:
    for arrival in Arrival.objects.unopened():
        jobs.open_or_give_up(arrival.pk, at=at)


def test_before_the_first_answer_the_page_says_by_when_a_person_answers(case):
    page = text(browser_of().get(address(case)))
    assert "Your letter is here. A person answers by Monday 16 November 2026, 14:00." in page
    assert "Ada has it." in page
    assert "The sole has come off again." in page
    assert f"Case HS-{case.number}" in page


def test_promises_stand_in_the_customers_words_and_zone(house, case):
    pledge = Pledge("A new pair is at your door", MONDAY + DAY, house.ada)
    answer(case, by=house.ada, at=MONDAY + HOUR, pledges=[pledge])
    page = text(browser_of().get(address(case)))
    assert "We owe you something, by Tuesday 17 November 2026, 09:00." in page
    assert "Still to come" in page
    assert "A new pair comes." in page
    assert "Ada wrote" in page
    assert "you wrote" in page


def test_a_broken_promise_is_owned_and_a_kept_one_says_what_was_done(house, case):
    pledge = Pledge("A new pair is at your door", MONDAY + 2 * HOUR, house.ada)
    answer(case, by=house.ada, at=MONDAY + HOUR, pledges=[pledge])
    breaking.break_due(NOON)
    page = text(browser_of().get(address(case)))
    assert "We did not keep a promise to you." in page
    assert "That is our fault." in page
    assert "Not kept" in page
    keeping.keep(Promise.objects.get(), what="Brought by Bruno", by=house.ada.actor, at=NOON)
    page = text(browser_of().get(address(case)))
    assert "Kept late" in page
    assert "Brought by Bruno." in page
    assert "We have answered you." in page


def test_a_closed_case_says_so_and_can_be_written_to(house, case):
    answer(case, by=house.ada, at=MONDAY + HOUR)
    closing.close(Case.objects.get(), by=house.ada.actor, at=MONDAY + 2 * HOUR)
    page = text(browser_of().get(address(case)))
    assert "This was closed on Mon 16 Nov." in page
    assert "Send to Ada" in page


def test_nothing_internal_is_ever_on_the_page(house, case):
    noting.note(case, text=f"{SECRET} in a note", by=house.ada, at=MONDAY)
    pledge = Pledge(f"{SECRET} in a draft promise", MONDAY + DAY, house.ada)
    replying.answer(
        case, html=f"<p>{SECRET} not left yet</p>", pledges=[pledge], delay=HOUR * 9, by=house.ada, at=NOON
    )
    taken_back = replying.answer(
        case, html=f"<p>{SECRET} taken back</p>", delay=HOUR * 9, by=house.ada, at=NOON
    )
    replying.take_back(taken_back, by=house.ada, at=NOON)
    made = promising.promise(
        customer=case.customer, subject=case.subject, department=house.service, keeper=house.bruno,
        words=f"{SECRET} on no case", due_at=MONDAY + DAY, zone="Europe/Berlin", by=house.ada.actor, at=MONDAY,
    )  # fmt: skip
    other = make_case(house, subject=f"{SECRET} of another case", message_id="<other@harbour.example>")
    stranger = letter(f"{SECRET} by somebody else", sender="Otto Brandt <otto@brandt.example>", message_id="<s@b>",
                      to=tokens.reply_address(case.number, house.mailbox))  # fmt: skip
    arrive(house, stranger)
    to = tokens.reply_address(case.number, house.mailbox)
    automatic = "Auto-Submitted: auto-replied"
    arrive(house, letter(f"{SECRET} away", message_id="<auto@harbour.example>", headers=automatic, to=to))
    assert Note.objects.count() == 1
    assert Message.objects.filter(case=case, text__contains=SECRET).count() == 4
    assert made.pk
    assert other.pk
    for url in (address(case), address(case) + "?sent"):
        page = browser_of().get(url).content.decode()
        assert SECRET not in page
        page = page[page.index("<main") :]
        assert "Bruno" not in page
        for inside in (
            "/cases/",
            "/promises",
            "/letters",
            "note",
            "masthead",
            "Okafor",
            house.mailbox.department.name + " ",
        ):
            assert inside not in page, inside
    refused = browser_of().post(address(case) + "/answers", {"words": ""})
    assert refused.status_code == 422
    assert SECRET not in refused.content.decode()


def test_an_answer_joins_the_case_as_a_letter_of_the_customer(house, case):
    browser = browser_of(enforce_csrf_checks=True)
    sent = browser.post(
        address(case) + "/answers",
        {
            "words": "It has still not come.",
            "token": "a" * 24,
            "enclosures": SimpleUploadedFile("sole.jpg", b"\xff\xd8jpeg"),
        },
    )
    assert sent.url == address(case) + "?sent#sent"
    open_all()
    written = Message.objects.filter(case=case, way="in").order_by("-pk")[0]
    assert written.own_words.strip() == "It has still not come."
    assert written.customer == case.customer
    assert written.arrival.way == "form"
    assert [one.name for one in written.arrival.files.all()] == ["sole.jpg"]
    page = text(browser.get(address(case) + "?sent"))
    assert "Your letter has arrived." in page
    assert "It has still not come." in page
    assert "sole.jpg" in page


def test_an_answer_joins_even_when_the_mailbox_has_a_long_name(house, case):
    house.mailbox.address = "a" * 60 + "@harbour-shoes.example"
    house.mailbox.save()
    browser_of().post(address(case) + "/answers", {"words": "Hello again."})
    open_all()
    assert Message.objects.filter(case=case, way="in").count() == 2


def test_sent_twice_is_one_letter_and_other_words_are_another(case):
    browser, url = browser_of(), address(case) + "/answers"
    for words in ("First.", "First.", "First, and more."):
        assert browser.post(url, {"words": words, "token": "b" * 24}).status_code == 302
    assert Arrival.objects.filter(way="form").count() == 2


def test_opening_the_page_changes_nothing(case):
    browser = browser_of()
    browser.get(address(case))
    with CaptureQueriesContext(connection) as asked:
        browser.get(address(case))
        assert browser.head(address(case)).status_code == 200
    assert all(query["sql"].startswith("SELECT") for query in asked)


def test_thirty_letters_cost_as_many_queries_as_one(house, case):
    browser = browser_of()
    with CaptureQueriesContext(connection) as one:
        browser.get(address(case))
    to = tokens.reply_address(case.number, house.mailbox)
    for number in range(29):
        arrive(house, letter(f"Again {number}", message_id=f"<{number}@harbour.example>", to=to))
    with CaptureQueriesContext(connection) as thirty:
        page = text(browser.get(address(case)))
    assert "Again 28" in page
    assert len(thirty) <= len(one) + 1


def test_a_wrong_word_is_the_same_page_as_no_page(case):
    browser = browser_of()
    word = tokens.page_word(case.number)
    nowhere = browser.get("/no-such-page")
    for wrong in (
        word[:-1],
        word[:-1] + ("a" if word[-1] != "a" else "b"),
        f"{case.number + 1}-{word.partition('-')[2]}",
        "x",
    ):
        for response in (browser.get(f"/c/{wrong}"), browser.post(f"/c/{wrong}/answers", {"words": "x"})):
            assert response.status_code == 404
        assert browser.get(f"/c/{wrong}").content == nowhere.content


def test_the_link_does_not_travel_on(case):
    page = browser_of().get(address(case))
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "no-store" in page.headers["Cache-Control"]
    assert not page.cookies


def test_what_a_machine_fills_in_is_said_and_nothing_is_lost(case):
    refused = browser_of().post(
        address(case) + "/answers", {"words": "Buy pills", "website": "https://pills.example"}
    )
    assert refused.status_code == 422
    assert "only machines fill it in" in text(refused)
    assert "Buy pills" in text(refused)
    assert not Arrival.objects.filter(way="form").exists()


def test_a_flood_is_stopped_with_a_word(case):
    browser, url = browser_of(), address(case) + "/answers"
    for number in range(20):
        assert browser.post(url, {"words": f"Letter {number}"}).status_code == 302
    refused = browser.post(url, {"words": "One more"})
    assert refused.status_code == 422
    assert "Wait a little" in text(refused)


def test_a_case_that_was_joined_shows_the_one_that_was_kept_to_the_same_customer_only(house, case):
    kept = make_case(house, subject="The kept one", message_id="<kept@harbour.example>")
    foreign = make_case(
        house, subject="Foreign", sender="Otto <otto@brandt.example>", message_id="<f@brandt.example>"
    )
    Case.objects.filter(pk=case.pk).update(joined_into=kept)
    assert "The kept one" in text(browser_of().get(address(case)))
    Case.objects.filter(pk=case.pk).update(joined_into=foreign)
    assert browser_of().get(address(case)).status_code == 404
