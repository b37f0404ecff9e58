"""The company, its calendars and its departments."""

from datetime import date

import pytest

from upheld.clock import calendars
from upheld.clock.zones import ZoneUnknown
from upheld.people import organising, queries
from upheld.people.models import Company
from upheld.people.names import sort_key
from upheld.people.tests.makers import make_company

pytestmark = pytest.mark.django_db


def test_there_is_one_company_and_it_can_be_corrected():
    make_company()
    organising.found("Harbour Shoes Ltd", zone="Europe/London", prefix="hs")
    assert Company.objects.count() == 1
    assert queries.company().prefix == "HS"


def test_before_anybody_set_up_there_is_a_company_without_a_row():
    assert queries.company().pk is None


def test_a_calendar_has_several_frames_a_day_and_its_country_s_holidays():
    calendar = organising.keep_hours(
        "Office",
        zone="Europe/Berlin",
        weekly={0: [(780, 1440), (540, 720)]},
        country="DE",
        years=range(2026, 2027),
    )
    arithmetic = calendar.as_clock()
    assert [str(frame) for frame in arithmetic.weekly[0]] == ["09:00-12:00", "13:00-24:00"]
    assert date(2026, 12, 25) in arithmetic.holidays


@pytest.mark.parametrize(
    ("weekly", "refusal"),
    [
        ({}, calendars.NeverOpen),
        ({0: [(540, 720), (700, 800)]}, calendars.FramesOverlap),
        ({0: [(720, 540)]}, calendars.FrameBackwards),
        ({9: [(540, 720)]}, calendars.WeekdayUnknown),
    ],
)
def test_hours_that_cannot_work_are_refused(weekly, refusal):
    with pytest.raises(refusal):
        organising.keep_hours("Office", zone="Europe/Berlin", weekly=weekly)


def test_an_unknown_zone_is_refused():
    with pytest.raises(ZoneUnknown):
        organising.found("Harbour Shoes", zone="Europe/Atlantis", prefix="HS")
    with pytest.raises(ZoneUnknown):
        organising.keep_hours("Office", zone="Mars/Olympus", weekly={0: [(540, 720)]})


def test_names_sort_as_people_expect():
    names = ["Zoe", "Ärmel", "Øster", "arnold", "Oster", "Strauß", "Strauss-Ende"]
    assert sorted(names, key=sort_key) == [
        "Ärmel", "arnold", "Øster", "Oster", "Strauß", "Strauss-Ende", "Zoe"
    ]  # fmt: skip
