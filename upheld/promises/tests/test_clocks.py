"""Standards and their clocks: which one holds, when it is due, what moves it, and who was in time."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from upheld.clock.calendars import NeverOpen
from upheld.clock.counting import TooFarAhead, Why, business_between
from upheld.clock.running import HistoryOutOfOrder
from upheld.journal.facts import CLOCK, Subject
from upheld.people import organising
from upheld.people.models import Calendar
from upheld.people.tests.makers import MONDAY, make_department
from upheld.promises import clocks, standards, warning
from upheld.promises.clocks import AlreadyMissed, AlreadyPaused, AlreadyStarted, NoClockWaits, NotPaused
from upheld.promises.freezing import thaw
from upheld.promises.models import FrozenHours, Standard, StandardClock
from upheld.promises.standards import BeforeTheLastChange, NoLongerHolds, NotMeasurable, SameStandard
from upheld.promises.tests.makers import CASE, DAY, FIRST_ANSWER, HOUR, facts_about, make_standard

pytestmark = pytest.mark.django_db
MINUTE = HOUR / 60
SECOND = MINUTE / 60
FRIDAY_16 = MONDAY + 4 * DAY + 7 * HOUR
"""Four in the afternoon in Berlin, one hour before the office closes."""
NEXT_MONDAY = MONDAY + 7 * DAY


def start(service, *, at=MONDAY, subject=CASE) -> StandardClock:
    clock = clocks.start(FIRST_ANSWER, subject=subject, department=service, by=CLOCK, at=at)
    assert clock is not None
    return clock


def test_without_a_standard_no_clock_starts() -> None:
    service = make_department()
    assert clocks.start(FIRST_ANSWER, subject=CASE, department=service, by=CLOCK, at=MONDAY) is None
    assert clocks.waiting(FIRST_ANSWER, subject=CASE) is None


def test_a_departments_own_standard_beats_everybodys() -> None:
    service, billing = make_department(), make_department("Billing")
    everybody, own = make_standard(), make_standard(department=billing, minutes=30)
    assert clocks.standard_for(FIRST_ANSWER, service, MONDAY) == everybody
    assert clocks.standard_for(FIRST_ANSWER, billing, MONDAY) == own
    assert clocks.standard_for(FIRST_ANSWER, service, MONDAY - 2 * DAY) is None
    standards.end(own, by=CLOCK, at=MONDAY)
    assert clocks.standard_for(FIRST_ANSWER, billing, MONDAY) == everybody
    assert clocks.standard_for(FIRST_ANSWER, billing, MONDAY - SECOND) == own


def test_a_new_standard_closes_the_old_one_and_clocks_keep_theirs() -> None:
    service = make_department()
    old = make_standard(minutes=120)
    clock = start(service)
    new = make_standard(minutes=60, at=MONDAY + HOUR)
    old.refresh_from_db()
    clock.refresh_from_db()
    assert (old.until_at, new.until_at) == (MONDAY + HOUR, None)
    assert clock.standard == old
    assert start(service, at=MONDAY + HOUR, subject=Subject("case", 43)).standard == new
    assert [kind for kind, _, _ in facts_about(Subject("standard", new.pk))] == ["StandardSet"]


@pytest.mark.parametrize(
    ("measure", "minutes", "share"),
    [("promptness", 60, 90), (FIRST_ANSWER, 0, 90), (FIRST_ANSWER, -5, 90), (FIRST_ANSWER, 10**9, 90),
     (FIRST_ANSWER, 60, 0), (FIRST_ANSWER, 60, 101)],
)  # fmt: skip
def test_what_no_clock_can_check_is_refused_with_a_suggestion(measure: str, minutes: int, share: int) -> None:
    with pytest.raises(NotMeasurable, match=r"Choose one of|from 1 to"):
        standards.set(measure, department=None, minutes=minutes, share=share, by=CLOCK, at=MONDAY)
    assert standards.set(FIRST_ANSWER, department=None, minutes=1, share=100, by=CLOCK, at=MONDAY)


def test_the_same_standard_again_an_earlier_change_and_a_second_end_are_refused() -> None:
    standard = make_standard()
    with pytest.raises(SameStandard):
        make_standard(at=MONDAY)
    with pytest.raises(BeforeTheLastChange):
        make_standard(minutes=60, at=standard.from_at)
    standards.end(standard, by=CLOCK, at=MONDAY)
    with pytest.raises(NoLongerHolds):
        standards.end(standard, by=CLOCK, at=MONDAY)
    assert make_standard(at=MONDAY).until_at is None


def test_a_standard_that_the_opening_hours_never_reach_is_refused_when_it_is_set() -> None:
    service = make_department()
    organising.keep_hours(service.calendar.name, zone="Europe/Berlin", weekly={0: [(540, 541)]})
    with pytest.raises(TooFarAhead):
        make_standard(minutes=20_000)
    assert make_standard(minutes=100)


def test_a_department_that_is_never_open_cannot_have_a_clock() -> None:
    service = make_department()
    make_standard()
    service.calendar.frames.all().delete()
    with pytest.raises(NeverOpen):
        start(service)


def test_the_deadline_counts_business_time_over_lunch_night_and_weekend() -> None:
    service = make_department()
    make_standard(minutes=120)
    clock = start(service, at=FRIDAY_16)
    assert clock.due_at == NEXT_MONDAY + HOUR
    assert clock.warn_at == NEXT_MONDAY + 24 * MINUTE
    assert facts_about(CASE) == [("ClockStarted", FRIDAY_16, "clock")]


def test_the_deadline_explains_itself() -> None:
    service = make_department()
    make_standard(minutes=120)
    rows = clocks.explain(start(service, at=FRIDAY_16))
    assert [(row.why, row.counted) for row in rows] == [
        (Why.OPEN, HOUR),
        (Why.CLOSED, 0 * HOUR),
        (Why.OPEN, HOUR),
    ]
    assert (rows[0].from_at, rows[-1].to_at) == (FRIDAY_16, NEXT_MONDAY + HOUR)


def test_new_opening_hours_change_neither_the_deadline_nor_its_explanation() -> None:
    service = make_department()
    make_standard(minutes=120)
    clock = start(service, at=FRIDAY_16)
    before = clocks.explain(clock)
    organising.keep_hours(service.calendar.name, zone="Asia/Tokyo", weekly={2: [(0, 1440)]})
    clock = StandardClock.objects.get(pk=clock.pk)
    assert clocks.explain(clock) == before
    clocks.pause(FIRST_ANSWER, subject=CASE, why="asked", by=CLOCK, at=NEXT_MONDAY)
    clock = clocks.resume(FIRST_ANSWER, subject=CASE, by=CLOCK, at=NEXT_MONDAY + 30 * MINUTE)
    assert clock.due_at == NEXT_MONDAY + 90 * MINUTE


def test_frozen_hours_are_one_row_a_version_and_thaw_to_the_same_calendar() -> None:
    service = make_department()
    organising.keep_hours(
        "Night", zone="Europe/Berlin", weekly={5: [(1320, 1440)], 6: [(0, 360), (600, 660)]},
        closed={MONDAY.date(): "Harbour day"},
    )  # fmt: skip
    service.calendar = Calendar.objects.get(name="Night")
    service.save()
    make_standard()
    clock = start(service)
    assert start(service, subject=Subject("case", 43)).hours == clock.hours
    assert FrozenHours.objects.count() == 1
    assert thaw(clock.hours) == service.calendar.as_clock()


def test_a_clock_starts_once_on_a_subject_even_after_it_was_met_or_the_standard_changed() -> None:
    service = make_department()
    make_standard()
    start(service)
    with pytest.raises(AlreadyStarted):
        start(service)
    clocks.stop(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + MINUTE)
    make_standard(minutes=10, at=MONDAY + MINUTE)
    with pytest.raises(AlreadyStarted):
        start(service, at=MONDAY + HOUR)


def test_a_dropped_clock_may_start_anew() -> None:
    service = make_department()
    make_standard()
    start(service)
    dropped = clocks.drop(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + MINUTE)
    assert dropped.attained is None
    assert start(service, at=MONDAY + HOUR).pk != dropped.pk


def test_an_answer_up_to_the_due_moment_meets_the_standard() -> None:
    service = make_department()
    make_standard(minutes=120)
    start(service)
    assert clocks.waiting(FIRST_ANSWER, subject=CASE) is not None
    clock = clocks.stop(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + 2 * HOUR)
    assert clock.attained is True
    assert clocks.waiting(FIRST_ANSWER, subject=CASE) is None
    with pytest.raises(NoClockWaits):
        clocks.stop(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + 2 * HOUR)
    with pytest.raises(NoClockWaits):
        clocks.drop(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + 2 * HOUR)


def test_an_answer_after_the_due_moment_misses_it_at_that_moment_before_any_sweep() -> None:
    service = make_department()
    make_standard(minutes=120)
    start(service)
    clock = clocks.stop(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + 2 * HOUR + SECOND)
    assert clock.attained is False
    assert clock.missed_at == clock.due_at == MONDAY + 2 * HOUR
    assert [kind for kind, _, _ in facts_about(CASE)] == ["ClockStarted", "ClockMissed", "ClockMet"]


def test_the_sweep_marks_what_is_overdue_once_and_leaves_the_rest() -> None:
    service = make_department()
    make_standard(minutes=120)
    clock = start(service)
    start(service, at=MONDAY + HOUR, subject=Subject("case", 43))
    assert clocks.miss_due(MONDAY + 2 * HOUR) == 0
    assert clocks.miss_due(MONDAY + 2 * HOUR + SECOND) == 1
    assert clocks.miss_due(MONDAY + 2 * HOUR + SECOND) == 0
    clock.refresh_from_db()
    assert (clock.missed_at, clock.attained, clock.is_running) == (clock.due_at, False, True)
    assert facts_about(CASE)[-1] == ("ClockMissed", clock.due_at, "clock")


def test_news_of_an_answer_that_left_in_time_outweighs_a_sweep_that_was_quicker() -> None:
    service = make_department()
    make_standard(minutes=120)
    start(service)
    assert clocks.miss_due(MONDAY + 3 * HOUR) == 1
    assert clocks.stop(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + HOUR).attained is True


def test_what_was_missed_is_neither_dropped_nor_paused() -> None:
    service = make_department()
    make_standard(minutes=120)
    start(service)
    with pytest.raises(AlreadyMissed):
        clocks.drop(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + 3 * HOUR)
    clocks.miss_due(MONDAY + 3 * HOUR)
    with pytest.raises(AlreadyMissed):
        clocks.pause(FIRST_ANSWER, subject=CASE, why="asked", by=CLOCK, at=MONDAY + 3 * HOUR)


def test_a_pause_moves_the_due_moment_by_its_business_time() -> None:
    service = make_department()
    make_standard(minutes=120)
    clock = start(service)
    with pytest.raises(NotPaused):
        clocks.resume(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + HOUR)
    clocks.pause(FIRST_ANSWER, subject=CASE, why="asked", by=CLOCK, at=MONDAY + HOUR)
    with pytest.raises(AlreadyPaused):
        clocks.pause(FIRST_ANSWER, subject=CASE, why="asked", by=CLOCK, at=MONDAY + HOUR)
    assert clocks.miss_due(MONDAY + DAY) == 0
    clock = clocks.resume(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + DAY)
    moved = business_between(thaw(clock.hours), MONDAY + 2 * HOUR, clock.due_at)
    assert moved == business_between(thaw(clock.hours), MONDAY + HOUR, MONDAY + DAY)
    assert clock.due_at == MONDAY + DAY + HOUR
    rows = clocks.explain(clock)
    assert sum((row.counted for row in rows), start=0 * HOUR) == 2 * HOUR
    assert [row.why for row in rows] == [Why.OPEN, Why.PAUSED, Why.OPEN]
    assert clocks.miss_due(MONDAY + DAY + HOUR + SECOND) == 1


def test_a_paused_clock_explains_what_counted_until_the_pause() -> None:
    service = make_department()
    make_standard(minutes=120)
    start(service)
    clock = clocks.pause(FIRST_ANSWER, subject=CASE, why="asked", by=CLOCK, at=MONDAY + HOUR)
    assert [(row.why, row.counted) for row in clocks.explain(clock)] == [(Why.OPEN, HOUR)]


def test_an_answer_during_a_pause_ends_it_and_is_in_time() -> None:
    service = make_department()
    make_standard(minutes=120)
    start(service)
    clocks.pause(FIRST_ANSWER, subject=CASE, why="asked", by=CLOCK, at=MONDAY + HOUR)
    clock = clocks.stop(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + DAY)
    assert clock.attained is True
    assert clock.paused_at is None
    assert clock.pauses.get().resumed_at == MONDAY + DAY


def test_an_answer_that_left_before_the_pause_leaves_none() -> None:
    service = make_department()
    make_standard(minutes=120)
    start(service)
    clocks.pause(FIRST_ANSWER, subject=CASE, why="asked", by=CLOCK, at=MONDAY + HOUR)
    clock = clocks.stop(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + MINUTE)
    assert clock.attained is True
    assert not clock.pauses.exists()


def test_pauses_come_in_order() -> None:
    service = make_department()
    make_standard(minutes=120)
    start(service)
    clocks.pause(FIRST_ANSWER, subject=CASE, why="asked", by=CLOCK, at=MONDAY + MINUTE)
    clocks.resume(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + 9 * MINUTE)
    with pytest.raises(HistoryOutOfOrder):
        clocks.pause(FIRST_ANSWER, subject=CASE, why="asked", by=CLOCK, at=MONDAY + 8 * MINUTE)


def test_a_clock_that_is_due_soon_is_told_once_and_a_paused_or_late_one_is_not() -> None:
    service = make_department()
    make_standard(minutes=100)
    start(service)
    start(service, subject=Subject("case", 43))
    clocks.pause(FIRST_ANSWER, subject=Subject("case", 43), why="asked", by=CLOCK, at=MONDAY + MINUTE)
    assert warning.warn_due(MONDAY + 69 * MINUTE) == 0
    assert warning.warn_due(MONDAY + 70 * MINUTE) == 1
    assert warning.warn_due(MONDAY + 71 * MINUTE) == 0
    assert facts_about(CASE)[-1] == ("ClockDueSoon", MONDAY + 70 * MINUTE, "clock")
    start(service, subject=Subject("case", 44))
    assert warning.warn_due(MONDAY + DAY) == 0


def test_the_database_itself_allows_one_standard_in_force_for_everybody() -> None:
    make_standard()
    with pytest.raises(IntegrityError):
        Standard.objects.create(measure=FIRST_ANSWER, minutes=5, share=50, from_at=MONDAY)
