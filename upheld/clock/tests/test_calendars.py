"""What a calendar accepts and refuses, and the public holidays it is given."""

import copy
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime, time

import pytest

from upheld.clock.calendars import (
    ALWAYS,
    SUNDAY,
    Calendar,
    CountryUnknown,
    Frame,
    FrameBackwards,
    FrameNotInMinutes,
    FramesOverlap,
    FrameUnreadable,
    NeverOpen,
    SubdivisionUnknown,
    WeekdayUnknown,
    named_public_holidays,
    public_holidays,
    weekdays,
)
from upheld.clock.zones import ZoneUnknown

OFFICE = Frame.of("09:00", "17:00")


def test_a_frame_reads_and_writes_hours_and_minutes():
    assert Frame.of("9:00", "24:00") == Frame(time(9), time(0))
    assert str(Frame.of("09:00", "24:00")) == "09:00-24:00"
    assert str(Frame.of("00:00", "08:30")) == "00:00-08:30"


@pytest.mark.parametrize("start", ["", "nine", "9", "25:00", "09:60", "09:5", "-1:00", "09:00:00", "²3:00"])
def test_an_unreadable_opening_hour_is_refused(start):
    with pytest.raises(FrameUnreadable):
        Frame.of(start, "17:00")


@pytest.mark.parametrize(("start", "end"), [("17:00", "09:00"), ("09:00", "09:00"), ("22:00", "06:00")])
def test_a_frame_that_ends_before_it_starts_is_refused(start, end):
    with pytest.raises(FrameBackwards):
        Frame.of(start, end)


@pytest.mark.parametrize("start", [time(9, 0, 1), time(9, 0, 0, 1), time(9, tzinfo=UTC)])
def test_a_frame_is_in_whole_minutes_of_wall_time(start):
    with pytest.raises(FrameNotInMinutes):
        Frame(start, time(17))


def test_frames_of_a_day_are_put_in_order_and_may_touch():
    calendar = Calendar("UTC", {0: (Frame.of("12:00", "17:00"), Frame.of("09:00", "12:00"))})
    assert [str(frame) for frame in calendar.weekly[0]] == ["09:00-12:00", "12:00-17:00"]


def test_overlapping_frames_are_refused_and_named():
    with pytest.raises(FramesOverlap, match="09:00-17:00 and 16:59-18:00"):
        Calendar("UTC", {0: (OFFICE, Frame.of("16:59", "18:00"))})


@pytest.mark.parametrize("week", [{}, {0: ()}, {0: (), 6: ()}])
def test_a_calendar_that_is_never_open_is_refused(week):
    with pytest.raises(NeverOpen):
        Calendar("UTC", week)


@pytest.mark.parametrize("weekday", [-1, 7])
def test_an_eighth_weekday_is_refused(weekday):
    with pytest.raises(WeekdayUnknown):
        Calendar("UTC", {weekday: (OFFICE,)})


@pytest.mark.parametrize(
    "zone", ["", "Europe/Atlantis", "../etc/passwd", "/etc/passwd", "Europe", "Europe/Ber\0lin"]
)
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(ZoneUnknown):
        Calendar(zone, weekdays(OFFICE))


def test_a_calendar_cannot_be_changed_but_can_be_compared_copied_and_kept():
    week = weekdays(OFFICE)
    calendar = Calendar("Europe/Berlin", week, frozenset({date(2025, 5, 1)}))
    week[SUNDAY] = (OFFICE,)
    assert SUNDAY not in calendar.weekly
    with pytest.raises(TypeError):
        calendar.weekly[SUNDAY] = (OFFICE,)
    assert calendar.table is calendar.table
    for twin in (copy.deepcopy(calendar), pickle.loads(pickle.dumps(calendar))):
        assert twin == calendar
        assert hash(twin) == hash(calendar)


def test_a_holiday_has_no_frames():
    calendar = Calendar("Europe/Berlin", weekdays(OFFICE), frozenset({date(2025, 5, 1)}))
    assert calendar.frames_on(date(2025, 5, 1)) == ()
    assert calendar.frames_on(date(2025, 5, 2)) == (OFFICE,)
    assert calendar.frames_on(date(2025, 5, 3)) == ()
    assert ALWAYS.frames_on(datetime(2025, 5, 3, tzinfo=UTC).date())


def test_public_holidays_follow_the_country_and_its_part():
    germany, bavaria = public_holidays("DE", None, [2025]), public_holidays("de", "by", [2025])
    assert date(2025, 10, 3) in germany
    assert date(2025, 1, 6) in bavaria - germany
    assert named_public_holidays("DE", None, [2025])[date(2025, 10, 3)] == "Tag der Deutschen Einheit"
    assert named_public_holidays("DE", None, [2025], "en_US")[date(2025, 10, 3)] == "German Unity Day"


def test_public_holidays_cover_the_years_asked_for_and_no_other():
    assert {day.year for day in public_holidays("US", None, range(2024, 2027))} == {2024, 2025, 2026}
    assert public_holidays("US", None, []) == frozenset()


def test_an_unknown_country_or_part_is_refused():
    with pytest.raises(CountryUnknown, match="XX"):
        public_holidays("XX", None, [2025])
    with pytest.raises(SubdivisionUnknown, match="ZZ"):
        public_holidays("DE", "ZZ", [2025])


def test_the_library_of_holidays_is_loaded_only_when_asked():
    program = "import sys, upheld.clock.running; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
