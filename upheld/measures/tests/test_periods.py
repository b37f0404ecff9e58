"""Periods are half-open, begin at the reader's midnight, and fall apart into calendar weeks."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from upheld.measures.periods import Period, PeriodImpossible, last_days, this_year

AT = datetime(2026, 11, 19, 9, 42, 31, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def test_thirty_days_begin_at_the_readers_midnight_and_end_at_this_minute():
    period = last_days(30, at=AT, zone=BERLIN)
    assert period.from_at == datetime(2026, 10, 19, 22, tzinfo=UTC)  # midnight in summer time
    assert period.until_at == datetime(2026, 11, 19, 9, 42, tzinfo=UTC)


def test_the_first_moment_is_in_and_the_last_is_not():
    period = last_days(30, at=AT, zone=BERLIN)
    assert period.from_at in period
    assert period.until_at not in period


def test_this_year_begins_where_the_reader_is():
    assert this_year(at=AT, zone=BERLIN).from_at == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert this_year(at=AT, zone="America/New_York").from_at == datetime(2026, 1, 1, 5, tzinfo=UTC)


def test_in_the_first_minute_of_a_year_the_year_is_still_the_one_before():
    newyear = datetime(2026, 12, 31, 23, 0, 30, tzinfo=UTC)
    assert this_year(at=newyear, zone=BERLIN).from_at == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_weeks_are_without_gaps_and_cut_at_both_ends():
    period = last_days(30, at=AT, zone=BERLIN)
    weeks = period.weeks()
    assert weeks[0].from_at == period.from_at
    assert weeks[-1].until_at == period.until_at
    assert all(one.until_at == other.from_at for one, other in itertools.pairwise(weeks))
    assert [week.from_at.astimezone(UTC).isoweekday() for week in weeks[1:]] == [7] * (len(weeks) - 1)
    assert weeks[1].from_at == datetime(
        2026, 10, 25, 23, tzinfo=UTC
    )  # Monday, an hour later than the week before


@pytest.mark.parametrize("length", [timedelta(0), timedelta(days=-1), timedelta(days=401)])
def test_a_period_that_cannot_be_is_refused(length):
    with pytest.raises(PeriodImpossible):
        Period(AT, AT + length, BERLIN)


def test_the_longest_year_is_not_refused():
    assert this_year(at=datetime(2028, 12, 31, 22, tzinfo=UTC), zone=BERLIN)
