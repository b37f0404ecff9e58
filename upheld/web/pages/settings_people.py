"""People: who works here, letting somebody in, and somebody leaving."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upheld.people import hiring
from upheld.people.models import Person
from upheld.refusals import Refusal
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.settings_forms import HireForm
from upheld.web.pages.settings_places import show


@door("sets_up")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Everybody who works here, and a form for somebody new."""
    form = HireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = _hire(request, form)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(who)s can sign in now.") % {"who": person.name})
            return redirect("settings_people")
    rows = (
        Person.objects.working_here().select_related("login").prefetch_related("departments", "on_duty_for")
    )
    context = {
        "rows": list(rows.order_by("sort_key", "pk")),
        "form": form,
        "open_new": bool(form.errors),
    }
    return show(
        request, "settings_people.html", context, here="settings_people", status=422 if form.errors else 200
    )


@door("sets_up")
@require_POST
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody leaves: no more signing in, no more new cases."""
    person = Person.objects.working_here().filter(pk=pk).first()
    if person is None:
        raise Http404
    if person == request.person:
        messages.error(request, _("Somebody else must say that you leave."))
        return redirect("settings_people")
    try:
        hiring.leave(person, by=request.person.actor, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("%(who)s has left and cannot sign in any more.") % {"who": person.name})
    return redirect("settings_people")


def _hire(request: StaffRequest, form: HireForm) -> Person:
    said = form.cleaned_data
    with transaction.atomic():
        person = hiring.hire(
            said["name"], role=said["role"], departments=list(said["departments"]), by=request.person.actor,
            at=request.at,
        )  # fmt: skip
        hiring.let_in(person, email=said["email"], password=said["password"], at=request.at)
    return person


urlpatterns: list[URLPattern] = [
    path("settings/people", page, name="settings_people"),
    path("settings/people/<int:pk>/leaving", leave, name="settings_people_leaving"),
]
