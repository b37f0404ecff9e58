"""Questions across answers: what was said of a case and why nobody was asked, verdicts and whole pairs of a period.

Periods are half open: from `since` up to, and without, `until`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from upheld.cases.models import Case
from upheld.people.models import Person
from upheld.surveys import bank
from upheld.surveys.models import Decision, Dimension, Invitation, Kind, Pair, Score, Verdict, VerdictQuerySet


@dataclass(frozen=True)
class WholePair:
    """One customer's answers to the same questions: what they expect, and what they received at least a month later.

    `scores` holds the questions that both halves answer with a number: key to (expected, received), each 1 to 7.
    """

    pair: int
    bank: int
    department: int | None
    probability: float
    received_at: datetime
    scores: dict[str, tuple[int, int]]

    def by_dimension(self) -> dict[Dimension, tuple[float, float]]:
        """The means of a dimension's questions, expected and received, for the dimensions with any."""
        values: dict[Dimension, list[tuple[int, int]]] = defaultdict(list)
        for key, both in self.scores.items():
            values[bank.dimension_of(key, self.bank)].append(both)
        return {
            dimension: (sum(e for e, _p in some) / len(some), sum(p for _e, p in some) / len(some))
            for dimension, some in values.items()
        }


def decisions_on(case: Case) -> list[Decision]:
    """What was decided about each closing of a case, the newest first, with invitation and verdict at hand."""
    found = Decision.objects.filter(case=case).select_related("invitation__verdict__ladder")
    return list(found.order_by("-decided_at", "-pk"))


def verdicts_on(cases: Iterable[Case]) -> dict[int, Verdict]:
    """The newest verdict on each of these cases that has one, by the case's key; one query."""
    found = Verdict.objects.filter(case__in=list(cases)).select_related("ladder").order_by("at", "pk")
    return {verdict.case_id: verdict for verdict in found}


def verdicts(viewer: Person, *, since: datetime, until: datetime) -> VerdictQuerySet:
    """The verdicts of a period that the viewer sees, the newest first."""
    seen = Verdict.objects.visible_to(viewer).filter(at__gte=since, at__lt=until)
    return seen.select_related("ladder", "case", "customer", "department").order_by("-at", "-pk")


def asked(*, since: datetime, until: datetime, kind: Kind = Kind.VERDICT) -> QuerySet[Invitation]:
    """Everybody who was asked in a period, answered or not; a letter that was taken back asked nobody."""
    left = Q(departure__isnull=True) | Q(departure__cancelled_at__isnull=True)
    return Invitation.objects.filter(left, kind=kind, asked_at__gte=since, asked_at__lt=until)


def whole_pairs(*, since: datetime, until: datetime) -> Iterator[WholePair]:
    """The pairs whose second half was answered in the period; two queries, whatever their number."""
    second = Invitation.objects.filter(
        kind=Kind.PERCEPTION, pair__isnull=False, answered_at__gte=since, answered_at__lt=until
    )
    values: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    scores = Score.objects.filter(invitation__pair__in=second.values("pair"), value__isnull=False)
    for pair, kind, key, value in scores.values_list(
        "invitation__pair", "invitation__kind", "item", "value"
    ).iterator(chunk_size=5000):
        values[pair][key][kind] = value or 0
    for invitation in second.select_related("pair").order_by("answered_at", "pk").iterator(chunk_size=1000):
        if invitation.pair is None or invitation.answered_at is None or invitation.bank is None:
            continue
        yield WholePair(
            invitation.pair.pk, invitation.bank, invitation.department_id, invitation.pair.probability,
            invitation.answered_at, _both(values[invitation.pair.pk]),
        )  # fmt: skip


def open_pairs() -> QuerySet[Pair]:
    """The customers of whom expectation and perception are being asked."""
    return Pair.objects.filter(ended_at__isnull=True)


def _both(by_key: dict[str, dict[str, int]]) -> dict[str, tuple[int, int]]:
    return {
        key: (kinds[Kind.EXPECTATION], kinds[Kind.PERCEPTION])
        for key, kinds in by_key.items()
        if len(kinds) == 2
    }
