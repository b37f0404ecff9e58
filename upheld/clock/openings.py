"""Open time on a wall clock that never changes: how much there is before a moment, and when an amount is reached.

A week's openings are summed once, holidays are subtracted from sorted sums, so neither a long span nor a calendar
with one opening a week costs more than a short one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import accumulate

# Day 1 of Python's calendar, 1 January of the year 1, is a Monday.
_DAYS_A_WEEK = 7


class WeekTable:
    """Openings of a week as (start, end) minutes a weekday, without overlaps and in order; holidays as local dates."""

    def __init__(self, week: tuple[tuple[tuple[int, int], ...], ...], holidays: Iterable[date]) -> None:
        self._week = week
        self._open = tuple(sum(end - start for start, end in day) for day in week)
        self._before = tuple(accumulate(self._open, initial=0))
        # A holiday on a weekday that is closed anyway takes nothing away.
        self._holidays = sorted(day.toordinal() for day in holidays if self._open[day.weekday()])
        lost = (self._open[(ordinal - 1) % _DAYS_A_WEEK] for ordinal in self._holidays)
        self._lost = tuple(accumulate(lost, initial=0))

    def before(self, wall: datetime) -> timedelta:
        """The open time from the calendar's first day until this wall time; only differences mean something."""
        ordinal = wall.toordinal()
        today = timedelta(
            hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond
        )
        passed = timedelta(minutes=self._minutes_before(ordinal))
        for start, end in self._openings(ordinal):
            opened, closed = timedelta(minutes=start), timedelta(minutes=end)
            if today > opened:
                passed += min(today, closed) - opened
        return passed

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time between two wall times."""
        return self.before(end) - self.before(start)

    def reached(self, wall: datetime, amount: timedelta, until: datetime) -> datetime:
        """The earliest wall time with `amount`, above zero, of open time since `wall`; it must come by `until`."""
        goal = self.before(wall) + amount
        low, high = wall.toordinal(), until.toordinal()
        while low < high:
            middle = (low + high) // 2
            if timedelta(minutes=self._minutes_before(middle + 1)) >= goal:
                high = middle
            else:
                low = middle + 1
        left = goal - timedelta(minutes=self._minutes_before(low))
        midnight = datetime.combine(date.fromordinal(low), time())
        for start, end in self._openings(low):
            if left <= timedelta(minutes=end - start):
                return midnight + timedelta(minutes=start) + left
            left -= timedelta(minutes=end - start)
        raise ValueError("the amount is not reached by then")

    def next_open(self, wall: datetime, until: datetime) -> datetime | None:
        """The first wall time from `wall` on, before `until`, that is open."""
        if self.between(wall, until) <= timedelta():
            return None
        # Open time comes in microseconds at the least: the first one lies right behind the opening.
        instant = timedelta(microseconds=1)
        return self.reached(wall, instant, until) - instant

    def _openings(self, ordinal: int) -> tuple[tuple[int, int], ...]:
        at = bisect_left(self._holidays, ordinal)
        if at < len(self._holidays) and self._holidays[at] == ordinal:
            return ()
        return self._week[(ordinal - 1) % _DAYS_A_WEEK]

    def _minutes_before(self, ordinal: int) -> int:
        weeks, weekday = divmod(ordinal - 1, _DAYS_A_WEEK)
        lost = self._lost[bisect_left(self._holidays, ordinal)]
        return weeks * self._before[-1] + self._before[weekday] - lost
