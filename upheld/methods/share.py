"""A share as it may be shown: always with its count, and with what a small count forbids."""

from __future__ import annotations

from dataclasses import dataclass

from upheld.methods.intervals import CONFIDENCE, CountImpossible, Interval, NoObservations
from upheld.methods.proportions import wilson

# Below this a figure is marked as a small sample.
SMALL = 30
# Below this, anything about employees or from anonymous answers is not shown: a face could be guessed.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Share:
    """So many kept of so many: "23 of 25". Nothing of nothing is a share without a value, not a share of zero."""

    kept: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.kept <= self.n:
            raise CountImpossible

    @property
    def value(self) -> float:
        """Between 0 and 1; refuses NoObservations."""
        if not self.n:
            raise NoObservations
        return self.kept / self.n

    @property
    def missed(self) -> int:
        return self.n - self.kept

    @property
    def empty(self) -> bool:
        return not self.n

    @property
    def small(self) -> bool:
        """Too few for a firm figure: the page says so and prefers the counts in words."""
        return self.n < SMALL

    @property
    def suppressed(self) -> bool:
        """Too few to be shown where a person could be recognised; the caller knows where that is."""
        return self.n < FEWEST

    def interval(self, confidence: float = CONFIDENCE) -> Interval:
        """Wilson's; refuses NoObservations."""
        return wilson(self.kept, self.n, confidence)

    def __add__(self, other: Share) -> Share:
        """Two shares of different cases as one; averaging their values would weigh a small one like a large one."""
        return Share(self.kept + other.kept, self.n + other.n)
