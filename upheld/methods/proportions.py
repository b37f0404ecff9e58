"""Shares of a whole, and the difference between two of them, with the doubt that their counts leave."""

from __future__ import annotations

from math import sqrt

from upheld.methods.intervals import CONFIDENCE, Interval, counted, normal_quantile


def wilson(successes: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a proportion, without continuity correction.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22:209-212; method 3 of Newcombe 1998, Statistics in Medicine 17:857-872.
    Pitfalls: cases must be independent, so ten letters of one customer are not ten; the interval knows nothing of who
    did not answer. Refuses NoObservations and CountImpossible.
    """
    counted(successes, n)
    z = normal_quantile(confidence)
    share, square = successes / n, z * z / n
    centre = (share + square / 2) / (1 + square)
    reach = z * sqrt(share * (1 - share) / n + square / (4 * n)) / (1 + square)
    # At the ends the formula is exact, and floating point is not.
    low = 0.0 if successes == 0 else max(0.0, centre - reach)
    high = 1.0 if successes == n else min(1.0, centre + reach)
    return Interval(low, high)


def newcombe(
    successes: int, n: int, other_successes: int, other_n: int, confidence: float = CONFIDENCE
) -> Interval:
    """The interval of the difference successes/n - other_successes/other_n of two independent proportions.

    Source: Newcombe 1998, Statistics in Medicine 17:873-890, method 10 (hybrid score). Pitfalls: not for paired
    answers (the same people before and after); a difference whose interval holds zero is not a difference.
    """
    ours, theirs = wilson(successes, n, confidence), wilson(other_successes, other_n, confidence)
    share, other = successes / n, other_successes / other_n
    difference = share - other
    return Interval(
        difference - sqrt((share - ours.low) ** 2 + (theirs.high - other) ** 2),
        difference + sqrt((ours.high - share) ** 2 + (other - theirs.low) ** 2),
    )
