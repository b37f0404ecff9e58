"""At work or not: whoever serves says so with one click, because new cases go to those who are there."""

from __future__ import annotations

import contextlib

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from upheld.people import attending
from upheld.web.doors import StaffRequest, door


@door("staff")
@require_POST
def coming(request: StaffRequest) -> HttpResponse:
    """Here: new cases may be yours."""
    attending.come(request.person, at=request.at)
    messages.success(request, _("You are at work: new cases may be yours."))
    return redirect("today")


@door("staff")
@require_POST
def going(request: StaffRequest) -> HttpResponse:
    """Away: new cases go to others; what is yours stays yours."""
    with contextlib.suppress(attending.NotHere):
        attending.leave(request.person, at=request.at)
    messages.success(request, _("You are away: new cases go to others. What is yours stays yours."))
    return redirect("today")


urlpatterns: list[URLPattern] = [
    path("presence", coming, name="coming"),
    path("presence/going", going, name="going"),
]
