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

from upheld.cases import numbering, replying
from upheld.cases import queries as cases
from upheld.cases.models import Case
from upheld.findings import answering, dropping, owning, queries, rewording, routing, telling, wording
from upheld.findings.models import Finding
from upheld.journal import queries as journal
from upheld.journal.facts import restore
from upheld.notices import queries as notices
from upheld.notices import telling as noticing
from upheld.people import queries as people
from upheld.people.models import Company
from upheld.refusals import Refusal
from upheld.web import composing, delivery, finding_views, moments
from upheld.web.doors import StaffRequest, door
from upheld.web.facts import FACTS
from upheld.web.naming import names_for
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
    if not _case_seen(request, found):
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
    case = _case_seen(request, found)
    context = {
        "finding": found,
        "kind": found.get_kind_display(),
        "sentence": finding_views.sentence(found, at=request.at, zone=zone),
        "facts": _facts(request, found, zone),
        "case": case,
        "case_number": numbering.spoken(case.number, company) if case else "",
        "verbs": _verbs(request, found, opened=opened, tried=tried),
        "told": _told(request, found, case, company, zone, typed=typed, trouble=trouble),
        "may_drop": found.answered_at is None and found.may_drop(request.person),
        "history": _history(found, zone),
    }
    return render(request, "finding.html", context, place="findings", status=status)


def _case_seen(request: StaffRequest, found: Finding) -> Case | None:
    """The case that it came from, if this viewer may open it."""
    case = telling.case_of(found)
    return cases.case_for(request.person, case.number) if case else None


def _facts(request: StaffRequest, found: Finding, zone: str) -> list[tuple[str, str]]:
    at = request.at
    due = moments.when(found.answer_by, at=at, zone=zone)
    if found.is_open:
        due = f"{due}, {moments.distance(found.answer_by, at=at)}"
    raised = moments.when(found.raised_at, at=at, zone=zone)
    answered = moments.when(found.answered_at, at=at, zone=zone) if found.answered_at else ""
    return [
        (_("Customer"), found.customer.name if found.customer else ""),
        (_("Raised by"), _("%(who)s, %(when)s") % {"who": found.raised_by.name, "when": raised}),
        (_("Department"), found.department.name),
        (_("Owner"), found.owner.name),
        (_("Answer by"), due),
        (
            _("Answered by"),
            _("%(who)s, %(when)s") % {"who": found.answered_by.name, "when": answered}
            if found.answered_by
            else "",
        ),
    ]


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


def _told(
    request: StaffRequest,
    found: Finding,
    case: Case | None,
    company: Company,
    zone: str,
    *,
    typed: str,
    trouble: str,
) -> dict[str, Any]:
    """Whether the customer knows, and the letter by which they may learn it."""
    if found.told_at:
        when = moments.when(found.told_at, at=request.at, zone=zone)
        return {"state": "told", "words": _("The customer was told %(when)s.") % {"when": when}}
    if found.told_in is not None:
        letter = found.told_in
        stands = delivery.view(letter, viewer=request.person, at=request.at, zone=zone)
        return {"state": "leaving", "words": stands["word"], "pk": letter.pk}
    if found.answered_at is None or found.case is None:
        return {"state": ""}
    if case is None or not (request.person.serves or request.person.reads_all):
        return {
            "state": "others",
            "words": _("The customer has not been told yet. Whoever serves them does it."),
        }
    address = replying.answer_address(case)
    return {
        "state": "tell",
        "to": f"{case.customer.name} <{address}>" if address else "",
        "why_not": "" if case.mailbox else _("Connect a mailbox first: an answer leaves through one."),
        "first_name": case.customer.name.split(" ", 1)[0],
        "phone": case.customer.phone,
        "seen": replying.newest(case),
        "text": typed or wording.letter(found, case, by=request.person, company=company),
        "trouble": trouble,
    }


def _history(found: Finding, zone: str) -> list[dict[str, Any]]:
    records = journal.timeline(found.subject, limit=100)
    names = names_for(records)
    return [
        {
            "at": record.at,
            "day": moments.day(record.at, zone=zone),
            "time": moments.time_of_day(record.at, zone=zone),
            "said": restore(record, FACTS).sentence(names),
            "by": names(record.by_kind, record.by_id) if record.by_kind == "staff" else "",
        }
        for record in records
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
