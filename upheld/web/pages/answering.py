"""Writing on a case: an answer with its promises, a note for colleagues; and taking an answer back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from upheld.cases import noting, replying
from upheld.cases import queries as cases
from upheld.cases.models import Case, Message
from upheld.channels import sending
from upheld.channels.models import Departure
from upheld.people import queries as people
from upheld.promises.models import Promise
from upheld.refusals import Refusal
from upheld.web import composing, returning
from upheld.web.composing import Draft
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import case as case_page
from upheld.web.shell import render


@door("serves")
@require_POST
def answering(request: StaffRequest, number: int) -> HttpResponse:
    """Send an answer with its promises; it leaves after the time to undo. Whatever is wrong, the words stay."""
    case = case_page.fetch(request, number)
    draft = composing.read(case, request.POST, request.POST.getlist("row"), at=request.at)
    if "add" in request.POST:
        draft.rows.append(composing.new_row(case, by=request.person, at=request.at))
        return _again(request, case, draft)
    files = [file for file in request.FILES.getlist("files") if isinstance(file, UploadedFile)]
    enclosed, draft.file_errors = composing.enclosures(files)
    if not draft.is_sound:
        return _again(request, case, draft)
    pledges = [pledge for row in draft.rows if (pledge := row.pledge())]
    try:
        message = replying.answer(
            case, html=draft.html, pledges=pledges, enclosures=enclosed, seen=_seen(request),
            by=request.person, at=request.at,
        )  # fmt: skip
    except replying.NewsSince as refusal:
        draft.news, draft.errors = True, [refusal.sentence]
        return _again(request, case, draft)
    except Refusal as refusal:
        draft.errors = [refusal.sentence]
        return _again(request, case, draft)
    request.session.pop(f"taken-back-{case.number}", None)
    undo = reverse("taking_back", args=[message.pk])
    messages.success(request, _said(len(pledges)), extra_tags=undo if settings.SEND_DELAY_SECONDS else "")
    return returning.to_case(request, case)


@door("staff")
@require_POST
def noting_(request: StaffRequest, number: int) -> HttpResponse:
    """Add a note. Whoever may see the case may say something to colleagues on it."""
    case = case_page.fetch(request, number)
    text = request.POST.get("text", "")
    try:
        noting.note(case, text=text, by=request.person, at=request.at)
    except Refusal as refusal:
        return case_page.again(request, case, note=text, note_error=refusal.sentence)
    return returning.to_case(request, case)


@door("serves")
@require_POST
def taking_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop an answer that has not left. Its words and promises return into the composer of whoever stopped it."""
    message = cases.message_for(request.person, pk)
    if message is None:
        raise Http404
    rows = [_row(place.promise) for place in message.promise_places.select_related("promise").order_by("pk")]
    files = message.departure.files.count() if message.departure else 0
    try:
        replying.take_back(message, by=request.person, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return returning.to_case(request, message.case)
    request.session[f"taken-back-{message.case.number}"] = {"message": message.pk, "rows": rows}
    words = _("The letter has not left. Its words are in the composer again.")
    if files:
        words += " " + ngettext("Attach its file again.", "Attach its files again.", files)
    messages.success(request, words)
    return returning.to_case(request, message.case)


@door("serves")
@require_POST
def resending(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a letter again that was not delivered, or of which nobody is certain."""
    return _decide(request, pk, sending.resend, _("The letter is sent again."))


@door("serves")
@require_POST
def settling(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer was told in another way, by telephone perhaps."""
    return _decide(
        request, pk, sending.settle, _("Written down: dealt with otherwise. The letter stays unsent.")
    )


@door("serves")
@require_POST
def confirming(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody has learnt that a letter in doubt did arrive."""
    return _decide(request, pk, sending.confirm, _("Written down: it did arrive."))


def _decide(request: StaffRequest, pk: int, verb: Callable[..., Departure], said: str) -> HttpResponse:
    message = cases.message_for(request.person, pk)
    if message is None or message.departure is None:
        raise Http404
    try:
        verb(message.departure, by=request.person.actor, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, said)
    return returning.to_case(request, message.case)


@door("serves")
@require_POST
def throwing_away(request: StaffRequest, number: int) -> HttpResponse:
    """Forget the words of an answer that was taken back."""
    case = case_page.fetch(request, number)
    request.session.pop(f"taken-back-{case.number}", None)
    return returning.to_case(request, case)


def _again(request: StaffRequest, case: Case, draft: Draft) -> HttpResponse:
    """The composer once more, alone for htmx and with its page otherwise; what was typed is in it."""
    if not request.headers.get("HX-Request"):
        return case_page.again(request, case, draft=draft, desk=_desk(request))
    context: dict[str, Any] = {
        "case": case,
        "letter": case_page.letter(request, case, draft, people.company()),
        "desk": _desk(request),
        "news": _news(case, _seen(request)) if draft.news else [],
    }
    return render(request, "case/letter.html", context, status=422)


def _news(case: Case, seen: int) -> list[Message]:
    """What was written since, the oldest first."""
    later = case.messages.exclude(way=Message.Way.AUTOMATIC).filter(pk__gt=seen)
    return list(later.select_related("customer", "author").order_by("pk")[:5])


def _seen(request: StaffRequest) -> int:
    """The newest message that the writer had in view. Without the field everything counts as unseen."""
    given = request.POST.get("seen", "")
    return int(given) if given.isdecimal() and len(given) < 19 else 0


def _desk(request: StaffRequest) -> str:
    given = request.POST.get("desk", "")
    return given if given in cases.VIEWS else ""


def _row(promise: Promise) -> dict[str, Any]:
    """A promise as the composer's fields hold it, in the customer's zone."""
    here = promise.due_at.astimezone(ZoneInfo(promise.zone))
    return {
        "what": promise.words,
        "date": f"{here:%Y-%m-%d}",
        "time": f"{here:%H:%M}",
        "keeper": promise.keeper_id,
    }


def _said(pledges: int) -> str:
    seconds = settings.SEND_DELAY_SECONDS
    if not seconds:
        return _("The letter is on its way.")
    said = _("The letter leaves in %(seconds)s s.") % {"seconds": seconds}
    if pledges:
        said += " " + ngettext("Its promise counts from then.", "Its promises count from then.", pledges)
    return said


urlpatterns: list[URLPattern] = [
    path("cases/<int:number>/answers", answering, name="answering"),
    path("cases/<int:number>/notes", noting_, name="noting"),
    path("cases/<int:number>/draft/throwing-away", throwing_away, name="throwing_away"),
    path("answers/<int:pk>/taking-back", taking_back, name="taking_back"),
    path("answers/<int:pk>/resending", resending, name="resending"),
    path("answers/<int:pk>/settling", settling, name="settling"),
    path("answers/<int:pk>/confirming", confirming, name="confirming"),
]
