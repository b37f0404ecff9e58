"""Whoever may be asked is asked once; whoever is not asked was not for a reason that can be read."""

from datetime import timedelta

import pytest

from upheld.cases import closing
from upheld.cases.models import Case, Message
from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import answer, arrive, letter, make_case, make_house
from upheld.channels.models import Arrival, Mailbox
from upheld.customers import meeting
from upheld.customers.models import Address, Customer
from upheld.journal.facts import CLOCK
from upheld.people.tests.makers import MONDAY
from upheld.promises import promising
from upheld.surveys import asking, bank
from upheld.surveys.judging import Reason
from upheld.surveys.models import Asking, Decision, Invitation, Kind, Pair
from upheld.surveys.tests.makers import (
    ASKED,
    CLOSED,
    DAY,
    HOUR,
    RECIPIENT,
    ask,
    draw_everybody,
    kinds_of,
    make_closed,
    make_scene,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]


def reason(scene, *, at=ASKED):
    return asking.decide(case=scene.case, at=at).reason


def test_a_closed_case_is_asked_about_a_day_later_and_once():
    scene = make_scene()
    assert asking.sweep(ASKED - HOUR) == 0
    assert asking.sweep(ASKED) == 1
    assert asking.sweep(ASKED + HOUR) == 0
    invitation = Invitation.objects.get()
    assert invitation.case == scene.case
    assert invitation.department == scene.house.service
    assert invitation.departure.recipients == [RECIPIENT]
    assert kinds_of() == ["surveys.InvitationSent/1"]
    with pytest.raises(asking.AlreadyDecided):
        asking.decide(case=scene.case, at=ASKED + DAY)


def test_an_open_case_is_not_asked_about():
    house = make_house()
    with pytest.raises(asking.NotClosed):
        asking.decide(case=make_case(house), at=ASKED)


def test_cases_closed_before_anybody_asked_are_left_in_peace():
    house = make_house()
    make_closed(house)
    assert asking.sweep(ASKED) == 0
    assert asking.sweep(ASKED + 2 * DAY) == 0
    assert not Decision.objects.exists()
    assert Asking.objects.get().since == ASKED


def test_what_came_up_while_upheld_stood_still_is_too_late_and_a_month_later_not_even_that():
    scene = make_scene()
    assert asking.sweep(ASKED + 8 * DAY) == 1
    assert Decision.objects.get().reason == Reason.TOO_LATE
    Decision.objects.all().delete()
    assert asking.sweep(ASKED + 40 * DAY) == 0
    assert reason(scene, at=ASKED + 40 * DAY) == Reason.TOO_LATE


def test_a_company_that_does_not_ask_stores_that():
    scene = make_scene()
    asking.set_up(verdicts=False, wait_hours=24, pairs_share=0, by=CLOCK, at=MONDAY)
    assert reason(scene) == Reason.OFF


def test_a_case_that_is_open_again_is_not_asked_about():
    scene = make_scene()
    closing.reopen(scene.case, by=scene.house.ada.actor, at=CLOSED + HOUR)
    assert asking.sweep(ASKED) == 0
    assert reason(scene) == Reason.REOPENED


def test_each_closing_is_decided_about_and_the_second_finds_that_somebody_was_asked():
    scene = make_scene()
    ask(scene)
    closing.reopen(scene.case, by=scene.house.ada.actor, at=ASKED + HOUR)
    closing.close(scene.case, by=scene.house.ada.actor, at=ASKED + 2 * HOUR)
    assert asking.sweep(ASKED + 2 * DAY) == 1
    assert Decision.objects.order_by("-pk").first().reason == Reason.ASKED_LATELY


def test_letters_from_the_past_are_not_asked_about():
    scene = make_scene()
    Arrival.objects.update(silent=True)
    assert reason(scene) == Reason.FROM_THE_PAST


def test_a_case_that_nobody_answered_is_not_asked_about():
    house = make_house()
    asking.sweep(MONDAY)
    case = make_case(house)
    case = closing.close(case, answer_needed=False, by=house.ada.actor, at=CLOSED)
    assert asking.decide(case=case, at=ASKED).reason == Reason.NO_ANSWER_NEEDED


