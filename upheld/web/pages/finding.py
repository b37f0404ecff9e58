"""One finding: what was said and by whom, who answers by when, what may be done now, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upheld.cases import numbering
from upheld.findings import answering, dropping, owning, queries, rewording, routing, telling
from upheld.findings.models import Finding
from upheld.notices import queries as notices
from upheld.notices import telling as noticing
from upheld.people import queries as people
from upheld.refusals import Refusal
from upheld.web import composing, finding_page, finding_views
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.finding_forms import DepartmentForm, OwnerForm, WordsForm, answer_form
from upheld.web.shell import render, zone_of

Verb = Callable[[Finding, dict[str, Any]], str]


def shown_to(request: StaffRequest, pk: int) -> Finding:
    """The finding, if this viewer may see it; else there is no such page."""
    found = queries.finding_for(request.person, pk)
    if found is None:
        raise Http404
    return found


@door("staff")
@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The finding by itself. `?do=answer` opens that form; whoever opens it has seen the notices about it."""
    found = shown_to(request, pk)
    noticing.seen(request.person, notices.unseen_on(request.person, found.subject), request.at)
    return _show(request, found, opened=request.GET.get("do", ""))


@door("staff")
@require_POST
def reword(request: StaffRequest, pk: int) -> HttpResponse:
    """What it is, in better words."""

    def verb(found: Finding, said: dict[str, Any]) -> str:
        rewording.reword(found, kind=said["kind"], words=said["words"], by=request.person, at=request.at)
        return _("Written down anew.")

    found = shown_to(request, pk)
    return _do(request, found, "words", WordsForm(request.POST), verb)


@door("staff")
@require_POST
def route(request: StaffRequest, pk: int) -> HttpResponse:
    """To the department that can put the cause right."""

    def verb(found: Finding, said: dict[str, Any]) -> str:
        gone = routing.route(found, said["department"], by=request.person, at=request.at)
        return _("It is with %(department)s now; %(owner)s owns it.") % {
            "department": gone.department.name,
            "owner": gone.owner.name,
        }

    found = shown_to(request, pk)
    return _do(request, found, "department", DepartmentForm(request.POST, finding=found), verb)


@door("staff")
@require_POST
def hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """To another person."""

    def verb(found: Finding, said: dict[str, Any]) -> str:
        owning.hand_over(found, to=said["to"], by=request.person, at=request.at)
        return _("%(who)s owns it now.") % {"who": said["to"].name}

    found = shown_to(request, pk)
    return _do(request, found, "owner", OwnerForm(request.POST, finding=found), verb)


@door("staff")
@require_POST
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """What changes, or why it stays."""

    def verb(found: Finding, said: dict[str, Any]) -> str:
        answering.answer(found, **said, by=request.person, at=request.at)
        return _("Answered.") if found.case_id is None else _("Answered. Now let the customer know.")

    found = shown_to(request, pk)
    return _do(request, found, "answer", answer_form(found)(request.POST), verb)


