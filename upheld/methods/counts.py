"""Counts of rare events: between which rates the truth lies when so many were seen, none included.

Exact, by solving the Poisson distribution itself for the rate at which the observed count is just barely credible.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, isfinite, lgamma, log, sqrt

from upheld.methods.intervals import CONFIDENCE, CountImpossible, Interval, doubt
from upheld.refusals import Refusal


class ExposureImpossible(Refusal):
    """A rate needs something to be a rate of: an exposure above zero, such as days or cases."""


def poisson_interval(count: int, confidence: float = CONFIDENCE) -> Interval:
    """The exact interval of the expected number of events when `count` were seen.

    Source: Garwood 1936, Biometrika 28:437-442. Never too narrow, a little too wide. Pitfalls: events must come
    singly and independently (one outage that breaks forty promises is one event); zero seen proves little, and the
    upper end says how little (3.7 for none; one-sided it would be the rule of three). Refuses CountImpossible.
    """
    tail = doubt(confidence) / 2
    if count < 0:
        raise CountImpossible
    low = 0.0 if count == 0 else _where(lambda rate: _at_least(count, rate) >= tail, 0.0, float(count))
    above = count + 10 + 10 * sqrt(count + 1)
    while _at_most(count, above) > tail:
        above *= 2
    return Interval(low, _where(lambda rate: _at_most(count, rate) <= tail, float(count), above))


def rate_interval(count: int, exposure: float, confidence: float = CONFIDENCE) -> Interval:
    """The same per unit of exposure: events a day, a case, a thousand letters; refuses ExposureImpossible."""
    if not (isfinite(exposure) and exposure > 0):
        raise ExposureImpossible
    expected = poisson_interval(count, confidence)
    return Interval(expected.low / exposure, expected.high / exposure)


def _where(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The point between low, where it does not hold, and high, where it does, at which that changes."""
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return high
        if holds(middle):
            high = middle
        else:
            low = middle


def _at_most(count: int, rate: float) -> float:
    """P(X <= count) for a rate not below the count, where the terms fall from `count` downward."""
    return _probability(count, rate) * _summed(rate_ratio=lambda k: (count - k) / rate)


def _at_least(count: int, rate: float) -> float:
    """P(X >= count) for a rate not above the count, where the terms fall from `count` upward."""
    return _probability(count, rate) * _summed(rate_ratio=lambda k: rate / (count + 1 + k))


def _probability(count: int, rate: float) -> float:
    return exp(count * (log(rate) if rate else -inf) - rate - lgamma(count + 1)) if count else exp(-rate)


def _summed(rate_ratio: Callable[[int], float]) -> float:
    """1 + r0 + r0*r1 + ... until nothing more is added."""
    total, term, k = 1.0, 1.0, 0
    while term > 1e-18 * total:
        term *= rate_ratio(k)
        total += term
        k += 1
    return total
