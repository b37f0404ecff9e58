"""Six levels with names of the company's own; what was said before keeps the names it was said under."""

import pytest

from upheld.journal.facts import CLOCK
from upheld.people.tests.makers import MONDAY
from upheld.surveys import ladders
from upheld.surveys.models import Ladder
from upheld.surveys.tests.makers import DAY, kinds_of

pytestmark = pytest.mark.django_db
OURS = ["criminal", "basic", "expected", "desired", "surprising", "unbelievable"]


def test_ours_is_there_from_the_first_day_and_looking_at_it_stores_nothing():
    assert ladders.current(MONDAY).names == list(ladders.DEFAULT)
    assert not Ladder.objects.exists()
    stored = ladders.in_force(MONDAY)
    assert ladders.in_force(MONDAY + DAY) == stored
    assert ladders.current(MONDAY) == stored


def test_other_names_hold_from_their_moment_on():
    new = ladders.relabel([f"  {name} " for name in OURS], by=CLOCK, at=MONDAY)
    assert new.names == OURS
    assert new.label(1) == "criminal"
    assert ladders.current(MONDAY) == new
    assert ladders.current(MONDAY - DAY).names == list(ladders.DEFAULT)
    assert kinds_of() == ["surveys.LadderRelabelled/1"]


@pytest.mark.parametrize(
    "labels",
    [
        OURS[:5],
        [*OURS, "seventh"],
        ["", *OURS[1:]],
        ["   ", *OURS[1:]],
        ["Basic", *OURS[1:]],
        ["x" * 41, *OURS[1:]],
    ],
)
def test_a_level_without_a_name_of_its_own_is_refused(labels):
    with pytest.raises(ladders.LabelsWrong):
        ladders.relabel(labels, by=CLOCK, at=MONDAY)
    assert ladders.current(MONDAY).names == list(ladders.DEFAULT)


def test_the_same_names_again_are_refused():
    with pytest.raises(ladders.SameLabels):
        ladders.relabel(ladders.DEFAULT, by=CLOCK, at=MONDAY)


def test_two_at_one_moment_do_not_both_win():
    ladders.relabel(OURS, by=CLOCK, at=MONDAY)
    with pytest.raises(ladders.RelabelledMeanwhile):
        ladders.relabel(OURS[::-1], by=CLOCK, at=MONDAY)
