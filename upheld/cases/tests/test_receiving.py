"""Letters that arrive: each is one message, one duplicate, one note of delivery, or one thing for a person."""

from datetime import timedelta

import pytest

from upheld.cases import filing, jobs, receiving
from upheld.cases.models import Case, Message
from upheld.cases.tests.makers import DORA, SERVICE, answer, arrive, letter, make_case, make_house
from upheld.channels import receiving as channels_receiving
from upheld.channels.models import Arrival, Departure
from upheld.customers.models import Customer
from upheld.people.tests.makers import MONDAY
from upheld.promises.models import StandardClock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
HOUR = timedelta(hours=1)


def test_a_letter_opens_a_case_with_a_number_an_owner_and_a_running_standard():
    house = make_house()
    case = make_case(house)
    assert case.number >= 1001
    assert (case.owner, case.customer.name, case.subject_line) == (house.ada, "Dora Lindqvist", "Größe 39")
    clock = StandardClock.objects.get(subject_id=case.pk)
    # Four business hours from nine in Berlin, with an hour of lunch: two in the afternoon.
    assert clock.due_at == MONDAY + 5 * HOUR
    assert case.next_at == clock.due_at


def test_the_acknowledgement_is_automatic_by_its_own_words_and_headers():
    house = make_house()
    case = make_case(house)
    departure = Departure.objects.get(kind="acknowledgement")
    content = bytes(departure.content).decode()
    assert departure.recipients == ["dora@harbour.example"]
    assert "Auto-Submitted: auto-replied" in content
    words = Message.objects.get(way="automatic").text
    assert f"HS-{case.number}" in words
    assert "Monday 16 November 2026, 14:00" in words
    assert f"/c/{case.number}-" in words


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk\r\nX-Loop: dora@harbour.example",
        "List-Id: <news.example>",
    ],
)
def test_nothing_automatic_is_answered(headers):
    house = make_house()
    arrival = arrive(house, letter(headers=headers))
    assert arrival.outcome == "attention"
    assert not Departure.objects.exists()
    assert not Case.objects.exists()


def test_a_letter_through_the_list_behind_our_own_address_opens_a_case_and_is_not_answered():
    house = make_house()
    headers = f"List-Id: Service <{SERVICE.replace('@', '.')}>\r\nList-Post: <mailto:{SERVICE}>"
    assert arrive(house, letter(headers=headers)).outcome == "filed"
    assert StandardClock.objects.exists()
    assert not Departure.objects.exists()


def test_a_letter_from_the_past_opens_a_case_and_sends_nothing():
    house = make_house()
    arrival = arrive(house, letter(), silent=True)
    assert arrival.outcome == "filed"
    assert not Departure.objects.exists()
    assert not StandardClock.objects.exists()


def test_a_letter_from_the_past_stands_where_it_was_written_and_a_new_one_where_it_came():
    house = make_house()
    old = arrive(house, letter(), silent=True)
    new = arrive(house, letter("Again.", message_id="<2@harbour.example>"), at=MONDAY + HOUR)
    assert old.message.at == MONDAY - timedelta(minutes=9)
    assert new.message.at == MONDAY + HOUR


def test_the_same_letter_twice_is_one_message_and_one_duplicate():
    house = make_house()
    first, second = arrive(house, letter()), arrive(house, letter())
    assert (first.outcome, second.outcome, second.duplicate_of) == ("filed", "duplicate", first)
    assert Case.objects.count() == 1


def test_other_words_under_the_same_message_id_are_another_message():
    house = make_house()
    arrive(house, letter())
    assert arrive(house, letter("Now the other sole is off too.")).outcome == "filed"
    first, second = Message.objects.filter(way="in").order_by("pk")
    assert filing.OTHER_WORDS in second.trouble
    assert filing.OTHER_WORDS not in first.trouble


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (letter(sender="", message_id=None), receiving.NO_SENDER),
        (letter(sender=SERVICE), receiving.FROM_OURSELVES),
        (b"", receiving.NO_SENDER),
        (b"\x00\xff\xfe garbage", receiving.NO_SENDER),
    ],
)
def test_what_cannot_be_filed_waits_for_a_person(raw, why):
    house = make_house()
    arrival = arrive(house, raw)
    assert (arrival.outcome, arrival.why) == ("attention", why)
    assert not Departure.objects.exists()


def test_her_reply_to_the_case_s_own_address_joins_it():
    house = make_house()
    case = make_case(house)
    sent = answer(case, by=house.ada, at=MONDAY + HOUR)
    reply_to = bytes(sent.departure.content).decode().split("Reply-To: ")[1].split("\r\n")[0]
    again = arrive(
        house,
        letter("Thank you.", to=reply_to.upper(), message_id="<2@harbour.example>"),
        at=MONDAY + 2 * HOUR,
    )
    assert again.message.case == case
    assert "own address" in again.why


def test_a_reply_by_reference_joins_only_for_somebody_who_takes_part():
    house = make_house()
    case = make_case(house)
    sent = answer(case, by=house.ada, at=MONDAY + HOUR)
    reference = f"In-Reply-To: {sent.message_id}"
    hers = arrive(house, letter("Thanks.", message_id="<2@harbour.example>", headers=reference))
    eves = arrive(
        house,
        letter(
            "Me too.", sender="Eve <eve@elsewhere.example>", message_id="<3@e.example>", headers=reference
        ),
    )
    assert hers.message.case == case
    assert eves.message.case != case


def test_a_number_in_the_subject_joins_only_for_its_own_customer():
    house = make_house()
    case = make_case(house)
    subject = f"About HS-{case.number}"
    hers = arrive(house, letter("Any news?", subject=subject, message_id="<2@harbour.example>"))
    eves = arrive(
        house, letter("Hi", subject=subject, sender="eve@elsewhere.example", message_id="<3@e.example>")
    )
    assert hers.message.case == case
    assert eves.message.case != case


