"""Is it a change or is it noise? The chart of single values over time, with the limits that noise keeps to.

Source: Wheeler, Understanding Variation (XmR chart); Shewhart. The limits are what the process does by itself, not
what anybody wants of it. Pitfalls: values must be in order of time and of one process; limits drawn again after
every point hide a slow change, so fix a baseline; a signal says that something changed, not what.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import isfinite, pi, sqrt
from statistics import fmean

from upheld.refusals import Refusal

# The mean range of two normal values is 2/sqrt(pi) standard deviations (d2, 1.128), so three of those are this many
# mean ranges (Wheeler: 2.66) ...
TO_LIMITS = 3 * sqrt(pi) / 2
# ... and the range itself strays as far as this many (D4; Wheeler: 3.27).
TO_RANGE_LIMIT = 1 + 3 * sqrt(pi / 2 - 1)

# Wheeler: limits are usable from five or six values on.
FEWEST = 6
RUN = 8


class TooFewValues(Refusal):
    """Six values are the least that limits can be drawn from; wait for more before speaking of a trend."""


class ValueImpossible(Refusal):
    """A chart needs finite numbers."""


class Rule(StrEnum):
    """What noise alone hardly ever does."""

    OUTSIDE = "outside"
    RUN = "run"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule that was broken from the first to the last of these positions, both included."""

    rule: Rule
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class XmR:
    """Values, their ranges from one to the next (one fewer), the limits of both, and the signals."""

    values: tuple[float, ...]
    ranges: tuple[float, ...]
    mean: float
    mean_range: float
    lower: float
    upper: float
    range_limit: float
    signals: tuple[Signal, ...]

    @property
    def changed(self) -> bool:
        """Whether anything but noise can be seen; without it nobody says "up" or "down"."""
        return bool(self.signals)


def xmr(values: Sequence[float], baseline: int | None = None) -> XmR:
    """The chart of all values with limits from the first `baseline` of them, or from all.

    Signals: a point outside the limits; eight in a row on one side of the mean (a point on the mean ends a row); a
    step from the point before beyond the range limit. Refuses TooFewValues and ValueImpossible.
    """
    told = tuple(float(value) for value in values)
    basis = told if baseline is None else told[: max(baseline, 0)]
    if len(basis) < FEWEST:
        raise TooFewValues
    if not all(isfinite(value) for value in told):
        raise ValueImpossible
    ranges = tuple(abs(after - before) for before, after in pairwise(told))
    mean, mean_range = fmean(basis), fmean(ranges[: len(basis) - 1])
    lower, upper = mean - TO_LIMITS * mean_range, mean + TO_LIMITS * mean_range
    range_limit = TO_RANGE_LIMIT * mean_range
    # Ten equal values have a mean that floating point puts a hair beside them.
    hair = 1e-9 * max(abs(value) for value in told)
    signals = [
        *(Signal(Rule.OUTSIDE, at, at) for at, x in enumerate(told) if x < lower - hair or x > upper + hair),
        *_runs([0 if abs(x - mean) <= hair else 1 if x > mean else -1 for x in told]),
        *(Signal(Rule.RANGE, at, at + 1) for at, step in enumerate(ranges) if step > range_limit + hair),
    ]
    signals.sort(key=lambda signal: (signal.first, signal.last))
    return XmR(told, ranges, mean, mean_range, lower, upper, range_limit, tuple(signals))


def _runs(sides: Sequence[int]) -> Iterator[Signal]:
    begun = 0
    for at in range(1, len(sides) + 1):
        if at == len(sides) or sides[at] != sides[begun]:
            if sides[begun] and at - begun >= RUN:
                yield Signal(Rule.RUN, begun, at - 1)
            begun = at