@door("serves")
@require_POST
def tell(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter to the customer, on the case; it leaves after the time to undo."""
    found = shown_to(request, pk)
    if not finding_page.case_seen(request, found):
        raise Http404
    typed = request.POST.get("text", "")
    seen = request.POST.get("seen", "")
    try:
        told = telling.tell(
            found, html=composing.paragraphs(typed), by=request.person, at=request.at,
            seen=int(seen) if seen.isdecimal() and len(seen) < 19 else 0,
        )  # fmt: skip
    except Refusal as refusal:
        return _show(request, shown_to(request, pk), typed=typed, trouble=refusal.sentence, status=422)
    undo = reverse("taking_back", args=[told.told_in_id]) if settings.SEND_DELAY_SECONDS else ""
    said = (
        _("The letter leaves in %(seconds)s s.") % {"seconds": settings.SEND_DELAY_SECONDS}
        if undo
        else _("The letter is on its way.")
    )
    messages.success(request, said, extra_tags=undo)
    return HttpResponseRedirect(reverse("finding", args=[pk]))


@door("serves")
@require_POST
def spoken(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody told the customer, by telephone perhaps."""
    return _press(request, pk, telling.told_by_voice, _("Written down: the customer knows."))


@door("staff")
@require_POST
def drop(request: StaffRequest, pk: int) -> HttpResponse:
    """It was raised by mistake."""
    again = reverse("undropping_finding", args=[pk])
    return _press(request, pk, dropping.drop, _("Taken back."), undo=again)


@door("staff")
@require_POST
def undrop(request: StaffRequest, pk: int) -> HttpResponse:
    """It was no mistake."""
    return _press(request, pk, dropping.undrop, _("It waits for its answer again."))


def _press(
    request: StaffRequest, pk: int, verb: Callable[..., Finding], said: str, *, undo: str = ""
) -> HttpResponse:
    found = shown_to(request, pk)
    try:
        verb(found, by=request.person, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, said, extra_tags=undo)
    return HttpResponseRedirect(reverse("finding", args=[pk]))


def _do(request: StaffRequest, found: Finding, name: str, form: forms.Form, verb: Verb) -> HttpResponse:
    if form.is_valid():
        try:
            said = verb(found, form.cleaned_data)
        except rewording.NothingChanged:
            return HttpResponseRedirect(reverse("finding", args=[found.pk]))
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            found = shown_to(request, found.pk)
        else:
            messages.success(request, said)
            if queries.finding_for(request.person, found.pk) is None:
                return HttpResponseRedirect(reverse("findings"))  # it is with others now
            return HttpResponseRedirect(reverse("finding", args=[found.pk]))
    return _show(request, found, opened=name, tried=form, status=422)


def _show(
    request: StaffRequest,
    found: Finding,
    *,
    opened: str = "",
    tried: forms.Form | None = None,
    typed: str = "",
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    company = people.company()
    zone = zone_of(request.person, company)
    case = finding_page.case_seen(request, found)
    context = {
        "finding": found,
        "kind": found.get_kind_display(),
        "sentence": finding_views.sentence(found, at=request.at, zone=zone),
        "facts": finding_page.facts(request, found, zone),
        "case": case,
        "case_number": numbering.spoken(case.number, company) if case else "",
        "verbs": _verbs(request, found, opened=opened, tried=tried),
        "told": finding_page.told(request, found, case, company, zone, typed=typed, trouble=trouble),
        "may_drop": found.answered_at is None and found.may_drop(request.person),
        "history": finding_page.history(found, zone),
    }
    return render(request, "finding.html", context, place="findings", status=status)


def _verbs(
    request: StaffRequest, found: Finding, *, opened: str, tried: forms.Form | None
) -> list[dict[str, Any]]:
    """What this viewer may do about it now, each with its form."""
    if not found.is_open and tried is None:
        return []
    person = request.person
    praise = found.kind == Finding.Kind.PRAISE
    every: list[tuple[str, str, str, str, Callable[[], forms.Form], bool]] = [
        ("answer", _("Pass it on") if praise else _("Say what changes"), "answering_finding", "check",
         answer_form(found), found.may_answer(person)),
        ("words", _("Other words, another kind"), "rewording_finding", "note",
         lambda: WordsForm(initial={"kind": found.kind, "words": found.words}), found.may_correct(person)),
        ("department", _("To another department"), "routing_finding", "on",
         lambda: DepartmentForm(finding=found), found.may_correct(person)),
        ("owner", _("Hand over"), "owning_finding", "people",
         lambda: OwnerForm(finding=found), found.may_answer(person)),
    ]  # fmt: skip
    return [
        {
            "name": name,
            "label": label,
            "url": reverse(route_name, args=[found.pk]),
            "icon": icon,
            "open": name == opened,
            "form": tried if tried is not None and name == opened else form(),
        }
        for name, label, route_name, icon, form, may in every
        if may or (tried is not None and name == opened)
    ]


urlpatterns: list[URLPattern] = [
    path("findings/<int:pk>", page, name="finding"),
    path("findings/<int:pk>/words", reword, name="rewording_finding"),
    path("findings/<int:pk>/department", route, name="routing_finding"),
    path("findings/<int:pk>/owner", hand_over, name="owning_finding"),
    path("findings/<int:pk>/answer", answer, name="answering_finding"),
    path("findings/<int:pk>/letter", tell, name="telling_finding"),
    path("findings/<int:pk>/spoken", spoken, name="spoken_finding"),
    path("findings/<int:pk>/dropping", drop, name="dropping_finding"),
    path("findings/<int:pk>/taking-up", undrop, name="undropping_finding"),
]
