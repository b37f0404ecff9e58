"""The ladder: where customers placed the service they received, of those who were asked and answered in a period.

The customer is the only judge. A mean of levels is no headline, because the steps of a ladder are not equally high:
what is told is how many stand on each, how many stand below *as expected*, and at which level the worst tenth begins.
Labels that were changed make a ladder of their own; answers under different labels are never drawn as one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext_lazy as _

from upheld.clock.zones import zone_named
from upheld.measures import figures
from upheld.measures.figures import Figure, of, within
from upheld.measures.periods import Period
from upheld.methods.share import Share
from upheld.surveys import queries
from upheld.surveys.models import AS_EXPECTED, LEVELS, Ladder, Verdict

DEFINITION = _(
    "Of all verdicts that customers gave in this period: those at “as expected” or higher. Customers are asked once "
    "a request is closed and nothing is owed, and not more than once in thirty days. Whoever did not answer is not "
    "counted."
)


@dataclass(frozen=True, slots=True)
class OfLadder:
    """One ladder with its six labels, lowest first, and how many stand on each of its levels."""

    ladder: int
    labels: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many stand on it."""
        return sum(self.counts)

    @property
    def below(self) -> Share:
        """Those below *as expected*."""
        return Share(sum(self.counts[: AS_EXPECTED - 1]), self.n)

    @property
    def above(self) -> Share:
        """Those above *as expected*."""
        return Share(sum(self.counts[AS_EXPECTED:]), self.n)

    @property
    def worst_tenth(self) -> int | None:
        """The level at or below which the worst tenth stands; None for nobody."""
        reached = 0
        for level, count in zip(LEVELS, self.counts, strict=True):
            reached += count
            if count and reached * 10 >= self.n:
                return level
        return None


@dataclass(frozen=True, kw_only=True)
class Verdicts(Figure):
    """The share at *as expected* or higher. `asked` are the invitations of the period, and how many were answered."""

    ladders: tuple[OfLadder, ...]
    asked: Share


def measure(period: Period, *, department: int | None = None) -> Verdicts:
    """The figure with its rows; four queries, however many verdicts."""
    week = TruncWeek("at", tzinfo=zone_named(period.zone))
    grouped = given(period, department=department).annotate(week=week)
    counted = grouped.values("week", "department", "ladder", "level").annotate(n=Count("pk")).order_by()
    rows: list[dict[str, Any]] = [dict(row) for row in counted]
    shares = [(row, Share(row["n"] if row["level"] >= AS_EXPECTED else 0, row["n"])) for row in rows]
    return Verdicts(
        share=sum((share for _row, share in shares), figures.NOTHING),
        period=period,
        department=department,
        definition=DEFINITION,
        by_week=figures.by_week(period, figures.folded((row["week"].date(), s) for row, s in shares)),
        by_department=figures.by_department(figures.folded((row["department"], s) for row, s in shares)),
        ladders=_ladders(rows),
        asked=_asked(period, department),
    )


def given(period: Period, *, department: int | None = None, level: int | None = None) -> QuerySet[Verdict]:
    """Every verdict that is counted, or those at one level: the list behind each count."""
    found = Verdict.objects.filter(**within("at", period), **of(department))
    return found if level is None else found.filter(level=level)


def as_expected(period: Period, *, department: int | None = None) -> QuerySet[Verdict]:
    """The list behind `share.kept`."""
    return given(period, department=department).filter(level__gte=AS_EXPECTED)


def below(period: Period, *, department: int | None = None) -> QuerySet[Verdict]:
    """The list behind `share.missed`."""
    return given(period, department=department).filter(level__lt=AS_EXPECTED)


def _ladders(rows: list[dict[str, Any]]) -> tuple[OfLadder, ...]:
    counts: Counter[tuple[int, int]] = Counter()
    for row in rows:
        counts[row["ladder"], row["level"]] += row["n"]
    ladders = Ladder.objects.filter(pk__in={ladder for ladder, _level in counts}).order_by("-since", "-pk")
    return tuple(
        OfLadder(one.pk, tuple(one.names), tuple(counts[one.pk, level] for level in LEVELS))
        for one in ladders
    )


def _asked(period: Period, department: int | None) -> Share:
    invitations = queries.asked(since=period.from_at, until=period.until_at).filter(**of(department))
    counts = invitations.aggregate(n=Count("pk"), answered=Count("pk", filter=Q(answered_at__isnull=False)))
    return Share(counts["answered"], counts["n"])
