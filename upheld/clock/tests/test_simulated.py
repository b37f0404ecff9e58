"""Random calendars and histories around clock changes, against the minute-by-minute simulator and against the laws."""

from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.clock.counting import add_business, business_between, stretches
from upheld.clock.running import Target, explain, read
from upheld.clock.tests.simulator import MINUTE, differences, draw_case

# The same examples on every machine and every run, however busy it is.
CERTAIN = settings(derandomize=True, deadline=None, max_examples=300)

cases = st.integers(min_value=0, max_value=2**63).map(lambda seed: draw_case(Random(seed)))
spans = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=800))


@CERTAIN
@given(cases)
def test_every_reading_equals_the_simulator(case):
    assert differences(case) == []


@CERTAIN
@given(cases, spans, spans)
def test_business_time_is_monotone_and_additive(case, first, second):
    calendar, start = case.target.calendar, case.history[0].at
    middle, end = start + first, start + first + second
    counted = business_between(calendar, start, middle)
    assert timedelta() <= counted <= first
    assert counted + business_between(calendar, middle, end) == business_between(calendar, start, end)


@CERTAIN
@given(cases, st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(hours=300)))
def test_adding_is_the_inverse_of_counting_and_comes_to_the_earliest_moment(case, amount):
    calendar, start = case.target.calendar, case.history[0].at
    due = add_business(calendar, start, amount)
    assert business_between(calendar, start, due) == amount
    assert business_between(calendar, start, due - timedelta(microseconds=1)) < amount
    assert add_business(calendar, start, amount + MINUTE) > due


@CERTAIN
@given(cases, spans)
def test_stretches_and_sums_are_two_ways_to_the_same_time(case, length):
    calendar, start = case.target.calendar, case.history[0].at
    told = list(stretches(calendar, start, start + length / 10))
    assert sum((stretch.counted for stretch in told), timedelta()) == business_between(
        calendar, start, start + length / 10
    )
    for earlier, later in pairwise(told):
        assert earlier.end == later.start
        assert earlier.why is not later.why


@CERTAIN
@given(cases, spans)
def test_a_clock_never_runs_backwards_and_explains_each_reading(case, later):
    then = case.at + later / 100
    before = read(case.history, case.target, at=case.at)
    after = read(case.history, case.target, at=then)
    assert before.elapsed <= after.elapsed
    assert before.earliest_due_at <= after.earliest_due_at
    if before.met is False:
        assert after.met is False
    rows = explain(case.history, case.target.calendar, at=then)
    assert sum((row.counted for row in rows), timedelta()) == after.elapsed


@CERTAIN
@given(cases)
def test_a_larger_target_is_never_due_earlier(case):
    larger = Target(case.target.amount + MINUTE, case.target.calendar)
    ours, theirs = read(case.history, case.target, at=case.at), read(case.history, larger, at=case.at)
    assert ours.earliest_due_at < theirs.earliest_due_at
