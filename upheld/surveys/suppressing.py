"""Which groups of an anonymous round may be shown: none in which fewer than five speak, and none that gives one away.

A shown total less the shown parts is the rest; if the rest is small, it is as good as shown. So more is held back than
the small groups themselves, until nothing small can be computed from what is left. Pure: counts in, groups out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

FEWEST = 5
"""Of fewer people, nothing is told."""

Cell = tuple[str, int | None]
"""One level within one department (None: those without one, or too few in theirs to say it)."""
Group = tuple[str | None, int | None]
"""What can be shown: (None, None) is everybody, (level, None) a level, (None, department) a department, both a cell."""
EVERYBODY: Group = (None, None)


def shown(cells: Mapping[Cell, int]) -> frozenset[Group]:
    """The groups that may be shown, given how many speak in each cell.

    A level without a department is no cell to show: it is only what remains of its level.
    """
    counts = {cell: n for cell, n in cells.items() if n > 0}
    groups = {group: members(group, counts) for group in groups_of(counts)}
    size = {group: sum(counts[cell] for cell in inside) for group, inside in groups.items()}
    visible = {group for group in groups if size[group] >= FEWEST}
    while given_away := _given_away(visible, groups, size, counts):
        visible -= {min(given_away, key=lambda group: (size[group], str(group)))}
    return frozenset(visible)


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


def _given_away(
    visible: set[Group],
    groups: Mapping[Group, frozenset[Cell]],
    size: Mapping[Group, int],
    counts: Mapping[Cell, int],
) -> set[Group]:
    """Shown groups of which one must go: those around a small rest, or, failing that, all but everybody."""
    for whole in sorted(visible, key=lambda group: (size[group], str(group))):
        for parts in _partitions(whole, groups):
            seen = {part for part in parts if part in visible}
            rest = size[whole] - sum(size[part] for part in seen)
            if seen and 0 < rest < FEWEST:
                return seen
    inner = visible - {EVERYBODY}
    rows = _reduced([_vector(groups[group], counts) for group in visible])
    small = (group for group in groups if 0 < size[group] < FEWEST)
    if inner and any(_spanned(_vector(groups[group], counts), rows) for group in small):
        return inner
    return set()


def _partitions(whole: Group, groups: Mapping[Group, frozenset[Cell]]) -> list[list[Group]]:
    """The ways in which a group falls into others: everybody into levels or departments, each of those into cells."""
    level, department = whole
    if level is None and department is None:
        return [
            [one for one in groups if one[0] is not None and one[1] is None],
            [one for one in groups if one[0] is None and one[1] is not None],
            [one for one in groups if one[0] is not None and one[1] is not None],
        ]
    if level is not None and department is not None:
        return []
    return [
        [
            one
            for one in groups
            if one[0] is not None and one[1] is not None and (one[0] == level or one[1] == department)
        ]
    ]


def _vector(inside: frozenset[Cell], counts: Mapping[Cell, int]) -> list[Fraction]:
    return [Fraction(cell in inside) for cell in counts]


def _reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """The rows in echelon form, without those that follow from the others."""
    kept: list[list[Fraction]] = []
    for row in rows:
        rest = _less(row, kept)
        if any(rest):
            first = next(value for value in rest if value)
            kept.append([value / first for value in rest])
    return kept


def _spanned(row: list[Fraction], reduced: list[list[Fraction]]) -> bool:
    return not any(_less(row, reduced))


def _less(row: list[Fraction], reduced: list[list[Fraction]]) -> list[Fraction]:
    for other in reduced:
        lead = next(place for place, value in enumerate(other) if value)
        if row[lead]:
            row = [a - row[lead] * b for a, b in zip(row, other, strict=True)]
    return row
