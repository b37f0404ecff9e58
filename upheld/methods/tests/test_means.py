"""Means and paired differences, against published examples and scipy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from upheld.methods.intervals import CountImpossible, NoObservations
from upheld.methods.means import mean, paired_difference, t_quantile

CERTAIN = settings(derandomize=True, deadline=None, max_examples=200)
answers = st.integers(1, 7).map(float)


# Student 1908, Biometrika 6:1-25: the additional hours of sleep of ten patients under two drugs.
DEXTRO = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
LAEVO = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_students_own_example():
    found = paired_difference(list(zip(DEXTRO, LAEVO, strict=True)))
    assert (found.value, found.n) == (pytest.approx(1.58), 10)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == (
        pytest.approx(0.7001, abs=5e-5),
        pytest.approx(2.4599, abs=5e-5),
    )


@CERTAIN
@given(st.integers(1, 5000), st.floats(0.5, 0.999))
def test_the_quantile_equals_scipys(freedom, confidence):
    theirs = stats.t.ppf(0.5 + confidence / 2, freedom)
    assert t_quantile(freedom, confidence) == pytest.approx(theirs, rel=1e-7)


@CERTAIN
@given(st.lists(st.tuples(answers, answers), min_size=2, max_size=80))
def test_a_paired_difference_equals_scipys(pairs):
    found = paired_difference(pairs)
    differences = [second - first for first, second in pairs]
    assert found.value == pytest.approx(sum(differences) / len(differences))
    if len(set(differences)) == 1:
        assert found.interval is None  # without a width it would claim to be certain
    else:
        assert found.interval is not None
        theirs = stats.ttest_rel([b for _, b in pairs], [a for a, _ in pairs]).confidence_interval()
        assert (found.interval.low, found.interval.high) == (
            pytest.approx(theirs.low, abs=1e-6),
            pytest.approx(theirs.high, abs=1e-6),
        )
        assert found.value in found.interval


def test_one_answer_has_no_interval_and_none_has_no_mean():
    assert mean([4.0]).interval is None
    with pytest.raises(NoObservations):
        mean([])
    with pytest.raises(CountImpossible):
        t_quantile(0)
