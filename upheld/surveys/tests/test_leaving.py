"""What becomes of the letter that asked: one that did not arrive is known, and its address is left alone."""

import pytest

from upheld.cases import closing
from upheld.channels import bouncing, posting, sending
from upheld.surveys import answering, asking
from upheld.surveys.judging import Reason
from upheld.surveys.models import Decision, Invitation
from upheld.surveys.tests.makers import (
    ASKED,
    CLOSED,
    DAY,
    HOUR,
    RECIPIENT,
    ask,
    kinds_of,
    listen,
    make_closed,
    make_scene,
    word,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
UNDELIVERED = "surveys.InvitationUndelivered/1"


def test_a_letter_that_left_is_nothing_to_tell():
    invitation = ask(make_scene())
    sending.send(invitation.departure, at=ASKED)
    listen()
    assert Invitation.objects.get().undelivered_at is None
    assert UNDELIVERED not in kinds_of()


def test_a_letter_that_came_back_is_told_once_and_its_address_is_not_asked_again():
    scene = make_scene()
    invitation = ask(scene)
    sending.send(invitation.departure, at=ASKED)
    for _report in range(2):
        bouncing.mark_bounced(
            invitation.departure.message_id, recipients=[RECIPIENT], words="550 nobody here", at=ASKED + HOUR
        )
        listen()
    assert Invitation.objects.get().undelivered_at == ASKED + HOUR
    assert kinds_of().count(UNDELIVERED) == 1
    later = make_closed(scene.house, at=ASKED + 40 * DAY, message_id="<later@harbour.example>")
    assert asking.decide(case=later, at=ASKED + 42 * DAY).reason == Reason.NO_ADDRESS


def test_a_letter_that_could_not_leave_is_known_and_sent_again_it_is_well(monkeypatch):
    invitation = ask(make_scene())
    monkeypatch.setattr(sending, "_post", lambda departure: posting.Refused("No such user."))
    sending.send(invitation.departure, at=ASKED)
    listen()
    assert Invitation.objects.get().undelivered_at == ASKED
    monkeypatch.undo()
    again = sending.resend(invitation.departure, by=invitation.customer.actor, at=ASKED + HOUR)
    sending.send(again, at=ASKED + HOUR)
    listen()
    assert Invitation.objects.get().undelivered_at is None


def test_a_case_that_is_open_again_before_the_letter_leaves_is_not_asked_about():
    scene = make_scene()
    invitation = ask(scene)
    closing.reopen(scene.case, by=scene.house.ada.actor, at=ASKED + HOUR)
    listen()
    with pytest.raises(sending.NotWaiting):
        sending.send(invitation.departure, at=ASKED + 2 * HOUR)
    assert Decision.objects.get().reason == Reason.REOPENED
    closing.close(scene.case, by=scene.house.ada.actor, at=ASKED + 3 * HOUR)
    assert asking.sweep(ASKED + 2 * DAY) == 1
    assert Invitation.objects.filter(departure__cancelled_at__isnull=True).count() == 1


def test_a_case_that_is_open_again_after_the_letter_has_left_leaves_the_question_as_it_is():
    scene = make_scene()
    invitation = ask(scene)
    sending.send(invitation.departure, at=ASKED)
    closing.reopen(scene.case, by=scene.house.ada.actor, at=ASKED + HOUR)
    listen()
    assert answering.open(word(invitation), at=ASKED + 2 * HOUR) == invitation
    assert Decision.objects.get().reason == Reason.ASKED


def test_a_question_asked_after_a_case_was_closed_anew_is_not_taken_back_by_an_earlier_opening():
    scene = make_scene()
    closing.reopen(scene.case, by=scene.house.ada.actor, at=CLOSED + HOUR)
    closing.close(scene.case, by=scene.house.ada.actor, at=CLOSED + 2 * HOUR)
    scene.case.refresh_from_db()
    invitation = ask(scene, at=ASKED + DAY)
    listen()
    assert sending.send(invitation.departure, at=ASKED + DAY).sent_at == ASKED + DAY


def test_other_letters_are_none_of_ours():
    make_scene()
    listen()
    assert kinds_of() == []
