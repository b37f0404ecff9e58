"""The demo at night and on a Sunday: it looks alive whenever it is started; the same moment gives the same company."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from upheld.cases.models import Case
from upheld.channels.models import Arrival, Departure
from upheld.demo import building
from upheld.demo.tests.conftest import Build
from upheld.journal.models import Record
from upheld.people.models import Company, Person
from upheld.promises.models import Promise, StandardClock, State

pytestmark = pytest.mark.django_db
SUNDAY_NIGHT = datetime(2026, 11, 22, 2, 17, 33, 250, tzinfo=UTC)
FIRST: list[object] = []


def numbers() -> object:
    """Everything that can be counted, and the words and dates of every promise."""
    return (
        Counter(Record.objects.values_list("kind", flat=True)),
        Counter(Arrival.objects.values_list("outcome", "kind")),
        list(
            Promise.objects.order_by("pk").values_list("words", "due_at", "outcome", "broken_at", "done_at")
        ),
        list(Case.objects.order_by("pk").values_list("subject_line", "opened_at", "next_at", "closed_at")),
    )


@pytest.fixture(scope="module")
def built(company: Build) -> object:
    FIRST.clear()
    company(SUNDAY_NIGHT, days_back=4)
    FIRST.append(numbers())
    return company(SUNDAY_NIGHT, days_back=4)


@pytest.fixture(autouse=True)
def _company(built: object) -> None:
    """Every question is about the built company."""


def test_the_same_moment_gives_the_same_company():
    assert [numbers()] == FIRST


def test_a_promise_is_broken_and_one_falls_due_within_the_hour_at_night_too():
    now = SUNDAY_NIGHT
    assert Promise.objects.broken_and_owed().count() >= 2
    due = [one for one in Promise.objects.in_time(now) if one.deadline - now < timedelta(minutes=75)]
    assert State.DUE in {one.state(now) for one in due}


def test_letters_wait_since_minutes_and_somebody_is_in():
    waiting = StandardClock.objects.filter(
        met_at__isnull=True, dropped_at__isnull=True, missed_at__isnull=True
    )
    assert waiting.count() >= 6
    assert Arrival.objects.filter(arrived_at__gt=SUNDAY_NIGHT - timedelta(minutes=15)).exists()
    assert set(Person.objects.present(SUNDAY_NIGHT).values_list("name", flat=True)) == {
        "Ada Okafor",
        "Bruno Keller",
    }


def test_nothing_waits_to_leave():
    assert not Departure.objects.waiting().exists()
    assert not Arrival.objects.unopened().exists()


def test_it_is_built_only_where_letters_leave_for_nowhere(settings):
    Company.objects.all().delete()
    settings.OUTGOING = "smtp"
    with pytest.raises(building.LettersWouldLeave):
        building.build(SUNDAY_NIGHT)
