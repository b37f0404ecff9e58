"""The line of what is owed: broken, today by the hour, the next working days; places in whole per cent of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from upheld.people.models import OpeningFrame
from upheld.promises import words
from upheld.promises.models import Promise
from upheld.web import moments

FROM_HOUR, TO_HOUR = 7, 18
"""The hours that are always shown; a promise outside them, or an early reader, makes the day longer."""
DAYS = 4
"""So many days after today."""
MOST = 200
"""Marks beyond so many say nothing more."""


def for_promises(promises: QuerySet[Promise], *, at: datetime, zone: str) -> dict[str, Any]:
    """The horizon of owed promises: two queries. Keeper and customer must be at hand (`select_related`)."""
    owed = promises.filter(made_at__isnull=False, settled_at__isnull=True)
    rows = list(owed.with_deadline().order_by("deadline_at", "pk")[:MOST])  # type: ignore[attr-defined]
    weekdays = set(OpeningFrame.objects.values_list("weekday", flat=True).distinct()) or set(range(5))
    return lay_out(rows, at=at, zone=zone, weekdays=weekdays)


def lay_out(rows: Iterable[Promise], *, at: datetime, zone: str, weekdays: set[int]) -> dict[str, Any]:
    """The three zones for `time.horizon`."""
    here = ZoneInfo(zone)
    today = at.astimezone(here).date()
    broken, of_today, later = [], [], []
    for promise in rows:
        day = promise.deadline.astimezone(here).date()
        if promise.broken_at or promise.deadline < at:
            broken.append(promise)
        elif day == today:
            of_today.append(promise)
        else:
            later.append(promise)
    return {
        "past": {"marks": [_mark(one, _spread(i, len(broken)), at, zone) for i, one in enumerate(broken)]},
        "today": _today(of_today, at=at, zone=zone, here=here),
        "week": _week(later, today=today, at=at, zone=zone, here=here, weekdays=weekdays),
    }


def _today(promises: list[Promise], *, at: datetime, zone: str, here: ZoneInfo) -> dict[str, Any]:
    now = at.astimezone(here).hour
    hours = [one.deadline.astimezone(here).hour for one in promises] + [now, max(now - 1, 0)]
    begin, end = min([FROM_HOUR, *hours]), max([TO_HOUR, *(hour + 1 for hour in hours)])

    def place(moment: datetime) -> int:
        local = moment.astimezone(here)
        return round(98 * (local.hour + local.minute / 60 - begin) / (end - begin))

    every = 1 if end - begin <= 12 else 2
    return {
        "name": _("Today, %(day)s") % {"day": moments.day(at, zone=zone)},
        "ticks": [
            {"at": round(98 * (hour - begin) / (end - begin)), "label": str(hour)}
            for hour in range(begin + 1, end, every)
        ],
        "now": {"at": place(at), "label": moments.time_of_day(at, zone=zone)},
        "marks": [_mark(one, place(one.deadline), at, zone, named=True) for one in promises],
    }


def _week(
    promises: list[Promise], *, today: date, at: datetime, zone: str, here: ZoneInfo, weekdays: set[int]
) -> dict[str, Any]:
    by_day: dict[date, list[Promise]] = {}
    for one in promises:
        by_day.setdefault(one.deadline.astimezone(here).date(), []).append(one)
    coming = [today + timedelta(days=ahead) for ahead in range(1, 15)]
    days = [day for day in coming if day.weekday() in weekdays or day in by_day][:DAYS]
    width = 100 / (len(days) or 1)
    ticks, marks = [], []
    for number, day in enumerate(days):
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=here)
        weekday, _gap, rest = moments.day(noon, zone=zone).partition(" ")
        ticks.append(
            {
                "at": round(number * width),
                "label": weekday,
                "long": rest,
                "off": day.weekday() not in weekdays,
            }
        )
        for one in by_day.get(day, []):
            local = one.deadline.astimezone(here)
            part = (local.hour + local.minute / 60 - FROM_HOUR) / (TO_HOUR - FROM_HOUR)
            inside = width * (0.06 + 0.86 * min(max(part, 0), 1))
            marks.append(_mark(one, round(number * width + inside), at, zone))
    return {"days": ticks, "marks": marks}


def _mark(promise: Promise, place: int, at: datetime, zone: str, *, named: bool = False) -> dict[str, Any]:
    when = moments.when(promise.deadline, at=at, zone=zone)
    who = promise.customer.name
    return {
        "at": place,
        "state": promise.state(at).value,
        "kind": "promise",
        "url": reverse("promise", args=[promise.pk]),
        "title": f"{words.to_staff(promise, at)}: {promise.words}, {who}, {when}",
        "name": who.split(" ", 1)[0] if named else None,
    }


def _spread(number: int, of: int) -> int:
    return round(100 * (number + 0.5) / of) - 4
