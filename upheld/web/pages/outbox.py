"""The outbox: every letter that leaves, how it stands, and what a person decides about one in trouble.

Administrators see that a letter is in trouble and why, and can decide about it; its words are for those who read its
case.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from upheld.cases import queries as cases
from upheld.cases.models import Case, Message
from upheld.channels import reading, sending
from upheld.channels.models import Departure, DepartureQuerySet
from upheld.journal.facts import Actor
from upheld.people import queries as people
from upheld.people.models import Person
from upheld.refusals import Refusal
from upheld.web import moments
from upheld.web.doors import StaffRequest, door
from upheld.web.shell import counted, render, zone_of

PAGE = 50
STATES = ("all", "trouble", "waiting")


def _visible(viewer: Person) -> DepartureQuerySet:
    """Managers and administrators see that every letter leaves; the others those of the cases that they see, and
    whoever sets up beside their work those about no case too."""
    if viewer.reads_all or viewer.only_sets_up:
        return Departure.objects.all()
    theirs = Q(message__case__in=Case.objects.visible_to(viewer))
    return Departure.objects.filter(theirs | Q(message__isnull=True) if viewer.sets_up else theirs)


def _may_read(viewer: Person, departure: Departure) -> bool:
    readable = Message.objects.filter(departure=departure, case__in=Case.objects.visible_to(viewer))
    return departure.content is not None and readable.exists()


@door("runs")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The list, the newest first; those in trouble have a list of their own."""
    person, zone = request.person, zone_of(request.person, people.company())
    state = request.GET.get("state", "all")
    state = state if state in STATES else "all"
    seen = _visible(person)
    trouble = seen.in_trouble()[: cases.COUNTED_TO + 1].count()
    narrowed = {"all": seen, "trouble": seen.in_trouble(), "waiting": seen.waiting()}[state]
    before = request.GET.get("before", "")
    shown = narrowed.filter(pk__lt=int(before)) if before.isdecimal() and len(before) < 19 else narrowed
    found = list(shown.defer("content").select_related("message__case").order_by("-pk")[: PAGE + 1])
    here = f"{reverse('outbox')}?state={state}"
    context = {
        "sentence": _sentence(trouble),
        "nowhere": settings.OUTGOING == "outbox",
        "views": [
            {
                "label": label,
                "count": count,
                "url": f"{reverse('outbox')}?state={key}",
                "current": key == state,
            }
            for key, label, count in (
                ("all", _("All"), None),
                ("trouble", _("In trouble"), counted(trouble)),
                ("waiting", _("Waiting to leave"), None),
            )
        ],
        "rows": [_row(one, person, at=request.at, zone=zone) for one in found[:PAGE]],
        "older": f"{here}&before={found[PAGE - 1].pk}" if len(found) > PAGE else None,
        "newer": here if before else None,
    }
    return render(request, "outbox.html", context, fragment="list")


@door("runs")
@require_GET
def letter(request: StaffRequest, pk: int) -> HttpResponse:
    """One letter as its reader gets it, for those who may read its case."""
    departure = _departure(request, pk)
    zone = zone_of(request.person, people.company())
    readable = _may_read(request.person, departure)
    read = reading.read(bytes(departure.content or b"")) if readable else None
    context = {
        "row": _row(departure, request.person, at=request.at, zone=zone),
        "facts": [
            (_("To"), ", ".join(departure.recipients)),
            (_("From"), departure.mailbox.address),
            (_("Written"), moments.when(departure.created_at, at=request.at, zone=zone)),
            (_("Refused by"), ", ".join(departure.refused)),
        ],
        "letter_words": (read.text or "") if read else "",
        "enclosed": [one.name for one in read.attachments if not one.embedded] if read else [],
        "readable": readable,
    }
    return render(request, "outbox_letter.html", context)


