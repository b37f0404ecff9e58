"""Moments in words, in the reader's zone: "today, 12:00", "Wed 17:00", "24 Nov"; how long in words beside them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def when(instant: datetime, *, at: datetime, zone: str) -> str:
    """A moment as people say it: today and its time, a weekday within the week, else a date."""
    here, now = instant.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(zone))
    days = (here.date() - now.date()).days
    clock = _in_words(here, "HH:mm")
    if days == 0:
        return _("today, %(time)s") % {"time": clock}
    if days == 1:
        return _("tomorrow, %(time)s") % {"time": clock}
    if days == -1:
        return _("yesterday, %(time)s") % {"time": clock}
    if -7 < days < 7:
        return _in_words(here, "EEE HH:mm")
    if here.year == now.year:
        return _in_words(here, "EEE d MMM, HH:mm")
    return _in_words(here, "d MMM y, HH:mm")


def short(instant: datetime, *, at: datetime, zone: str) -> str:
    """The same for a narrow column: the time today, a weekday within the week, else a date."""
    here, now = instant.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(zone))
    days = (here.date() - now.date()).days
    if days == 0:
        return _in_words(here, "HH:mm")
    if -7 < days < 7:
        return _in_words(here, "EEE HH:mm" if days > 0 else "EEE")
    return _in_words(here, "d MMM" if here.year == now.year else "d MMM y")


def day(instant: datetime, *, zone: str) -> str:
    """A day with its weekday: Thu 19 Nov."""
    return _in_words(instant.astimezone(ZoneInfo(zone)), "EEE d MMM")


def time_of_day(instant: datetime, *, zone: str) -> str:
    """The time alone: 08:14."""
    return _in_words(instant.astimezone(ZoneInfo(zone)), "HH:mm")


def long(instant: datetime, *, zone: str) -> str:
    """A moment that nobody can mistake: Friday 27 November 2026, 17:00."""
    return _in_words(instant.astimezone(ZoneInfo(zone)), "EEEE d MMMM y, HH:mm")


def distance(instant: datetime, *, at: datetime) -> str:
    """How far away: "in 1 h 18 min", "17 h 42 min ago", "in 5 days"."""
    gap = instant - at
    words = length(abs(gap))
    return _("in %(time)s") % {"time": words} if gap >= timedelta(0) else _("%(time)s ago") % {"time": words}


def length(gap: timedelta) -> str:
    """A length of time in two units at most."""
    minutes = int(gap.total_seconds() // 60)
    hours, days = minutes // 60, gap.days
    if minutes < 1:
        return _("less than a minute")
    if hours < 1:
        return _("%(m)d min") % {"m": minutes}
    if hours < 48:
        return (
            _("%(h)d h %(m)d min") % {"h": hours, "m": minutes % 60}
            if hours < 24
            else _("%(h)d h") % {"h": hours}
        )
    return _("%(d)d days") % {"d": days}


def _in_words(moment: datetime, pattern: str) -> str:
    # Babel takes longer over a date than a template over a row, and a page says the same few hundred times.
    wall = moment.replace(second=0, microsecond=0, tzinfo=None, fold=0)
    if "H" not in pattern:
        wall = wall.replace(hour=0, minute=0)
    elif pattern == "HH:mm":
        wall = wall.replace(year=2000, month=1, day=1)
    return _written(wall, pattern, (get_language() or "en").replace("-", "_"))


@lru_cache(maxsize=8192)
def _written(wall: datetime, pattern: str, locale: str) -> str:
    # The wall's time in UTC, so that Babel does not convert it.
    return str(format_datetime(wall, pattern, locale=locale))
