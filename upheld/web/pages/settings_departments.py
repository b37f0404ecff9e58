"""Departments: who is on duty, when they work, and the standard for the first answer, explained with an example."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain, count
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upheld.clock import calendars
from upheld.clock.counting import add_business
from upheld.people import organising
from upheld.people import queries as people
from upheld.people.models import Calendar, Department
from upheld.promises import standards
from upheld.promises.models import Standard
from upheld.promises.queries import standards_in_force
from upheld.refusals import Refusal
from upheld.web import moments
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.settings_forms import DepartmentForm, DutyForm, HoursForm, StandardForm
from upheld.web.pages.settings_places import show

HERE = "settings_departments"
YEARS_AHEAD = 3
FRIDAY = 4


@door("sets_up")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Every department, the standard that holds for all of them, and a form for a new one."""
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = _open(request, form)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Opened: %(name)s.") % {"name": opened.name})
            return redirect("settings_department", pk=opened.pk)
    return _list(request, form=form, status=422 if request.method == "POST" else 200)


@door("sets_up")
@require_POST
def standard_for_all(request: StaffRequest) -> HttpResponse:
    """The first answer, in every department without a standard of its own."""
    form = StandardForm(request.POST)
    if _set(request, form, None):
        return redirect(HERE)
    return _list(request, standard=form, status=422)


@door("sets_up")
@require_http_methods(["GET"])
def department(request: StaffRequest, pk: int) -> HttpResponse:
    """One department."""
    return _one(request, _department(pk))


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
        said, year = form.cleaned_data, request.at.year
        try:
            with transaction.atomic():
                organising.keep_hours(
                    one.calendar.name, zone=said["zone"], weekly=said["weekly"], closed=said["closed"],
                    country=said["country"].upper(), subdivision=said["subdivision"].upper(),
                    years=range(year, year + YEARS_AHEAD),
                )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Saved. Clocks that run already keep their dates."))
            return redirect("settings_department", pk=pk)
    return _one(request, one, hours=form, status=422)


@door("sets_up")
@require_POST
def standard(request: StaffRequest, pk: int) -> HttpResponse:
    """The first answer, in this department."""
    one, form = _department(pk), StandardForm(request.POST)
    if _set(request, form, one):
        return redirect("settings_department", pk=pk)
    return _one(request, one, standard=form, status=422)


def _open(request: StaffRequest, form: DepartmentForm) -> Department:
    said = form.cleaned_data
    with transaction.atomic():
        return organising.open_department(
            said["name"],
            calendar=said["calendar"] or _usual_hours(said["name"]),
            duty_owner=said["duty_owner"],
            by=request.person.actor,
            at=request.at,
        )


