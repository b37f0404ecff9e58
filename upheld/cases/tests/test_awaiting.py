"""Somebody waits for us until an answer has truly reached them, whatever was closed, resent or settled meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from upheld.cases import awaiting, closing, replying
from upheld.cases.models import Case
from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import SERVICE, answer, arrive, hear, leave, letter, make_case, make_house
from upheld.channels import bouncing, concluding, sending
from upheld.channels.models import Departure
from upheld.journal.facts import CLOCK
from upheld.people import hiring, organising
from upheld.people.models import Person
from upheld.people.tests.makers import MONDAY, make_agent
from upheld.promises.models import Promise, StandardClock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
HOUR = timedelta(hours=1)
IN_A_MONTH = datetime(2026, 12, 18, 16, 0, tzinfo=UTC)


def pledge(house, due_at=IN_A_MONTH):
    return Pledge("A new pair is at your door", due_at, house.ada)


def written(house, case, **other):
    return replying.answer(case, html="<p>Yes.</p>", by=house.ada, at=MONDAY + HOUR, **other)


def fail(message, at=MONDAY + HOUR):
    """As after the last try: the server refused it."""
    with transaction.atomic():
        departure = Departure.objects.select_for_update().get(pk=message.departure_id)
        concluding.failed(departure, "550 no such person", at=at)
    hear()
    message.refresh_from_db()


def test_a_case_does_not_close_over_an_answer_that_failed_until_somebody_settles_it():
    house = make_house()
    case = make_case(house)
    message = written(house, case, pledges=[pledge(house)])
    fail(message)
    with pytest.raises(closing.AnswerLeaving):
        closing.close(case, answer_needed=False, by=house.ada.actor, at=MONDAY + 2 * HOUR)
    sending.settle(message.departure, by=house.ada.actor, at=MONDAY + 2 * HOUR)
    hear()
    assert not Promise.objects.exists()
    assert closing.close(case, answer_needed=False, by=house.ada.actor, at=MONDAY + 3 * HOUR).closed_at


def test_a_promise_made_on_a_closed_case_opens_it_again():
    house = make_house()
    case = make_case(house)
    message = written(house, case, pledges=[pledge(house)])
    Case.objects.filter(pk=case.pk).update(
        closed_at=MONDAY + HOUR, closed_by_kind="staff", closed_by_id=house.ada.pk
    )
    leave(message, at=MONDAY + 2 * HOUR)
    case.refresh_from_db()
    assert case.is_open
    assert Promise.objects.get().made_at


def test_closing_and_opening_again_drops_no_standard():
    house = make_house()
    case = make_case(house)
    due = StandardClock.objects.get().due_at
    closing.close(case, answer_needed=False, by=house.ada.actor, at=MONDAY + HOUR)
    closing.reopen(case, by=house.ada.actor, at=MONDAY + 2 * HOUR)
    clock = awaiting.clock_of(case)
    assert (clock.started_at, clock.due_at) == (MONDAY, due)


def test_a_case_from_the_past_starts_its_clock_with_the_next_new_letter():
    house = make_house()
    arrive(house, letter(), silent=True)
    case = Case.objects.get()
    assert awaiting.clock_of(case) is None
    arrive(
        house, letter("And now?", subject=f"HS-{case.number}", message_id="<2@h.example>"), at=MONDAY + HOUR
    )
    assert awaiting.clock_of(case).started_at == MONDAY + HOUR


def test_a_bounced_only_answer_has_answered_nobody():
    house = make_house()
    case = make_case(house)
    message = answer(case, by=house.ada, at=MONDAY + HOUR)
    assert StandardClock.objects.get().attained is True
    bouncing.mark_bounced(message.message_id, recipients=["dora@harbour.example"], at=MONDAY + 2 * HOUR)
    hear()
    case.refresh_from_db()
    assert case.answered_at is None
    assert awaiting.clock_of(case).due_at == MONDAY + 5 * HOUR
    with pytest.raises(closing.NotAnswered):
        closing.close(case, by=house.ada.actor, at=MONDAY + 3 * HOUR)


def test_a_letter_sent_again_that_arrives_is_no_longer_undelivered_and_a_second_failure_is_told():
    house = make_house()
    case = make_case(house)
    message = written(house, case)
    fail(message)
    first = message.undelivered_at
    sending.resend(message.departure, by=house.ada.actor, at=MONDAY + 2 * HOUR)
    hear()
    message.refresh_from_db()
    assert message.undelivered_at is None
    fail(message, at=MONDAY + 3 * HOUR)
    assert message.undelivered_at not in (None, first)
    sending.resend(message.departure, by=house.ada.actor, at=MONDAY + 4 * HOUR)
    leave(message, at=MONDAY + 4 * HOUR)
    message.refresh_from_db()
    assert (message.undelivered_at, message.sent_at) == (None, MONDAY + 4 * HOUR)


def test_a_second_letter_does_not_sink_behind_a_far_promise():
    house = make_house()
    case = make_case(house)
    answer(case, by=house.ada, at=MONDAY + HOUR, pledges=[pledge(house)])
    case.refresh_from_db()
    assert case.next_at == IN_A_MONTH
    wrote = MONDAY + 3 * HOUR
    arrive(
        house, letter("One more thing.", subject=f"HS-{case.number}", message_id="<2@h.example>"), at=wrote
    )
    case.refresh_from_db()
    assert case.next_at == wrote


def test_a_later_letter_without_an_answer_keeps_a_case_from_closing_by_itself():
    house = make_house()
    case = make_case(house)
    answer(case, by=house.ada, at=MONDAY + HOUR)
    arrive(
        house, letter("And?", subject=f"HS-{case.number}", message_id="<2@h.example>"), at=MONDAY + 2 * HOUR
    )
    with pytest.raises(closing.NotAnswered):
        closing.close(case, by=house.ada.actor, at=MONDAY + 3 * HOUR)
    assert closing.close(case, answer_needed=False, by=house.ada.actor, at=MONDAY + 3 * HOUR).closed_at


def test_whoever_forges_a_sender_does_not_get_the_answers():
    house = make_house()
    case = make_case(house)
    forged = letter(
        "Answer me there.",
        subject=f"HS-{case.number}",
        message_id="<f@x.example>",
        headers="Reply-To: eve@x.example",
    )
    assert arrive(house, forged, at=MONDAY + HOUR).message.case == case
    assert replying.answer_address(case) == "dora@harbour.example"


def test_a_reply_to_that_is_our_own_address_brings_the_answer_to_her():
    house = make_house()
    case = make_case(house, headers=f"Reply-To: {SERVICE}")
    assert replying.answer_address(case) == "dora@harbour.example"
    assert Departure.objects.get().recipients == ["dora@harbour.example"]


def test_an_automatic_letter_says_nothing_about_where_to_answer():
    house = make_house()
    case = make_case(house)
    sent = answer(case, by=house.ada, at=MONDAY + HOUR)
    away = (
        f"Auto-Submitted: auto-replied\r\nReply-To: noreply@harbour.example\r\nIn-Reply-To: {sent.message_id}"
    )
    arrive(house, letter("Away.", message_id="<a@h.example>", headers=away), at=MONDAY + 2 * HOUR)
    assert replying.answer_address(case) == "dora@harbour.example"


def test_many_senders_with_one_reply_to_bring_it_few_acknowledgements():
    house = make_house()
    for number in range(12):
        arrive(
            house,
            letter(
                sender=f"c{number}@x.example", message_id=f"<{number}@x>", headers="Reply-To: v@x.example"
            ),
        )
    assert Departure.objects.count() == 5
    assert Case.objects.count() == 12


def test_a_machine_that_answers_our_acknowledgement_under_a_new_name_gets_no_second_one():
    house = make_house()
    make_case(house)
    acknowledgement = Departure.objects.get()
    headers = f"In-Reply-To: {acknowledgement.message_id}"
    arrive(
        house, letter("Ticket 2 opened.", sender="t2@desk.example", message_id="<t2@desk>", headers=headers)
    )
    assert Departure.objects.count() == 1


def test_somebody_without_a_usable_address_waits_for_a_person():
    house = make_house()
    arrival = arrive(house, letter(sender="Dora <dora>"))
    assert arrival.outcome == "attention"


def test_an_endless_message_id_harms_nobody():
    house = make_house()
    arrival = arrive(house, letter(message_id="<" + "漢" * 900 + "@x>"))
    assert arrival.outcome == "filed"


def test_whoever_leaves_the_company_leaves_no_case_and_no_promise_behind():
    house = make_house()
    case = make_case(house)
    answer(case, by=house.ada, at=MONDAY + HOUR, pledges=[pledge(house)])
    emil = make_agent("Emil Nyberg", house.service)
    hiring.leave(house.ada, by=CLOCK, at=MONDAY + 2 * HOUR)
    hear()
    case.refresh_from_db()
    assert case.owner == emil
    assert Promise.objects.get().keeper == house.bruno
    assert Person.objects.get(pk=house.ada.pk).left_at
    organising.hand_duty(house.service, to=emil, by=CLOCK, at=MONDAY + 3 * HOUR)


def test_whoever_serves_no_longer_hands_on_their_cases_and_keeps_their_promises():
    house = make_house()
    case = make_case(house)
    answer(case, by=house.ada, at=MONDAY + HOUR, pledges=[pledge(house)])
    ada = house.ada
    hiring.change(
        ada, name=ada.name, role="colleague", departments=[house.service], by=CLOCK, at=MONDAY + 2 * HOUR
    )
    hear()
    case.refresh_from_db()
    assert case.owner == house.bruno
    assert Promise.objects.get().keeper == ada


def test_an_answer_through_a_mailbox_that_was_closed_is_refused():
    house = make_house()
    case = make_case(house)
    house.mailbox.closed_at = MONDAY
    house.mailbox.save()
    with pytest.raises(replying.NoMailbox):
        written(house, case)
