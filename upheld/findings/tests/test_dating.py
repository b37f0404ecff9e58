"""Answer dates: ten working days of the department, over weekends, holidays and the clocks' changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from upheld.clock.calendars import Calendar, Frame, weekdays
from upheld.clock.counting import TooFarAhead
from upheld.findings.dating import answer_date

OFFICE = Calendar("Europe/Berlin", weekdays(Frame.of("09:00", "12:00"), Frame.of("13:00", "17:00")))


def test_the_day_on_which_it_came_does_not_count():
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert answer_date(OFFICE, at=friday, days=1) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_holidays_move_it_on():
    closed = Calendar(OFFICE.zone, OFFICE.weekly, frozenset({date(2026, 11, 23)}))
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert answer_date(closed, at=friday, days=1) == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def test_a_shop_that_is_open_until_midnight_answers_until_midnight():
    late = Calendar("Europe/Berlin", weekdays(Frame.of("18:00", "24:00")))
    assert answer_date(late, at=datetime(2026, 11, 16, 8, 0, tzinfo=UTC), days=1) == datetime(
        2026, 11, 17, 23, 0, tzinfo=UTC
    )


def test_the_day_of_the_clocks_change_closes_at_its_usual_time():
    sunday = Calendar("Europe/Berlin", {6: (Frame.of("09:00", "17:00"),)})
    before = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert answer_date(sunday, at=before, days=1) == datetime(2026, 3, 29, 15, 0, tzinfo=UTC)


def test_where_the_date_is_meant_is_the_departments_own_place():
    auckland = Calendar("Pacific/Auckland", weekdays(Frame.of("09:00", "17:00")))
    sunday_evening_in_utc = datetime(2026, 11, 15, 20, 0, tzinfo=UTC)  # Monday morning there
    assert answer_date(auckland, at=sunday_evening_in_utc, days=1) == datetime(2026, 11, 17, 4, 0, tzinfo=UTC)


def test_a_calendar_of_nothing_but_holidays_is_given_up():
    days = frozenset(date(2026, 11, 16) + timedelta(days=n) for n in range(4000))
    with pytest.raises(TooFarAhead):
        answer_date(Calendar(OFFICE.zone, OFFICE.weekly, days), at=datetime(2026, 11, 16, 8, 0, tzinfo=UTC))
