"""A week of opening hours as a picture: a row a day, a bar a stretch, on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from upheld.people.models import Calendar
from upheld.people.organising import Minutes

WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """One stretch, in minutes from the scale's beginning."""

    at: int
    long: int


@dataclass(frozen=True)
class Day:
    """One weekday: its name, its bars, and the same in words."""

    label: str
    bars: tuple[Bar, ...]
    words: str


@dataclass(frozen=True)
class Drawn:
    """The whole week: seven days, the hours that the scale names, how long it is, and a sentence."""

    days: tuple[Day, ...]
    hours: tuple[tuple[int, str], ...]
    length: int
    sentence: str


def weekly_of(calendar: Calendar) -> dict[int, list[Minutes]]:
    """Weekday to stretches, in their order."""
    weekly: dict[int, list[Minutes]] = {}
    for frame in sorted(calendar.frames.all(), key=lambda one: (one.weekday, one.opens_minute)):
        weekly.setdefault(frame.weekday, []).append((frame.opens_minute, frame.closes_minute))
    return weekly


def draw(weekly: Mapping[int, Sequence[Minutes]]) -> Drawn:
    """The picture of a week, from an hour before the first opening to an hour after the last closing."""
    every = [frame for frames in weekly.values() for frame in frames]
    first = max(0, min((opens for opens, _closes in every), default=540) // 60 * 60 - 60)
    last = min(1440, -(-max((closes for _opens, closes in every), default=1020) // 60) * 60 + 60)
    days = tuple(
        Day(
            str(label),
            tuple(Bar(opens - first, closes - opens) for opens, closes in weekly.get(number, ())),
            ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in weekly.get(number, ()))
            or str(_("closed")),
        )
        for number, label in enumerate(WEEKDAYS)
    )
    step = 180 if last - first > 600 else 120
    hours = tuple((at - first, f"{at // 60}") for at in range(-(-first // step) * step, last + 1, step))
    minutes = sum(closes - opens for opens, closes in every)
    told = ngettext("%(n)s hour a week", "%(n)s hours a week", minutes // 60) % {"n": f"{minutes / 60:g}"}
    return Drawn(days, hours, last - first, told)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
