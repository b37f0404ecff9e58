"""Whoever owns the case of a customer who was served below what they expected is told, once."""

import pytest

from upheld.notices.tests.makers import tell, told
from upheld.surveys import answering, following_up
from upheld.surveys.models import FollowUp
from upheld.surveys.tests.makers import ASKED, HOUR, ask, make_scene, word

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
SENTENCE = "Dora Lindqvist was served below what they expected: go back to them."


def give(scene, level):
    answering.give_verdict(word(ask(scene)), level=level, by=scene.dora.actor, at=ASKED)


def test_the_owner_is_told_once():
    scene = make_scene()
    give(scene, 2)
    tell()
    tell()
    assert told(scene.house.ada).count(SENTENCE) == 1
    assert SENTENCE not in told(scene.house.bruno)


def test_nobody_is_told_of_what_is_done_already():
    scene = make_scene()
    give(scene, 1)
    following_up.conclude(FollowUp.objects.get(), what="We spoke.", by=scene.house.ada, at=ASKED + HOUR)
    tell()
    assert SENTENCE not in told(scene.house.ada)


def test_a_verdict_as_expected_asks_nothing_of_anybody():
    scene = make_scene()
    give(scene, 3)
    tell()
    assert SENTENCE not in told(scene.house.ada)
