"""Promises kept: in full and by the date first given, of all that fell due in a period.

What is still owed after its date counts as not kept, and so does what was put right afterwards, or withdrawn only
after it was broken. What the customer withdrew before that is left out, and what is not due yet waits for its time.
A new date that the customer agreed to changes nothing here; the share by the dates agreed anew stands beside it.

So that nobody shines by promising late or little, the promised lead time and the promises a case stand beside the
share: the middle one of all times from the promise to its first date, and how many promises were made so far for each
case that was opened in the period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext_lazy as _

from upheld.cases.models import Case, CasePromise
from upheld.clock.zones import zone_named
from upheld.measures import figures
from upheld.measures.figures import Figure, of, within
from upheld.measures.periods import Period
from upheld.methods.share import Share
from upheld.promises.models import Promise, PromiseQuerySet

DEFINITION = _(
    "Of all promises whose first date fell in this period: those kept in full and by that date. What is still owed "
    "after its date counts as not kept; what the customer withdrew before it was broken is left out."
)


class Middle(Aggregate):
    """The middle one of all values, or the mean of the middle two."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


KEPT = Q(outcome="kept", broken_at__isnull=True, done_at__lte=F("due_at"))
"""The ledger's own rule, once more as a condition to count by; a test holds the two together."""


@dataclass(frozen=True, slots=True)
class Missed:
    """What became of those not kept, as the ledger stands now; together they are all of them."""

    in_part: int
    late: int
    by_new_date: int
    put_right: int
    withdrawn: int
    owed: int

    @property
    def total(self) -> int:
        """All that were not kept."""
        return self.in_part + self.late + self.by_new_date + self.put_right + self.withdrawn + self.owed


@dataclass(frozen=True, kw_only=True)
class PromisesKept(Figure):
    """The kept share with what must stand beside it. `revised` counts by the dates agreed anew."""

    missed: Missed
    revised: Share
    agreed_anew: int
    lead: timedelta | None
    promised: int
    cases: int

    @property
    def a_case(self) -> float | None:
        """Promises for each case opened in the period; None when no case was opened."""
        return self.promised / self.cases if self.cases else None


def measure(period: Period, *, department: int | None = None) -> PromisesKept:
    """The figure with its rows; five queries, however many promises."""
    counted = due(period, department=department)
    rows = _counts(counted, period)
    whole = {name: sum(row[name] for row in rows) for name in (*_COUNTED, "waits")}
    missed = Missed(
        in_part=whole["in_part"], late=whole["late"], by_new_date=whole["by_new_date"],
        put_right=whole["put_right"], withdrawn=whole["withdrawn"], owed=whole["owed"],
    )  # fmt: skip
    lead = ExpressionWrapper(F("due_at") - F("made_at"), output_field=DurationField())
    opened = Case.objects.filter(**within("opened_at", period), **of(department))
    on_them = CasePromise.objects.filter(case__in=opened.values("pk"), promise__made_at__isnull=False)
    return PromisesKept(
        share=Share(whole["kept"], whole["n"]),
        period=period,
        department=department,
        definition=DEFINITION,
        by_week=figures.by_week(period, figures.folded((row["week"].date(), _share(row)) for row in rows)),
        by_department=figures.by_department(figures.folded((row["department"], _share(row)) for row in rows)),
        missed=missed,
        revised=Share(whole["kept_anew"], whole["n"] - whole["waits"]),
        agreed_anew=whole["agreed_anew"],
        lead=counted.aggregate(lead=Middle(lead, output_field=DurationField()))["lead"],
        promised=on_them.count(),
        cases=opened.count(),
    )


def due(period: Period, *, department: int | None = None) -> PromiseQuerySet:
    """Every promise that is counted: the list behind `n`."""
    counted = Promise.objects.made().filter(**within("due_at", period), **of(department))
    return counted.exclude(outcome="withdrawn", broken_at__isnull=True)


def kept(period: Period, *, department: int | None = None) -> PromiseQuerySet:
    """The list behind `share.kept`."""
    return due(period, department=department).filter(KEPT)


def missed(period: Period, *, department: int | None = None) -> PromiseQuerySet:
    """The list behind `share.missed`."""
    # Said positively: NOT over columns that may be empty would lose those still owed.
    return due(period, department=department).filter(_NOT_KEPT)


def still_owed(period: Period, *, department: int | None = None) -> PromiseQuerySet:
    """The list behind `missed.owed`: the first date has passed, and nothing has been done about it yet."""
    return due(period, department=department).owed()


_LATER = Q(outcome="kept", broken_at__isnull=True, done_at__gt=F("due_at"))
_LATE = Q(outcome="kept", broken_at__isnull=False)
_NOT_KEPT = Q(settled_at__isnull=True) | Q(outcome__in=["part", "made-good", "withdrawn"]) | _LATE | _LATER
_WAITS = Q(settled_at__isnull=True, broken_at__isnull=True, agreed_due_at__isnull=False)
"""Owed on a date agreed anew that the clock has not yet called broken."""

_COUNTED = {
    "n": Count("pk"),
    "kept": Count("pk", filter=KEPT),
    "in_part": Count("pk", filter=Q(outcome="part")),
    "late": Count("pk", filter=_LATE),
    "by_new_date": Count("pk", filter=_LATER),
    "put_right": Count("pk", filter=Q(outcome="made-good")),
    "withdrawn": Count("pk", filter=Q(outcome="withdrawn")),
    "owed": Count("pk", filter=Q(settled_at__isnull=True)),
    "agreed_anew": Count("pk", filter=Q(agreed_due_at__isnull=False)),
    "kept_anew": Count("pk", filter=Q(outcome="kept", broken_at__isnull=True)),
}


def _counts(counted: PromiseQuerySet, period: Period) -> list[dict[str, Any]]:
    week = TruncWeek("due_at", tzinfo=zone_named(period.zone))
    not_yet = Count("pk", filter=_WAITS & Q(deadline_at__gte=period.until_at))
    grouped = counted.with_deadline().annotate(week=week).values("week", "department").order_by()
    return [dict(row) for row in grouped.annotate(**_COUNTED, waits=not_yet)]


def _share(row: dict[str, Any]) -> Share:
    return Share(row["kept"], row["n"])
