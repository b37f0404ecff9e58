"""Times with open cases, against the leukaemia trial that every textbook prints and against scipy."""

from statistics import median as ordinary_median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from upheld.methods.intervals import NoObservations
from upheld.methods.medians import Observed, TimeImpossible, kaplan_meier, median

CERTAIN = settings(derandomize=True, deadline=None, max_examples=200)

# Freireich et al. 1963, Blood 21:699-716 (also Gehan's data): weeks of remission under 6-MP; + is still in remission
REMISSIONS = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"

observations = st.lists(
    st.builds(Observed, st.integers(0, 30).map(float), st.booleans()), min_size=1, max_size=60
).filter(lambda cases: any(case.over for case in cases))


def watched(text):
    return [Observed(float(word.rstrip("+")), not word.endswith("+")) for word in text.split()]


def test_the_estimate_is_the_published_one():
    # as Stata's `sts list` and SAS's `proc lifetest conftype=loglog` print it
    published = [
        (6, 21, 3, 0.8571, 0.0764, 0.6197, 0.9516),
        (7, 17, 1, 0.8067, 0.0869, 0.5631, 0.9228),
        (10, 15, 1, 0.7529, 0.0963, 0.5032, 0.8894),
        (13, 12, 1, 0.6902, 0.1068, 0.4316, 0.8491),
        (16, 11, 1, 0.6275, 0.1141, 0.3675, 0.8049),
        (22, 7, 1, 0.5378, 0.1282, 0.2678, 0.7468),
        (23, 6, 1, 0.4482, 0.1346, 0.1881, 0.6801),
    ]
    steps = kaplan_meier(watched(REMISSIONS))
    assert [(step.time, step.at_risk, step.ended) for step in steps] == [row[:3] for row in published]
    for step, (*_, lasting, error, low, high) in zip(steps, published, strict=True):
        told = (step.lasting, step.error, step.low, step.high)
        assert told == pytest.approx((lasting, error, low, high), abs=5.1e-5)


def test_the_median_remission_is_twenty_three_weeks_and_its_upper_end_is_not_known():
    found = median(watched(REMISSIONS))
    assert (found.time, found.low, found.high) == (23, 13, None)
    assert (found.n, found.over) == (21, 9)


def test_the_median_without_open_cases_is_eight_weeks():
    found = median(watched(PLACEBO))
    assert (found.time, found.low, found.high) == (8, 4, 11)


# scipy warns where the formula is undefined, at nought and at one; those are not compared.
@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@CERTAIN
@given(observations)
def test_estimate_and_limits_equal_scipy(cases):
    data = CensoredData(
        uncensored=[c.time for c in cases if c.over], right=[c.time for c in cases if not c.over]
    )
    theirs = ecdf(data).sf
    limits = theirs.confidence_interval(method="log-log")
    for step in kaplan_meier(cases):
        assert step.lasting == pytest.approx(theirs.evaluate(step.time), abs=1e-12)
        if 0 < step.lasting < 1:
            assert step.low == pytest.approx(limits.low.evaluate(step.time), abs=1e-9)
            assert step.high == pytest.approx(limits.high.evaluate(step.time), abs=1e-9)


@CERTAIN
@given(st.lists(st.integers(0, 1000).map(float), min_size=1, max_size=200))
def test_without_open_cases_it_is_the_ordinary_median(times):
    found = median([Observed(time, True) for time in times])
    assert found.time == pytest.approx(ordinary_median(times))
    assert found.low is not None
    assert found.low <= found.time
    assert found.high is None or found.high >= found.time


@CERTAIN
@given(observations)
def test_watching_open_cases_longer_never_makes_the_median_shorter(cases):
    longer = [case if case.over else Observed(1000.0, False) for case in cases]
    now, then = median(cases).time, median(longer).time
    assert now is None or then is None or now <= then


def test_when_most_are_open_the_median_is_not_known_yet():
    found = median([Observed(1.0, True), Observed(5.0, False), Observed(6.0, False)])
    assert (found.time, found.high) == (None, None)
    assert kaplan_meier([Observed(1.0, False)]) == ()
    assert median([Observed(1.0, False)]).low is None


def test_half_over_and_half_still_open_is_a_median_at_the_last_that_ended():
    assert median([Observed(1.0, True), Observed(5.0, False)]).time == 1.0


def test_no_observations_are_refused():
    with pytest.raises(NoObservations):
        median([])


@pytest.mark.parametrize("time", [-1.0, float("nan"), float("inf")])
def test_an_impossible_time_is_refused(time):
    with pytest.raises(TimeImpossible):
        median([Observed(time, True)])
