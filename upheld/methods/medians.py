"""How long things take when some are not over yet: the median of times with open cases.

Leaving the open ones out makes a slow department look quick, counting them as over makes it look quicker still. The
Kaplan-Meier estimate uses each for as long as it was watched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from math import exp, isfinite, log, sqrt

from upheld.methods.intervals import CONFIDENCE, NoObservations, normal_quantile
from upheld.refusals import Refusal

# Products of fractions miss a half that is exact on paper by a few last digits.
_CLOSE = 1e-9


class TimeImpossible(Refusal):
    """A time taken is a finite number, not negative."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One case: how long it took, or, when it is not over, how long it has been open. Any unit, the same for all."""

    time: float
    over: bool


@dataclass(frozen=True, slots=True)
class Step:
    """At this time `ended` of `at_risk` were over, and this share of all still lasts, give or take its error."""

    time: float
    at_risk: int
    ended: int
    lasting: float
    error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Median:
    """The time by which half are over. None: not known yet, longer than anything watched; also for an end of it."""

    time: float | None
    low: float | None
    high: float | None
    n: int
    over: int


def kaplan_meier(observed: Iterable[Observed], confidence: float = CONFIDENCE) -> tuple[Step, ...]:
    """The share that lasts longer than each time at which something ended, in order of time.

    Source: Kaplan & Meier 1958, J. Am. Stat. Assoc. 53:457-481; Greenwood's error; limits on the log-log scale
    (Kalbfleisch & Prentice). A case that is open at a time still counts as at risk at that time. Pitfalls: being open
    must not depend on how long it would take (parked cases do); the tail rests on few. Refuses NoObservations and
    TimeImpossible.
    """
    cases = list(observed)
    if not cases:
        raise NoObservations
    if not all(isfinite(case.time) and case.time >= 0 for case in cases):
        raise TimeImpossible
    z = normal_quantile(confidence)
    left = Counter(case.time for case in cases)
    ended = Counter(case.time for case in cases if case.over)
    at_risk, lasting, spread = len(cases), 1.0, 0.0
    steps = []
    for time in sorted(left):
        if over := ended[time]:
            lasting *= (at_risk - over) / at_risk
            spread += over / (at_risk * (at_risk - over)) if over < at_risk else 0.0
            low, high = _limits(lasting, spread, z)
            steps.append(Step(time, at_risk, over, lasting, lasting * sqrt(spread), low, high))
        at_risk -= left[time]
    return tuple(steps)


def median(observed: Iterable[Observed], confidence: float = CONFIDENCE) -> Median:
    """The median time and its interval.

    Source: Brookmeyer & Crowley 1982, Biometrics 38:29-41: the times at which a half is still within the limits of the
    estimate, here on the log-log scale. Where the estimate stays at exactly a half, the middle of that stretch, so
    that without open cases it is the ordinary median; its start when nothing ended after it.
    """
    cases = list(observed)
    steps = kaplan_meier(cases, confidence)
    return Median(
        time=_half([(step.time, step.lasting) for step in steps]),
        low=next((step.time for step in steps if step.low <= 0.5), None),
        high=next((step.time for step in steps if step.high < 0.5), None),
        n=len(cases),
        over=sum(case.over for case in cases),
    )


def _limits(lasting: float, spread: float, z: float) -> tuple[float, float]:
    # When the last one watched is over the scale breaks down: the estimate is zero, and how sure that is, unknown.
    if lasting <= 0:
        return 0.0, 1.0
    reach = z * sqrt(spread) / abs(log(lasting))
    return lasting ** exp(reach), lasting ** exp(-reach)


def _half(steps: list[tuple[float, float]]) -> float | None:
    for (time, lasting), following in zip_longest(steps, steps[1:]):
        if abs(lasting - 0.5) < _CLOSE:
            return (time + following[0]) / 2 if following else time
        if lasting < 0.5:
            return time
    return None