@door("runs")
@require_GET
def raw(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter as it goes over the wire."""
    departure = _departure(request, pk)
    if not _may_read(request.person, departure):
        raise Http404
    response = HttpResponse(bytes(departure.content or b""), content_type="message/rfc822")
    response.headers["Content-Disposition"] = f'attachment; filename="letter-out-{departure.pk}.eml"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@door("runs")
@require_POST
def resend(request: StaffRequest, pk: int) -> HttpResponse:
    """Send it again."""
    return _decide(request, pk, sending.resend, _("The letter is sent again."))


@door("runs")
@require_POST
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody dealt with it in another way."""
    return _decide(
        request, pk, sending.settle, _("Written down: dealt with in another way. It stays unsent.")
    )


@door("runs")
@require_POST
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """It did arrive."""
    return _decide(request, pk, sending.confirm, _("Written down: it left."))


Verb = Callable[..., Departure]


def _decide(request: StaffRequest, pk: int, verb: Verb, said: str) -> HttpResponse:
    departure = _departure(request, pk)
    by: Actor = request.person.actor
    try:
        verb(departure, by=by, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, said)
    return redirect("outbox_letter", pk=pk)


def _departure(request: StaffRequest, pk: int) -> Departure:
    rows = _visible(request.person).select_related("mailbox", "message__case")
    departure = rows.filter(pk=pk).first()
    if departure is None:
        raise Http404
    return departure


def _row(departure: Departure, viewer: Person, *, at: datetime, zone: str) -> dict[str, Any]:
    message = getattr(departure, "message", None)
    state, word = _standing(departure, at=at, zone=zone)
    reads = not viewer.only_sets_up and message is not None
    doubtful = departure.in_trouble and departure.held_at is not None and departure.claimed_at is not None
    return {
        "pk": departure.pk,
        "state": state,
        "word": word,
        "subject": message.subject_line if message and reads else departure.get_kind_display().capitalize(),
        "case": message.case.number if message and reads else None,
        "url": reverse("outbox_letter", args=[departure.pk]),
        "to": ", ".join(departure.recipients[:3]) + ("…" if len(departure.recipients) > 3 else ""),
        "at": moments.when(departure.sent_at or departure.created_at, at=at, zone=zone),
        "detail": departure.trouble,
        "raw_url": reverse("outbox_raw", args=[departure.pk]) if reads else None,
        "trouble": departure.in_trouble,
        "doubtful": doubtful,
    }


def _standing(departure: Departure, *, at: datetime, zone: str) -> tuple[str, str]:
    """How a letter stands: a closed word for its mark, and words."""
    if departure.cancelled_at:
        return "withdrawn", _("Taken back before it left")
    if departure.settled_at:
        return "settled", _("Dealt with in another way")
    if departure.held_at:
        return "held", _("Held: nobody knows whether it left")
    if departure.failed_at:
        return "failed", _("Not sent")
    if departure.bounced_at:
        return "failed", _("Came back")
    if departure.sent_at:
        return "sent", _("Left for nowhere") if settings.OUTGOING == "outbox" else _("Sent")
    if departure.claimed_at:
        return "waiting", _("Leaving now")
    when = moments.when(departure.leaves_at, at=at, zone=zone)
    if departure.tries:
        return "held", _("Put off; tried again %(when)s") % {"when": when}
    return "waiting", _("Leaves %(when)s") % {"when": when}


def _sentence(trouble: int) -> str:
    if trouble:
        return ngettext(
            "%(n)s letter waits for a decision.", "%(n)s letters wait for a decision.", trouble
        ) % {"n": counted(trouble)}
    return _("Every letter left, or will by itself.")


urlpatterns: list[URLPattern] = [
    path("outbox", page, name="outbox"),
    path("outbox/<int:pk>", letter, name="outbox_letter"),
    path("outbox/<int:pk>.eml", raw, name="outbox_raw"),
    path("outbox/<int:pk>/resending", resend, name="outbox_resending"),
    path("outbox/<int:pk>/settling", settle, name="outbox_settling"),
    path("outbox/<int:pk>/confirming", confirm, name="outbox_confirming"),
]
