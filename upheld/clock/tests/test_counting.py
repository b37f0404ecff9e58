"""Business time by named cases: each a week, a span, and what an attentive person would count."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from upheld.clock.calendars import ALWAYS, MONDAY, SATURDAY, SUNDAY, Calendar, Frame, weekdays
from upheld.clock.counting import (
    AmountNegative,
    EndBeforeStart,
    TooFarAhead,
    Why,
    add_business,
    business_between,
    next_opening,
    open_at,
    stretches,
)
from upheld.clock.zones import InstantOutOfReach, InstantWithoutZone

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
EVERY_DAY = range(7)

OFFICE = weekdays(Frame.of("09:00", "17:00"))
LUNCH = weekdays(Frame.of("09:00", "12:00"), Frame.of("13:00", "17:00"))
NIGHT = weekdays(Frame.of("22:00", "24:00"), Frame.of("00:00", "06:00"), on=EVERY_DAY)
DAY_AND_NIGHT = weekdays(Frame.of("00:00", "24:00"), on=EVERY_DAY)
SMALL_HOURS = weekdays(Frame.of("01:00", "02:30"), on=EVERY_DAY)
MAY_DAY = frozenset({date(2025, 5, 1)})


def local(zone, text, fold=0):
    # In UTC at once: Python holds two zones' datetimes unequal, always, when one is in a repeated hour.
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def hours(count):
    return timedelta(hours=count)


# what, zone, week, holidays, from, to, hours counted; 2025-05-02 is a Friday
CASES = [
    ("within a day", BERLIN, OFFICE, (), "2025-05-02 10:00", "2025-05-02 12:30", 2.5),
    ("before opening to after closing", BERLIN, OFFICE, (), "2025-05-02 06:00", "2025-05-02 22:00", 8),
    ("over lunch", BERLIN, LUNCH, (), "2025-05-02 11:30", "2025-05-02 13:30", 1),
    ("within lunch", BERLIN, LUNCH, (), "2025-05-02 12:10", "2025-05-02 12:50", 0),
    ("Friday evening to Monday", BERLIN, OFFICE, (), "2025-05-02 16:00", "2025-05-05 10:00", 2),
    ("a weekend", BERLIN, OFFICE, (), "2025-05-02 17:00", "2025-05-05 09:00", 0),
    ("over a holiday", BERLIN, OFFICE, MAY_DAY, "2025-04-30 16:00", "2025-05-02 10:00", 2),
    ("within a holiday", BERLIN, OFFICE, MAY_DAY, "2025-05-01 09:00", "2025-05-01 17:00", 0),
    ("a night shift across midnight", BERLIN, NIGHT, (), "2025-05-02 21:00", "2025-05-03 07:00", 8),
    ("a night shift before a holiday", BERLIN, NIGHT, MAY_DAY, "2025-04-30 21:00", "2025-05-01 07:00", 2),
    ("a week", BERLIN, OFFICE, (), "2025-05-02 12:00", "2025-05-09 12:00", 40),
    ("a common year", BERLIN, OFFICE, (), "2025-01-01 00:00", "2026-01-01 00:00", 261 * 8),
    ("a century", BERLIN, DAY_AND_NIGHT, (), "1950-01-01 00:00", "2050-01-01 00:00", 36525 * 24),
    ("spring day in Berlin", BERLIN, DAY_AND_NIGHT, (), "2025-03-30 00:00", "2025-03-31 00:00", 23),
    ("autumn day in Berlin", BERLIN, DAY_AND_NIGHT, (), "2025-10-26 00:00", "2025-10-27 00:00", 25),
    ("spring night shift in Berlin", BERLIN, NIGHT, (), "2025-03-29 22:00", "2025-03-30 06:00", 7),
    ("autumn night shift in Berlin", BERLIN, NIGHT, (), "2025-10-25 22:00", "2025-10-26 06:00", 9),
    ("office after the spring change", BERLIN, OFFICE, (), "2025-03-28 16:00", "2025-03-31 10:00", 2),
    ("spring day in New York", NEW_YORK, DAY_AND_NIGHT, (), "2025-03-09 00:00", "2025-03-10 00:00", 23),
    ("autumn day in New York", NEW_YORK, DAY_AND_NIGHT, (), "2025-11-02 00:00", "2025-11-03 00:00", 25),
    # 01:00 to 02:00 comes twice there; 02:00 to 02:30 once
    ("a repeated hour counts twice", NEW_YORK, SMALL_HOURS, (), "2025-11-02 00:00", "2025-11-03 00:00", 2.5),
    # 02:00 to 03:00 is missing there
    ("a missing half hour counts not", NEW_YORK, SMALL_HOURS, (), "2025-03-09 00:00", "2025-03-10 00:00", 1),
    ("half an hour off", "Asia/Kolkata", OFFICE, (), "2025-05-02 16:00", "2025-05-05 09:45", 1.75),
    (
        "Lord Howe in autumn",
        "Australia/Lord_Howe",
        DAY_AND_NIGHT,
        (),
        "2025-04-06 00:00",
        "2025-04-07 00:00",
        24.5,
    ),
    (
        "Lord Howe in spring",
        "Australia/Lord_Howe",
        DAY_AND_NIGHT,
        (),
        "2025-10-05 00:00",
        "2025-10-06 00:00",
        23.5,
    ),
    # Samoa had no Friday 30 December 2011
    ("a day that never was", "Pacific/Apia", OFFICE, (), "2011-12-29 16:00", "2012-01-02 10:00", 2),
    ("its clock", "Pacific/Apia", DAY_AND_NIGHT, (), "2011-12-29 00:00", "2012-01-01 00:00", 48),
    (
        "a midnight that is missing",
        "America/Havana",
        DAY_AND_NIGHT,
        (),
        "2025-03-08 00:00",
        "2025-03-10 00:00",
        47,
    ),
]


@pytest.mark.parametrize(
    ("zone", "week", "holidays", "start", "end", "counted"),
    [case[1:] for case in CASES],
    ids=[c[0] for c in CASES],
)
def test_business_time_between_two_moments(zone, week, holidays, start, end, counted):
    calendar = Calendar(zone, week, frozenset(holidays))
    assert business_between(calendar, local(zone, start), local(zone, end)) == hours(counted)


# what, zone, week, holidays, start, hours, due
DUE = [
    ("the same day", BERLIN, OFFICE, (), "2025-05-02 10:00", 2, "2025-05-02 12:00"),
    ("over lunch", BERLIN, LUNCH, (), "2025-05-02 11:00", 2, "2025-05-02 14:00"),
    ("until lunch", BERLIN, LUNCH, (), "2025-05-02 11:00", 1, "2025-05-02 12:00"),
    ("until closing, not until Monday", BERLIN, OFFICE, (), "2025-05-02 09:00", 8, "2025-05-02 17:00"),
    ("from Friday to Monday", BERLIN, OFFICE, (), "2025-05-02 16:00", 2, "2025-05-05 10:00"),
    ("from a Sunday", BERLIN, OFFICE, (), "2025-05-04 11:00", 4, "2025-05-05 13:00"),
    ("over a holiday", BERLIN, OFFICE, MAY_DAY, "2025-04-30 16:00", 4, "2025-05-02 12:00"),
    ("a night shift", BERLIN, NIGHT, (), "2025-05-02 23:00", 3, "2025-05-03 02:00"),
    ("a thousand working hours", BERLIN, OFFICE, (), "2025-05-02 17:00", 1000, "2025-10-24 17:00"),
    ("a spring night", BERLIN, DAY_AND_NIGHT, (), "2025-03-30 01:00", 2, "2025-03-30 04:00"),
    ("an autumn night", BERLIN, DAY_AND_NIGHT, (), "2025-10-26 01:00", 4, "2025-10-26 04:00"),
    ("half an hour off", "Asia/Kolkata", OFFICE, (), "2025-05-02 16:45", 0.5, "2025-05-05 09:15"),
    ("a day that never was", "Pacific/Apia", OFFICE, (), "2011-12-29 16:00", 2, "2012-01-02 10:00"),
    ("no time at all outside hours", BERLIN, OFFICE, (), "2025-05-03 11:11", 0, "2025-05-03 11:11"),
]


@pytest.mark.parametrize(
    ("zone", "week", "holidays", "start", "amount", "due"),
    [case[1:] for case in DUE],
    ids=[case[0] for case in DUE],
)
def test_the_due_moment(zone, week, holidays, start, amount, due):
    calendar = Calendar(zone, week, frozenset(holidays))
    assert add_business(calendar, local(zone, start), hours(amount)) == local(zone, due)


def test_the_due_moment_in_a_repeated_hour_is_the_right_one_of_the_two():
    calendar = Calendar(BERLIN, DAY_AND_NIGHT)
    start = local(BERLIN, "2025-10-26 01:30")
    assert add_business(calendar, start, hours(1)) == local(BERLIN, "2025-10-26 02:30", fold=0)
    assert add_business(calendar, start, hours(2)) == local(BERLIN, "2025-10-26 02:30", fold=1)


def test_seconds_and_microseconds_are_counted_too():
    calendar = Calendar(BERLIN, OFFICE)
    start = local(BERLIN, "2025-05-02 16:59:59.999999")
    assert business_between(calendar, start, local(BERLIN, "2025-05-05 09:00")) == timedelta(microseconds=1)
    assert add_business(calendar, start, timedelta(microseconds=2)) == local(
        BERLIN, "2025-05-05 09:00:00.000001"
    )


def test_due_moments_come_back_in_utc_whatever_zone_went_in():
    due = add_business(Calendar(BERLIN, OFFICE), local("Asia/Tokyo", "2025-05-02 17:00"), hours(1))
    assert due.tzinfo is UTC
    assert due == local(BERLIN, "2025-05-02 11:00")


def test_two_moments_in_one_zone_are_apart_by_real_time_not_by_what_the_wall_shows():
    berlin = ZoneInfo(BERLIN)
    start, end = datetime(2025, 3, 30, 1, tzinfo=berlin), datetime(2025, 3, 30, 4, tzinfo=berlin)
    assert end - start == hours(3)
    assert business_between(ALWAYS, start, end) == hours(2)


def test_opening_times_are_half_open():
    calendar = Calendar(BERLIN, LUNCH, MAY_DAY)
    assert open_at(calendar, local(BERLIN, "2025-05-02 09:00"))
    assert open_at(calendar, local(BERLIN, "2025-05-02 11:59:59"))
    assert not open_at(calendar, local(BERLIN, "2025-05-02 12:00"))
    assert not open_at(calendar, local(BERLIN, "2025-05-02 17:00"))
    assert not open_at(calendar, local(BERLIN, "2025-05-01 10:00"))
    assert open_at(ALWAYS, local(BERLIN, "2025-05-01 00:00"))


def test_the_next_opening_is_now_when_it_is_open():
    calendar = Calendar(BERLIN, LUNCH, MAY_DAY)
    for moment, opening in [
        ("2025-05-02 10:00", "2025-05-02 10:00"),
        ("2025-05-02 12:00", "2025-05-02 13:00"),
        ("2025-05-02 17:00", "2025-05-05 09:00"),
        ("2025-04-30 18:00", "2025-05-02 09:00"),
    ]:
        assert next_opening(calendar, local(BERLIN, moment)) == local(BERLIN, opening)


def test_an_opening_in_the_missing_hour_begins_when_the_clock_has_jumped():
    calendar = Calendar(BERLIN, {SUNDAY: (Frame.of("02:30", "05:00"),)})
    assert next_opening(calendar, local(BERLIN, "2025-03-30 00:00")) == local(BERLIN, "2025-03-30 03:00")


def test_a_sparse_calendar_is_counted_across_decades():
    calendar = Calendar(BERLIN, {SATURDAY: (Frame.of("10:00", "10:01"),)})
    start = local(BERLIN, "2025-01-01 00:00")
    due = add_business(calendar, start, timedelta(minutes=2000))
    assert due.astimezone(ZoneInfo(BERLIN)).replace(tzinfo=None) == datetime(2025, 1, 4, 10, 1) + timedelta(
        weeks=1999
    )
    assert business_between(calendar, start, due) == timedelta(minutes=2000)


def test_a_target_that_would_take_more_than_a_century_is_refused():
    calendar = Calendar(BERLIN, {SATURDAY: (Frame.of("10:00", "10:01"),)})
    with pytest.raises(TooFarAhead):
        add_business(calendar, local(BERLIN, "2025-01-01 00:00"), hours(100))


def test_a_calendar_whose_only_days_are_holidays_is_refused_rather_than_searched_for_ever():
    start = local(BERLIN, "2025-01-01 00:00")
    mondays = frozenset(date(2025, 1, 6) + timedelta(weeks=week) for week in range(101 * 53))
    calendar = Calendar(BERLIN, {MONDAY: (Frame.of("09:00", "17:00"),)}, mondays)
    with pytest.raises(TooFarAhead):
        next_opening(calendar, start)
    with pytest.raises(TooFarAhead):
        add_business(calendar, start, hours(1))


def test_a_span_that_ends_before_it_starts_is_refused():
    start = local(BERLIN, "2025-05-02 10:00")
    with pytest.raises(EndBeforeStart):
        business_between(ALWAYS, start, start - hours(1))
    with pytest.raises(EndBeforeStart):
        list(stretches(ALWAYS, start, start - hours(1)))
    assert business_between(ALWAYS, start, start) == timedelta()


def test_a_negative_amount_is_refused():
    with pytest.raises(AmountNegative):
        add_business(ALWAYS, local(BERLIN, "2025-05-02 10:00"), -hours(1))


def test_a_moment_without_zone_or_out_of_reach_is_refused():
    with pytest.raises(InstantWithoutZone):
        add_business(ALWAYS, datetime(2025, 5, 2, 10), hours(1))
    for day in (date(1, 1, 1), date(1899, 1, 1), date(2501, 12, 31), date(9999, 12, 31)):
        for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
            with pytest.raises(InstantOutOfReach):
                open_at(ALWAYS, datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def test_the_first_and_the_last_moment_within_reach_are_counted_everywhere():
    first, last = datetime(1900, 1, 1, tzinfo=UTC), datetime(2500, 12, 31, 23, 59, tzinfo=UTC)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        calendar = Calendar(zone, DAY_AND_NIGHT)
        assert business_between(calendar, first, last) == last - first
        assert add_business(calendar, last, hours(1)) == last + hours(1)


def test_stretches_tell_why_without_a_gap():
    calendar = Calendar(BERLIN, OFFICE, frozenset({date(2025, 5, 5), date(2025, 5, 4)}))
    told = list(stretches(calendar, local(BERLIN, "2025-05-02 16:00"), local(BERLIN, "2025-05-06 10:00")))
    assert [(stretch.start, stretch.why) for stretch in told] == [
        (local(BERLIN, "2025-05-02 16:00"), Why.OPEN),
        (local(BERLIN, "2025-05-02 17:00"), Why.CLOSED),
        # the Sunday is closed anyway, holiday or not
        (local(BERLIN, "2025-05-05 00:00"), Why.HOLIDAY),
        (local(BERLIN, "2025-05-06 00:00"), Why.CLOSED),
        (local(BERLIN, "2025-05-06 09:00"), Why.OPEN),
    ]
    assert sum((stretch.counted for stretch in told), timedelta()) == hours(2)


def test_a_stretch_that_is_open_day_and_night_is_one():
    (told,) = stretches(ALWAYS, local(BERLIN, "2025-01-01 00:00"), local(BERLIN, "2026-01-01 00:00"))
    assert told.counted == timedelta(days=365)
