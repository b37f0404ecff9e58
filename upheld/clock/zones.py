"""How a place's wall clock differs from UTC, and when that difference changes.

Between two changes a wall clock runs as evenly as UTC does, so business time is counted in such steady spells and
every oddity (the hour that is missing in spring, the one that comes twice in autumn, the day that Samoa never had)
lies on a border between two of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from upheld.refusals import Refusal

# Outside these years a date is a slip of the pen, and datetime's own limits are not far.
FIRST_YEAR, LAST_YEAR = 1900, 2500

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class ZoneUnknown(Refusal):
    """This time zone is not known; use a name such as Europe/Berlin."""


class InstantWithoutZone(Refusal):
    """This moment has no time zone, so nobody can tell when it is; give it one."""


class InstantOutOfReach(Refusal):
    """This moment lies outside the years 1900 to 2500; check the date."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A half-open span of UTC in which the wall clock is ahead of UTC by one unchanging offset."""

    start: datetime
    end: datetime
    offset: timedelta

    @property
    def wall_start(self) -> datetime:
        """What the wall clock shows when the spell begins, without a zone."""
        return self.wall(self.start)

    @property
    def wall_end(self) -> datetime:
        """What the wall clock of this spell would show at its end, without a zone."""
        return self.wall(self.end)

    def wall(self, instant: datetime) -> datetime:
        return (instant + self.offset).replace(tzinfo=None)

    def instant(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=UTC) - self.offset


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name in the IANA database; refuses ZoneUnknown, also for names that are paths or folders."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ZoneUnknown(
            f"The time zone “{name}” is not known; use a name such as Europe/Berlin."
        ) from error


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC. Python subtracts wall clocks when two datetimes share a zone; UTC is always exact."""
    if instant.utcoffset() is None:
        raise InstantWithoutZone
    try:
        instant = instant.astimezone(UTC)
    except OverflowError as error:
        raise InstantOutOfReach from error
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise InstantOutOfReach
    return instant


def spells(zone: str, start: datetime, end: datetime) -> Iterator[Spell]:
    """The steady spells that fill start to end (both UTC, half-open), in order; found lazily, year by year."""
    place = zone_named(zone)
    begun = start
    for year in range(start.year, end.year + 1):
        for change in _changes(zone, year):
            if begun < change < end:
                yield Spell(begun, change, _offset(place, begun))
                begun = change
    if begun < end:
        yield Spell(begun, end, _offset(place, begun))


@lru_cache(maxsize=4096)
def _changes(zone: str, year: int) -> tuple[datetime, ...]:
    """The instants of a UTC year at which the zone's offset changes.

    zoneinfo does not tell them, so the offset is asked once a day and a day on which it changed is halved down to
    the second. No zone has changed and changed back within one day.
    """
    place = zone_named(zone)
    found = []
    before = datetime(year, 1, 1, tzinfo=UTC) - _SECOND
    last = datetime(year + 1, 1, 1, tzinfo=UTC) - _SECOND
    while before < last:
        after = min(before + _DAY, last)
        if _offset(place, before) != _offset(place, after):
            found.append(_halved(place, before, after))
        before = after
    return tuple(found)


def _halved(place: ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = _offset(place, before)
    while after - before > _SECOND:
        middle = before + ((after - before) // _SECOND // 2) * _SECOND
        if _offset(place, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(place: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(place).utcoffset() or timedelta()
