"""Settings, for administrators: the company, its mailboxes, departments and people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from upheld.channels.models import Mailbox
from upheld.people import organising
from upheld.people import queries as people
from upheld.people.models import Department, Person
from upheld.promises.queries import standards_in_force
from upheld.refusals import Refusal
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import settings_departments, settings_mailboxes, settings_people
from upheld.web.pages.settings_forms import CompanyForm
from upheld.web.pages.settings_places import show


@door("sets_up")
@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    """What is set up and what is still missing, each with the place where it is done."""
    boxes = Mailbox.objects.filter(closed_at__isnull=True).count()
    departments = Department.objects.filter(closed_at__isnull=True).count()
    staff = Person.objects.working_here().count()
    standard = bool(standards_in_force())
    steps = [
        _step(departments, "settings_departments", _("Departments"), ngettext(
            "%(n)s department works by its hours.", "%(n)s departments work by their hours.", departments
        ), _("Open a department: without one nobody can take a letter.")),
        _step(boxes, "settings_mailboxes", _("Mailboxes"), ngettext(
            "Letters come through %(n)s mailbox.", "Letters come through %(n)s mailboxes.", boxes
        ), _("Connect a mailbox: letters come and leave through it.")),
        _step(staff, "settings_people", _("People"), ngettext(
            "%(n)s person works here.", "%(n)s people work here.", staff
        ), _("Let your colleagues in.")),
        _step(int(standard), "settings_departments", _("First answer"),
              _("A standard for the first answer is in force."),
              _("Set a standard for the first answer: it gives every letter a date.")),
    ]  # fmt: skip
    missing = sum(not step["done"] for step in steps)
    sentence = (
        ngettext("One thing is left to set up.", "%(n)s things are left to set up.", missing) % {"n": missing}
        if missing
        else _("Everything that Upheld needs is set up.")
    )
    return show(request, "settings.html", {"sentence": sentence, "steps": steps}, here="settings")


@door("sets_up")
@require_http_methods(["GET", "POST"])
def company(request: StaffRequest) -> HttpResponse:
    """Whose installation this is."""
    known = people.company()
    initial = {"name": known.name, "zone": known.zone, "letters": known.prefix, "phone": known.phone}
    form = CompanyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            organising.found(said["name"], zone=said["zone"], prefix=said["letters"], phone=said["phone"])
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_company")
    status = 422 if request.method == "POST" else 200
    return show(request, "settings_company.html", {"form": form}, here="settings_company", status=status)


def _step(count: int, name: str, label: str, done: str, missing: str) -> dict[str, Any]:
    return {
        "done": bool(count),
        "label": label,
        "url": reverse(name),
        "sentence": done % {"n": count} if count else missing,
    }


urlpatterns: list[URLPattern] = [
    path("settings", overview, name="settings"),
    path("settings/company", company, name="settings_company"),
    *settings_mailboxes.urlpatterns,
    *settings_departments.urlpatterns,
    *settings_people.urlpatterns,
]
