"""The fourth question: when it is open. The week is drawn while its hours are written."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upheld.people import queries as people
from upheld.people.models import Calendar
from upheld.refusals import Refusal
from upheld.web import week
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.settings_department import save_hours, week_of
from upheld.web.pages.setup_forms import HoursQuestion, country_of
from upheld.web.pages.setup_frame import after, ask

HERE = "setup_hours"


@door("sets_up")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """The week with its stretches, and whose public holidays are kept."""
    department = people.open_departments().first()
    if department is None:
        return redirect("settings_departments")
    known = week_of(department.calendar).initial
    known["country"] = known["country"] or country_of(department.calendar.zone)
    form = HoursQuestion(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            save_hours(department.calendar, form.cleaned_data, at=request.at)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect(after(HERE))
    context = {"form": form, "drawn": _drawn(form, department.calendar)}
    status = 422 if request.method == "POST" else 200
    return ask(request, "setup/hours.html", context, place=HERE, status=status)


@door("sets_up")
@require_POST
def picture(request: StaffRequest) -> HttpResponse:
    """The week as it is written so far: a fragment."""
    form = HoursQuestion(request.POST)
    wrong = _("One day cannot be read yet.")
    drawn = week.draw(form.cleaned_data["weekly"]) if form.is_valid() else None
    return HttpResponse(
        render_to_string("setup/week.html", {"drawn": drawn, "sentence": "" if drawn else wrong})
    )


def _drawn(form: HoursQuestion, calendar: Calendar) -> week.Drawn:
    if form.is_bound and form.is_valid():
        return week.draw(form.cleaned_data["weekly"])
    return week.draw(week_of(calendar).said["weekly"])


urlpatterns: list[URLPattern] = [
    path("setup/hours", page, name="setup_hours"),
    path("setup/hours/picture", picture, name="setup_hours_picture"),
]
