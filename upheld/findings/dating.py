"""By when a finding is answered: at the close of the department's tenth working day after it came to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from upheld.clock.calendars import Calendar
from upheld.clock.counting import TooFarAhead

WORKING_DAYS = 10
_FARTHEST = 3660
"""Days after which a calendar with nothing but holidays is given up."""


def answer_date(calendar: Calendar, *, at: datetime, days: int = WORKING_DAYS) -> datetime:
    """The close of the so-manieth day with opening hours after the day of `at`, in UTC; refuses TooFarAhead."""
    day = at.astimezone(ZoneInfo(calendar.zone)).date()
    for _day in range(_FARTHEST):
        day += timedelta(days=1)
        if calendar.frames_on(day):
            days -= 1
            if days == 0:
                return _close(calendar, day)
    raise TooFarAhead


def _close(calendar: Calendar, day: date) -> datetime:
    minutes = max(frame.end_minute for frame in calendar.frames_on(day))
    midnight = datetime.combine(day, time(), tzinfo=ZoneInfo(calendar.zone))
    # Added on the wall clock: a day on which the clocks change closes at its usual time.
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)
