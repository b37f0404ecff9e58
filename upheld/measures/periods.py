"""Half-open stretches of time that measures count over, whole days in the reader's zone, and the weeks in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from upheld.clock.zones import in_utc, zone_named
from upheld.refusals import Refusal

LONGEST = timedelta(days=400)
"""A year and a little: what one page may ask the ledger to count."""


class PeriodImpossible(Refusal):
    """A period ends after it begins, and is not longer than a year."""


@dataclass(frozen=True, slots=True)
class Period:
    """From its first moment to before its last. `zone` says where its days and weeks begin."""

    from_at: datetime
    until_at: datetime
    zone: str

    def __post_init__(self) -> None:
        if not timedelta() < in_utc(self.until_at) - in_utc(self.from_at) <= LONGEST:
            raise PeriodImpossible
        zone_named(self.zone)

    def __contains__(self, instant: datetime) -> bool:
        return self.from_at <= instant < self.until_at

    def weeks(self) -> list[Period]:
        """The calendar weeks from Monday to Monday; the first and the last may be cut short by the period."""
        monday = monday_of(self.from_at, self.zone)
        found = []
        while (begins := _midnight(monday, self.zone)) < self.until_at:
            monday += timedelta(days=7)
            ends = min(_midnight(monday, self.zone), self.until_at)
            found.append(Period(max(begins, self.from_at), ends, self.zone))
        return found


def last_days(days: int, *, at: datetime, zone: str) -> Period:
    """Today so far, and as many whole days before it."""
    today = at.astimezone(zone_named(zone)).date()
    return Period(_midnight(today - timedelta(days=days), zone), _before(at, zone), zone)


def this_year(*, at: datetime, zone: str) -> Period:
    """From the first of January; within its first minute, the year before."""
    until = _before(at, zone)
    year = (until - timedelta(minutes=1)).astimezone(zone_named(zone)).year
    return Period(_midnight(date(year, 1, 1), zone), until, zone)


def monday_of(instant: datetime, zone: str) -> date:
    """The Monday of the week in which a moment falls, where the reader is."""
    day = instant.astimezone(zone_named(zone)).date()
    return day - timedelta(days=day.weekday())


def _before(at: datetime, zone: str) -> datetime:
    # Whole minutes: a figure and the list behind it name the same end.
    return in_utc(at).replace(second=0, microsecond=0)


def _midnight(day: date, zone: str) -> datetime:
    return in_utc(datetime.combine(day, time(), tzinfo=zone_named(zone)))
