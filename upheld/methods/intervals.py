"""What every interval shares: its two ends, the confidence it was made for, and the refusals of impossible data."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

from upheld.refusals import Refusal

# What is usual, and what every page says unless it says otherwise.
CONFIDENCE = 0.95


class NoObservations(Refusal):
    """Nothing has been observed yet, so there is no figure; wait for the first."""


class CountImpossible(Refusal):
    """This count cannot have been observed: counts are whole, not negative, and a part is no larger than its whole."""


class ConfidenceImpossible(Refusal):
    """A confidence lies between 0 and 1, such as 0.95."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true figure plausibly lies, both ends included."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def width(self) -> float:
        return self.high - self.low


def doubt(confidence: float) -> float:
    """The share of cases in which an interval of this confidence misses; refuses ConfidenceImpossible."""
    if not 0 < confidence < 1:
        raise ConfidenceImpossible
    return 1 - confidence


def normal_quantile(confidence: float) -> float:
    """How many standard errors a two-sided interval of this confidence reaches: 1.96 for 0.95."""
    return NormalDist().inv_cdf(1 - doubt(confidence) / 2)


def counted(part: int, whole: int) -> None:
    """Refuses a part of a whole that cannot have been counted, and a whole of nothing."""
    if not 0 <= part <= whole:
        raise CountImpossible
    if not whole:
        raise NoObservations
