"""The case's page: what happened, what is owed, closing, handing over, and letters' files and frames."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases import noting, owning, replying
from upheld.cases.models import Case, Message
from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import SERVICE, answer, arrive, hear, letter, make_case, make_house
from upheld.channels import filing, sending
from upheld.channels.models import Departure, File
from upheld.customers import describing
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person
from upheld.promises import breaking, keeping
from upheld.web import timeline
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = MONDAY + 3 * HOUR
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture(autouse=True)
def noon(settings):
    settings.OUTGOING = "outbox"
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


def address(case: Case) -> str:
    return f"/cases/{case.number}"


def broken(house, case) -> None:
    """Ada promised a pair for ten o'clock, and nobody recorded it as kept."""
    pair = Pledge("A new pair is at your door", MONDAY + HOUR, house.ada)
    answer(case, by=house.ada, at=MONDAY + HOUR / 2, pledges=[pair])
    breaking.break_due(MONDAY + 2 * HOUR)
    hear()


def rich_letter() -> bytes:
    """A letter with HTML, a picture in it, one from elsewhere, and two files."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Dora Lindqvist <dora@harbour.example>", SERVICE, "Größe 39"
    mail["Message-ID"] = "<rich@harbour.example>"
    mail.set_content("The sole has come off.")
    mail.add_alternative(
        '<p>The <b>sole</b><script>alert(1)</script></p><img src="cid:sole"><img src="https://far.example/x.png">',
        subtype="html",
    )
    mail.get_payload()[1].add_related(PICTURE, "image", "png", cid="<sole>")
    mail.add_attachment(PICTURE, maintype="image", subtype="png", filename="sole.png")
    mail.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="order.html")
    return mail.as_bytes()


def with_files(house) -> Message:
    arrival = arrive(house, rich_letter())
    filing.store_files(arrival, at=NOON)
    return Message.objects.get(arrival=arrival)


def test_the_owner_reads_what_dora_wrote_and_it_is_read(house, case):
    assert case.unread_at
    page = text(browser_of(house.ada).get(address(case)))
    assert "The sole has come off again." in page
    assert "Dora Lindqvist" in page
    case.refresh_from_db()
    assert case.unread_at is None


def test_whoever_else_looks_leaves_it_unread(house, case):
    browser_of(house.bruno).get(address(case))
    case.refresh_from_db()
    assert case.unread_at


def test_a_case_of_another_department_is_not_there(house, case):
    billing = make_department("Billing", duty=make_person("Carla Mendes", role="lead"))
    assert browser_of(billing.duty_owner).get(address(case)).status_code == 404
    assert browser_of(make_person("Ines", role="administrator")).get(address(case)).status_code == 404
    assert browser_of(make_person("Mara", role="manager")).get(address(case)).status_code == 200
    assert browser_of(house.ada).get("/cases/999999").status_code == 404


def test_whoever_keeps_a_promise_sees_its_case_and_writes_only_notes(house, case):
    emil = make_person("Emil", role="colleague")
    answer(case, by=house.ada, at=MONDAY, pledges=[Pledge("The refund", MONDAY + DAY, emil)])
    page = text(browser_of(emil).get(address(case)))
    assert "The refund" in page
    assert "Note for colleagues" in page
    assert "Letter to Dora" not in page
    assert browser_of(emil).post(f"{address(case)}/answers", {"text": "Hello"}).status_code == 404


def test_quotations_and_signatures_are_folded_and_what_is_new_in_them_is_marked(house, case):
    words = (
        "See my answers.\r\n\r\nOn Mon, 16 Nov 2026 at 10:05, Ada <service@harbour-shoes.example> wrote:\r\n"
        "> Which size is it, and where was it bought at the time?\r\n\r\n-- \r\nDora\r\nHarbour Ltd"
    )
    arrive(
        house, letter(words, message_id="<two@harbour.example>", subject=f"Re: Größe 39 [HS-{case.number}]")
    )
    page = text(browser_of(house.ada).get(address(case)))
    assert re.search(r"<summary>What was quoted .{0,300}says something new", page)
    assert "<summary>Signature</summary>" in page


def test_a_broken_promise_puts_the_telephone_first(house, case):
    describing.describe(
        case.customer, by=house.ada.actor, at=MONDAY, phone="040 66969 142", best_time="mornings"
    )
    assert "before you write" not in text(browser_of(house.ada).get(address(case)))
    broken(house, case)
    arrive(
        house,
        letter("Nothing has come.", message_id="<3@harbour.example>", subject=f"[HS-{case.number}]"),
        at=NOON,
    )
    page = text(browser_of(house.ada).get(address(case)))
    assert "Speak to Dora before you write" in page
    assert 'href="tel:04066969142"' in page
    assert "the date that was missed, and that they had to write again" in page
    assert page.index("Speak to Dora") < page.index("Letter to Dora")
    assert "Chaser" in page


def test_a_promise_is_a_slip_until_it_is_settled(house, case):
    pair = Pledge("A new pair is at your door", MONDAY + DAY, house.ada)
    message = answer(case, by=house.ada, at=MONDAY, pledges=[pair])
    promise = message.promise_places.get().promise
    page = text(browser_of(house.ada).get(address(case)))
    assert f'id="promise-{promise.pk}"' in page
    assert f'action="/promises/{promise.pk}/keeping"' in page
    assert "Close waits for 1 promise" in page
    keeping.keep(promise, what="Sent by courier", by=house.ada.actor, at=MONDAY + HOUR)
    page = text(browser_of(house.ada).get(address(case)))
    assert f'action="/promises/{promise.pk}/keeping"' not in page
    assert "Sent by courier" in page
    assert "Close waits" not in page


def test_a_note_is_shown_to_colleagues_on_manila(house, case):
    noting.note(case, text="The courier is <booked>.", by=house.bruno, at=MONDAY)
    page = text(browser_of(house.ada).get(address(case)))
    assert "The courier is &lt;booked&gt;." in page
    assert 'class="entry note"' in page


def test_a_case_without_an_answer_is_closed_only_when_none_is_needed(house, case):
    browser = browser_of(house.ada)
    refused = browser.post(f"{address(case)}/closing")
    assert refused.status_code == 422
    assert "The customer's last letter has no answer yet." in text(refused)
    closed = browser.post(f"{address(case)}/closing", {"no_answer": "on"}, follow=True)
    assert "Closed: nothing is owed." in text(closed)
    case.refresh_from_db()
    assert case.closed_at == NOON
    assert browser.post(f"{address(case)}/closing").status_code == 302


def test_a_case_with_a_promise_does_not_close(house, case):
    answer(case, by=house.ada, at=MONDAY, pledges=[Pledge("The refund", MONDAY + DAY, house.ada)])
    refused = browser_of(house.ada).post(f"{address(case)}/closing", {"no_answer": "on"})
    assert refused.status_code == 422
    assert "Close waits for 1 promise." in text(refused)


def test_a_closed_case_is_opened_again(house, case):
    browser = browser_of(house.ada)
    browser.post(f"{address(case)}/closing", {"no_answer": "on"})
    browser.post(f"{address(case)}/reopening")
    case.refresh_from_db()
    assert case.is_open
    assert browser.post(f"{address(case)}/reopening").status_code == 302


def test_a_case_is_handed_to_a_colleague_who_serves(house, case):
    browser = browser_of(house.ada)
    assert browser.post(f"{address(case)}/owner", {"to": ""}).status_code == 422
    outsider = make_person("Emil", role="colleague")
    refused = browser.post(f"{address(case)}/owner", {"to": outsider.pk})
    assert refused.status_code == 422
    assert "Choose somebody who works here and serves customers." in text(refused)
    browser.post(f"{address(case)}/owner", {"to": house.bruno.pk})
    case.refresh_from_db()
    assert case.owner == house.bruno
    assert browser.post(f"{address(case)}/owner", {"to": house.bruno.pk}).status_code == 422


def test_whoever_gives_away_a_case_of_another_department_no_longer_sees_it(house, case):
    billing = make_department("Billing", duty=make_person("Carla Mendes", role="lead"))
    owning.hand_over(case, to=billing.duty_owner, by=house.ada.actor, at=MONDAY)
    given = browser_of(billing.duty_owner).post(f"{address(case)}/owner", {"to": house.ada.pk})
    assert given.url == "/letters"


def test_a_letter_as_long_as_a_book_is_shown_to_its_beginning(house, case):
    arrive(
        house, letter("word " * 30_000, message_id="<long@harbour.example>", subject=f"[HS-{case.number}]")
    )
    page = browser_of(house.ada).get(address(case))
    assert len(page.content) < 200_000
    assert "The letter goes on." in text(page)


def test_from_the_desk_a_deed_leads_back_to_the_desk(house, case):
    done = browser_of(house.ada).post(f"{address(case)}/owner", {"to": house.bruno.pk, "desk": "ours"})
    assert done.url == f"/letters?view=ours&case={case.number}"


def test_the_pane_beside_the_list_is_the_page_without_its_masthead(house, case):
    pane = text(
        browser_of(house.ada).get(
            f"{address(case)}?desk=mine", headers={"HX-Request": "true", "HX-Target": "beside"}
        )
    )
    assert pane.startswith('<article class="case"')
    assert 'name="desk" value="mine"' in pane
    assert "<h1" not in pane


def test_files_are_saved_and_only_pictures_are_drawn(house):
    message = with_files(house)
    browser = browser_of(house.ada)
    page = text(browser.get(address(message.case)))
    picture, page_file = File.objects.get(name="sole.png"), File.objects.get(name="order.html")
    assert f'<img src="/files/{picture.pk}/sole.png"' in page
    drawn = browser.get(f"/files/{picture.pk}/sole.png")
    assert b"".join(drawn.streaming_content) == PICTURE
    assert drawn["Content-Type"] == "image/png"
    saved = browser.get(f"/files/{page_file.pk}/order.html")
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in saved["Content-Security-Policy"]
    assert b"".join(saved.streaming_content) == b"<script>alert(1)</script>"
    assert (
        browser_of(make_person("Eve", role="colleague")).get(f"/files/{picture.pk}/sole.png").status_code
        == 404
    )


def test_a_file_whose_bytes_are_gone_is_said_to_be_so(house):
    with_files(house)
    missing = File.objects.get(name="order.html")
    File.objects.filter(pk=missing.pk).update(sha256=b"\0" * 32)
    answered = browser_of(house.ada).get(f"/files/{missing.pk}/order.html")
    assert answered.status_code == 404
    assert "This file cannot be opened now." in text(answered)


def test_the_frame_shows_the_letter_without_scripts_and_without_pictures_from_afar(house):
    message = with_files(house)
    browser = browser_of(house.ada)
    frame = browser.get(f"/messages/{message.pk}/frame")
    shown = frame.content.decode()
    inline = File.objects.get(content_id__contains="sole")
    policy = frame["Content-Security-Policy"]
    assert "<b>sole</b>" in shown
    assert "alert" not in shown
    assert f'src="/files/{inline.pk}/picture"' in shown
    assert 'src="https://far.example' not in shown.replace("data-remote-src", "")
    assert "1 picture from elsewhere was not loaded" in shown
    assert policy.startswith("default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'")
    assert "allow-scripts" not in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert (
        browser_of(make_person("Eve", role="colleague")).get(f"/messages/{message.pk}/frame").status_code
        == 404
    )


def test_the_letter_as_it_came_is_saved_byte_for_byte(house):
    message = with_files(house)
    raw = browser_of(house.ada).get(f"/letters-in/{message.arrival.pk}.eml")
    assert raw.content == rich_letter() or b"The sole has come off." in raw.content
    assert raw["Content-Type"] == "message/rfc822"
    assert (
        browser_of(make_person("Eve", role="colleague"))
        .get(f"/letters-in/{message.arrival.pk}.eml")
        .status_code
        == 404
    )


def test_a_long_case_costs_as_many_queries_as_a_short_one(house, case):
    browser = browser_of(house.ada)

    def queries() -> int:
        browser.get(address(case))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            browser.get(address(case))
        return len(seen)

    def more(number: int) -> None:
        pledge = Pledge(f"Promise {number}", MONDAY + DAY, house.ada)
        answer(case, by=house.ada, at=MONDAY + number * HOUR / 60, pledges=[pledge])
        noting.note(case, text="A note", by=house.bruno, at=MONDAY)
        reply = letter(
            f"Letter {number}", message_id=f"<{number}@harbour.example>", subject=f"[HS-{case.number}]"
        )
        arrive(house, reply, at=MONDAY + number * HOUR / 60)

    more(1)
    few = queries()
    for number in range(2, 12):
        more(number)
    assert queries() == few


def test_the_customers_other_cases_are_beside_it(house, case):
    other = make_case(house, message_id="<other@harbour.example>", subject="Laces for the winter boots")
    page = text(browser_of(house.ada).get(address(case)))
    assert f'href="/cases/{other.number}"' in page
    assert "Laces for the winter boots" in page


def test_how_a_letter_stands_is_asked_again_until_it_has_left(house, case):
    message = replying.answer(case, html="<p>Soon.</p>", delay=timedelta(seconds=15), by=house.ada, at=NOON)
    browser = browser_of(house.ada)
    waiting = text(browser.get(f"/messages/{message.pk}/delivery"))
    assert "leaves in 15 s" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert f'action="/answers/{message.pk}/taking-back"' in waiting
    other = answer(case, by=house.ada, at=NOON)
    left = browser.get(f"/messages/{other.pk}/delivery")
    assert "sent today, 12:00" in text(left)
    assert left["HX-Trigger"] == "upheld:left"
    received = case.messages.filter(way="in").first()
    assert browser.get(f"/messages/{received.pk}/delivery").status_code == 404


def test_a_letter_that_was_not_delivered_says_so(house, case, settings):
    settings.OUTGOING = "smtp"  # and the mailbox has no server to send through
    answer(case, by=house.ada, at=NOON)
    page = text(browser_of(house.ada).get(address(case)))
    assert "not delivered" in page
    assert "No server is set for letters that leave from" in page


def test_whoever_serves_decides_about_a_letter_that_was_not_delivered(house, case, settings):
    settings.OUTGOING = "smtp"
    message = answer(case, by=house.ada, at=NOON)
    browser = browser_of(house.ada)
    page = text(browser.get(address(case)))
    assert f'action="/answers/{message.pk}/resending"' in page
    assert f'action="/answers/{message.pk}/confirming"' not in page
    refused = browser.post(f"/answers/{message.pk}/confirming", follow=True)
    assert "Nobody is in doubt about this letter." in text(refused)
    assert "dealt with" in text(browser.post(f"/answers/{message.pk}/settling", follow=True))
    assert "Send it again" not in text(browser.get(address(case)))
    again = browser.post(f"/answers/{message.pk}/resending", follow=True)
    assert "Nothing is wrong with this letter, or somebody has dealt with it." in text(again)


def test_a_letter_is_sent_again_and_then_waits_to_leave(house, case, settings):
    settings.OUTGOING = "smtp"
    message = answer(case, by=house.ada, at=NOON)
    page = text(browser_of(house.ada).post(f"/answers/{message.pk}/resending", follow=True))
    assert "The letter is sent again." in page
    assert "leaving now" in page
    message.departure.refresh_from_db()
    assert message.departure.is_waiting
    outsider = make_agent("Eve", make_department("Billing", duty=make_person("Carla Mendes", role="lead")))
    assert browser_of(outsider).post(f"/answers/{message.pk}/resending").status_code == 404


def test_a_letter_in_doubt_is_said_to_have_arrived(house, case):
    message = replying.answer(case, html="<p>Soon.</p>", delay=timedelta(0), by=house.ada, at=NOON)
    Departure.objects.filter(pk=message.departure.pk).update(claimed_at=NOON - HOUR)
    sending.hold_doubtful(NOON)
    hear()
    browser = browser_of(house.ada)
    assert "held: it is not certain that it left" in text(browser.get(address(case)))
    assert "Written down: it did arrive." in text(
        browser.post(f"/answers/{message.pk}/confirming", follow=True)
    )
    assert "sent today, 11:00" in text(browser.get(address(case)))


def test_handing_over_keeps_the_case_in_sight_of_the_department(house, case):
    emil = make_agent("Emil", house.service)
    owning.hand_over(case, to=emil, by=house.ada.actor, at=MONDAY)
    assert browser_of(house.ada).get(address(case)).status_code == 200


def test_a_picture_in_the_text_is_shown_and_a_logo_is_not(house):
    message = with_files(house)
    photo, page_file = File.objects.get(name="sole.png"), File.objects.get(name="order.html")
    for size, shown in ((timeline.SIGN, True), (timeline.SIGN - 1, False)):
        File.objects.filter(pk=photo.pk).update(inline=True, size=size)
        page = text(browser_of(house.ada).get(address(message.case)))
        assert page.count(f'<img src="/files/{photo.pk}/sole.png"') == (2 if shown else 0)
    File.objects.filter(pk=page_file.pk).update(inline=True)
    assert "order.html" in text(browser_of(house.ada).get(address(message.case)))
