"""Shares and their differences, against Newcombe's published tables and scipy."""

from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from upheld.methods.intervals import ConfidenceImpossible, CountImpossible, Interval, NoObservations
from upheld.methods.proportions import newcombe, wilson
from upheld.methods.share import Share

CERTAIN = settings(derandomize=True, deadline=None, max_examples=200)

parts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_intervals(successes, n, low, high):
    interval = wilson(successes, n)
    assert (interval.low, interval.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


# Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_newcombe_gives_the_published_intervals(counts, low, high):
    interval = newcombe(*counts)
    assert (interval.low, interval.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@CERTAIN
@given(parts, st.floats(0.5, 0.999))
def test_wilson_equals_scipy(counts, confidence):
    theirs = binomtest(*counts).proportion_ci(confidence, method="wilson")
    ours = wilson(*counts, confidence)
    assert (ours.low, ours.high) == (
        pytest.approx(theirs.low, abs=1e-9),
        pytest.approx(theirs.high, abs=1e-9),
    )
    assert counts[0] / counts[1] in ours


@CERTAIN
@given(parts, parts)
def test_newcombe_equals_its_formula_over_scipys_intervals_and_turns_with_its_order(ours, theirs):
    first, second = (binomtest(*counts).proportion_ci(method="wilson") for counts in (ours, theirs))
    p, q = ours[0] / ours[1], theirs[0] / theirs[1]
    interval, turned = newcombe(*ours, *theirs), newcombe(*theirs, *ours)
    assert interval.low == pytest.approx(
        p - q - sqrt((p - first.low) ** 2 + (second.high - q) ** 2), abs=1e-9
    )
    assert interval.high == pytest.approx(
        p - q + sqrt((first.high - p) ** 2 + (q - second.low) ** 2), abs=1e-9
    )
    assert (turned.low, turned.high) == (pytest.approx(-interval.high), pytest.approx(-interval.low))
    assert -1 - 1e-9 <= interval.low <= interval.high <= 1 + 1e-9


def test_a_wider_confidence_makes_a_wider_interval():
    assert wilson(23, 25, 0.99).width > wilson(23, 25).width > wilson(23, 25, 0.9).width


def test_no_observations_are_refused():
    with pytest.raises(NoObservations):
        wilson(0, 0)
    with pytest.raises(NoObservations):
        newcombe(3, 4, 0, 0)


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5), (1, 0), (0, -1)])
def test_an_impossible_count_is_refused(successes, n):
    with pytest.raises(CountImpossible):
        wilson(successes, n)
    with pytest.raises(CountImpossible):
        Share(successes, n)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, float("nan")])
def test_an_impossible_confidence_is_refused(confidence):
    with pytest.raises(ConfidenceImpossible):
        wilson(1, 2, confidence)


def test_a_share_is_its_counts_with_their_interval():
    share = Share(23, 25)
    assert share.value == 0.92
    assert share.missed == 2
    assert share.interval() == wilson(23, 25)
    assert share + Share(0, 75) == Share(23, 100)


def test_a_share_of_nothing_has_no_value():
    share = Share(0, 0)
    assert share.empty
    assert share.small
    assert share.suppressed
    with pytest.raises(NoObservations):
        _ = share.value
    with pytest.raises(NoObservations):
        share.interval()


@pytest.mark.parametrize(
    ("n", "suppressed", "small"), [(4, True, True), (5, False, True), (29, False, True), (30, False, False)]
)
def test_small_samples_are_marked_and_the_smallest_can_be_suppressed(n, suppressed, small):
    assert (Share(n, n).suppressed, Share(0, n).small) == (suppressed, small)


def test_an_interval_holds_its_ends():
    assert 0.1 in Interval(0.1, 0.2)
    assert 0.2 in Interval(0.1, 0.2)
    assert 0.21 not in Interval(0.1, 0.2)
