"""Settings: whom the house calls when it is unwell, what it has called about, and a call for practice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from upheld.channels import secrets
from upheld.notices import alarming, planning
from upheld.notices.models import Alarm, AlarmPlan, Call
from upheld.people import queries as people
from upheld.refusals import Refusal
from upheld.web import moments
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.settings_places import show
from upheld.web.shell import zone_of

LAST = 20


class AlarmsForm(forms.Form):
    """Addresses, one a line, and the address of a page."""

    addresses = forms.CharField(
        label=gettext_lazy("Letters to"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One address a line; best one that Upheld does not fetch."),
    )
    webhook = forms.CharField(
        label=gettext_lazy("A page to call"),
        required=False,
        max_length=500,
        help_text=gettext_lazy(
            "https://…: it is told in JSON, with a signature. Leave it empty if you have none."
        ),
        widget=forms.URLInput(),
    )


@door("sets_up")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Whom to call, and what was called about."""
    plan = planning.plan()
    known = {"addresses": "\n".join(plan.addresses), "webhook": plan.webhook}
    form = AlarmsForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            planning.call(
                said["addresses"].splitlines(),
                webhook=said["webhook"],
                by=request.person.actor,
                at=request.at,
            )
        except (planning.BadPlace, Refusal) as refusal:
            field = "webhook" if isinstance(refusal, planning.BadPlace) else "addresses"
            form.add_error(field, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_alarms")
    context = {
        "form": form,
        "secret": _secret(plan),
        "somebody": bool(plan.addresses or plan.webhook),
        "alarms": _alarms(request),
        "trouble": _trouble(plan),
        "minutes": int(alarming.PATIENCE.total_seconds() // 60),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "settings_alarms.html", context, here="settings_alarms", status=status)


@door("sets_up")
@require_POST
def practice(request: StaffRequest) -> HttpResponse:
    """Call everybody once, for practice."""
    try:
        called = alarming.test(at=request.at)
    except alarming.NoWayOut as refusal:
        messages.error(request, refusal.sentence)
        return redirect("settings_alarms")
    if called:
        told = ngettext("One test is on its way.", "%(n)s tests are on their way.", len(called))
        messages.success(request, told % {"n": len(called)})
    else:
        messages.error(request, _("Nobody is to be called: say first who."))
    return redirect("settings_alarms")


def _secret(plan: AlarmPlan) -> str:
    try:
        return secrets.unseal(plan.secret) if plan.webhook else ""
    except Refusal:
        return ""


def _trouble(plan: AlarmPlan) -> str:
    last = Call.objects.order_by("-at", "-pk").first() if plan.webhook else None
    return last.trouble if last and not last.taken_at else ""


def _alarms(request: StaffRequest) -> list[dict[str, Any]]:
    zone = zone_of(request.person, people.company())
    told = Alarm.objects.filter(told_at__isnull=False).order_by("-began_at", "-pk")[:LAST]
    return [
        {
            "sentence": one.sentence,
            "since": moments.when(one.began_at, at=request.at, zone=zone),
            "until": moments.when(one.ended_at, at=request.at, zone=zone) if one.ended_at else "",
        }
        for one in told
    ]


urlpatterns: list[URLPattern] = [
    path("settings/alarms", page, name="settings_alarms"),
    path("settings/alarms/practice", practice, name="alarms_practice"),
]
