"""Nothing small is shown, and nothing small can be computed from what is shown."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.surveys.suppressing import EVERYBODY, FEWEST, groups_of, members, shown

FRONT, LEADS = ("front", None), ("leads", None)


def test_a_group_of_five_is_shown_and_one_of_four_is_not():
    assert shown({("front", 1): 5}) == {EVERYBODY, FRONT, (None, 1), ("front", 1)}
    assert shown({("front", 1): 4}) == frozenset()
    assert shown({}) == frozenset()
    assert shown({("front", 1): 0}) == frozenset()


def test_the_rest_of_a_total_is_not_given_away():
    assert shown({("front", None): 20, ("leads", None): 2}) == {EVERYBODY}
    assert shown({("front", None): 20, ("leads", None): 5}) == {EVERYBODY, FRONT, LEADS}


def test_two_small_groups_that_are_large_together_hide_one_another():
    cells = {("front", None): 20, ("leads", None): 3, ("managers", None): 2}
    assert shown(cells) == {EVERYBODY, FRONT}


def test_a_small_cell_takes_its_smallest_neighbour_with_it():
    cells = {("front", 1): 9, ("front", 2): 6, ("front", 3): 8, ("front", None): 2}
    seen = shown(cells)
    assert ("front", 2) not in seen
    assert {EVERYBODY, FRONT, ("front", 1), ("front", 3)} <= seen


counted = st.dictionaries(
    st.tuples(st.sampled_from(["front", "leads", "managers", "others"]), st.sampled_from([None, 1, 2, 3])),
    st.integers(0, 12),
    max_size=9,
)


def spanned(target, rows):
    """Gauss: whether the target is a sum of multiples of the rows."""
    rows, target = [list(map(Fraction, row)) for row in rows], list(map(Fraction, target))
    pivots = []
    for column in range(len(target)):
        pivot = next((row for row in rows if row[column] and not any(row is p for p, _c in pivots)), None)
        if pivot is None:
            continue
        pivots.append((pivot, column))
        for row in rows:
            if row is not pivot and row[column]:
                factor = row[column] / pivot[column]
                row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
    for pivot, column in pivots:
        if target[column]:
            factor = target[column] / pivot[column]
            target = [a - factor * b for a, b in zip(target, pivot, strict=True)]
    return not any(target)


@settings(max_examples=300, deadline=None)
@given(counted)
def test_no_small_group_follows_from_those_shown_by_any_arithmetic(counts):
    seen = shown(counts)
    cells = [cell for cell, n in counts.items() if n]
    sizes = {group: sum(counts[cell] for cell in members(group, cells)) for group in groups_of(cells)}
    assert all(sizes[group] >= FEWEST for group in seen)
    rows = [[cell in members(group, cells) for cell in cells] for group in seen]
    small = chain.from_iterable(combinations(cells, size) for size in (1, 2, 3, 4))
    for some in small:
        if sum(counts[cell] for cell in some) < FEWEST:
            assert not spanned([cell in some for cell in cells], rows), (seen, some)


@settings(max_examples=100, deadline=None)
@given(counted)
def test_everybody_is_shown_when_five_spoke(counts):
    assert (EVERYBODY in shown(counts)) == (sum(counts.values()) >= FEWEST)
