"""The XmR chart, against the example in the NIST/SEMATECH handbook, and its rules one by one."""

from random import Random
from statistics import mean as plain_mean

import pytest
from scipy.integrate import quad
from scipy.stats import norm

from upheld.methods.charts import TO_LIMITS, TO_RANGE_LIMIT, Rule, Signal, TooFewValues, ValueImpossible, xmr

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: flow rates of ten batches
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# Mean 10, mean range 1.
STEADY = [9.5, 10.5] * 5


def test_the_chart_of_the_handbook():
    chart = xmr(FLOW)
    assert chart.mean == pytest.approx(50.81)
    assert chart.mean_range == pytest.approx(1.8778, abs=5e-5)
    # The handbook rounds d2 to 1.128; ours is exact, which moves its limits by less than two thousandths.
    assert chart.mean + 3 * chart.mean_range / 1.128 == pytest.approx(55.8041, abs=5e-5)
    assert (chart.lower, chart.upper) == (pytest.approx(45.8159, abs=2e-3), pytest.approx(55.8041, abs=2e-3))
    assert not chart.changed


def test_the_scaling_factors_are_those_of_normal_noise():
    # The range of two standard normal values is |N(0, 2)|.
    d2 = quad(lambda x: 2 * x * norm.pdf(x, scale=2**0.5), 0, 40)[0]
    d3 = (2 - d2**2) ** 0.5
    assert pytest.approx(3 / d2) == TO_LIMITS
    assert pytest.approx(1 + 3 * d3 / d2) == TO_RANGE_LIMIT
    assert (round(TO_LIMITS, 2), round(TO_RANGE_LIMIT, 2)) == (2.66, 3.27)


def test_a_point_outside_the_limits_is_a_signal():
    chart = xmr([*STEADY, 12.7], baseline=10)
    assert Signal(Rule.OUTSIDE, 10, 10) in chart.signals
    assert not xmr([*STEADY, 12.6], baseline=10).changed
    assert xmr([*STEADY, 7.3], baseline=10).changed


def test_eight_in_a_row_on_one_side_are_a_signal_and_seven_are_not():
    assert not xmr([*STEADY, *[9.8] * 7, 10.2], baseline=10).changed
    assert xmr([*STEADY, *[9.8] * 8, 10.2], baseline=10).signals == (Signal(Rule.RUN, 10, 17),)
    assert xmr([*STEADY, *[9.8] * 11], baseline=10).signals == (Signal(Rule.RUN, 10, 20),)
    # The last of the baseline lies above, too.
    assert xmr([*STEADY, *[10.2] * 7], baseline=10).signals == (Signal(Rule.RUN, 9, 16),)


def test_a_point_on_the_mean_ends_a_row():
    assert not xmr([*STEADY, *[9.8] * 5, 10.0, *[9.8] * 5], baseline=10).changed


def test_a_leap_within_the_limits_is_a_signal_of_its_own():
    chart = xmr([*STEADY, 7.5, 12.5], baseline=10)
    assert chart.signals == (Signal(Rule.RANGE, 10, 11),)


def test_limits_stay_with_the_baseline():
    alone, longer = xmr(STEADY), xmr([*STEADY, 100, 200], baseline=10)
    assert (alone.lower, alone.upper, alone.range_limit) == (longer.lower, longer.upper, longer.range_limit)
    assert len(longer.ranges) == len(longer.values) - 1 == 11


def test_values_that_never_change_are_no_signal_and_the_first_that_does_is_one():
    assert not xmr([0.1] * 10).changed
    assert not xmr([plain_mean([0.1, 0.7])] * 33).changed
    assert xmr([0.1] * 10 + [0.2], baseline=10).changed


def test_noise_is_seldom_called_a_change():
    random = Random(7)
    charts = [xmr([random.gauss(0, 1) for _ in range(220)], baseline=200) for _ in range(20)]
    outside = sum(signal.rule is Rule.OUTSIDE for chart in charts for signal in chart.signals)
    assert 1 <= outside <= 35  # 12 expected of 4,400 at three standard deviations


@pytest.mark.parametrize(
    ("values", "baseline"), [([], None), ([1.0] * 5, None), ([1.0] * 20, 5), ([1.0] * 20, -3)]
)
def test_too_few_values_are_refused(values, baseline):
    with pytest.raises(TooFewValues):
        xmr(values, baseline)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_impossible_values_are_refused(value):
    with pytest.raises(ValueImpossible):
        xmr([*STEADY, value])