def _set(request: StaffRequest, form: StandardForm, where: Department | None) -> bool:
    if not form.is_valid():
        return False
    try:
        standards.set(
            Standard.Measure.FIRST_ANSWER, department=where, minutes=form.cleaned_data["hours"],
            share=form.cleaned_data["share"], by=request.person.actor, at=request.at,
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return False
    messages.success(
        request, _("The standard holds from now on. Letters that wait keep the date they were given.")
    )
    return True


def _department(pk: int) -> Department:
    rows = Department.objects.select_related("calendar", "duty_owner").filter(closed_at__isnull=True)
    found = rows.prefetch_related("calendar__frames", "calendar__closed_days").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _list(
    request: StaffRequest,
    *,
    form: DepartmentForm | None = None,
    standard: StandardForm | None = None,
    status: int = 200,
) -> HttpResponse:
    own = {one.department_id: one for one in standards_in_force()}
    everybodys = own.get(None)
    rows = Department.objects.filter(closed_at__isnull=True).select_related("calendar", "duty_owner")
    context = {
        "rows": [
            {"one": row, "standard": _said(own.get(row.pk) or everybodys), "own": row.pk in own}
            for row in rows.order_by("sort_key")
        ],
        "form": form or DepartmentForm(),
        "standard": standard or StandardForm(initial=_numbers(everybodys)),
        "in_force": _said(everybodys),
        "open_new": form is not None and bool(form.errors),
    }
    return show(request, "settings_departments.html", context, here=HERE, status=status)


def _one(
    request: StaffRequest,
    one: Department,
    *,
    duty: DutyForm | None = None,
    hours: HoursForm | None = None,
    standard: StandardForm | None = None,
    status: int = 200,
) -> HttpResponse:
    own = {found.department_id: found for found in standards_in_force()}
    holds = own.get(one.pk) or own.get(None)
    shared = one.calendar.departments.filter(closed_at__isnull=True).exclude(pk=one.pk).order_by("sort_key")
    context = {
        "one": one,
        "duty": duty or DutyForm(initial={"duty_owner": one.duty_owner_id}),
        "hours": hours or HoursForm(initial=_week(one.calendar)),
        "standard": standard or StandardForm(initial=_numbers(holds)),
        "in_force": _said(holds),
        "is_own": one.pk in own,
        "example": _example(one.calendar, holds, request.at) if holds else "",
        "shared": [row.name for row in shared],
    }
    return show(request, "settings_department.html", context, here=HERE, status=status)


def _said(standard: Standard | None) -> str:
    if standard is None:
        return _("no standard")
    told = moments.length(timedelta(minutes=standard.minutes))
    return _("within %(time)s of business time, in %(share)s of 100") % {
        "time": told,
        "share": standard.share,
    }


def _numbers(standard: Standard | None) -> dict[str, Any]:
    if standard is None:
        return {"hours": 4, "share": 90}
    hours = standard.minutes / 60
    return {"hours": int(hours) if hours.is_integer() else round(hours, 2), "share": standard.share}


def _week(calendar: Calendar) -> dict[str, Any]:
    days: dict[str, list[str]] = {}
    for frame in sorted(calendar.frames.all(), key=lambda one: (one.weekday, one.opens_minute)):
        opens, closes = divmod(frame.opens_minute, 60), divmod(frame.closes_minute, 60)
        days.setdefault(f"day{frame.weekday}", []).append(
            f"{opens[0]}:{opens[1]:02}-{closes[0]}:{closes[1]:02}"
        )
    known = sorted(calendar.closed_days.all(), key=lambda one: one.day)
    holidays = _holidays(calendar, {one.day.year for one in known})
    closed = [f"{one.day.isoformat()} {one.name}".strip() for one in known if one.day not in holidays]
    return {
        "zone": calendar.zone,
        "country": calendar.country,
        "subdivision": calendar.subdivision,
        "closed": "\n".join(closed),
        **{day: ", ".join(frames) for day, frames in days.items()},
    }


def _holidays(calendar: Calendar, years: set[int]) -> set[Any]:
    """The public holidays that the country brings along by itself; they need not be written down."""
    if not calendar.country:
        return set()
    return set(calendars.named_public_holidays(calendar.country, calendar.subdivision, years))


def _example(calendar: Calendar, standard: Standard, at: datetime) -> str:
    """The standard in the words of those who keep it: a letter of next Friday afternoon."""
    here = ZoneInfo(calendar.zone)
    now = at.astimezone(here)
    ahead = (FRIDAY - now.weekday()) % 7 or 7
    letter = (now + timedelta(days=ahead)).replace(hour=16, minute=0, second=0, microsecond=0)
    try:
        due = add_business(calendar.as_clock(), letter, timedelta(minutes=standard.minutes))
    except Refusal as refusal:
        return refusal.sentence
    return _("A letter that comes %(letter)s is answered by %(due)s.") % {
        "letter": moments.long(letter, zone=calendar.zone),
        "due": moments.long(due, zone=calendar.zone),
    }


def _usual_hours(name: str) -> Calendar:
    """Monday to Friday, nine to five: hours of a department's own to begin with."""
    names = chain([name], (f"{name} {number}" for number in count(2)))
    free = next(one for one in names if not Calendar.objects.filter(name=one).exists())
    weekly = {day: [(9 * 60, 17 * 60)] for day in range(5)}
    return organising.keep_hours(free, zone=people.company().zone, weekly=weekly)


urlpatterns: list[URLPattern] = [
    path("settings/departments", page, name="settings_departments"),
    path("settings/departments/standard", standard_for_all, name="settings_standard"),
    path("settings/departments/<int:pk>", department, name="settings_department"),
    path("settings/departments/<int:pk>/duty", duty, name="settings_department_duty"),
    path("settings/departments/<int:pk>/hours", hours, name="settings_department_hours"),
    path("settings/departments/<int:pk>/standard", standard, name="settings_department_standard"),
]
