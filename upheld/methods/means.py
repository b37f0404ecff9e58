"""A mean of few answers and how far it can be trusted: Student's interval, for one group or for pairs of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p, sqrt

from upheld.methods.intervals import CONFIDENCE, CountImpossible, Interval, NoObservations, doubt

_CLOSE = 1e-12
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of n answers. Its interval is None for a single one, and where all say the same: nobody knows how far
    others lie, and an interval without a width would say that somebody does."""

    value: float
    n: int
    interval: Interval | None


def mean(values: Sequence[float], confidence: float = CONFIDENCE) -> Mean:
    """The mean and Student's interval of it.

    Source: Student 1908, Biometrika 6:1-25. Pitfalls: answers on a scale with an end are never normal, so that below
    thirty the interval is rough; several answers of one customer are not several. Refuses NoObservations.
    """
    n = len(values)
    if not n:
        raise NoObservations
    centre = sum(values) / n
    if n == 1:
        return Mean(centre, 1, None)
    spread = sqrt(sum((value - centre) ** 2 for value in values) / (n - 1))
    if spread < _CLOSE:
        return Mean(centre, n, None)
    reach = t_quantile(n - 1, confidence) * spread / sqrt(n)
    return Mean(centre, n, Interval(centre - reach, centre + reach))


def paired_difference(pairs: Sequence[tuple[float, float]], confidence: float = CONFIDENCE) -> Mean:
    """The mean of second minus first, of the same person each time.

    As if they were two groups, the interval would be too wide: what one person expects and what they received move
    together.
    """
    return mean([second - first for first, second in pairs], confidence)


def t_quantile(freedom: int, confidence: float = CONFIDENCE) -> float:
    """How many standard errors a two-sided interval reaches with so many degrees of freedom: 12.7 for 1, 0.95."""
    if freedom < 1:
        raise CountImpossible
    missed = doubt(confidence)
    low, high = 0.0, 1.0
    while _beyond(high, freedom) > missed:
        high *= 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _beyond(middle, freedom) > missed else (low, middle)
    return high


def _beyond(t: float, freedom: int) -> float:
    """The chance of a Student's t further from zero than this, on either side."""
    return _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by Lentz's continued fraction on the side where it converges."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    above, below = 1.0, 1 - (a + b) * x / (a + 1)
    below = 1 / (below if abs(below) > _CLOSE else _CLOSE)
    total = below
    for m in range(1, _STEPS):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            below = 1 + part * below
            below = 1 / (below if abs(below) > _CLOSE else _CLOSE)
            above = 1 + part / above
            above = above if abs(above) > _CLOSE else _CLOSE
            total *= above * below
        if abs(above * below - 1) < _CLOSE:
            break
    return front * total
