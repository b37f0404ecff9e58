"""Health says when the hours are about to run out of holidays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from upheld.people import organising
from upheld.people.models import Calendar
from upheld.people.tests.makers import WEEK, make_department
from upheld.web.checking.hours import holidays

pytestmark = pytest.mark.django_db

OCTOBER = datetime(2028, 10, 1, 12, tzinfo=UTC)
NOVEMBER = datetime(2028, 11, 3, 12, tzinfo=UTC)


def said(at: datetime) -> list[tuple[bool, str]]:
    return [(check.ok, check.sentence) for check in holidays(at)]


def keep(name: str = "Office hours", *, years: range | None) -> Calendar:
    return organising.keep_hours(name, zone="Europe/Berlin", weekly=WEEK, country="DE", years=years)


def test_hours_without_a_country_have_no_holidays_to_run_out_of() -> None:
    make_department()
    assert said(NOVEMBER) == []


def test_sixty_days_before_the_last_year_ends_somebody_is_told_to_save_the_hours_again() -> None:
    make_department()
    keep(years=range(2026, 2029))
    assert said(OCTOBER) == [(True, "The public holidays of the coming weeks are known.")]
    ((ok, sentence),) = said(NOVEMBER)
    assert not ok
    assert "“Office hours” know the public holidays until the end of 2028 only" in sentence
    keep(years=organising.holiday_years(NOVEMBER))
    assert [ok for ok, _sentence in said(NOVEMBER)] == [True]
    keep(years=None)
    assert said(NOVEMBER) == [(False, "The hours “Office hours” know no public holidays: save them again.")]


def test_hours_that_nobody_works_by_are_left_alone() -> None:
    make_department()
    keep("Old hours", years=range(2026, 2027))
    assert said(NOVEMBER) == []
