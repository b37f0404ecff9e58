"""People: who works here, and letting somebody in."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upheld.people import hiring, inviting
from upheld.people import queries as people
from upheld.people.models import Person
from upheld.refusals import Refusal
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import settings_person
from upheld.web.pages.settings_people_forms import HireForm
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
            if not form.cleaned_data["password"]:
                messages.success(request, _("Hand %(who)s the link.") % {"who": person.first_name})
                return redirect("settings_person", pk=person.pk)
            messages.success(request, _("%(who)s can sign in now.") % {"who": person.name})
            return redirect("settings_people")
    rows = (
        Person.objects.working_here().select_related("login").prefetch_related("departments", "on_duty_for")
    )
    context = {
        "rows": list(rows.order_by("sort_key", "pk")),
        "form": form,
        "rights_differ": people.rights_differ(),
        "open_new": bool(form.errors),
    }
    return show(
        request, "settings_people.html", context, here="settings_people", status=422 if form.errors else 200
    )


def _hire(request: StaffRequest, form: HireForm) -> Person:
    said = form.cleaned_data
    with transaction.atomic():
        person = hiring.hire(
            said["name"], role=said["role"], departments=form.chosen, by=request.person.actor, at=request.at
        )
        if said["sets_up_too"]:
            hiring.change(
                person, name=person.name, role=person.role, departments=form.chosen, sets_up_too=True,
                by=request.person.actor, at=request.at,
            )  # fmt: skip
        if said["password"]:
            hiring.let_in(person, email=said["email"], password=said["password"], at=request.at)
        else:
            inviting.invite(person, email=said["email"], at=request.at)
    return person


urlpatterns: list[URLPattern] = [
    path("settings/people", page, name="settings_people"),
    *settings_person.urlpatterns,
]
