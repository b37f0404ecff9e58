"""Which groups of an anonymous round may be shown: none in which fewer than five speak, and none that gives one away.

A shown total less the shown parts is the rest; if the rest is small, it is as good as shown. So groups are let in one
by one, everybody first, then levels, departments and levels within departments, the larger before the smaller; one
from which, with those shown already, any fewer than five could be told apart by adding and subtracting stays out.
Pure: counts in, groups out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import TypeVar

FEWEST = 5
"""Of fewer people, nothing is told."""

Cell = tuple[str, int | None]
"""One level within one department (None: those without one, or too few in theirs to say it)."""
Group = tuple[str | None, int | None]
"""What can be shown: (None, None) is everybody, (level, None) a level, (None, department) a department, both a cell."""
EVERYBODY: Group = (None, None)

_PRIME = 2**61 - 1  # sums are kept modulo this, so that they stay short; no rest of ours is a multiple of it
_MOST_RESTS = 12  # rests that are told apart; with more of them, no further one is let in

Row = list[int]
Name = TypeVar("Name")


def nameable(sizes: Mapping[Name, int], nameless: int) -> frozenset[Name]:
    """Which of these groups may stand on a ballot, given how many belong to each and to none of them.

    Whoever stays without a name is a group as well: so it has to be nobody, or five at least.
    """
    named = {name: n for name, n in sizes.items() if n >= FEWEST}
    rest = nameless + sum(n for n in sizes.values() if n < FEWEST)
    while named and 0 < rest < FEWEST:
        smallest = min(named, key=lambda name: (named[name], str(name)))
        rest += named.pop(smallest)
    return frozenset(named)


def shown(cells: Mapping[Cell, int]) -> frozenset[Group]:
    """The groups that may be shown, given how many speak in each cell.

    Those of a level who name no department are no group of their own: they are what remains of their level.
    """
    return _shown(tuple(sorted(((cell, n) for cell, n in cells.items() if n > 0), key=str)))


def members(group: Group, cells: Iterable[Cell]) -> frozenset[Cell]:
    """The cells that a group consists of."""
    level, department = group
    return frozenset(
        cell
        for cell in cells
        if (level is None or cell[0] == level) and (department is None or cell[1] == department)
    )


def groups_of(cells: Iterable[Cell]) -> set[Group]:
    """Every group that these cells make, small ones too."""
    found: set[Group] = {EVERYBODY}
    for level, department in cells:
        found |= {(level, None)}
        if department is not None:
            found |= {(None, department), (level, department)}
    return found


@lru_cache(maxsize=256)
def _shown(counted: tuple[tuple[Cell, int], ...]) -> frozenset[Group]:
    # Large cells first: a sum that begins behind them is one of small cells alone.
    counts = dict(sorted(counted, key=lambda one: (one[1] < FEWEST, str(one[0]))))
    large = sum(n >= FEWEST for n in counts.values())
    groups = {group: members(group, counts) for group in groups_of(counts)}
    size = {group: sum(counts[cell] for cell in inside) for group, inside in groups.items()}
    visible: set[Group] = set()
    known: list[Row] = []
    for group in sorted(groups, key=lambda group: (_rank(group), -size[group], str(group))):
        if size[group] < FEWEST:
            continue
        new = _less([int(cell in groups[group]) for cell in counts], known)
        if not any(new):  # it follows from those shown
            visible.add(group)
            continue
        rests = [row for row in [*known, new] if _lead(row) >= large]
        if _lead(new) >= large and any(
            0 < n < FEWEST for n in _sizes(_reduced(rests), list(counts.values()))
        ):
            continue
        visible.add(group)
        known.append(new)
    return frozenset(visible)


def _rank(group: Group) -> int:
    level, department = group
    if department is None:
        return 0 if level is None else 1
    return 2 if level is None else 3


def _sizes(rests: list[Row], counts: list[int]) -> Iterator[int]:
    """How many speak in each set of cells that adding and subtracting these rests can single out.

    Every row is alone in having a 1 where it begins, so a set takes each row once or not at all.
    """
    if len(rests) > _MOST_RESTS:
        yield 1
        return
    for taken in product((0, 1), repeat=len(rests)):
        rows = [row for row, take in zip(rests, taken, strict=True) if take]
        summed = [sum(column) % _PRIME for column in zip(*rows, strict=True)]
        if rows and set(summed) <= {0, 1}:
            yield sum(n for n, inside in zip(counts, summed, strict=True) if inside)


def _reduced(rows: list[Row]) -> list[Row]:
    """The same rows, each 0 wherever another begins: worked through from the last beginning to the first."""
    done: list[Row] = []
    for row in sorted(rows, key=_lead, reverse=True):
        done.append(_less(row, done))
    return done


def _less(row: Row, others: list[Row]) -> Row:
    """The row without what follows from the others, beginning with 1."""
    for other in others:
        if factor := row[_lead(other)]:
            row = [(a - factor * b) % _PRIME for a, b in zip(row, other, strict=True)]
    lead = _lead(row)
    if lead == len(row):
        return row
    inverse = pow(row[lead], -1, _PRIME)
    return [value * inverse % _PRIME for value in row]


def _lead(row: Row) -> int:
    """Where a row begins; its length, if it is 0 everywhere."""
    return next((place for place, value in enumerate(row) if value), len(row))