def test_a_thank_you_that_needed_no_answer_is_no_answer_owed():
    scene = make_scene()
    closing.reopen(scene.case, by=scene.house.ada.actor, at=CLOSED + HOUR)
    thanks = letter("Thank you!", message_id="<thanks@harbour.example>", subject="Re: [HS-1001]")
    arrive(scene.house, thanks, at=CLOSED + 2 * HOUR)
    Message.objects.filter(message_id="<thanks@harbour.example>").update(case=scene.case)
    Case.objects.exclude(pk=scene.case.pk).update(joined_into=scene.case)
    case = closing.close(scene.case, answer_needed=False, by=scene.house.ada.actor, at=CLOSED + 3 * HOUR)
    assert asking.decide(case=case, at=ASKED + 3 * HOUR).reason == Reason.ASKED


def test_nobody_is_asked_while_another_letter_waits_for_an_answer():
    scene = make_scene()
    make_case(scene.house, at=CLOSED + HOUR, message_id="<second@harbour.example>", subject="Laces")
    assert reason(scene) == Reason.ANSWER_OWED


def test_nobody_is_asked_while_another_request_is_open():
    scene = make_scene()
    other = make_case(scene.house, at=CLOSED, message_id="<second@harbour.example>", subject="Laces")
    answer(other, by=scene.house.ada, at=CLOSED + HOUR)
    assert reason(scene) == Reason.OPEN_CASE


def test_nobody_is_asked_while_a_promise_is_owed():
    scene = make_scene()
    other = make_case(scene.house, at=CLOSED, message_id="<second@harbour.example>", subject="Laces")
    pledge = Pledge("Laces come by post", MONDAY + 4 * DAY, scene.house.ada)
    answer(other, by=scene.house.ada, at=CLOSED + HOUR, pledges=[pledge])
    assert reason(scene) == Reason.PROMISE_OWED


def test_a_broken_promise_is_owed_even_where_no_case_is_open():
    scene = make_scene()
    promising.promise(
        customer=scene.dora, subject=scene.case.subject, department=scene.house.service,
        keeper=scene.house.ada, words="A call", due_at=CLOSED + HOUR, zone="Europe/Berlin",
        by=scene.house.ada.actor, at=CLOSED,
    )  # fmt: skip
    assert reason(scene) == Reason.PROMISE_OWED


def test_nobody_is_asked_twice_within_thirty_days_and_again_on_the_thirtieth():
    scene = make_scene()
    ask(scene)
    second = make_closed(scene.house, at=MONDAY + 7 * DAY, message_id="<second@harbour.example>")
    lately = asking.decide(case=second, at=MONDAY + 9 * DAY)
    assert lately.reason == Reason.ASKED_LATELY
    third = make_closed(scene.house, at=MONDAY + 28 * DAY, message_id="<third@harbour.example>")
    assert asking.decide(case=third, at=ASKED + 30 * DAY).reason == Reason.ASKED


def test_what_was_asked_of_somebody_joined_with_them_counts():
    scene = make_scene()
    ask(scene)
    other = make_closed(
        scene.house, at=CLOSED, message_id="<other@harbour.example>", sender="D. L. <dl@harbour.example>"
    )
    assert other.customer != scene.dora
    Customer.objects.filter(pk=other.customer_id).update(joined_into=scene.dora)
    decision = asking.decide(case=Case.objects.get(pk=other.pk), at=ASKED)
    assert decision.reason == Reason.ASKED_LATELY
    assert decision.customer == scene.dora


def test_an_answer_that_came_back_is_owed():
    scene = make_scene()
    Message.objects.filter(case=scene.case, way="out").update(undelivered_at=CLOSED + HOUR)
    assert reason(scene) == Reason.ANSWER_OWED


def test_without_a_usable_address_nobody_is_asked():
    scene = make_scene()
    Message.objects.update(answer_to="")
    Address.objects.update(email="not an address")
    assert reason(scene) == Reason.NO_ADDRESS


@pytest.mark.parametrize("address", ["service@harbour-shoes.example", "Service+c7.abc@Harbour-Shoes.example"])
def test_nobody_is_asked_at_a_mailbox_of_our_own(address):
    scene = make_scene()
    Message.objects.update(answer_to=address)
    Address.objects.update(email=address)
    assert reason(scene) == Reason.NO_ADDRESS


