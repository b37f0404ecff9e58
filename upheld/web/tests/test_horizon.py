"""The line of what is owed: every mark inside its zone, days on which nobody works left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from upheld.people.tests.makers import MONDAY
from upheld.promises.models import Promise
from upheld.web import horizon

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN = "Europe/Berlin"


def promise(due_at: datetime, *, broken: bool = False, pk: int = 1) -> Promise:
    made = Promise(
        pk=pk, words="A new pair", due_at=due_at, zone=BERLIN, made_at=MONDAY - DAY, warn_at=due_at - HOUR,
        broken_at=due_at if broken else None,
    )  # fmt: skip
    made._state.fields_cache["customer"] = SimpleNamespace(name="Dora Lindqvist")
    return made


def laid_out(*promises: Promise, at: datetime = MONDAY, weekdays=frozenset(range(5))):
    return horizon.lay_out(promises, at=at, zone=BERLIN, weekdays=set(weekdays))


def test_each_promise_stands_in_its_zone():
    line = laid_out(promise(MONDAY - HOUR, broken=True), promise(MONDAY + HOUR), promise(MONDAY + DAY))
    assert [len(line[zone]["marks"]) for zone in ("past", "today", "week")] == [1, 1, 1]
    assert line["today"]["name"] == "Today, Mon 16 Nov"
    assert line["today"]["marks"][0]["title"] == "Due soon: A new pair, Dora Lindqvist, today, 10:00"


def test_what_fell_due_a_moment_ago_is_broken_before_the_clock_has_said_so():
    assert len(laid_out(promise(MONDAY - timedelta(seconds=1)))["past"]["marks"]) == 1


def test_the_weekend_is_left_out_unless_something_is_owed_on_it():
    friday = MONDAY + 4 * DAY
    assert [day["label"] for day in laid_out(at=friday)["week"]["days"]] == ["Mon", "Tue", "Wed", "Thu"]
    saturday = laid_out(promise(friday + DAY), at=friday)["week"]["days"]
    assert [(day["label"], day["off"]) for day in saturday][:2] == [("Sat", True), ("Mon", False)]


@pytest.mark.parametrize("hour", range(24))
def test_every_mark_lies_on_the_line_at_every_hour(hour):
    at = datetime(2026, 11, 16, 0, tzinfo=UTC) + hour * HOUR
    line = laid_out(*(promise(at + n * 3 * HOUR, pk=n + 1) for n in range(40)), at=at)
    places = [mark["at"] for zone in line.values() for mark in zone["marks"]]
    places += [line["today"]["now"]["at"]] + [tick["at"] for tick in line["today"]["ticks"]]
    assert all(0 <= place <= 100 for place in places)


def test_a_company_that_works_every_day_sees_every_day():
    days = laid_out(at=MONDAY + 4 * DAY, weekdays=range(7))["week"]["days"]
    assert [day["label"] for day in days] == ["Sat", "Sun", "Mon", "Tue"]
