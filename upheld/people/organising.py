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
from upheld.people.facts import DepartmentOpened, DutyHandedOver
from upheld.people.models import Calendar, ClosedDay, Company, Department, OpeningFrame, Person, frame_of
from upheld.people.names import sort_key
from upheld.refusals import Refusal

Minutes = tuple[int, int]
"""From and until, in local minutes after midnight; 1440 is midnight at the end of the day."""


class CannotBeOnDuty(Refusal):
    """Only somebody who works here and serves customers is on duty: an agent or a lead."""


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
    """
    # The arithmetic's own calendar refuses what cannot work: unknown zones, overlaps, a week without an opening.
    calendars.Calendar(
        zone=zone, weekly={day: tuple(frame_of(*f) for f in week) for day, week in weekly.items()}
    )
    calendar, _created = Calendar.objects.update_or_create(
        name=name, defaults={"zone": zone, "country": country, "subdivision": subdivision}
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


@transaction.atomic
def open_department(
    name: str, *, calendar: Calendar, duty_owner: Person, by: Actor, at: datetime
) -> Department:
    """A department, and who takes what comes when nobody is present."""
    _refuse_duty(duty_owner)
    department = Department.objects.create(
        name=name.strip(), sort_key=sort_key(name), calendar=calendar, duty_owner=duty_owner
    )
    writing.write(DepartmentOpened(department=department.pk, duty_owner=duty_owner.pk), by=by, at=at)
    return department


@transaction.atomic
def hand_duty(department: Department, *, to: Person, by: Actor, at: datetime) -> Department:
    """Somebody else is on duty from now on."""
    department = Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
    _refuse_duty(to)
    department.duty_owner = to
    department.save(update_fields=["duty_owner"])
    writing.write(DutyHandedOver(department=department.pk, duty_owner=to.pk), by=by, at=at)
    return department


def _refuse_duty(person: Person) -> None:
    if not person.serves:
        raise CannotBeOnDuty(_("Choose an agent or a lead who works here: the duty owner answers for cases."))
