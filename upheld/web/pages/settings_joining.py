"""Settings: how letters join. How soon after the one before it a letter is added to it, and asks for nothing anew."""

from __future__ import annotations

from contextlib import suppress

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from upheld.cases import chasing, habits
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.settings_places import show


class JoiningForm(forms.Form):
    """Minutes, and nothing else."""

    addendum_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        min_value=0,
        max_value=habits.MOST_MINUTES,
        help_text=gettext_lazy(
            "A letter that comes within so many minutes of the customer's last one is added to it. Later, "
            "while we owe an answer or a promise, it counts as a chaser."
        ),
    )


@door("sets_up")
@require_http_methods(["GET", "POST"])
def joining(request: StaffRequest) -> HttpResponse:
    """How soon a letter is added; and in words how letters find their case."""
    minutes = round(chasing.addendum().total_seconds() / 60)
    form = JoiningForm(request.POST or None, initial={"addendum_minutes": minutes})
    if request.method == "POST" and form.is_valid():
        with suppress(habits.AsItWas):  # pressed twice: it is as they wish
            minutes = form.cleaned_data["addendum_minutes"]
            habits.set_addendum(minutes, by=request.person.actor, at=request.at)
        messages.success(request, _("Saved."))
        return redirect("settings_joining")
    status = 422 if request.method == "POST" else 200
    return show(request, "settings_joining.html", {"form": form}, here="settings_joining", status=status)


urlpatterns: list[URLPattern] = [path("settings/letters", joining, name="settings_joining")]
