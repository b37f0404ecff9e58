"""Mailboxes: connecting one after trying its servers, changing it, closing it and opening it again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upheld.channels import connecting, dialling, endpoints, trying
from upheld.channels.balance import balance
from upheld.channels.models import Mailbox
from upheld.channels.trying import Outcome
from upheld.people import queries as people
from upheld.people.models import Department
from upheld.refusals import Refusal
from upheld.web import moments
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.settings_forms import MailboxForm
from upheld.web.pages.settings_places import show
from upheld.web.shell import zone_of

HERE = "settings_mailboxes"
KEPT = (
    "name", "address", "imap_host", "imap_port", "imap_security", "imap_user", "folder",
    "smtp_host", "smtp_port", "smtp_security", "smtp_user",
)  # fmt: skip
"""What of a mailbox a form shows again: everything but its passwords."""


@door("sets_up")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Every mailbox and how it stands."""
    zone = zone_of(request.person, people.company())
    rows = [
        {
            "box": box,
            "url": reverse("settings_mailbox", args=[box.pk]),
            "looked": moments.when(box.looked_at, at=request.at, zone=zone) if box.looked_at else "",
        }
        for box in Mailbox.objects.select_related("department").order_by(
            F("closed_at").asc(nulls_first=True), "address"
        )
    ]
    can_add = Department.objects.filter(closed_at__isnull=True).exists()
    context = {"rows": rows, "can_add": can_add, "handed_over": endpoints.in_words()}
    return show(request, "settings_mailboxes.html", context, here=HERE)


@door("sets_up")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Connect one. The button that tries saves nothing."""
    form = MailboxForm(request.POST or None)
    tried: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        if "try" in request.POST:
            tried, _incoming = _try(form)
        else:
            tried, incoming = _try(form)
            if all(one["ok"] for one in tried) or "anyway" in request.POST:
                try:
                    box = _connect(request, form, incoming)
                except Refusal as refusal:
                    form.add_error(None, refusal.sentence)
                else:
                    messages.success(request, _("Connected: %(address)s.") % {"address": box.address})
                    return redirect(HERE)
    return _show(request, form, None, tried)


@door("sets_up")
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Other settings for one, or a try of them."""
    box = _box(pk)
    initial = {field: getattr(box, field) for field in KEPT} | {"department": box.department_id}
    form = MailboxForm(request.POST or None, known=box, initial=initial)
    tried: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        if "try" in request.POST:
            tried, _incoming = _try(form, box)
        else:
            try:
                connecting.change(
                    box, name=form.cleaned_data["name"], department=form.cleaned_data["department"],
                    incoming=form.server("imap"), outgoing=form.server("smtp"), folder=form.cleaned_data["folder"],
                    by=request.person.actor, at=request.at,
                )  # fmt: skip
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
            else:
                messages.success(request, _("Saved."))
                return redirect("settings_mailbox", pk=pk)
    return _show(request, form, box, tried)


@door("sets_up")
@require_POST
def take_in_past(request: StaffRequest, pk: int) -> HttpResponse:
    """What lay there before it was connected comes in too, silently."""
    said = _("What lay there before is taken in, silently. This takes a while; the page says how far it is.")
    return _turn(request, pk, connecting.take_in_past, said)


@door("sets_up")
@require_GET
def progress(request: StaffRequest, pk: int) -> HttpResponse:
    """How far it is: a fragment that asks again until all is here."""
    box = _box(pk)
    return HttpResponse(
        render_to_string("settings_mailbox_past.html", {"box": box, **past_of(box)}, request=request)
    )


def past_of(box: Mailbox) -> dict[str, Any]:
    """Whether the past can be asked for, and, once it was, how much of it is here."""
    asked = box.past != Mailbox.Past.LEAVE
    account = balance(box) if asked and not box.closed_at else None
    expected = account.expected if account else None
    return {
        "can_ask": not asked and bool(box.imap_host) and box.connected_at is not None,
        "here": account.here if account else 0,
        "expected": expected or 0,
        "coming": account is not None and (expected is None or account.here < expected),
        "silent": box.past == Mailbox.Past.SILENT,
    }


