"""One department: its name, who is on duty and who works in it, its hours, its standard, closing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upheld.cases.models import Case
from upheld.channels.models import Mailbox
from upheld.clock import calendars
from upheld.people import organising
from upheld.people import queries as people
from upheld.people.models import Calendar, Department, Person
from upheld.promises.models import Promise, Standard
from upheld.promises.queries import standards_in_force
from upheld.refusals import Refusal
from upheld.web import week
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.settings_forms import HoursForm, StandardForm
from upheld.web.pages.settings_people_forms import DutyForm, NameForm
from upheld.web.pages.settings_places import show
from upheld.web.pages.settings_standards import end_by, example, numbers, said, set_by

HERE = "settings_departments"
ALONE = ("settings_hours", "settings_department_hours", "settings_department_standard")


@door("sets_up")
@require_GET
def department(request: StaffRequest, pk: int) -> HttpResponse:
    """One department."""
    return _one(request, _department(pk))


@door("sets_up")
@require_POST
def name(request: StaffRequest, pk: int) -> HttpResponse:
    """Another name."""
    one, form = _department(pk), NameForm(request.POST)
    if form.is_valid():
        try:
            organising.rename(one, form.cleaned_data["name"], by=request.person.actor, at=request.at)
        except Refusal as refusal:
            form.add_error("name", refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_department", pk=pk)
    return _one(request, one, name=form, status=422)


@door("sets_up")
@require_POST
def duty(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody else is on duty from now on."""
    one, form = _department(pk), DutyForm(request.POST)
    if form.is_valid():
        try:
            organising.hand_duty(
                one, to=form.cleaned_data["duty_owner"], by=request.person.actor, at=request.at
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_department", pk=pk)
    return _one(request, one, duty=form, status=422)


@door("sets_up")
@require_POST
def hours(request: StaffRequest, pk: int) -> HttpResponse:
    """Other opening hours. Clocks that run keep the due moment that they were given."""
    one, form = _department(pk), HoursForm(request.POST)
    if form.is_valid():
        try:
            save_hours(one.calendar, form.cleaned_data, at=request.at)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Saved. Clocks that run already keep their dates."))
            return _back(one)
    return _one(request, one, hours=form, status=422)


@door("sets_up")
@require_POST
def standard(request: StaffRequest, pk: int) -> HttpResponse:
    """The first answer, in this department; where there is no other, in the whole company."""
    one, form = _department(pk), StandardForm(request.POST)
    everywhere = is_alone(one) and not _own(one)
    if set_by(request, form, None if everywhere else one):
        return _back(one)
    return _one(request, one, standard=form, status=422)


@door("sets_up")
@require_POST
def end_standard(request: StaffRequest, pk: int) -> HttpResponse:
    """The department's own standard ends; everybody's holds there, if there is one."""
    one = _department(pk)
    holds = _own(one) or (_everybodys() if is_alone(one) else None)
    end_by(request, holds)
    return _back(one)


@door("sets_up")
@require_GET
def hours_alone(request: StaffRequest) -> HttpResponse:
    """Hours and standard of a company that is not divided."""
    alone = people.only_department()
    return _one(request, _department(alone.pk)) if alone else redirect(HERE)


@door("sets_up")
@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Nothing new comes to it. What it holds is counted here, because only the roof sees every room."""
    one = _department(pk)
    try:
        with transaction.atomic():
            organising.close(one, **_held(one), by=request.person.actor, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("%(name)s is closed.") % {"name": one.name})
    return redirect("settings_department", pk=pk)


@door("sets_up")
@require_POST
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """It works again."""
    one = _department(pk)
    try:
        organising.reopen(one, by=request.person.actor, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("%(name)s is open again.") % {"name": one.name})
    return redirect("settings_department", pk=pk)


def is_alone(one: Department) -> bool:
    """Whether there is no other department, so that nobody is told of any."""
    return people.only_department() == one


def _back(one: Department) -> HttpResponse:
    return redirect("settings_hours") if is_alone(one) else redirect("settings_department", pk=one.pk)


def _own(one: Department) -> Standard | None:
    return next((found for found in standards_in_force() if found.department_id == one.pk), None)


def _everybodys() -> Standard | None:
    return next((found for found in standards_in_force() if found.department_id is None), None)


def _held(one: Department) -> dict[str, int]:
    return {
        "cases": Case.objects.open().filter(department=one).count(),
        "promises": Promise.objects.owed().filter(department=one).count(),
        "mailboxes": Mailbox.objects.filter(department=one, closed_at__isnull=True).count(),
    }


def _department(pk: int) -> Department:
    rows = Department.objects.select_related("calendar", "duty_owner")
    found = rows.prefetch_related("calendar__frames", "calendar__closed_days").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _one(
    request: StaffRequest,
    one: Department,
    *,
    name: NameForm | None = None,
    duty: DutyForm | None = None,
    hours: HoursForm | None = None,
    standard: StandardForm | None = None,
    status: int = 200,
) -> HttpResponse:
    own = _own(one)
    holds = own or _everybodys()
    # The whole page of a department is opened from the list of them; its hours alone stand by themselves.
    place = request.resolver_match.url_name if request.resolver_match else ""
    alone = is_alone(one) and place in ALONE
    shared = one.calendar.departments.filter(closed_at__isnull=True).exclude(pk=one.pk).order_by("sort_key")
    context = {
        "one": one,
        "name": name or NameForm(initial={"name": one.name}),
        "people": Person.objects.working_here().filter(departments=one).order_by("sort_key", "pk"),
        "held": _held(one),
        "duty": duty or DutyForm(initial={"duty_owner": one.duty_owner_id}),
        "hours": hours or HoursForm(initial=week_of(one.calendar).initial),
        "standard": standard or StandardForm(initial=numbers(holds)),
        "in_force": said(holds),
        "is_own": own is not None,
        "alone": alone,
        "ends": own is not None or (alone and holds is not None),
        "drawn": week.draw(week_of(one.calendar).said["weekly"]),
        "example": example(one.calendar, holds, request.at) if holds else "",
        "shared": [row.name for row in shared],
    }
    template = "settings_hours.html" if alone else "settings_department.html"
    return show(request, template, context, here="settings_hours" if alone else HERE, status=status)


def save_hours(calendar: Calendar, said: Mapping[str, Any], *, at: datetime) -> None:
    """The hours that a form says, with the public holidays of some years to come."""
    with transaction.atomic():
        organising.keep_hours(
            calendar.name, zone=said["zone"], weekly=said["weekly"], closed=said["closed"],
            country=said["country"].upper(), subdivision=said["subdivision"].upper(),
            years=organising.holiday_years(at),
        )  # fmt: skip


@dataclass(frozen=True)
class Week:
    """A calendar as a form begins with it, and as a form that was filled in would say it."""

    initial: dict[str, Any]
    said: dict[str, Any]


def week_of(calendar: Calendar) -> Week:
    """The week, and the closed days but for the public holidays that the country brings along by itself."""
    weekly = week.weekly_of(calendar)
    known = sorted(calendar.closed_days.all(), key=lambda one: one.day)
    holidays = _holidays(calendar, {one.day.year for one in known})
    closed = {one.day: one.name for one in known if one.day not in holidays}
    shared = {"zone": calendar.zone, "country": calendar.country, "subdivision": calendar.subdivision}
    days = {f"day{day}": ", ".join(_frame(*one) for one in frames) for day, frames in weekly.items()}
    lines = "\n".join(f"{day.isoformat()} {name}".strip() for day, name in closed.items())
    return Week({**shared, "closed": lines, **days}, {**shared, "closed": closed, "weekly": weekly})


def _frame(opens: int, closes: int) -> str:
    return f"{opens // 60}:{opens % 60:02}-{closes // 60}:{closes % 60:02}"


def _holidays(calendar: Calendar, years: set[int]) -> set[Any]:
    """The public holidays that the country brings along by itself; they need not be written down."""
    if not calendar.country:
        return set()
    return set(calendars.named_public_holidays(calendar.country, calendar.subdivision, years))


urlpatterns: list[URLPattern] = [
    path("settings/hours", hours_alone, name="settings_hours"),
    path(
        "settings/departments/<int:pk>/standard-ending",
        end_standard,
        name="settings_department_standard_ending",
    ),
    path("settings/departments/<int:pk>", department, name="settings_department"),
    path("settings/departments/<int:pk>/name", name, name="settings_department_name"),
    path("settings/departments/<int:pk>/duty", duty, name="settings_department_duty"),
    path("settings/departments/<int:pk>/hours", hours, name="settings_department_hours"),
    path("settings/departments/<int:pk>/standard", standard, name="settings_department_standard"),
    path("settings/departments/<int:pk>/closing", close, name="settings_department_closing"),
    path("settings/departments/<int:pk>/reopening", reopen, name="settings_department_reopening"),
]
