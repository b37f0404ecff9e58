"""Writing on a case: the answer and its promises, files, what came meanwhile, and taking back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from upheld.cases.models import Case, Message, Note
from upheld.cases.tests.makers import arrive, leave, letter, make_case, make_house
from upheld.channels.models import Departure, Mailbox
from upheld.customers import describing
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person
from upheld.promises.models import Promise
from upheld.web import composing
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOON = MONDAY + 3 * HOUR
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def noon(settings):
    settings.OUTGOING, settings.SEND_DELAY_SECONDS = "outbox", 15
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def case(house):
    return make_case(house)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def seen(case: Case) -> int:
    return case.messages.exclude(way="automatic").order_by("-pk").values_list("pk", flat=True).first()


def words(case: Case, **more) -> dict:
    return {"text": "Dear Dora,\n\nI am sorry.\nA pair comes.", "seen": seen(case), **more}


def pledge(house, row="abc123", **other) -> dict:
    given = {
        "what": "A new pair is at your door",
        "date": "2026-11-18",
        "time": "17:00",
        "keeper": house.ada.pk,
    }
    return {"row": row, **{f"pledge-{row}-{name}": value for name, value in {**given, **other}.items()}}


def address(case: Case) -> str:
    return f"/cases/{case.number}/answers"


def test_an_answer_waits_fifteen_seconds_and_can_be_undone(house, case):
    browser = browser_of(house.ada)
    page = text(browser.post(address(case), words(case), follow=True))
    message = Message.objects.get(way="out")
    assert message.departure.leaves_at == NOON + timedelta(seconds=15)
    assert "The letter leaves in 15 s." in page
    assert f'action="/answers/{message.pk}/taking-back"' in page
    assert "leaves in 15 s" in page


def test_plain_words_become_paragraphs_and_nothing_in_them_is_markup(house, case):
    browser_of(house.ada).post(address(case), words(case, text="One <b>two</b>\nthree\n\nfour"))
    message = Message.objects.get(way="out")
    assert message.html == "<p>One &lt;b&gt;two&lt;/b&gt;<br>three</p><p>four</p>"


def test_rich_words_keep_their_look_and_lose_what_could_run(house, case):
    html = "<p>Dear <strong>Dora</strong><script>alert(1)</script></p><ul><li>one</li></ul>"
    browser_of(house.ada).post(address(case), words(case, text=html, rich="1"))
    message = Message.objects.get(way="out")
    assert message.html == "<p>Dear <strong>Dora</strong></p><ul><li>one</li></ul>"
    assert "Dear Dora" in message.text


def test_a_promise_is_told_in_the_customers_own_time(house, case):
    describing.describe(case.customer, by=house.ada.actor, at=MONDAY, zone="America/New_York")
    carla = make_agent("Carla Mendes", house.service)
    page = text(
        browser_of(house.ada).post(address(case), words(case, **pledge(house, keeper=carla.pk)), follow=True)
    )
    promise = Promise.objects.get()
    assert promise.due_at == datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
    assert (promise.keeper, promise.zone, promise.made_at) == (carla, "America/New_York", None)
    assert "Its promise counts from then." in page


def test_the_promise_is_made_when_the_letter_has_left(house, case):
    browser_of(house.ada).post(address(case), words(case, **pledge(house)))
    leave(Message.objects.get(way="out"), at=NOON + timedelta(seconds=15))
    assert Promise.objects.get().made_at == NOON + timedelta(seconds=15)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"date": ""}, "This field is required."),
        ({"date": "2026-11-15"}, "Choose a date and time that is still to come."),
        ({"time": "25:99"}, "Enter a valid time."),
        ({"keeper": "0"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_with_a_promise_stands_beside_its_field_and_the_words_stay(house, case, wrong, said):
    given = words(case, **pledge(house, **wrong))
    for headers in ({}, HTMX):
        refused = browser_of(house.ada).post(address(case), given, headers=headers)
        assert refused.status_code == 422
        assert said in text(refused)
        assert "I am sorry. A pair comes." in text(refused)
        assert "A new pair is at your door" in text(refused)
    assert not Message.objects.filter(way="out").exists()


def test_a_row_without_words_is_left_out(house, case):
    browser_of(house.ada).post(address(case), words(case, **pledge(house, what="", date="")))
    assert Message.objects.filter(way="out").exists()
    assert not Promise.objects.exists()


def test_without_javascript_a_row_is_asked_for_by_the_form(house, case):
    page = browser_of(house.ada).post(address(case), words(case, add="1"))
    assert page.status_code == 422
    assert "What we promise" in text(page)
    assert "I am sorry. A pair comes." in text(page)


def test_a_row_is_for_the_next_working_day_and_whoever_writes(house, case):
    row = text(browser_of(house.ada).get(f"/cases/{case.number}/pledge", headers=HTMX))
    assert 'value="2026-11-17"' in row
    assert 'value="17:00"' in row
    assert f'<option value="{house.ada.pk}" selected>' in row


def test_an_empty_letter_is_refused(house, case):
    refused = browser_of(house.ada).post(address(case), words(case, text="  "), headers=HTMX)
    assert refused.status_code == 422
    assert "Write the letter first." in text(refused)


def test_a_letter_that_came_meanwhile_stops_the_answer_and_is_shown(house, case):
    given = words(case)
    arrive(
        house, letter("Stop: I found them.", message_id="<2@harbour.example>", subject=f"[HS-{case.number}]")
    )
    browser = browser_of(house.ada)
    held = text(browser.post(address(case), given, headers=HTMX))
    assert "Your letter is held." in held
    assert "Stop: I found them." in held
    assert "I am sorry. A pair comes." in held
    assert "Send all the same" in held
    assert f'name="seen" value="{seen(case)}"' in held
    sent = browser.post(address(case), words(case), headers=HTMX)
    assert (sent.status_code, sent["HX-Redirect"]) == (204, f"/cases/{case.number}")


def test_without_saying_what_was_seen_nothing_is_sent(house, case):
    assert browser_of(house.ada).post(address(case), {"text": "Hello"}).status_code == 422
    assert not Departure.objects.filter(kind="answer").exists()


def test_files_go_with_the_letter(house, case):
    file = SimpleUploadedFile("label.pdf", b"%PDF-1.4", content_type="application/pdf")
    browser_of(house.ada).post(address(case), words(case, files=[file]))
    departure = Departure.objects.get(kind="answer")
    assert [(one.name, one.size) for one in departure.files.all()] == [("label.pdf", 8)]
    assert b"label.pdf" in bytes(departure.content)


def test_too_large_a_file_is_refused_by_its_name_and_the_words_stay(house, case, monkeypatch):
    monkeypatch.setattr(composing, "MOST_BYTES", 10)
    file = SimpleUploadedFile("film.mp4", b"x" * 20, content_type="video/mp4")
    refused = browser_of(house.ada).post(address(case), words(case, files=[file]))
    assert refused.status_code == 422
    assert "“film.mp4” alone" in text(refused)
    assert "I am sorry. A pair comes." in text(refused)


def test_an_answer_that_was_taken_back_returns_into_the_composer_with_its_promise(house, case):
    browser = browser_of(house.ada)
    browser.post(address(case), words(case, **pledge(house)))
    message = Message.objects.get(way="out")
    page = text(browser.post(f"/answers/{message.pk}/taking-back", follow=True))
    assert "The letter has not left." in page
    assert 'id="pen-letter" open' in page
    assert "I am sorry." in page
    assert 'value="A new pair is at your door"' in page
    assert 'value="2026-11-18"' in page
    assert not Promise.objects.exists()
    assert "I am sorry." in text(browser.get(f"/cases/{case.number}"))
    browser.post(address(case), words(case))
    assert 'id="pen-letter" open' not in text(browser.get(f"/cases/{case.number}"))


def test_the_words_that_were_taken_back_can_be_thrown_away(house, case):
    browser = browser_of(house.ada)
    browser.post(address(case), words(case))
    browser.post(f"/answers/{Message.objects.get(way='out').pk}/taking-back")
    browser.post(f"/cases/{case.number}/draft/throwing-away")
    assert 'id="pen-letter" open' not in text(browser.get(f"/cases/{case.number}"))


def test_a_letter_that_has_left_is_not_taken_back(house, case):
    browser = browser_of(house.ada)
    browser.post(address(case), words(case))
    message = Message.objects.get(way="out")
    leave(message, at=NOON + timedelta(seconds=15))
    page = text(browser.post(f"/answers/{message.pk}/taking-back", follow=True))
    assert "The letter has left. Write another to put it right." in page


def test_an_outsider_neither_answers_nor_takes_back(house, case):
    browser_of(house.ada).post(address(case), words(case))
    message = Message.objects.get(way="out")
    billing = make_department("Billing", duty=make_person("Carla Mendes", role="lead"))
    eve = browser_of(make_agent("Eve Outsider", billing))
    assert eve.post(address(case), words(case)).status_code == 404
    assert eve.post(f"/answers/{message.pk}/taking-back").status_code == 404


def test_a_case_without_a_mailbox_says_why_nothing_can_be_sent(house, case):
    Case.objects.filter(pk=case.pk).update(mailbox=None)
    assert Mailbox.objects.exists()
    assert "Connect a mailbox first" in text(browser_of(house.ada).get(f"/cases/{case.number}"))
    assert browser_of(house.ada).post(address(case), words(case)).status_code == 422


def test_a_note_is_added_and_an_empty_one_refused(house, case):
    browser = browser_of(house.bruno)
    assert browser.post(f"/cases/{case.number}/notes", {"text": "Look at the sole."}).status_code == 302
    assert Note.objects.get().text == "Look at the sole."
    refused = browser.post(f"/cases/{case.number}/notes", {"text": " "})
    assert refused.status_code == 422
    assert "Write the note first." in text(refused)
