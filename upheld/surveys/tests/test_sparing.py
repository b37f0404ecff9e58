"""Whoever wants to be asked nothing more says so once, and may change their mind."""

import pytest

from upheld.customers.models import Customer
from upheld.surveys import answering, asking, pairing, sparing
from upheld.surveys.judging import Reason
from upheld.surveys.models import Invitation, Kind, Pair, Spared
from upheld.surveys.tests.makers import (
    ASKED,
    DAY,
    EVE,
    HOUR,
    ask,
    draw_everybody,
    kinds_of,
    make_closed,
    make_scene,
    word,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]


def test_whoever_wants_to_be_asked_nothing_is_asked_nothing_until_they_change_their_mind():
    scene = make_scene()
    link = word(ask(scene))
    sparing.spare(link, by=scene.dora.actor, at=ASKED + HOUR)
    assert sparing.is_spared(scene.dora)
    with pytest.raises(sparing.AlreadySpared):
        sparing.spare(link, by=scene.dora.actor, at=ASKED + HOUR)
    later = make_closed(scene.house, at=ASKED + 40 * DAY, message_id="<later@harbour.example>")
    assert asking.decide(case=later, at=ASKED + 42 * DAY).reason == Reason.SPARED
    draw_everybody(ASKED + 42 * DAY)
    assert pairing.draw(ASKED + 43 * DAY) == 0
    # The time of the question is long over; the link still knows them.
    sparing.ask_again(link, by=scene.dora.actor, at=ASKED + 43 * DAY)
    with pytest.raises(sparing.NotSpared):
        sparing.ask_again(link, by=scene.dora.actor, at=ASKED + 43 * DAY)
    assert pairing.draw(ASKED + 44 * DAY) == 1
    assert kinds_of().count("surveys.CustomerSpared/1") == 2


def test_it_counts_for_everybody_who_was_joined_with_them_and_ends_their_pair():
    scene = make_scene()
    draw_everybody(ASKED)
    invitation = asking.decide(customer=scene.dora, kind=Kind.EXPECTATION, at=ASKED).invitation
    other = make_closed(scene.house, at=ASKED, message_id="<other@outside.example>", sender=EVE)
    Customer.objects.filter(pk=scene.dora.pk).update(joined_into=other.customer)
    spared = sparing.spare(word(invitation), by=scene.dora.actor, at=ASKED + HOUR)
    assert spared.customer == other.customer
    assert Pair.objects.get().ended_at == ASKED + HOUR
    assert asking.decide(case=other, at=ASKED + 2 * DAY).reason == Reason.SPARED
    assert sparing.is_spared(Customer.objects.get(pk=scene.dora.pk))


def test_a_question_that_they_hold_can_still_be_answered():
    scene = make_scene()
    link = word(ask(scene))
    sparing.spare(link, by=scene.dora.actor, at=ASKED)
    assert answering.give_verdict(link, level=4, by=scene.dora.actor, at=ASKED + HOUR).level == 4


def test_a_link_that_we_did_not_make_says_nothing():
    scene = make_scene()
    for verb in (sparing.spare, sparing.ask_again):
        with pytest.raises(answering.UnknownLink):
            verb("1-" + "a" * 32, by=scene.dora.actor, at=ASKED)
    assert not Spared.objects.exists()
    assert not Invitation.objects.exists()