def test_a_forged_token_joins_nothing():
    house = make_house()
    case = make_case(house)
    forged = SERVICE.replace("@", f"+c{case.number}.abcdefghijklmnop@")
    eve = arrive(house, letter(sender="eve@elsewhere.example", to=forged, message_id="<3@e.example>"))
    assert eve.message.case != case


def test_an_auto_reply_goes_on_its_case_and_changes_neither_clock_nor_reading():
    house = make_house()
    case = make_case(house)
    sent = answer(case, by=house.ada, at=MONDAY + HOUR)
    away = arrive(
        house,
        letter("Away until 3 May.", message_id="<4@h.example>",
               headers=f"Auto-Submitted: auto-replied\r\nIn-Reply-To: {sent.message_id}"),
    )  # fmt: skip
    case.refresh_from_db()
    assert away.message.case == case
    assert away.message.kind == "auto-reply"
    assert case.unread_at is None
    assert Departure.objects.filter(kind="acknowledgement").count() == 1


def test_our_own_letter_coming_back_is_noted_and_answered_by_nobody():
    house = make_house()
    case = make_case(house)
    sent = answer(case, by=house.ada, at=MONDAY + HOUR)
    back = arrive(house, bytes(sent.departure.content))
    assert (back.outcome, back.why) == ("noted", receiving.OUR_OWN)
    assert case.messages.count() == 3


def test_a_bounce_marks_the_letter_undelivered_and_tells_the_owner():
    house = make_house()
    case = make_case(house)
    sent = answer(case, by=house.ada, at=MONDAY + HOUR)
    bounce = (
        "From: MAILER-DAEMON@x.example\r\nReturn-Path: <>\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="R"\r\n\r\n'
        "--R\r\nContent-Type: text/plain\r\n\r\nNo such person.\r\n"
        "--R\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n"
        "Final-Recipient: rfc822; dora@harbour.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--R\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {sent.message_id}\r\n\r\nhi\r\n--R--\r\n"
    )
    from upheld.cases.tests.makers import hear

    assert arrive(house, bounce.encode(), at=MONDAY + 2 * HOUR).outcome == "noted"
    hear()
    sent.refresh_from_db()
    case.refresh_from_db()
    assert sent.undelivered_at is not None
    assert case.unread_at is not None


def test_a_bounce_of_a_letter_that_was_not_ours_needs_a_person():
    house = make_house()
    raw = (
        b"From: MAILER-DAEMON@x.example\r\nReturn-Path: <>\r\nSubject: Undelivered\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="R"\r\n\r\n'
        b"--R\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--R--\r\n"
    )
    assert arrive(house, raw).why == receiving.UNKNOWN_BOUNCE


def test_a_letter_to_a_closed_case_opens_it_again():
    from upheld.cases import closing

    house = make_house()
    case = make_case(house)
    answer(case, by=house.ada, at=MONDAY + HOUR)
    closing.close(case, by=house.ada.actor, at=MONDAY + 2 * HOUR)
    arrive(
        house,
        letter("It broke again.", subject=f"HS-{case.number}", message_id="<9@h.example>"),
        at=MONDAY + 3 * HOUR,
    )
    case.refresh_from_db()
    assert case.is_open


def test_a_loop_gets_few_acknowledgements_and_loses_nothing():
    house = make_house()
    for i in range(12):
        arrive(
            house, letter(f"We got your mail {i}.", subject=f"Thank you {i}", message_id=f"<l{i}@x.example>")
        )
    assert Message.objects.filter(way="in").count() == 12
    assert Departure.objects.count() == 5


def test_opening_twice_changes_nothing():
    house = make_house()
    arrival = arrive(house, letter())
    receiving.receive(arrival.pk, at=MONDAY + HOUR)
    assert Message.objects.filter(way="in").count() == 1


def test_a_letter_that_we_fail_to_open_is_put_before_a_person(monkeypatch):
    house = make_house()
    stored = channels_receiving.store(letter(), way="imap", mailbox=house.mailbox, source_id="1:1", at=MONDAY)

    def fail(_raw):
        raise RuntimeError("our own fault")

    monkeypatch.setattr(receiving.reading, "read", fail)
    for _ in range(receiving.TRIES):
        assert jobs.open_or_give_up(stored.pk, at=MONDAY) is None
    given_up = jobs.open_or_give_up(stored.pk, at=MONDAY)
    assert (given_up.outcome, given_up.why) == ("attention", receiving.COULD_NOT_OPEN)
    assert bytes(given_up.raw.content) == letter()


def test_the_sweep_opens_what_no_job_opened():
    house = make_house()
    channels_receiving.store(letter(), way="imap", mailbox=house.mailbox, source_id="1:1", at=MONDAY)
    assert jobs.sweep(MONDAY) == 1
    assert jobs.sweep(MONDAY) == 0
    assert Case.objects.count() == 1


def test_a_customer_who_writes_twice_is_one_customer():
    house = make_house()
    arrive(house, letter())
    arrive(house, letter("Another matter.", sender=DORA.upper(), message_id="<2@h.example>", subject="Laces"))
    assert Customer.objects.count() == 1
    assert Case.objects.count() == 2


def test_every_arrival_has_exactly_one_outcome():
    house = make_house()
    for raw in (letter(), letter(), b"", letter(sender=""), letter(headers="Auto-Submitted: auto-generated")):
        arrive(house, raw)
    assert Arrival.objects.filter(opened_at__isnull=True).count() == 0
    # The empty letter and nothing else of these has no words; all five are accounted for.
    assert Arrival.objects.exclude(outcome="").count() == 5
