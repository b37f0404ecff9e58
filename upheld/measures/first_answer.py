"""First answers: how many came from a person in time, of all that the standard asked for in a period.

The time allowed is counted in business hours by the department's calendar, and that decides what was in time. How long
customers waited is told in their own time, nights and Sundays included: it is what they lived through, and it can be
counted in the database however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from math import ceil
from typing import Any

from django.db.models import Count, DateTimeField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Extract, Floor, TruncWeek
from django.utils.translation import gettext_lazy as _

from upheld.clock.zones import in_utc, zone_named
from upheld.measures import figures
from upheld.measures.figures import Figure, of, within
from upheld.measures.periods import Period
from upheld.methods.medians import Median, Observed, median
from upheld.methods.share import Share
from upheld.promises.models import Standard, StandardClock

DEFINITION = _(
    "Of all first answers that fell due in this period: those that a person gave in time, counted in the business "
    "hours of the department. One that is overdue and still open counts as late; where nobody waited for an answer, "
    "nothing is counted."
)
"""What the page says under the figure."""


@dataclass(frozen=True, slots=True)
class Against:
    """One version of a standard and how it was met: `wanted` of a hundred within so many business minutes."""

    standard: int
    department: int | None
    minutes: int
    wanted: int
    share: Share

    @property
    def asked_for(self) -> int:
        """How many of these the standard asks for, whole answers."""
        return ceil(self.wanted * self.share.n / 100)

    @property
    def attained(self) -> bool:
        """Whether the standard was attained in this period: all cases were counted, so it is no estimate."""
        return self.share.kept >= self.asked_for


@dataclass(frozen=True, kw_only=True)
class FirstAnswers(Figure):
    """The share in time. `against` has a row for each version of a standard: versions are not mixed."""

    open: int
    against: tuple[Against, ...]
    waited: Median | None


def measure(period: Period, *, department: int | None = None, at: datetime) -> FirstAnswers:
    """The figure with its rows; four queries, however many clocks. `waited` is in minutes of the customer's time."""
    rows = _counts(due(period, department=department), period)
    return FirstAnswers(
        share=Share(sum(row["kept"] for row in rows), sum(row["n"] for row in rows)),
        period=period,
        department=department,
        definition=DEFINITION,
        by_week=figures.by_week(period, figures.folded((row["week"].date(), _share(row)) for row in rows)),
        by_department=figures.by_department(figures.folded((row["department"], _share(row)) for row in rows)),
        open=sum(row["open"] for row in rows),
        against=_against(figures.folded((row["standard"], _share(row)) for row in rows)),
        waited=_waited(period, department, at),
    )


def due(period: Period, *, department: int | None = None) -> QuerySet[StandardClock]:
    """Every first answer that is counted: the list behind `n`. While a clock is paused no moment is due."""
    clocks = _first_answers(department).filter(**within("due_at", period))
    return clocks.filter(Q(paused_at__isnull=True) | Q(met_at__isnull=False))


def kept(period: Period, *, department: int | None = None) -> QuerySet[StandardClock]:
    """The list behind `share.kept`."""
    return due(period, department=department).filter(_IN_TIME)


def missed(period: Period, *, department: int | None = None) -> QuerySet[StandardClock]:
    """The list behind `share.missed`."""
    return due(period, department=department).filter(_LATE)


def still_open(period: Period, *, department: int | None = None) -> QuerySet[StandardClock]:
    """The list behind `open`: overdue, and nobody has answered yet."""
    return due(period, department=department).filter(met_at__isnull=True)


_IN_TIME = Q(missed_at__isnull=True, met_at__lte=F("due_at"))
_LATE = Q(missed_at__isnull=False) | Q(met_at__isnull=True) | Q(met_at__gt=F("due_at"))


def _first_answers(department: int | None) -> QuerySet[StandardClock]:
    return StandardClock.objects.filter(
        standard__measure=Standard.Measure.FIRST_ANSWER, dropped_at__isnull=True, **of(department)
    )


def _counts(counted: QuerySet[StandardClock], period: Period) -> list[dict[str, Any]]:
    week = TruncWeek("due_at", tzinfo=zone_named(period.zone))
    grouped = counted.annotate(week=week).values("week", "department", "standard").order_by()
    unanswered = Count("pk", filter=Q(met_at__isnull=True))
    counts = grouped.annotate(n=Count("pk"), kept=Count("pk", filter=_IN_TIME), open=unanswered)
    return [dict(row) for row in counts]


def _against(shares: dict[int, Share]) -> tuple[Against, ...]:
    standards = Standard.objects.filter(pk__in=shares).order_by("from_at", "pk")
    return tuple(
        Against(one.pk, one.department_id, one.minutes, one.share, shares[one.pk]) for one in standards
    )


def _waited(period: Period, department: int | None, at: datetime) -> Median | None:
    """The middle waiting time of those who began to wait in the period; whoever still waits counts so far."""
    observed = list(_times(period, department, at))
    return median(observed) if observed else None


def _times(period: Period, department: int | None, at: datetime) -> Iterator[Observed]:
    # Whole minutes, counted by the database: as many rows as there are different times, not as there are customers.
    ended = Coalesce("met_at", Value(in_utc(at)), output_field=DateTimeField())
    minutes = Floor(Extract(ended - F("started_at"), "epoch") / 60, output_field=IntegerField())
    clocks = _first_answers(department).filter(**within("started_at", period), started_at__lte=at)
    grouped = clocks.annotate(minutes=minutes, over=Q(met_at__isnull=False)).values("minutes", "over")
    for row in grouped.annotate(n=Count("pk")).order_by():
        yield from repeat(Observed(float(max(row["minutes"], 0)), row["over"]), row["n"])


def _share(row: dict[str, Any]) -> Share:
    return Share(row["kept"], row["n"])
