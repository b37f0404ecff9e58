"""A clock's life: what it shows while running, paused and stopped, and how it explains itself."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from upheld.clock.calendars import ALWAYS, Calendar, Frame, weekdays
from upheld.clock.counting import TooFarAhead, Why
from upheld.clock.running import (
    AmountNotPositive,
    HistoryOutOfOrder,
    NotStarted,
    Paused,
    Resumed,
    Started,
    State,
    Stopped,
    Target,
    explain,
    read,
)

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar("Europe/Berlin", weekdays(Frame.of("09:00", "17:00")), frozenset({date(2025, 5, 1)}))
FOUR_HOURS = Target(timedelta(hours=4), OFFICE)


def on(text):
    """A moment on the wall in Berlin; 2025-05-02 is a Friday."""
    return datetime.fromisoformat(f"2025-{text}").replace(tzinfo=BERLIN)


def hours(count):
    return timedelta(hours=count)


def test_a_running_clock_knows_what_has_passed_what_is_left_and_when_it_is_due():
    shown = read([Started(on("05-02 15:00"))], FOUR_HOURS, at=on("05-05 10:00"))
    assert (shown.elapsed, shown.remaining, shown.state) == (hours(3), hours(1), State.RUNNING)
    assert shown.due_at == shown.earliest_due_at == on("05-05 11:00")
    assert shown.met is None


def test_a_pause_moves_the_due_moment_by_the_open_time_it_lasted():
    history = [Started(on("05-02 10:00")), Paused(on("05-02 11:00")), Resumed(on("05-02 16:00"))]
    assert read(history, FOUR_HOURS, at=on("05-02 16:30")).due_at == on("05-05 11:00")


def test_a_pause_outside_hours_moves_nothing():
    history = [Started(on("05-02 15:00")), Paused(on("05-02 18:00")), Resumed(on("05-05 08:00"))]
    assert read(history, FOUR_HOURS, at=on("05-05 09:30")).due_at == on("05-05 11:00")


def test_nothing_is_due_while_paused_but_the_clock_says_when_it_would_be():
    history = [Started(on("05-02 10:00")), Paused(on("05-02 11:00"))]
    shown = read(history, FOUR_HOURS, at=on("05-02 13:00"))
    assert (shown.state, shown.elapsed, shown.remaining) == (State.PAUSED, hours(1), hours(3))
    assert shown.due_at is None
    assert shown.earliest_due_at == on("05-02 16:00")
    assert shown.met is None


@pytest.mark.parametrize(
    ("stopped", "met"), [("05-05 10:59", True), ("05-05 11:00", True), ("05-05 11:01", False)]
)
def test_a_stop_at_the_due_moment_is_in_time_and_a_minute_later_is_not(stopped, met):
    shown = read([Started(on("05-02 15:00")), Stopped(on(stopped))], FOUR_HOURS, at=on("05-09 12:00"))
    assert shown.state is State.STOPPED
    assert shown.due_at == on("05-05 11:00")
    assert shown.met is met


def test_a_stop_on_the_weekend_after_a_due_moment_at_closing_is_late():
    shown = read([Started(on("05-02 13:00")), Stopped(on("05-03 10:00"))], FOUR_HOURS, at=on("05-03 10:00"))
    assert shown.elapsed == hours(4)
    assert shown.due_at == on("05-02 17:00")
    assert shown.met is False


def test_a_clock_that_runs_past_its_due_moment_has_missed_it_and_keeps_it():
    history = [Started(on("05-02 09:00")), Paused(on("05-02 14:00"))]
    shown = read(history, FOUR_HOURS, at=on("05-06 12:00"))
    assert shown.due_at == on("05-02 13:00")
    assert (shown.elapsed, shown.remaining, shown.met) == (hours(5), hours(0), False)


def test_a_clock_that_stops_while_paused_has_met_its_target():
    history = [Started(on("05-02 09:00")), Paused(on("05-02 10:00")), Stopped(on("05-09 10:00"))]
    shown = read(history, FOUR_HOURS, at=on("06-01 10:00"))
    assert (shown.elapsed, shown.met) == (hours(1), True)
    assert shown.due_at == on("05-09 13:00")


def test_a_reading_knows_nothing_of_later_events():
    history = [Started(on("05-02 09:00")), Paused(on("05-02 10:00")), Stopped(on("05-02 12:00"))]
    for moment in ("05-02 09:30", "05-02 10:00", "05-02 11:00"):
        known = [event for event in history if event.at <= on(moment)]
        assert read(history, FOUR_HOURS, at=on(moment)) == read(known, FOUR_HOURS, at=on(moment))


def test_a_changed_target_is_replayed_over_the_same_pauses():
    history = [Started(on("05-02 10:00")), Paused(on("05-02 11:00")), Resumed(on("05-02 12:00"))]
    assert read(history, FOUR_HOURS, at=on("05-02 12:00")).due_at == on("05-02 15:00")
    assert read(history, Target(hours(2), OFFICE), at=on("05-02 12:00")).due_at == on("05-02 13:00")
    assert read(history, Target(hours(24), ALWAYS), at=on("05-02 12:00")).due_at == on("05-03 11:00")


def test_an_explanation_tells_each_stretch_and_adds_up():
    history = [Started(on("04-30 16:00")), Paused(on("05-02 10:00")), Resumed(on("05-02 12:00"))]
    rows = explain(history, OFFICE, at=on("05-02 13:30"))
    assert [(row.from_at, row.why, row.counted) for row in rows] == [
        (on("04-30 16:00"), Why.OPEN, hours(1)),
        (on("04-30 17:00"), Why.CLOSED, hours(0)),
        (on("05-01 00:00"), Why.HOLIDAY, hours(0)),
        (on("05-02 00:00"), Why.CLOSED, hours(0)),
        (on("05-02 09:00"), Why.OPEN, hours(1)),
        (on("05-02 10:00"), Why.PAUSED, hours(0)),
        (on("05-02 12:00"), Why.OPEN, hours(1.5)),
    ]
    assert rows[-1].to_at == on("05-02 13:30")
    total = sum((row.counted for row in rows), timedelta())
    assert total == read(history, FOUR_HOURS, at=on("05-02 13:30")).elapsed == hours(3.5)


def test_an_explanation_ends_with_the_stop():
    rows = explain([Started(on("05-02 10:00")), Stopped(on("05-02 11:00"))], OFFICE, at=on("05-09 10:00"))
    assert [(row.from_at, row.to_at) for row in rows] == [(on("05-02 10:00"), on("05-02 11:00"))]


@pytest.mark.parametrize(
    "history",
    [
        [Paused(on("05-02 10:00"))],
        [Started(on("05-02 10:00")), Started(on("05-02 11:00"))],
        [Started(on("05-02 10:00")), Resumed(on("05-02 11:00"))],
        [Started(on("05-02 10:00")), Paused(on("05-02 11:00")), Paused(on("05-02 12:00"))],
        [Started(on("05-02 10:00")), Paused(on("05-02 09:59"))],
        [Started(on("05-02 10:00")), Stopped(on("05-02 11:00")), Resumed(on("05-02 12:00"))],
        [Started(on("05-02 10:00")), Stopped(on("05-02 11:00")), Stopped(on("05-02 12:00"))],
    ],
)
def test_a_history_that_cannot_have_happened_is_refused(history):
    with pytest.raises(HistoryOutOfOrder):
        read(history, FOUR_HOURS, at=on("05-09 10:00"))
    with pytest.raises(HistoryOutOfOrder):
        explain(history, OFFICE, at=on("05-09 10:00"))


def test_events_may_happen_at_the_same_moment():
    moment = on("05-02 10:00")
    shown = read([Started(moment), Paused(moment), Resumed(moment), Stopped(moment)], FOUR_HOURS, at=moment)
    assert (shown.elapsed, shown.met, shown.due_at) == (hours(0), True, on("05-02 14:00"))


def test_a_clock_cannot_be_read_before_it_started():
    with pytest.raises(NotStarted):
        read([Started(on("05-02 10:00"))], FOUR_HOURS, at=on("05-02 09:59"))
    with pytest.raises(NotStarted):
        read([], FOUR_HOURS, at=on("05-02 09:59"))


@pytest.mark.parametrize("amount", [timedelta(), -hours(1)])
def test_a_target_of_no_time_is_refused(amount):
    with pytest.raises(AmountNotPositive):
        Target(amount, OFFICE)


def test_a_target_beyond_a_century_is_refused_when_read():
    with pytest.raises(TooFarAhead):
        read([Started(on("05-02 10:00"))], Target(timedelta(days=40_000), OFFICE), at=on("05-02 11:00"))
