"""What every measure gives: a share with its count, its doubt, its rows by week and by department.

A small count has no interval and is said in words. Departments stand in the order of their names: they are not
ranked, because their cases differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.utils.functional import Promise as LazyText

from upheld.measures.periods import Period, monday_of
from upheld.methods.intervals import Interval
from upheld.methods.share import Share
from upheld.people.models import Department

Key = TypeVar("Key")
NOTHING = Share(0, 0)


@dataclass(frozen=True, slots=True)
class OfWeek:
    """One calendar week, or the part of it that lies in the period."""

    week: Period
    share: Share


@dataclass(frozen=True, slots=True)
class OfDepartment:
    """One department by its id and its name of today."""

    department: int
    name: str
    share: Share


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measure over one period, for everybody or for one department."""

    share: Share
    period: Period
    department: int | None
    definition: str | LazyText
    by_week: tuple[OfWeek, ...]
    by_department: tuple[OfDepartment, ...]

    @property
    def n(self) -> int:
        """How many were counted."""
        return self.share.n

    @property
    def interval(self) -> Interval | None:
        """Where the true share plausibly lies; None for so few that the counts alone are told."""
        return interval_of(self.share)


def interval_of(share: Share) -> Interval | None:
    """The share's interval, where there are enough for one."""
    return None if share.small else share.interval()


def by_week(period: Period, mondays: Mapping[date, Share]) -> tuple[OfWeek, ...]:
    """Every week of the period in order, also those in which nothing was counted."""
    return tuple(
        OfWeek(week, mondays.get(monday_of(week.from_at, period.zone), NOTHING)) for week in period.weeks()
    )


def by_department(shares: Mapping[int, Share]) -> tuple[OfDepartment, ...]:
    """The departments that had something to count, in the order of their names; one query."""
    names = Department.objects.filter(pk__in=shares).order_by("sort_key", "pk").values_list("pk", "name")
    return tuple(OfDepartment(pk, name, shares[pk]) for pk, name in names)


def folded(rows: Iterable[tuple[Key, Share]]) -> dict[Key, Share]:
    """The shares of equal keys as one."""
    found: dict[Key, Share] = {}
    for key, share in rows:
        found[key] = found.get(key, NOTHING) + share
    return found


def within(field: str, period: Period) -> dict[str, datetime]:
    """The condition that a moment lies in the period."""
    return {f"{field}__gte": period.from_at, f"{field}__lt": period.until_at}


def of(department: int | None) -> dict[str, int]:
    """The condition that something is a department's; everybody's for None."""
    return {} if department is None else {"department_id": department}