@door("sets_up")
@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Fetch nothing from it any more."""
    return _turn(request, pk, connecting.close, _("Closed: nothing is fetched from it any more."))


@door("sets_up")
@require_POST
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Fetch from it again, once somebody can take its letters."""
    if _box(pk).department.closed_at:
        messages.error(request, _("Its department is closed: open that one again first."))
        return redirect("settings_mailbox", pk=pk)
    return _turn(request, pk, connecting.reopen, _("Open again: what came in the meantime is fetched too."))


def _turn(request: StaffRequest, pk: int, verb: Any, said: str) -> HttpResponse:
    try:
        verb(_box(pk), by=request.person.actor, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, said)
    return redirect("settings_mailbox", pk=pk)


def _box(pk: int) -> Mailbox:
    box = Mailbox.objects.select_related("department").filter(pk=pk).first()
    if box is None:
        raise Http404
    return box


def _try(form: MailboxForm, known: Mailbox | None = None) -> tuple[list[dict[str, Any]], Outcome | None]:
    """Each server that was named, asked now; an empty password means the one that is stored."""
    found: list[dict[str, Any]] = []
    first: Outcome | None = None
    for kind, label in (("imap", _("Letters in")), ("smtp", _("Letters out"))):
        server = form.server(kind)
        if server is None:
            continue
        if known is not None and not server.password and server.host == getattr(known, f"{kind}_host"):
            # Only to the server that the password was given for: another must not be handed it by a try.
            try:
                stored = (dialling.incoming if kind == "imap" else dialling.outgoing)(known).password
            except Refusal as refusal:
                found.append({"label": label, "ok": False, "sentence": refusal.sentence})
                continue
            server = replace(server, password=stored)
        if kind == "imap":
            outcome = first = trying.try_imap(server, folder=form.cleaned_data["folder"])
        else:
            outcome = trying.try_smtp(server, sender=form.cleaned_data["address"])
        found.append({"label": label, "ok": outcome.ok, "sentence": outcome.sentence})
    return found, first


def _connect(request: StaffRequest, form: MailboxForm, tried: Outcome | None) -> Mailbox:
    said = form.cleaned_data
    return connecting.connect(
        name=said["name"], address=said["address"], department=said["department"], incoming=form.server("imap"),
        outgoing=form.server("smtp"), folder=said["folder"], past=said["past"] or Mailbox.Past.LEAVE, tried=tried,
        by=request.person.actor, at=request.at,
    )  # fmt: skip


def _show(
    request: StaffRequest, form: MailboxForm, box: Mailbox | None, tried: list[dict[str, Any]]
) -> HttpResponse:
    failed = [one for one in tried if not one["ok"]]
    context = {
        "form": form,
        "box": box,
        **(past_of(box) if box else {}),
        "handed_over": endpoints.in_words(),
        "tried": tried,
        "nothing_to_try": "try" in request.POST and form.is_valid() and not tried,
        "offer_anyway": box is None and bool(failed) and "try" not in request.POST,
    }
    posted = request.method == "POST" and (bool(form.errors) or bool(failed))
    return show(request, "settings_mailbox.html", context, here=HERE, status=422 if posted else 200)


urlpatterns: list[URLPattern] = [
    path("settings/mailboxes", page, name="settings_mailboxes"),
    path("settings/mailboxes/new", new, name="settings_mailbox_new"),
    path("settings/mailboxes/<int:pk>", change, name="settings_mailbox"),
    path("settings/mailboxes/<int:pk>/past", take_in_past, name="settings_mailbox_past"),
    path("settings/mailboxes/<int:pk>/progress", progress, name="settings_mailbox_progress"),
    path("settings/mailboxes/<int:pk>/closing", close, name="settings_mailbox_closing"),
    path("settings/mailboxes/<int:pk>/reopening", reopen, name="settings_mailbox_reopening"),
]
