"""The company and its departments: calendars with several frames a day, and somebody always answerable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.clock import calendars
from upheld.clock.zones import zone_named
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.facts import (
    DepartmentClosed,
    DepartmentOpened,
    DepartmentRenamed,
    DepartmentReopened,
    DutyHandedOver,
)
from upheld.people.models import Calendar, ClosedDay, Company, Department, OpeningFrame, Person, frame_of
from upheld.people.names import sort_key
from upheld.refusals import Refusal

HOLIDAY_YEARS = 5
"""How many years of public holidays are written down at once, the present one included."""
Minutes = tuple[int, int]
"""From and until, in local minutes after midnight; 1440 is midnight at the end of the day."""


class CannotBeOnDuty(Refusal):
    """Only somebody who works here and serves customers is on duty: an agent or a lead."""


class NameMissing(Refusal):
    """A department has a name."""


class NameTaken(Refusal):
    """There is a department with this name already."""


class StillHolds(Refusal):
    """A department closes when nothing is left in it: no open case, no promise owed, no mailbox."""


class OnlyDepartment(Refusal):
    """Letters need a department that takes them: open another one before you close the last."""


class AlreadyClosed(Refusal):
    """This department is closed."""


class NotClosed(Refusal):
    """This department is not closed."""


@transaction.atomic
def found(name: str, *, zone: str, prefix: str, phone: str = "") -> Company:
    """Write down whose installation this is; again, to correct it."""
    zone_named(zone)
    company, _created = Company.objects.update_or_create(
        only=True,
        defaults={"name": name.strip(), "zone": zone, "prefix": prefix.strip().upper(), "phone": phone},
    )
    return company


@transaction.atomic
def keep_hours(
    name: str,
    *,
    zone: str,
    weekly: Mapping[int, Sequence[Minutes]],
    closed: Mapping[date, str] | None = None,
    country: str = "",
    subdivision: str = "",
    years: range | None = None,
) -> Calendar:
    """A calendar with its frames and closed days, public holidays included when a country is given.

    `weekly` maps weekdays (Monday 0) to frames. Frames that overlap, and a week without any, are refused. Writing the
    same name again replaces what it held; clocks that run keep the due moment that they were given.
    `years` is whose public holidays are written down; `holiday_years` says which those are for a moment.
    """
    # The arithmetic's own calendar refuses what cannot work: unknown zones, overlaps, a week without an opening.
    calendars.Calendar(
        zone=zone, weekly={day: tuple(frame_of(*f) for f in week) for day, week in weekly.items()}
    )
    until = date(years[-1], 12, 31) if country and years else None
    calendar, _created = Calendar.objects.update_or_create(
        name=name,
        defaults={"zone": zone, "country": country, "subdivision": subdivision, "holidays_until": until},
    )
    calendar.frames.all().delete()
    OpeningFrame.objects.bulk_create(
        OpeningFrame(calendar=calendar, weekday=day, opens_minute=opens, closes_minute=closes)
        for day, frames in weekly.items()
        for opens, closes in frames
    )
    days = dict(closed or {})
    if country and years:
        for day, holiday in calendars.named_public_holidays(country, subdivision, years).items():
            days.setdefault(day, holiday)
    calendar.closed_days.all().delete()
    ClosedDay.objects.bulk_create(
        ClosedDay(calendar=calendar, day=day, name=name) for day, name in days.items()
    )
    return calendar


def holiday_years(at: datetime) -> range:
    """This year and the next ones, as far as public holidays are worth writing down."""
    return range(at.year, at.year + HOLIDAY_YEARS)


@transaction.atomic
def open_department(
    name: str, *, calendar: Calendar, duty_owner: Person, by: Actor, at: datetime
) -> Department:
    """A department, and who takes what comes when nobody is present; they belong to it."""
    _refuse_duty(duty_owner)
    name = _free_name(name)
    department = Department.objects.create(
        name=name, sort_key=sort_key(name), calendar=calendar, duty_owner=duty_owner
    )
    duty_owner.departments.add(department)
    writing.write(DepartmentOpened(department=department.pk, duty_owner=duty_owner.pk), by=by, at=at)
    return department


@transaction.atomic
def rename(department: Department, name: str, *, by: Actor, at: datetime) -> Department:
    """Another name from now on, for what was said before too."""
    department = _locked(department)
    department.name = _free_name(name, but=department)
    department.sort_key = sort_key(name)
    department.save(update_fields=["name", "sort_key"])
    writing.write(DepartmentRenamed(department=department.pk), by=by, at=at)
    return department


@transaction.atomic
def close(
    department: Department, *, cases: int, promises: int, mailboxes: int, by: Actor, at: datetime
) -> Department:
    """Nothing new comes to it. Its duty owner stays, for customers who take up what is long over.

    How many open cases, owed promises and open mailboxes it holds is known in rooms above: whoever asks says it.
    """
    department = _locked(department)
    if department.closed_at:
        raise AlreadyClosed
    if cases or promises or mailboxes:
        told = {"cases": cases, "promises": promises, "mailboxes": mailboxes}
        raise StillHolds(
            _("It still holds open cases: %(cases)s, promises: %(promises)s, mailboxes: %(mailboxes)s.")
            % told
        )
    if not Department.objects.filter(closed_at__isnull=True).exclude(pk=department.pk).exists():
        raise OnlyDepartment
    department.closed_at = at
    department.save(update_fields=["closed_at"])
    writing.write(DepartmentClosed(department=department.pk), by=by, at=at)
    return department


@transaction.atomic
def reopen(department: Department, *, by: Actor, at: datetime) -> Department:
    """It works again, with the hours, the people and the duty owner that it had."""
    department = _locked(department)
    if not department.closed_at:
        raise NotClosed
    department.closed_at = None
    department.save(update_fields=["closed_at"])
    writing.write(DepartmentReopened(department=department.pk), by=by, at=at)
    return department


@transaction.atomic
def hand_duty(department: Department, *, to: Person, by: Actor, at: datetime) -> Department:
    """Somebody else is on duty from now on."""
    department = _locked(department)
    _refuse_duty(to)
    department.duty_owner = to
    department.save(update_fields=["duty_owner"])
    writing.write(DutyHandedOver(department=department.pk, duty_owner=to.pk), by=by, at=at)
    return department


def _locked(department: Department) -> Department:
    return Department.objects.select_for_update(of=("self",)).get(pk=department.pk)


def _free_name(name: str, *, but: Department | None = None) -> str:
    name = name.strip()
    if not name:
        raise NameMissing(_("Write the department's name."))
    others = Department.objects.filter(name__iexact=name)
    if but is not None:
        if but.name == name:
            raise NameTaken(_("That is its name already."))
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise NameTaken(_("There is a department with this name already, perhaps a closed one."))
    return name


def _refuse_duty(person: Person) -> None:
    if not person.serves:
        raise CannotBeOnDuty(_("Choose an agent or a lead who works here: the duty owner answers for cases."))
