"""Answers with promises: made when the letter leaves, never before, and taken back whole."""

from datetime import UTC, datetime, timedelta

import pytest

from upheld.cases import closing, replying
from upheld.cases.models import CasePromise, Message
from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import answer, arrive, hear, leave, letter, make_case, make_house
from upheld.channels.composing import Enclosure
from upheld.channels.models import Departure, Mailbox
from upheld.people.tests.makers import MONDAY
from upheld.promises.models import Promise, StandardClock, State

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
HOUR = timedelta(hours=1)
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def pledge(house, words="A new pair is at your door", due_at=FRIDAY):
    return Pledge(words, due_at, house.ada)


def write(house, case, **other):
    defaults = {"html": "<p>Dear Dora</p>", "by": house.ada, "at": MONDAY + HOUR}
    return replying.answer(case, **defaults | other)


def test_the_answer_carries_the_promise_and_threads_in_her_program():
    house = make_house()
    case = make_case(house)
    message = write(house, case, pledges=[pledge(house)])
    content = bytes(message.departure.content).decode()
    assert "In-Reply-To: <" in content
    assert "<first@harbour.example>" in content
    assert "Auto-Submitted" not in content
    assert "A new pair is at your door, by Friday 20 November 2026, 17:00" in content.replace("=\r\n", "")
    assert f"service+c{case.number}." in content


def test_until_the_letter_has_left_nothing_is_promised_and_the_clock_runs():
    house = make_house()
    case = make_case(house)
    message = write(house, case, pledges=[pledge(house)])
    promise = Promise.objects.get()
    assert promise.state(MONDAY + HOUR) == State.DRAFT
    assert StandardClock.objects.get().met_at is None
    leave(message, at=MONDAY + 2 * HOUR)
    promise.refresh_from_db()
    case.refresh_from_db()
    assert (promise.state(MONDAY + 2 * HOUR), promise.made_at) == (State.OPEN, MONDAY + 2 * HOUR)
    assert StandardClock.objects.get().met_at == MONDAY + 2 * HOUR
    assert case.answered_at == MONDAY + 2 * HOUR
    assert case.next_at == FRIDAY


def test_hearing_twice_that_a_letter_left_changes_nothing():
    house = make_house()
    case = make_case(house)
    message = answer(case, by=house.ada, at=MONDAY + HOUR, pledges=[pledge(house)])
    hear()
    message.refresh_from_db()
    assert message.sent_at == MONDAY + HOUR
    assert Promise.objects.count() == 1


def test_an_answer_taken_back_never_leaves_and_its_promises_were_never_made():
    house = make_house()
    case = make_case(house)
    message = write(house, case, pledges=[pledge(house)])
    replying.take_back(message, by=house.ada, at=MONDAY + HOUR)
    message.refresh_from_db()
    assert message.withdrawn_at == MONDAY + HOUR
    assert message.departure.cancelled_at is not None
    assert not Promise.objects.exists()
    assert not CasePromise.objects.exists()
    with pytest.raises(replying.NotToTakeBack):
        replying.take_back(message, by=house.ada, at=MONDAY + HOUR)


def test_an_answer_that_has_left_is_not_taken_back():
    house = make_house()
    message = answer(make_case(house), by=house.ada, at=MONDAY + HOUR)
    with pytest.raises(replying.NotToTakeBack):
        replying.take_back(message, by=house.ada, at=MONDAY + 2 * HOUR)


def test_an_empty_answer_is_refused_and_so_is_one_of_tags_alone():
    house = make_house()
    case = make_case(house)
    for html in ("", "<p> </p>", "<script>alert(1)</script>"):
        with pytest.raises(replying.NothingWritten):
            write(house, case, html=html)


def test_what_she_wrote_meanwhile_stops_the_answer():
    house = make_house()
    case = make_case(house)
    seen = replying.newest(case)
    arrive(house, letter("Wait!", subject=f"HS-{case.number}", message_id="<2@h.example>"))
    with pytest.raises(replying.NewsSince):
        write(house, case, seen=seen)
    assert write(house, case, seen=replying.newest(case)).pk


def test_a_promise_in_the_past_stops_the_whole_answer():
    house = make_house()
    case = make_case(house)
    from upheld.promises.promising import DueInThePast

    with pytest.raises(DueInThePast):
        write(house, case, pledges=[pledge(house, due_at=MONDAY)])
    assert not Message.objects.filter(way="out").exists()
    assert not Departure.objects.filter(kind="answer").exists()


def test_a_closed_case_takes_words_and_no_promise():
    house = make_house()
    case = make_case(house)
    answer(case, by=house.ada, at=MONDAY + HOUR)
    closing.close(case, by=house.ada.actor, at=MONDAY + 2 * HOUR)
    with pytest.raises(replying.CaseClosed):
        write(house, case, pledges=[pledge(house)])
    assert write(house, case).pk


def test_an_answer_needs_a_mailbox_to_leave_through():
    house = make_house()
    case = make_case(house)
    case.mailbox = None
    case.save()
    with pytest.raises(replying.NoMailbox):
        write(house, case)


def test_an_answer_needs_somebody_to_go_to():
    house = make_house()
    case = make_case(house)
    case.customer.addresses.all().delete()
    with pytest.raises(replying.NobodyToAnswer):
        write(house, case)


def test_it_goes_where_she_asked_for_answers():
    house = make_house()
    case = make_case(house, headers="Reply-To: Crew <crew@harbour.example>")
    assert write(house, case).departure.recipients == ["crew@harbour.example"]


def test_a_letter_that_could_not_leave_tells_the_case_and_answers_nobody(settings):
    house = make_house()
    case = make_case(house)
    settings.OUTGOING = "smtp"
    Mailbox.objects.update(smtp_host="127.0.0.1", smtp_port=9, smtp_security="none")
    message = write(house, case, pledges=[pledge(house)])
    while message.departure.failed_at is None:
        leave(message, at=message.departure.leaves_at)
        message.departure.refresh_from_db()
    message.refresh_from_db()
    case.refresh_from_db()
    assert message.undelivered_at is not None
    assert case.answered_at is None
    assert Promise.objects.get().made_at is None
    assert case.unread_at is not None


def test_a_photo_goes_with_the_answer():
    house = make_house()
    case = make_case(house)
    message = write(house, case, enclosures=[Enclosure("sole.png", "image/png", b"\x89PNG...")])
    assert message.departure.files.get().name == "sole.png"
    assert b"sole.png" in bytes(message.departure.content)
