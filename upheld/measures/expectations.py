"""Expectation beside what was received, of the same customers, in five dimensions.

Both are asked of one person, at least thirty days apart, so that the difference is taken within each person. What is
expected is always much; what was received carries the news. Several questions of one dimension are one answer: their
mean. Answers to different questionnaires are not compared: only those to the newest one of the period are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Subquery
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from upheld.measures.figures import of, within
from upheld.measures.periods import Period
from upheld.methods.means import Mean, mean, paired_difference
from upheld.methods.share import Share
from upheld.surveys import queries
from upheld.surveys.models import Dimension, Invitation, Kind
from upheld.surveys.queries import WholePair

DEFINITION = _(
    "Customers drawn at random say first what they expect of a company that they would be glad to use, and a month or "
    "more later what they received from us, each from 1 to 7. Counted are those who answered both, the second in this "
    "period; the gap is what they received less what they expected."
)
FEWEST = 5
"""Of fewer, no mean is told."""
Both = tuple[float, float]


@dataclass(frozen=True, slots=True)
class OfDimension:
    """One dimension, or all five (None): what was expected and received, from 1 to 7, by those who answered both.
    `short` are those who received less than they expected."""

    dimension: Dimension | None
    expected: Mean
    received: Mean
    gap: Mean
    short: Share


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """The gap on the whole and by dimension; no rows while fewer than five have answered both."""

    n: int
    period: Period
    department: int | None
    definition: str | LazyText
    overall: OfDimension | None
    dimensions: tuple[OfDimension, ...]


def measure(period: Period, *, department: int | None = None) -> Expectations:
    """The figure with its rows; two queries, and one pair in memory for each customer."""
    pairs = _newest(
        pair
        for pair in queries.whole_pairs(since=period.from_at, until=period.until_at)
        if department is None or pair.department == department
    )
    each = [pair.by_dimension() for pair in pairs]
    rows = (_row(one, [means[one] for means in each if one in means]) for one in Dimension)
    whole = [_over_all(means) for means in each if len(means) == len(Dimension)]
    return Expectations(
        n=len(pairs),
        period=period,
        department=department,
        definition=DEFINITION,
        overall=_row(None, whole),
        dimensions=tuple(row for row in rows if row),
    )


def answered(period: Period, *, department: int | None = None) -> QuerySet[Invitation]:
    """The second halves that were answered in the period, to the newest questions among them: the list behind n."""
    found = Invitation.objects.filter(
        kind=Kind.PERCEPTION, pair__isnull=False, **within("answered_at", period), **of(department)
    )
    return found.filter(bank=Subquery(found.order_by("-bank").values("bank")[:1]))


def _newest(pairs: Iterable[WholePair]) -> list[WholePair]:
    found = list(pairs)
    newest = max((pair.bank for pair in found), default=0)
    return [pair for pair in found if pair.bank == newest]


def _over_all(means: dict[Dimension, Both]) -> Both:
    """The unweighted mean of the five dimensions."""
    return (
        sum(expected for expected, _received in means.values()) / len(means),
        sum(received for _expected, received in means.values()) / len(means),
    )


def _row(dimension: Dimension | None, pairs: Sequence[Both]) -> OfDimension | None:
    if len(pairs) < FEWEST:
        return None
    return OfDimension(
        dimension,
        expected=mean([expected for expected, _received in pairs]),
        received=mean([received for _expected, received in pairs]),
        gap=paired_difference(pairs),
        short=Share(sum(received < expected for expected, received in pairs), len(pairs)),
    )
