"""How soon a letter is added is the company's own habit, within a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from upheld.cases import chasing, habits
from upheld.cases.models import Habits
from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.people.tests.makers import MONDAY

pytestmark = pytest.mark.django_db


def test_half_an_hour_until_somebody_says_otherwise():
    assert chasing.addendum() == timedelta(minutes=30)
    habits.set_addendum(45, by=CLOCK, at=MONDAY)
    assert chasing.addendum() == timedelta(minutes=45)
    habits.set_addendum(0, by=CLOCK, at=MONDAY)
    assert chasing.addendum() == timedelta(0)
    assert Habits.objects.count() == 1
    assert Record.objects.filter(kind="cases.HabitsSet/1").count() == 2


def test_what_holds_already_is_refused_and_so_is_more_than_a_day():
    habits.set_addendum(45, by=CLOCK, at=MONDAY)
    with pytest.raises(habits.AsItWas):
        habits.set_addendum(45, by=CLOCK, at=MONDAY)
    with pytest.raises(habits.LongerThanADay):
        habits.set_addendum(1441, by=CLOCK, at=MONDAY)
    with pytest.raises(habits.LongerThanADay):
        habits.set_addendum(-1, by=CLOCK, at=MONDAY)
