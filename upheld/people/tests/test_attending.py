"""Who is at work, and for how long we believe it."""

from datetime import timedelta

import pytest

from upheld.people import attending
from upheld.people.models import PRESENT_FOR, Person
from upheld.people.tests.makers import MONDAY, make_person

pytestmark = pytest.mark.django_db


def present(at):
    return set(Person.objects.present(at))


def test_whoever_has_come_is_present_and_whoever_left_is_not():
    ada = make_person()
    assert present(MONDAY) == set()
    attending.come(ada, at=MONDAY)
    assert present(MONDAY) == {ada}
    attending.leave(ada, at=MONDAY + timedelta(hours=8))
    assert present(MONDAY + timedelta(hours=8)) == set()


def test_somebody_who_forgot_to_leave_is_not_present_for_ever():
    ada = make_person()
    attending.come(ada, at=MONDAY)
    assert present(MONDAY + PRESENT_FOR) == {ada}
    assert present(MONDAY + PRESENT_FOR + timedelta(seconds=1)) == set()


def test_being_seen_keeps_somebody_present_and_makes_nobody_come():
    ada, bruno = make_person(), make_person("Bruno Keller", role="lead")
    attending.come(ada, at=MONDAY)
    attending.seen(ada, at=MONDAY + timedelta(hours=6))
    attending.seen(bruno, at=MONDAY + timedelta(hours=6))
    assert present(MONDAY + timedelta(hours=12)) == {ada}


def test_coming_twice_is_being_seen():
    ada = make_person()
    first = attending.come(ada, at=MONDAY)
    again = attending.come(ada, at=MONDAY + timedelta(hours=1))
    assert first.pk == again.pk
    assert again.seen_at == MONDAY + timedelta(hours=1)


def test_nobody_leaves_who_is_not_here():
    with pytest.raises(attending.NotHere):
        attending.leave(make_person(), at=MONDAY)
