"""Freezing: keeping a department's hours as they are, so that a deadline given today can be explained next year."""

from __future__ import annotations

import hashlib
import json
from datetime import date, time

from upheld.clock import calendars
from upheld.people.models import Calendar
from upheld.promises.models import FrozenHours


def freeze(calendar: Calendar) -> FrozenHours:
    """The calendar as it is now; one row a version, however often it is asked for."""
    hours = calendar.as_clock()
    columns = {
        "zone": hours.zone,
        "weekly": [
            [weekday, frame.start.isoformat("minutes"), frame.end.isoformat("minutes")]
            for weekday, frames in sorted(hours.weekly.items())
            for frame in frames
        ],
        "closed": sorted(day.isoformat() for day in hours.holidays),
    }
    digest = hashlib.sha256(json.dumps(columns, sort_keys=True).encode()).hexdigest()
    return FrozenHours.objects.get_or_create(digest=digest, defaults=columns)[0]


def thaw(hours: FrozenHours) -> calendars.Calendar:
    """The frozen hours for arithmetic, without a query."""
    weekly: dict[int, tuple[calendars.Frame, ...]] = {}
    for weekday, opens, closes in hours.weekly:
        frame = calendars.Frame(time.fromisoformat(opens), time.fromisoformat(closes))
        weekly[weekday] = (*weekly.get(weekday, ()), frame)
    return calendars.Calendar(hours.zone, weekly, frozenset(map(date.fromisoformat, hours.closed)))
