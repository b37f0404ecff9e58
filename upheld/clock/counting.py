"""Counting business time: how much passed between two instants, when an amount will have passed, and why.

Instants may be in any zone and come back in UTC. Spans are half-open. What counts is the wall clock of the
calendar's own zone; see the calendars.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from upheld.clock.calendars import Calendar
from upheld.clock.zones import Spell, in_utc, spells
from upheld.refusals import Refusal

# A due moment a century away is a typing error in an amount or a calendar, not a promise.
HORIZON = timedelta(days=36_525)

_NOTHING = timedelta()
_DAY = timedelta(days=1)


class EndBeforeStart(Refusal):
    """This span ends before it starts; exchange its moments."""


class AmountNegative(Refusal):
    """An amount of time cannot be negative."""


class TooFarAhead(Refusal):
    """This would take more than a hundred years of this calendar; check the amount and the opening hours."""


class Why(StrEnum):
    """Why a stretch of time counted or did not."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open span of UTC that is open, closed, or lost to a holiday, as a whole."""

    start: datetime
    end: datetime
    why: Why

    @property
    def counted(self) -> timedelta:
        return self.end - self.start if self.why is Why.OPEN else _NOTHING


def business_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The open time from start to end; refuses EndBeforeStart."""
    start, end = _span(start, end)
    counted = _NOTHING
    for spell in spells(calendar.zone, start, end):
        counted += calendar.table.between(spell.wall_start, spell.wall_end)
    return counted


def add_business(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """The due moment: the earliest instant, in UTC, at which `amount` of open time has passed since start.

    Eight hours from Friday 09:00 are over on Friday at 17:00, not on Monday at 09:00. A zero amount is over at once,
    also outside hours. Refuses AmountNegative and TooFarAhead.
    """
    start = in_utc(start)
    if amount < _NOTHING:
        raise AmountNegative
    if not amount:
        return start
    left = amount
    for spell in spells(calendar.zone, start, start + HORIZON):
        there = calendar.table.between(spell.wall_start, spell.wall_end)
        if left <= there:
            return spell.instant(calendar.table.reached(spell.wall_start, left, spell.wall_end))
        left -= there
    raise TooFarAhead


def open_at(calendar: Calendar, instant: datetime) -> bool:
    """Whether the calendar is open at this instant: at 09:00 yes, at 17:00 no."""
    instant = in_utc(instant)
    return next_opening(calendar, instant) == instant


def next_opening(calendar: Calendar, instant: datetime) -> datetime:
    """The earliest instant from this one on, in UTC, that is open: itself when it is; refuses TooFarAhead."""
    instant = in_utc(instant)
    for spell in spells(calendar.zone, instant, instant + HORIZON):
        wall = calendar.table.next_open(spell.wall_start, spell.wall_end)
        if wall is not None:
            return spell.instant(wall)
    raise TooFarAhead


def stretches(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Stretch]:
    """Start to end without a gap, told as stretches; goes day by day, so it is for explaining, not for counting."""
    start, end = _span(start, end)
    latest: Stretch | None = None
    for spell in spells(calendar.zone, start, end):
        for stretch in _of_spell(calendar, spell):
            if latest is not None and latest.why is stretch.why:
                latest = replace(latest, end=stretch.end)
                continue
            if latest is not None:
                yield latest
            latest = stretch
    if latest is not None:
        yield latest


def _of_spell(calendar: Calendar, spell: Spell) -> Iterator[Stretch]:
    day = spell.wall_start.date()
    while (midnight := datetime.combine(day, time())) < spell.wall_end:
        # A holiday on a weekday that is closed anyway explains nothing.
        lost = day in calendar.holidays and day.weekday() in calendar.weekly
        shut = Why.HOLIDAY if lost else Why.CLOSED
        borders = [(0, shut)]
        for frame in calendar.frames_on(day):
            borders += [(frame.start_minute, Why.OPEN), (frame.end_minute, shut)]
        ends = [minute for minute, _ in borders[1:]] + [24 * 60]
        for (minute, why), until in zip(borders, ends, strict=True):
            begun = max(midnight + timedelta(minutes=minute), spell.wall_start)
            ended = min(midnight + timedelta(minutes=until), spell.wall_end)
            if begun < ended:
                yield Stretch(spell.instant(begun), spell.instant(ended), why)
        day += _DAY


def _span(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    start, end = in_utc(start), in_utc(end)
    if end < start:
        raise EndBeforeStart
    return start, end
