"""What was learnt and answered: findings whose department said by the date what changes, and those that still wait.

Nothing is discarded: a finding that nobody answers is counted as late on its date, and waits with its age.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext_lazy as _

from upheld.clock.zones import zone_named
from upheld.findings import queries
from upheld.findings.models import Finding
from upheld.measures import figures
from upheld.measures.figures import Figure, of, within
from upheld.measures.periods import Period
from upheld.methods.share import Share

DEFINITION = _(
    "Of all findings whose answer date fell in this period: those to which the department had said by then what "
    "changes, or why it stays. What was raised by mistake is left out."
)


@dataclass(frozen=True, kw_only=True)
class FindingsAnswered(Figure):
    """The share in time; how many were `raised` in the period, how many `wait` now, and since when the oldest."""

    raised: int
    waiting: int
    oldest: timedelta | None
    told: Share


def measure(period: Period, *, department: int | None = None, at: datetime) -> FindingsAnswered:
    """The figure with its rows; six queries. `told`: of those that customers said and that were answered in the
    period, how many of the customers know."""
    week = TruncWeek("answer_by", tzinfo=zone_named(period.zone))
    grouped = due(period, department=department).annotate(week=week).values("week", "department")
    in_time = Count("pk", filter=Q(answered_at__lte=F("answer_by")))
    rows = [(r, Share(r["kept"], r["n"])) for r in grouped.annotate(n=Count("pk"), kept=in_time).order_by()]
    waiting = queries.waiting(at, department=department)
    return FindingsAnswered(
        share=sum((share for _row, share in rows), figures.NOTHING),
        period=period,
        department=department,
        definition=DEFINITION,
        by_week=figures.by_week(period, figures.folded((row["week"].date(), s) for row, s in rows)),
        by_department=figures.by_department(figures.folded((row["department"], s) for row, s in rows)),
        raised=queries.raised(period.from_at, period.until_at, department=department).count(),
        waiting=waiting.n,
        oldest=waiting.oldest,
        told=queries.told(period.from_at, period.until_at, department=department),
    )


def due(period: Period, *, department: int | None = None) -> QuerySet[Finding]:
    """Every finding that is counted: the list behind n."""
    return Finding.objects.standing().filter(**within("answer_by", period), **of(department))
