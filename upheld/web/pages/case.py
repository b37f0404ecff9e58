"""One case: what happened, what was promised, and the two composers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from django.http import Http404, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from upheld.cases import awaiting, chasing, numbering, replying, seeing, wording
from upheld.cases import queries as cases
from upheld.cases.models import Case, Message
from upheld.cases.queries import Entry
from upheld.customers.models import Customer
from upheld.notices import queries as notices
from upheld.notices import telling
from upheld.people import queries as people
from upheld.people.models import Company, Person
from upheld.promises.models import Promise
from upheld.questions.asking import Question
from upheld.web import (
    alike,
    caseline,
    composing,
    delivery,
    finding_views,
    ledger,
    moments,
    returning,
    timeline,
    traces,
    verdicts,
)
from upheld.web.composing import Draft
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.call_forms import CallForm
from upheld.web.pages.promise_forms import KeepForm, MakeGoodForm, NewDateForm, WithdrawForm
from upheld.web.shell import company_of, render, zone_of

MOST_FILES = 8


@door("staff")
@require_GET
@vary_on_headers("HX-Request", "HX-Target")
def case(request: StaffRequest, number: int) -> HttpResponse:
    """The whole page; beside the list of letters, its inside alone."""
    found = fetch(request, number)
    beside = request.headers.get("HX-Target") == "beside"
    desk = request.GET.get("desk", "")
    context = opened(request, found, desk=desk if desk in cases.VIEWS else "")
    return render(request, "case/pane.html" if beside else "case.html", context, place="letters")


@door("serves")
@require_GET
def pledge(request: StaffRequest, number: int) -> HttpResponse:
    """One more row for a promise, for the composer that is open."""
    found = fetch(request, number)
    row = composing.new_row(found, by=request.person, at=request.at)
    row.fields["what"].widget.attrs["autofocus"] = True
    return render(request, "case/pledge.html", {"row": row})


@door("staff")
@require_GET
def delivery_of(request: StaffRequest, pk: int) -> HttpResponse:
    """How a letter of ours stands now, for the line that asks again while it waits to leave."""
    message = cases.message_for(request.person, pk)
    if message is None or message.way != Message.Way.OUT:
        raise Http404
    zone = zone_of(request.person, people.company())
    view = delivery.view(message, viewer=request.person, at=request.at, zone=zone)
    response = render(request, "case/delivery.html", {"delivery": view, "pk": message.pk})
    if not view["leaving"]:
        response["HX-Trigger"] = "upheld:left"
    return response


def fetch(request: StaffRequest, number: int) -> Case:
    """The case, if this viewer may see it; one that was joined with another leads to the one that was kept."""
    found = cases.case_for(request.person, number)
    while found is not None and found.joined_into is not None:
        found = cases.case_for(request.person, found.joined_into.number)
    if found is None:
        raise Http404
    return found


def opened(request: StaffRequest, case: Case, *, desk: str = "") -> dict[str, Any]:
    """What the page shows when somebody opens the case; the owner has then read it."""
    if case.unread_at and case.owner_id == request.person.pk and case.unread_at <= request.at:
        with suppress(
            seeing.NothingUnread, seeing.NotTheOwner
        ):  # another page of theirs may have been quicker
            seeing.see(case, by=request.person, at=request.at)
        case.unread_at = None
    telling.seen(request.person, notices.unseen_on(request.person, case.subject), request.at)
    return context(request, case, draft=taken_back(request, case), desk=desk)


def again(request: StaffRequest, case: Case, **more: Any) -> HttpResponse:
    """The page once more, with what was typed and what is wrong with it."""
    return render(request, "case.html", context(request, case, **more), place="letters", status=422)


def context(
    request: StaffRequest,
    case: Case,
    *,
    draft: Draft | None = None,
    note: str = "",
    note_error: str = "",
    trouble: str = "",
    call: CallForm | None = None,
    desk: str = "",
) -> dict[str, Any]:
    """Everything that `case/pane.html` draws. As many queries for a long case as for a short one."""
    company = company_of(request)
    zone = zone_of(request.person, company)
    promises = cases.promises_of(case)
    there = traces.of(case)
    entries = cases.entries(case, promises, notes=there.notes, calls=there.calls, joined=there.joined)
    messages = [entry.message for entry in entries if entry.message]
    files = _files(entries)
    asked = chasing.waiting(case) if there.chasers else []
    known: dict[str, Any] = {"at": request.at, "zone": zone}
    return {
        "case": case,
        "customer": case.customer,
        "desk": desk,
        "title": case.subject_line or _("(no subject)"),
        "number": numbering.spoken(case.number, company),
        "opened_words": moments.day(case.opened_at, zone=zone),
        "next_words": moments.when(case.next_at, at=request.at, zone=zone),
        "closed_words": moments.when(case.closed_at, at=request.at, zone=zone) if case.closed_at else "",
        "overdue": case.is_open and case.next_at < request.at,
        "serves": request.person.serves or request.person.reads_all,
        "trouble": trouble,
        "speak": caseline.speak_first(case, asked, promises, [one["name"] for one in files], **known),
        "line": caseline.points(case, messages, promises, **known),
        "entries": timeline.views(case, entries, promises, viewer=request.person, **known),
        "cut": len(entries) >= cases.MOST_ENTRIES,
        "jump": [timeline.promise_line(one, **known) for one in promises if one.is_owed],
        **_promises(promises, request, zone, returning.address(case, desk)),
        "files": files,
        "told": _told(case.customer, request, case),
        "call": call or CallForm(),
        "same": alike.offered(case, request.person, company) if there.resemblances else [],
        "others": _others(request, case, company, zone),
        "colleagues": _colleagues(case),
        "closing": _closing(case, promises),
        "learnt": finding_views.on_case(request.person, case, **known) if there.findings else [],
        "asked": verdicts.on_case(
            case, said=there.verdicts or there.joined, decided=there.decisions, **known
        ),
        "letter": letter(request, case, draft, company, messages),
        "note": note,
        "note_error": note_error,
    }


def letter(
    request: StaffRequest,
    case: Case,
    draft: Draft | None,
    company: Company,
    messages: Sequence[Message] = (),
) -> dict[str, Any]:
    """What the letter's composer draws; with the case's newest messages in view, it need not ask for them."""
    address = replying.answer_address(case, among=messages)
    zone = wording.zone_for(case)
    return {
        "draft": draft or Draft(),
        "to": f"{case.customer.name} <{address}>" if address else "",
        "subject": wording.subject_of_answer(case, company),
        "seen": max((one.pk for one in messages), default=0) or replying.newest(case),
        "first_name": case.customer.name.split(" ", 1)[0],
        "zone_words": _("Times are told to the customer in %(zone)s.") % {"zone": zone.replace("_", " ")},
        "why_not": "" if case.mailbox else _("Connect a mailbox first: an answer leaves through one."),
    }


def taken_back(request: StaffRequest, case: Case) -> Draft | None:
    """The words of an answer that this person took back, until they are sent or thrown away."""
    kept = request.session.get(f"taken-back-{case.number}")
    if not kept:
        return None
    message = cases.message_for(request.person, kept["message"])
    if message is None or message.case_id != case.pk:
        return None
    rows = [composing.new_row(case, by=request.person, at=request.at, **row) for row in kept["rows"]]
    return Draft(text=message.text, html=message.html, rows=rows, open=True, kept=True)


def _promises(promises: Sequence[Promise], request: StaffRequest, zone: str, back: str) -> dict[str, Any]:
    """Those that are owed or only drafted as slips, the settled ones as lines."""

    def view(one: Promise) -> dict[str, Any]:
        drawn = ledger.view(one, at=request.at, zone=zone, url=reverse("promise", args=[one.pk]))
        return drawn | {"verbs": _verbs(one, back, at=request.at, zone=zone)}

    slips = [view(one) for one in promises if one.settled_at is None]
    broken = sum(one["state"] == "broken" for one in slips)
    count = ngettext("%(n)s promise", "%(n)s promises", len(promises)) % {"n": len(promises)}
    if broken:
        count += ", " + ngettext("%(n)s broken", "%(n)s broken", broken) % {"n": broken}
    return {
        "slips": slips,
        "done": [view(one) for one in promises if one.settled_at],
        "promises_words": count if promises else "",
    }


def _verbs(promise: Promise, back: str, *, at: datetime, zone: str) -> list[dict[str, Any]]:
    """What may be done about a promise now, each with the form that its own page would show."""
    if not promise.is_owed:
        return []
    past = promise.broken_at is not None or promise.deadline < at
    keep = (_("Mark kept late") if past else _("Mark kept"), "keeping", KeepForm)
    moved = (
        (_("Put right"), "making_good", MakeGoodForm)
        if past
        else (_("New date"), "renegotiating", NewDateForm)
    )
    offered = [keep, moved, (_("Withdrawn"), "withdrawing", WithdrawForm)]
    verbs = []
    for label, route, kind in offered:
        form = kind(here=zone, there=promise.zone, initial={"next": back})
        form.auto_id = f"{route}-{promise.pk}-%s"  # the same form stands here once for each promise
        verbs.append({"label": label, "url": reverse(route, args=[promise.pk]), "form": form})
    return verbs


def _files(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """What the customer sent on this case, the newest first."""
    arrivals = [entry.message.arrival for entry in entries if entry.message and entry.message.arrival]
    files = [file for arrival in arrivals for file in arrival.files.all() if timeline.says_something(file)]
    return [timeline.file_view(file) for file in files[:MOST_FILES]]


def _told(customer: Customer, request: StaffRequest, case: Case) -> list[tuple[str, str]]:
    """What is kept about reaching this customer, and what their clock shows now."""
    zone = wording.zone_for(case)
    clock = moments.time_of_day(request.at, zone=zone)
    addresses = ", ".join(customer.addresses.order_by("pk").values_list("email", flat=True)[:4])
    return [
        (_("Telephone"), customer.phone),
        (_("Best time"), customer.best_time),
        (_("Language"), _language(customer.language)),
        (_("Their clock"), f"{clock}, {zone.replace('_', ' ')}" if customer.zone else ""),
        (_("E-mail"), addresses),
    ]


def _language(code: str) -> str:
    try:
        return str(Locale.parse(code, sep="-").get_display_name(get_language() or "en")) if code else ""
    except (ValueError, UnknownLocaleError):
        return code


def _others(request: StaffRequest, case: Case, company: Company, zone: str) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse("case", args=[one.number]),
            "number": numbering.spoken(one.number, company),
            "title": one.subject_line or _("(no subject)"),
            "words": _("closed %(when)s") % {"when": moments.short(one.closed_at, at=request.at, zone=zone)}
            if one.closed_at
            else _("next: %(when)s") % {"when": moments.short(one.next_at, at=request.at, zone=zone)},
        }
        for one in cases.others_of(case, request.person)
    ]


def _colleagues(case: Case) -> list[Person]:
    """Whom the case can be handed to, by name."""
    return [one for one in _SERVING() if one.pk != case.owner_id]


_SERVING = Question(
    lambda: (
        Person.objects.working_here()
        .filter(role__in=[Person.Role.AGENT, Person.Role.LEAD])
        .only("name")
        .order_by("sort_key", "pk")
    )
)


def _closing(case: Case, promises: Sequence[Promise]) -> dict[str, Any]:
    """Whether the case can be closed, and in words why not yet."""
    if not case.is_open:
        return {"why_not": "", "asks": False}
    owed = sum(promise.is_owed for promise in promises)
    why_not = ""
    if owed:
        why_not = ngettext("Close waits for %(n)s promise", "Close waits for %(n)s promises", owed) % {
            "n": owed
        }
    elif awaiting.unsent(case).exists():
        why_not = _("Close waits for the letter to leave")
    return {"why_not": why_not, "asks": not why_not and awaiting.unanswered(case) is not None}


urlpatterns: list[URLPattern] = [
    path("cases/<int:number>", case, name="case"),
    path("cases/<int:number>/pledge", pledge, name="pledge"),
    path("messages/<int:pk>/delivery", delivery_of, name="delivery"),
]
