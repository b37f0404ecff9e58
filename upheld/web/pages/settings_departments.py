"""Departments: opening one with its hours and somebody on duty, and the standard that holds in all of them."""

from __future__ import annotations

from itertools import chain, count

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upheld.people import hiring, organising
from upheld.people import queries as people
from upheld.people.models import Calendar, Department
from upheld.promises.queries import standards_in_force
from upheld.refusals import Refusal
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import settings_department
from upheld.web.pages.settings_forms import StandardForm
from upheld.web.pages.settings_people_forms import DepartmentForm
from upheld.web.pages.settings_places import show
from upheld.web.pages.settings_standards import end_by, numbers, said, set_by

HERE = "settings_departments"


@door("sets_up")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Every department, the standard that holds for all of them, and a form for a new one."""
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = _open(request, form)
        except (organising.NameTaken, organising.NameMissing) as refusal:
            form.add_error("name", refusal.sentence)
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
    if set_by(request, form, None):
        return redirect(HERE)
    return _list(request, standard=form, status=422)


@door("sets_up")
@require_POST
def end_standard_for_all(request: StaffRequest) -> HttpResponse:
    """The standard for all ends; departments with one of their own keep it."""
    end_by(request, next((one for one in standards_in_force() if one.department_id is None), None))
    return redirect(HERE)


def _open(request: StaffRequest, form: DepartmentForm) -> Department:
    given = form.cleaned_data
    by, at = request.person.actor, request.at
    with transaction.atomic():
        opened = organising.open_department(
            given["name"], calendar=given["calendar"] or _usual_hours(given["name"]), duty_owner=given["duty_owner"],
            by=by, at=at,
        )  # fmt: skip
        for one in given["people"].exclude(pk=given["duty_owner"].pk):
            theirs = [*one.departments.all(), opened]
            hiring.change(one, name=one.name, role=one.role, departments=theirs, by=by, at=at)
    return opened


def _list(
    request: StaffRequest,
    *,
    form: DepartmentForm | None = None,
    standard: StandardForm | None = None,
    status: int = 200,
) -> HttpResponse:
    own = {one.department_id: one for one in standards_in_force()}
    everybodys = own.get(None)
    rows = Department.objects.select_related("calendar", "duty_owner")
    context = {
        "rows": [
            {"one": row, "standard": said(own.get(row.pk) or everybodys), "own": row.pk in own}
            for row in rows.order_by(F("closed_at").asc(nulls_first=True), "sort_key")
        ],
        "form": form or DepartmentForm(),
        "standard": standard or StandardForm(initial=numbers(everybodys)),
        "in_force": said(everybodys),
        "holds": everybodys is not None,
        "open_new": form is not None and bool(form.errors),
    }
    return show(request, "settings_departments.html", context, here=HERE, status=status)


def _usual_hours(name: str) -> Calendar:
    """Monday to Friday, nine to five: hours of a department's own to begin with."""
    names = chain([name], (f"{name} {number}" for number in count(2)))
    free = next(one for one in names if not Calendar.objects.filter(name=one).exists())
    weekly = {day: [(9 * 60, 17 * 60)] for day in range(5)}
    return organising.keep_hours(free, zone=people.company().zone, weekly=weekly)


urlpatterns: list[URLPattern] = [
    path("settings/departments", page, name="settings_departments"),
    path("settings/departments/standard-ending", end_standard_for_all, name="settings_standard_ending"),
    path("settings/departments/standard", standard_for_all, name="settings_standard"),
    *settings_department.urlpatterns,
]
