"""Calendars: on which weekdays and between which hours a department is open, in which place, and on which days not.

The wall clock decides. A moment is open when the clock on the department's wall shows a time within a frame and the
calendar on its wall does not show a holiday. So when clocks go forward the missing hour is not counted; when they go
back the hour that comes twice counts twice if it is within a frame (a night shift works nine hours); and a day that a
place skipped never happened. A shift across midnight is two frames: until 24:00, and from 00:00 on the next weekday.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Self

from upheld.clock.openings import WeekTable
from upheld.clock.zones import zone_named
from upheld.refusals import Refusal

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
WORKDAYS = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)

MIDNIGHT = time(0, 0)
MINUTES_A_DAY = 24 * 60


class FrameUnreadable(Refusal):
    """An opening hour is written as hours and minutes, such as 09:00 or 24:00."""


class FrameNotInMinutes(Refusal):
    """Opening hours are in whole minutes of local time, without a time zone of their own."""


class FrameBackwards(Refusal):
    """An opening must end after it starts; a shift across midnight is two: until 24:00, and from 00:00 the next day."""


class FramesOverlap(Refusal):
    """Two openings of the same day overlap; join them into one."""


class WeekdayUnknown(Refusal):
    """A weekday is a number from 0 (Monday) to 6 (Sunday)."""


class NeverOpen(Refusal):
    """This calendar is never open, so no time would ever pass in it; give it at least one opening."""


class CountryUnknown(Refusal):
    """No public holidays are known for this country; use its two-letter code, such as DE."""


class SubdivisionUnknown(Refusal):
    """This part of the country is not known; use its ISO 3166-2 code, such as BY."""


@dataclass(frozen=True, slots=True, order=True)
class Frame:
    """One opening on a day in local wall time, half-open: 17:00 itself is closed. An end of 00:00 means 24:00."""

    start: time
    end: time

    def __post_init__(self) -> None:
        for moment in (self.start, self.end):
            if moment.second or moment.microsecond or moment.tzinfo is not None:
                raise FrameNotInMinutes
        if self.end_minute <= self.start_minute:
            raise FrameBackwards

    @classmethod
    def of(cls, start: str, end: str) -> Self:
        """Frame.of("09:00", "24:00"): hours and minutes; refuses FrameUnreadable."""
        return cls(_read(start), MIDNIGHT if end.strip() == "24:00" else _read(end))

    @property
    def start_minute(self) -> int:
        return self.start.hour * 60 + self.start.minute

    @property
    def end_minute(self) -> int:
        return self.end.hour * 60 + self.end.minute or MINUTES_A_DAY

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end_minute // 60:02}:{self.end_minute % 60:02}"


@dataclass(frozen=True)
class Calendar:
    """Opening hours of a week in one zone, and the local dates on which there are none.

    `weekly` maps weekdays (0 is Monday) to frames; a weekday that is left out is closed. Refuses ZoneUnknown,
    WeekdayUnknown, FramesOverlap, and NeverOpen for a week without a frame.
    """

    zone: str
    weekly: Mapping[int, tuple[Frame, ...]]
    holidays: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        zone_named(self.zone)
        week = {}
        for weekday, frames in sorted(self.weekly.items()):
            if weekday not in range(7):
                raise WeekdayUnknown
            if frames:
                week[weekday] = _in_order(frames)
        if not week:
            raise NeverOpen
        object.__setattr__(self, "weekly", MappingProxyType(week))
        object.__setattr__(self, "holidays", frozenset(self.holidays))

    def __hash__(self) -> int:
        return hash((self.zone, tuple(self.weekly.items()), self.holidays))

    def __reduce__(self) -> tuple[type[Calendar], tuple[object, ...]]:
        # A mapping proxy cannot be pickled or deep-copied; the table is rebuilt when it is needed.
        return (Calendar, (self.zone, dict(self.weekly), self.holidays))

    def frames_on(self, day: date) -> tuple[Frame, ...]:
        """The openings of one local date: none on a holiday."""
        return () if day in self.holidays else self.weekly.get(day.weekday(), ())

    @cached_property
    def table(self) -> WeekTable:
        """The week and the holidays, summed up for counting."""
        minutes = tuple(
            tuple((frame.start_minute, frame.end_minute) for frame in self.weekly.get(weekday, ()))
            for weekday in range(7)
        )
        return WeekTable(minutes, self.holidays)


def weekdays(*frames: Frame, on: Iterable[int] = WORKDAYS) -> dict[int, tuple[Frame, ...]]:
    """The same frames on several weekdays, Monday to Friday unless told: the usual shape of a week."""
    return dict.fromkeys(on, frames)


def public_holidays(country: str, subdivision: str | None, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of a country (ISO 3166-1 alpha-2) and one of its parts, with their substitute days."""
    return frozenset(named_public_holidays(country, subdivision, years))


def named_public_holidays(
    country: str, subdivision: str | None, years: Iterable[int], language: str | None = None
) -> dict[date, str]:
    """The same with their names, so that a surprising closed day can be explained; in the country's own language."""
    import holidays  # Takes more than a second to import, and most processes never ask.

    code, part = country.strip().upper(), (subdivision or "").strip().upper()
    parts = holidays.list_supported_countries(include_aliases=True).get(code)
    if parts is None:
        raise CountryUnknown(
            f"No public holidays are known for “{country}”; use a two-letter code, such as DE."
        )
    # Some countries write their parts in mixed case or as names.
    spelling = next((known for known in parts if known.upper() == part), None)
    if part and spelling is None:
        raise SubdivisionUnknown(f"“{subdivision}” is not a known part of {code}; use a code such as BY.")
    wanted = sorted(set(years))
    # Left alone, the library names the days in the language of the server's environment.
    spoken = language or holidays.country_holidays(code).default_language
    # A look-up outside the years asked for would fill them in; what leaves here is a plain copy.
    return dict(holidays.country_holidays(code, spelling, wanted, expand=False, language=spoken).items())


def _read(moment: str) -> time:
    hours, colon, minutes = moment.strip().partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and len(hours) <= 2):
        raise FrameUnreadable
    if int(hours) > 23 or int(minutes) > 59:
        raise FrameUnreadable
    return time(int(hours), int(minutes))


def _in_order(frames: Iterable[Frame]) -> tuple[Frame, ...]:
    ordered = tuple(sorted(frames))
    for earlier, later in pairwise(ordered):
        if later.start_minute < earlier.end_minute:
            raise FramesOverlap(f"The openings {earlier} and {later} overlap; join them into one.")
    return ordered


# Calendar time: every minute counts.
ALWAYS = Calendar("UTC", weekdays(Frame(MIDNIGHT, MIDNIGHT), on=range(7)))
