"""Exact Poisson intervals, against GraphPad's published example and scipy's chi-square quantiles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from upheld.methods.counts import ExposureImpossible, poisson_interval, rate_interval
from upheld.methods.intervals import ConfidenceImpossible, CountImpossible


# GraphPad, "How QuickCalcs computes the confidence interval of a count": 25 objects, after Garwood 1936
@pytest.mark.parametrize(
    ("confidence", "low", "high"), [(0.90, 17.38, 34.92), (0.95, 16.18, 36.90), (0.99, 14.00, 41.00)]
)
def test_twenty_five_events_give_the_published_intervals(confidence, low, high):
    interval = poisson_interval(25, confidence)
    assert (interval.low, interval.high) == (pytest.approx(low, abs=5e-3), pytest.approx(high, abs=5e-3))


# the usual table, as in epitools' pois.exact and many a textbook
@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390)])
def test_small_counts_give_the_intervals_of_the_table(count, low, high):
    interval = poisson_interval(count)
    assert (interval.low, interval.high) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.integers(0, 3000), st.floats(0.01, 0.9999))
def test_the_interval_equals_scipys_quantiles(count, confidence):
    tail = (1 - confidence) / 2
    interval = poisson_interval(count, confidence)
    assert interval.low == pytest.approx(chi2.ppf(tail, 2 * count) / 2 if count else 0.0, rel=1e-8)
    assert interval.high == pytest.approx(chi2.isf(tail, 2 * count + 2) / 2, rel=1e-8)


def test_a_large_count_is_no_trouble():
    interval = poisson_interval(1_000_000)
    assert interval.low == pytest.approx(chi2.ppf(0.025, 2_000_000) / 2, rel=1e-7)
    assert interval.high == pytest.approx(chi2.isf(0.025, 2_000_002) / 2, rel=1e-7)


def test_a_rate_is_the_count_by_its_exposure():
    expected, rate = poisson_interval(3), rate_interval(3, 12)
    assert (rate.low, rate.high) == (expected.low / 12, expected.high / 12)


def test_impossible_counts_exposures_and_confidences_are_refused():
    with pytest.raises(CountImpossible):
        poisson_interval(-1)
    with pytest.raises(ConfidenceImpossible):
        poisson_interval(1, 1.0)
    for exposure in (0, -1, float("inf"), float("nan")):
        with pytest.raises(ExposureImpossible):
            rate_interval(1, exposure)
