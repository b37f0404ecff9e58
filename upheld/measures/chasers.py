"""Asked again: requests whose customer had to write once more while we owed them an answer or a promise.

Each such letter counts against us, whoever wrote what in between: an acknowledgement answers nobody. A letter that only
adds something within half an hour (or what the company has set) is none.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext_lazy as _

from upheld.cases.models import Case, Chaser
from upheld.clock.zones import zone_named
from upheld.measures import figures
from upheld.measures.figures import Figure, of, within
from upheld.measures.periods import Period
from upheld.methods.share import Share

DEFINITION = _(
    "Of all requests that began in this period: those whose customer has had to write again so far while an answer or "
    "a promise was owed. A letter that only adds something shortly after the one before is not counted; an automatic "
    "acknowledgement is no answer."
)


@dataclass(frozen=True, kw_only=True)
class AskedAgain(Figure):
    """The share whose customer asked again: `share.kept` counts those who had to. `letters` came in the period."""

    letters: int
    waiting: int


def measure(period: Period, *, department: int | None = None) -> AskedAgain:
    """The figure with its rows; four queries, however many cases. `waiting`: chasers that nobody has answered yet."""
    week = TruncWeek("opened_at", tzinfo=zone_named(period.zone))
    chased = Exists(Chaser.objects.filter(case=OuterRef("pk")))
    grouped = requests(period, department=department).annotate(week=week, chased=chased)
    counts = grouped.values("week", "department").annotate(
        n=Count("pk"), kept=Count("pk", filter=Q(chased=True))
    )
    rows = [(row, Share(row["kept"], row["n"])) for row in counts.order_by()]
    told = letters(period, department=department).aggregate(
        n=Count("pk"), waiting=Count("pk", filter=Q(answered_at__isnull=True))
    )
    return AskedAgain(
        share=sum((share for _row, share in rows), figures.NOTHING),
        period=period,
        department=department,
        definition=DEFINITION,
        by_week=figures.by_week(period, figures.folded((row["week"].date(), s) for row, s in rows)),
        by_department=figures.by_department(figures.folded((row["department"], s) for row, s in rows)),
        letters=told["n"],
        waiting=told["waiting"],
    )


def requests(period: Period, *, department: int | None = None) -> QuerySet[Case]:
    """Every request that began in the period; one that was joined to another is that other one."""
    return Case.objects.filter(joined_into__isnull=True, **within("opened_at", period), **of(department))


def chased(period: Period, *, department: int | None = None) -> QuerySet[Case]:
    """The list behind `share.kept`."""
    return requests(period, department=department).filter(Exists(Chaser.objects.filter(case=OuterRef("pk"))))


def letters(period: Period, *, department: int | None = None) -> QuerySet[Chaser]:
    """The letters of the period that asked for what was owed, whenever their request began."""
    return Chaser.objects.filter(**within("at", period), **of(department))
