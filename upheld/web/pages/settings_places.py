"""The frame that every page of settings stands in: its places at the start."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from upheld.people import queries as people
from upheld.web.doors import StaffRequest
from upheld.web.pages.settings_steps import next_of, steps
from upheld.web.shell import render


def show(
    request: StaffRequest, template: str, context: dict[str, Any], *, here: str, status: int = 200
) -> HttpResponse:
    """A page of settings; `here` is the name of its place. While something is missing, its foot leads on to it."""
    alone = people.only_department() is not None
    places = [
        ("settings", _("Overview")),
        ("settings_company", _("Company")),
        ("settings_people", _("People")),
        ("settings_hours", _("Hours and answers")) if alone else ("settings_departments", _("Departments")),
        ("settings_mailboxes", _("Mailboxes")),
        ("settings_joining", _("How letters join")),
        ("settings_asking", _("How we ask")),
        ("outbox", _("Outbox")),
        ("health", _("Health")),
        ("settings_alarms", _("Alarms")),
    ]
    found = [{"label": label, "url": reverse(name), "current": name == here} for name, label in places]
    missing = next_of(steps())
    everything = {
        "settings_places": found,
        "then": missing if missing and missing.url.partition("#")[0] != request.path else None,
        **context,
    }
    return render(request, template, everything, status=status)
