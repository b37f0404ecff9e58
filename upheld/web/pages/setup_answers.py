"""The fifth question: how soon letters are answered, as a sentence whose meaning is told while it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upheld.people import queries as people
from upheld.promises import standards
from upheld.promises.models import Standard
from upheld.promises.queries import standards_in_force
from upheld.refusals import Refusal
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.settings_standards import meaning, numbers
from upheld.web.pages.setup_forms import AnswersQuestion
from upheld.web.pages.setup_frame import after, ask

HERE = "setup_answers"
USUAL = {"hours": 4, "share": 95}


@door("sets_up")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Two numbers in a sentence."""
    holds = in_force()
    form = AnswersQuestion(request.POST or None, initial=numbers(holds) if holds else USUAL)
    if request.method == "POST" and form.is_valid():
        try:
            standards.set(
                Standard.Measure.FIRST_ANSWER, department=holds.department if holds else None,
                minutes=form.cleaned_data["hours"], share=form.cleaned_data["share"],
                by=request.person.actor, at=request.at,
            )  # fmt: skip
        except standards.SameStandard:
            return redirect(after(HERE))
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect(after(HERE))
    said = form.initial if not form.is_bound else form.cleaned_data if form.is_valid() else None
    context = {"form": form, "meaning": _meaning(request, said, form.is_bound)}
    status = 422 if request.method == "POST" else 200
    return ask(request, "setup/answers.html", context, place=HERE, status=status)


@door("sets_up")
@require_POST
def means(request: StaffRequest) -> HttpResponse:
    """What the two numbers mean: a fragment."""
    form = AnswersQuestion(request.POST)
    said = form.cleaned_data if form.is_valid() else None
    context = {"meaning": _meaning(request, said, True) if said else _("Write two numbers.")}
    return HttpResponse(render_to_string("setup/meaning.html", context))


def in_force() -> Standard | None:
    """The standard that holds where the company is not divided: the one department's own, else everybody's."""
    own = {one.department_id: one for one in standards_in_force()}
    alone = people.only_department()
    return (own.get(alone.pk) if alone else None) or own.get(None)


def _meaning(request: StaffRequest, said: Mapping[str, Any] | None, cleaned: bool) -> str:
    """The sentence for what stands in the form; hours there, minutes once they were read."""
    department = people.open_departments().first()
    if department is None or said is None:
        return ""
    minutes = said["hours"] if cleaned else round(said["hours"] * 60)
    return meaning(department.calendar, minutes, request.at)


urlpatterns: list[URLPattern] = [
    path("setup/answers", page, name="setup_answers"),
    path("setup/answers/meaning", means, name="setup_answers_meaning"),
]
