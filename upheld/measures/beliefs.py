"""The delivery gap: what we believe customers would say of us, beside what they say, on the same questions.

An answer of 6 or 7 of seven counts as agreement. Several questions of one person are not several persons: a share over
all questions is given the doubt of as many answers as there were heads, rather too much doubt than too little. Whatever
could show a colleague's answer is held back before it comes here. A gap that closes because we believe less is no
better service, so what customers say always stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from upheld.measures.figures import of, within
from upheld.measures.periods import Period
from upheld.methods.intervals import Interval
from upheld.methods.proportions import newcombe
from upheld.methods.share import Share
from upheld.surveys import bank, tallying
from upheld.surveys.models import Invitation, Kind, Round, Score
from upheld.surveys.tallying import OfGroup

DEFINITION = _(
    "Colleagues said, on ballots that nobody can trace, what they believe customers would answer; customers answered "
    "the same questions about us. Told is the share of answers that agree (6 or 7 of 7), here those of customers who "
    "answered in this period. The gap is what we believe less what they say. Groups of fewer than five are held back."
)
AGREES = 6
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Beside:
    """One group's belief beside the customers it serves. A share is None where too few answered to be told."""

    level: str | None
    department: int | None
    believed: Share | None
    said: Share | None

    @property
    def gap(self) -> float | None:
        """Believed less said, between -1 and 1."""
        return self.believed.value - self.said.value if self.believed and self.said else None

    @property
    def interval(self) -> Interval | None:
        """Where the true gap plausibly lies."""
        if not self.believed or not self.said:
            return None
        return newcombe(self.believed.kept, self.believed.n, self.said.kept, self.said.n)


@dataclass(frozen=True, slots=True)
class OfQuestion:
    """One question, everybody's belief beside all customers' answers."""

    key: str
    beside: Beside


@dataclass(frozen=True, kw_only=True)
class Beliefs:
    """The newest round that was over by the period's end. No rows when there was none, or too few took part."""

    round: Round | None
    period: Period
    definition: str | LazyText
    cast: int
    drawn: int
    customers: int
    groups: tuple[Beside, ...]
    questions: tuple[OfQuestion, ...]


def measure(period: Period) -> Beliefs:
    """Everybody first, then levels, departments, and levels within them; six queries."""
    newest = (
        Round.objects.filter(closed_at__isnull=False, closed_at__lt=period.until_at)
        .order_by("-closed_at", "-pk")
        .first()
    )
    if newest is None:
        return Beliefs(round=None, period=period, definition=DEFINITION, cast=0, drawn=0, customers=0,
                       groups=(), questions=())  # fmt: skip
    results = tallying.results(newest)
    answered, agreed, customers = _said(period, newest.bank)
    return Beliefs(
        round=newest,
        period=period,
        definition=DEFINITION,
        cast=results.cast,
        drawn=results.drawn,
        customers=customers[None],
        groups=tuple(
            Beside(
                one.level, one.department, _believed(one), _share(agreed, answered, customers, one.department)
            )
            for one in results.groups
        ),
        questions=_questions(newest, results.of(), agreed, answered),
    )


def answers(period: Period, number: int, *, department: int | None = None) -> QuerySet[Invitation]:
    """The customers who answered this questionnaire about us in the period: the list behind what they say."""
    asked = Invitation.objects.filter(kind=Kind.PERCEPTION, bank=number)
    return asked.filter(**within("answered_at", period), **of(department))


Cells = Counter[tuple[str, int | None]]


def _said(period: Period, number: int) -> tuple[Cells, Cells, Counter[int | None]]:
    """Numbers and agreements by question and department, and customers by department; None is all of them."""
    answered: Cells = Counter()
    agreed: Cells = Counter()
    found = answers(period, number)
    scores = Score.objects.filter(invitation__in=found, value__isnull=False)
    rows = scores.values_list("item", "invitation__department").annotate(
        n=Count("pk"), agreed=Count("pk", filter=Q(value__gte=AGREES))
    )
    for item, department, n, agreeing in rows.order_by():
        for of_department in {department, None}:
            answered[item, of_department] += n
            agreed[item, of_department] += agreeing
    customers: Counter[int | None] = Counter()
    for department, n in found.values_list("department").annotate(n=Count("pk")).order_by():
        for of_department in {department, None}:
            customers[of_department] += n
    return answered, agreed, customers


def _questions(
    newest: Round, everybody: OfGroup | None, agreed: Cells, answered: Cells
) -> tuple[OfQuestion, ...]:
    if everybody is None:
        return ()
    keys = [item.key for item in bank.items(newest.bank)]
    sides = [(key, _believed_of(everybody, key), _said_of(agreed, answered, key)) for key in keys]
    return tuple(OfQuestion(key, Beside(None, None, believed, said)) for key, believed, said in sides)


def _share(
    agreed: Cells, answered: Cells, customers: Mapping[int | None, int], department: int | None
) -> Share | None:
    n = customers.get(department, 0)
    return _by_heads(
        sum(count for (_item, of_department), count in agreed.items() if of_department == department),
        sum(count for (_item, of_department), count in answered.items() if of_department == department),
        n,
    )


def _said_of(agreed: Cells, answered: Cells, key: str) -> Share | None:
    n = answered[key, None]
    return Share(agreed[key, None], n) if n >= FEWEST else None


def _believed(group: OfGroup) -> Share | None:
    return _by_heads(
        sum(_agreeing(item.values) for item in group.items.values()),
        sum(item.n for item in group.items.values()),
        group.n,
    )


def _believed_of(group: OfGroup | None, key: str) -> Share | None:
    item = group.items.get(key) if group else None
    return Share(_agreeing(item.values), item.n) if item and item.n >= FEWEST else None


def _agreeing(values: Iterable[int]) -> int:
    return sum(value >= AGREES for value in values)


def _by_heads(agreeing: int, answers_given: int, heads: int) -> Share | None:
    """The share over all questions with as many answers as there were heads."""
    if heads < FEWEST or not answers_given:
        return None
    return Share(round(agreeing / answers_given * heads), heads)
