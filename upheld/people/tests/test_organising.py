"""The company, its calendars and its departments."""

from datetime import UTC, date, datetime

import pytest

from upheld.clock import calendars
from upheld.clock.zones import ZoneUnknown
from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.people import organising, queries
from upheld.people.models import Company
from upheld.people.names import sort_key
from upheld.people.tests.makers import MONDAY, make_calendar, make_company, make_department, make_person

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


def test_holidays_are_written_down_for_this_year_and_four_more():
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    years = organising.holiday_years(new_year)
    assert list(years) == [2026, 2027, 2028, 2029, 2030]
    calendar = organising.keep_hours(
        "Office", zone="Europe/Berlin", weekly={0: [(540, 720)]}, country="DE", years=years
    )
    assert calendar.holidays_until == date(2030, 12, 31)
    assert calendar.closed_days.filter(day=date(2030, 12, 25)).exists()
    without = organising.keep_hours("Office", zone="Europe/Berlin", weekly={0: [(540, 720)]}, years=years)
    assert without.holidays_until is None


def test_whoever_is_on_duty_for_a_new_department_belongs_to_it():
    ada = make_person()
    service = organising.open_department(
        " Service ", calendar=make_calendar(), duty_owner=ada, by=CLOCK, at=MONDAY
    )
    assert service.name == "Service"
    assert list(ada.departments.all()) == [service]


@pytest.mark.parametrize("role", ["colleague", "manager", "administrator"])
def test_whoever_does_not_serve_is_not_on_duty(role):
    with pytest.raises(organising.CannotBeOnDuty):
        make_department(duty=make_person("Nora Lunde", role=role))


def test_a_department_s_name_is_its_own_whatever_the_case():
    service, returns = make_department(), make_department("Returns", duty=make_person())
    organising.close(returns, cases=0, promises=0, mailboxes=0, by=CLOCK, at=MONDAY)
    for name in ("service", " RETURNS "):
        with pytest.raises(organising.NameTaken):
            organising.open_department(
                name, calendar=service.calendar, duty_owner=service.duty_owner, by=CLOCK, at=MONDAY
            )
    with pytest.raises(organising.NameMissing):
        organising.rename(service, "  ", by=CLOCK, at=MONDAY)
    with pytest.raises(organising.NameTaken):
        organising.rename(service, "returns", by=CLOCK, at=MONDAY)
    with pytest.raises(organising.NameTaken):
        organising.rename(service, "Service", by=CLOCK, at=MONDAY)


def test_a_department_gets_another_name_and_the_fact_holds_none():
    service = make_department()
    assert organising.rename(service, "SERVICE", by=CLOCK, at=MONDAY).name == "SERVICE"
    renamed = organising.rename(service, "Ärger", by=CLOCK, at=MONDAY)
    assert (renamed.name, renamed.sort_key) == ("Ärger", "arger")
    assert Record.objects.filter(kind="people.DepartmentRenamed/1").first().data == {"department": service.pk}


@pytest.mark.parametrize("held", ["cases", "promises", "mailboxes"])
def test_a_department_that_holds_something_stays_open(held):
    make_department()
    returns = make_department("Returns", duty=make_person())
    nothing = {"cases": 0, "promises": 0, "mailboxes": 0}
    with pytest.raises(organising.StillHolds, match=f"{held}: 2"):
        organising.close(returns, **nothing | {held: 2}, by=CLOCK, at=MONDAY)
    returns.refresh_from_db()
    assert returns.closed_at is None


def test_a_department_closes_and_opens_again_and_the_last_one_stays():
    service, returns = make_department(), make_department("Returns", duty=make_person())
    nothing = {"cases": 0, "promises": 0, "mailboxes": 0}
    assert organising.close(returns, **nothing, by=CLOCK, at=MONDAY).closed_at == MONDAY
    with pytest.raises(organising.AlreadyClosed):
        organising.close(returns, **nothing, by=CLOCK, at=MONDAY)
    with pytest.raises(organising.OnlyDepartment):
        organising.close(service, **nothing, by=CLOCK, at=MONDAY)
    assert organising.reopen(returns, by=CLOCK, at=MONDAY).closed_at is None
    with pytest.raises(organising.NotClosed):
        organising.reopen(returns, by=CLOCK, at=MONDAY)
    kinds = Record.objects.filter(about__contains=[f"department:{returns.pk}"]).order_by("id")
    assert [one.kind for one in kinds] == [
        "people.DepartmentOpened/1", "people.DepartmentClosed/1", "people.DepartmentReopened/1"
    ]  # fmt: skip
