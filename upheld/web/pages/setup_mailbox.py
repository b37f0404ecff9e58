"""The second question: the first mailbox, found and tried while its address and password are written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from upheld.channels import connecting, searching
from upheld.channels.models import Mailbox
from upheld.channels.searching import Tried
from upheld.people import queries as people
from upheld.refusals import Refusal
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.setup_forms import MailboxQuestion
from upheld.web.pages.setup_frame import after, ask

HERE = "setup_mailbox"
MOST = 60
"""Tries within ten minutes by one person: enough for somebody who types, too few for guessing passwords."""
WITHIN = 600.0
_ONE_AT_A_TIME = 0x74727962


class Enough(Refusal):
    """Too many tries: wait some minutes."""


class StillTrying(Refusal):
    """The last try is still running."""


@sensitive_post_parameters("password")
@door("sets_up")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """The question; posted, the mailbox is tried, and connected when it works or when one insists."""
    department = people.open_departments().first()
    if department is None:
        return redirect("settings_departments")
    form = MailboxQuestion(request.POST or None)
    tried: list[dict[str, Any]] = []
    offer_anyway = False
    if request.method == "POST" and form.is_valid():
        try:
            found = _look(request, form)
            tried = [_row(one, label) for one, label in zip(found, _labels(), strict=True)]
            works = all(one.ok for one in found)
            offer_anyway = not works and "try" not in request.POST and all(one.server for one in found)
            if "try" not in request.POST and (works or ("anyway" in request.POST and offer_anyway)):
                box = connecting.connect(
                    name=people.company().name, address=form.cleaned_data["address"], department=department,
                    incoming=found[0].server, outgoing=found[1].server, past=form.cleaned_data["past"],
                    tried=found[0].outcome, by=request.person.actor, at=request.at,
                )  # fmt: skip
                messages.success(request, _("Connected: %(address)s.") % {"address": box.address})
                return redirect(after(HERE))
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
    boxes = list(Mailbox.objects.filter(closed_at__isnull=True).order_by("address"))
    context = {
        "form": form,
        "tried": tried,
        "offer_anyway": offer_anyway,
        "boxes": boxes,
        "note": _note(form),
    }
    status = 422 if request.method == "POST" and "try" not in request.POST else 200
    return ask(request, "setup/mailbox.html", context, place=HERE, status=status)


@sensitive_post_parameters("password")
@door("sets_up")
@require_POST
def trying(request: StaffRequest) -> HttpResponse:
    """What the servers say to what is written so far: a fragment, asked for while somebody types."""
    form = MailboxQuestion(request.POST)
    tried: list[dict[str, Any]] = []
    sentence = ""
    if not form.is_valid():
        sentence = _("Write the whole address, and its servers are looked for.")
    else:
        try:
            tried = [_row(one, label) for one, label in zip(_look(request, form), _labels(), strict=True)]
        except Refusal as refusal:
            sentence = refusal.sentence
    context = {"tried": tried, "sentence": sentence, "note": _note(form)}
    return HttpResponse(render_to_string("setup/tried.html", context, request=request))


def _labels() -> tuple[str, str]:
    return _("Letters in"), _("Letters out")


def _look(request: StaffRequest, form: MailboxQuestion) -> tuple[Tried, Tried]:
    """Ask the servers, one try at a time and not too often."""
    _count(request)
    incoming, outgoing, _said = form.servers()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_ONE_AT_A_TIME, request.person.pk])
        row = cursor.fetchone()
        if not row or not row[0]:
            raise StillTrying(_("The last try is still running. Try it again in a moment."))
    try:
        return searching.look(incoming, outgoing, sender=form.cleaned_data["address"])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_ONE_AT_A_TIME, request.person.pk])


def _count(request: StaffRequest) -> None:
    now = request.at.timestamp()
    lately = [one for one in request.session.get("tries", []) if now - WITHIN < one <= now]
    if len(lately) >= MOST:
        raise Enough(_("That were many tries. Wait ten minutes, then try again."))
    request.session["tries"] = [*lately, now]


def _note(form: MailboxQuestion) -> str:
    return form.servers()[2] if form.is_bound and form.is_valid() else ""


def _row(tried: Tried, label: str) -> dict[str, Any]:
    steps = []
    if tried.server:
        steps.append(_("%(host)s, port %(port)s") % {"host": tried.server.host, "port": tried.server.port})
    return {
        "label": label,
        "where": ", ".join(steps),
        "reached": tried.reached,
        "tried": tried.outcome is not None,
        "ok": tried.ok,
        "sentence": tried.sentence,
    }


urlpatterns: list[URLPattern] = [
    path("setup/mailbox", page, name="setup_mailbox"),
    path("setup/mailbox/trying", trying, name="setup_mailbox_trying"),
]
