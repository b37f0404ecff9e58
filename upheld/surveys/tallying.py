"""What staff believe, counted by group once a round is over; what could show a single person's answer is held back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from upheld.refusals import Refusal
from upheld.surveys import bank as banks
from upheld.surveys import suppressing
from upheld.surveys.models import Belief, Round
from upheld.surveys.suppressing import EVERYBODY, Cell, Group


class StillOpen(Refusal):
    """What was said is read when the round is over: in between, the difference would show the latest answer."""


@dataclass(frozen=True)
class OfItem:
    """One question in one group: how many answered with each number, 1 to 7."""

    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many answered with a number."""
        return sum(self.counts)

    @property
    def values(self) -> list[int]:
        """Every answer, in order."""
        return [value for value, count in zip(banks.SCALE, self.counts, strict=True) for _one in range(count)]


@dataclass(frozen=True)
class OfGroup:
    """A group that may be shown. `items` holds the questions that may; a question that is missing is held back."""

    level: Belief.Level | None
    department: int | None
    n: int
    items: Mapping[str, OfItem]


@dataclass(frozen=True)
class Results:
    """A round's groups: everybody, levels, departments, levels within departments; `held_back` says how many are not
    shown. `drawn` took a ballot, `cast` of them filled it in."""

    round: Round
    drawn: int
    cast: int
    groups: tuple[OfGroup, ...]
    held_back: int = field(default=0)

    def of(self, level: Belief.Level | None = None, department: int | None = None) -> OfGroup | None:
        """One group; None when it is held back or empty."""
        return next((one for one in self.groups if (one.level, one.department) == (level, department)), None)


def results(round: Round) -> Results:
    """A closed round, counted. Two queries. Refuses StillOpen."""
    if round.closed_at is None:
        raise StillOpen(
            _(
                "What was said is read when the round is over: in between, the difference would show who spoke last."
            )
        )
    beliefs = list(
        Belief.objects.filter(round=round).order_by("pk").values_list("level", "department", "scores")
    )
    cells: Counter[Cell] = Counter()
    for level, department, _scores in beliefs:
        cells[level, department] += 1
    by_item = _by_item(round, beliefs)
    may = suppressing.shown(cells)
    may_item = {key: suppressing.shown(_counts(of_cells)) for key, of_cells in by_item.items()}
    groups = tuple(
        OfGroup(
            Belief.Level(group[0]) if group[0] else None,
            group[1],
            sum(cells[cell] for cell in suppressing.members(group, cells)),
            {
                key: _tally(of_cells, suppressing.members(group, of_cells))
                for key, of_cells in by_item.items()
                if group in may_item[key]
            },
        )
        for group in sorted(may, key=_in_order)
    )
    drawn = round.drawn.count()
    return Results(round, drawn, len(beliefs), groups, len(suppressing.groups_of(cells)) - len(groups))


ByCell = Mapping[Cell, Mapping[int, int]]


def _by_item(
    round: Round, beliefs: Iterable[tuple[str, int | None, dict[str, int | None]]]
) -> dict[str, ByCell]:
    found: dict[str, dict[Cell, Counter[int]]] = {
        item.key: defaultdict(Counter) for item in banks.items(round.bank)
    }
    for level, department, scores in beliefs:
        for key, value in scores.items():
            if value is not None and key in found:
                found[key][level, department][value] += 1
    return dict(found)


def _counts(of_cells: ByCell) -> dict[Cell, int]:
    return {cell: sum(values.values()) for cell, values in of_cells.items()}


def _tally(of_cells: ByCell, inside: Iterable[Cell]) -> OfItem:
    cells = list(inside)
    return OfItem(tuple(sum(of_cells[cell].get(value, 0) for cell in cells) for value in banks.SCALE))


def _in_order(group: Group) -> tuple[bool, bool, str, int]:
    level, department = group
    return group != EVERYBODY, level is not None and department is not None, level or "", department or 0
