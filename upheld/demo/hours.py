"""Moments as an office thinks of them: three working days ago at ten, tomorrow by five, in two business hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from upheld.clock.calendars import Calendar
from upheld.clock.counting import add_business, business_between, next_opening

_DAY = timedelta(days=1)


class Hours:
    """One calendar's opening hours, asked in the words of those who work by them."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.zone = ZoneInfo(calendar.zone)

    def local_day(self, at: datetime) -> date:
        """The date on the office's wall."""
        return at.astimezone(self.zone).date()

    def on(self, day: date, clock: str) -> datetime:
        """A date and a time of the office's wall, as an instant."""
        return datetime.combine(day, time.fromisoformat(clock), tzinfo=self.zone).astimezone(ZoneInfo("UTC"))

    def works(self, day: date) -> bool:
        """Whether the office opens on this date."""
        return bool(self.calendar.frames_on(day))

    def workday(self, at: datetime, number: int, clock: str) -> datetime:
        """The moment on the `number`-th working day before (negative) or after `at`'s date; 0 is that very date."""
        day, step = self.local_day(at), _DAY if number > 0 else -_DAY
        for _each in range(abs(number)):
            day += step
            while not self.works(day):
                day += step
        return self.on(day, clock)

    def due(self, at: datetime, days: int, clock: str) -> datetime:
        """A due moment `days` working days after `at`: never less than an hour away."""
        opening = self.opening(at)
        due = self.workday(opening, days, clock)
        return due if due > opening + timedelta(hours=1) else self.workday(opening, days + 1, clock)

    def after(self, at: datetime, minutes: float) -> datetime:
        """So many business minutes later, to the second."""
        return add_business(self.calendar, at, timedelta(seconds=round(minutes * 60)))

    def opening(self, at: datetime) -> datetime:
        """This moment if the office is open, else when it opens next."""
        return next_opening(self.calendar, at)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there."""
        return self.opening(at) == at

    def part_of(self, start: datetime, end: datetime, share: float) -> datetime:
        """The moment at which this share of the business time between two moments is over."""
        total = business_between(self.calendar, start, end)
        if total <= timedelta(minutes=10):
            moment = start + (end - start) * share
        else:
            moment = add_business(self.calendar, start, total * share)
        return moment.replace(microsecond=0)
