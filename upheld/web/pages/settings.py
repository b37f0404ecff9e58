"""Settings, for administrators: the company, its mailboxes, departments and people."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from upheld.people import organising
from upheld.people import queries as people
from upheld.refusals import Refusal
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import settings_departments, settings_mailboxes, settings_people, setup
from upheld.web.pages import settings_steps as steps
from upheld.web.pages.settings_forms import CompanyForm
from upheld.web.pages.settings_places import show


@door("sets_up")
@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    """What is set up and what is still missing, each with the place where it is done."""
    found = steps.steps()
    missing = sum(not step.done for step in found)
    sentence = (
        ngettext("One thing is left to set up.", "%(n)s things are left to set up.", missing) % {"n": missing}
        if missing
        else _("Everything that Upheld needs is set up.")
    )
    context = {
        "sentence": sentence,
        "steps": found,
        "letters": steps.letters(found),
        "next_step": steps.next_of(found),
        "then": None,
    }
    return show(request, "settings.html", context, here="settings")


@door("sets_up")
@require_http_methods(["GET", "POST"])
def company(request: StaffRequest) -> HttpResponse:
    """Whose installation this is."""
    known = people.company()
    said = {"name": known.name, "zone": known.zone, "letters": known.prefix, "phone": known.phone}
    # Before anybody has said whose desk it is, nothing stands there that could be saved unread.
    form = CompanyForm(request.POST or None, initial=said if known.pk else None)
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


urlpatterns: list[URLPattern] = [
    path("settings", overview, name="settings"),
    path("settings/company", company, name="settings_company"),
    *settings_mailboxes.urlpatterns,
    *settings_departments.urlpatterns,
    *settings_people.urlpatterns,
    *setup.urlpatterns,
]