def test_an_address_that_letters_come_back_from_is_not_used_and_another_is():
    scene = make_scene()
    invitation = ask(scene)
    departure = invitation.departure
    departure.sent_at = departure.bounced_at = ASKED + HOUR
    departure.save()
    third = make_closed(scene.house, at=MONDAY + 40 * DAY, message_id="<third@harbour.example>")
    assert asking.decide(case=third, at=MONDAY + 42 * DAY).reason == Reason.NO_ADDRESS
    Address.objects.create(customer=scene.dora, email="dora@home.example", added_at=MONDAY + 41 * DAY)
    Decision.objects.filter(case=third).delete()
    asked = asking.decide(case=third, at=MONDAY + 42 * DAY)
    assert asked.invitation.departure.recipients == ["dora@home.example"]


def test_without_an_open_mailbox_nothing_leaves():
    scene = make_scene()
    Mailbox.objects.update(closed_at=CLOSED)
    assert reason(scene) == Reason.NO_MAILBOX


def test_a_closed_mailboxs_case_is_asked_about_from_another():
    scene = make_scene()
    Mailbox.objects.update(closed_at=CLOSED)
    other = Mailbox.objects.create(
        name="Help", address="help@harbour-shoes.example", department=scene.house.service
    )
    assert ask(scene).departure.mailbox == other


def test_whoever_is_in_a_pair_gives_no_verdict():
    scene = make_scene()
    Pair.objects.create(customer=scene.dora, chosen_at=MONDAY, probability=0.5)
    assert reason(scene) == Reason.IN_A_PAIR


def test_a_customer_without_a_pair_says_nothing_of_what_they_received():
    scene = make_scene()
    with pytest.raises(asking.NotInAPair):
        asking.decide(customer=scene.dora, kind=Kind.PERCEPTION, at=ASKED)


def test_expectation_is_not_asked_while_nobody_is_drawn():
    scene = make_scene()
    decision = asking.decide(customer=scene.dora, kind=Kind.EXPECTATION, at=ASKED)
    assert decision.reason == Reason.OFF


def test_what_was_received_waits_a_month_and_for_a_case():
    scene = make_scene()
    draw_everybody(MONDAY)
    first = asking.decide(customer=scene.dora, kind=Kind.EXPECTATION, at=ASKED).invitation
    with pytest.raises(asking.NotYet):
        asking.decide(customer=scene.dora, kind=Kind.PERCEPTION, at=ASKED + 31 * DAY)
    Invitation.objects.filter(pk=first.pk).update(answered_at=ASKED + DAY)
    with pytest.raises(asking.NotYet):
        asking.decide(customer=scene.dora, kind=Kind.PERCEPTION, at=ASKED + 31 * DAY)


def test_how_a_company_asks_is_written_down_and_wrong_numbers_are_refused():
    wanted = {"verdicts": True, "pairs_share": 0.1, "by": CLOCK, "at": MONDAY}
    changed = asking.set_up(wait_hours=0, **wanted)
    assert (changed.wait_hours, changed.since) == (0, MONDAY)
    assert asking.ours().pairs_share == 0.1
    assert kinds_of() == ["surveys.AskingChanged/1"]
    with pytest.raises(asking.NothingChanged):
        asking.set_up(wait_hours=0, **wanted)
    with pytest.raises(asking.WaitWrong):
        asking.set_up(wait_hours=721, **wanted)
    with pytest.raises(asking.ShareWrong):
        asking.set_up(wait_hours=0, **{**wanted, "pairs_share": 1.01})
    with pytest.raises(bank.NoSuchQuestionnaire):
        asking.set_up(wait_hours=0, bank=9, **wanted)


def test_one_that_fails_does_not_keep_the_others_from_their_turn(monkeypatch, caplog):
    scene = make_scene()
    other = make_closed(scene.house, message_id="<eve@outside.example>", sender="Eve <eve@outside.example>")
    real = asking._about_closing

    def failing(case, *, at):
        if case.pk == scene.case.pk:
            raise RuntimeError("broken")
        return real(case, at=at)

    monkeypatch.setattr(asking, "_about_closing", failing)
    assert asking.sweep(ASKED) == 1
    assert Decision.objects.get().case == other
    assert "comes again" in caplog.text


def test_a_customer_whom_we_met_but_who_wrote_nothing_can_be_drawn():
    make_scene()
    draw_everybody(MONDAY)
    silent = meeting.meet("Sil Ent", email="sil@silent.example", by=CLOCK, at=MONDAY - timedelta(days=900))
    decision = asking.decide(customer=silent, kind=Kind.EXPECTATION, probability=0.2, at=ASKED)
    assert decision.reason == Reason.ASKED
    assert decision.pair.probability == 0.2
