"""One promise: as it stands, what may be done about it now, and everything that happened to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upheld.cases import queries as cases
from upheld.journal import queries as journal
from upheld.journal.facts import Subject, restore
from upheld.people import queries as people
from upheld.promises import keeping, mending, renegotiating, withdrawing
from upheld.promises.models import Promise
from upheld.refusals import Refusal
from upheld.web import ledger, moments
from upheld.web.doors import StaffRequest, door
from upheld.web.facts import FACTS
from upheld.web.naming import names_for
from upheld.web.pages.promise_forms import KeepForm, MakeGoodForm, NewDateForm, PromiseForm, WithdrawForm
from upheld.web.shell import render, zone_of

FORMS: dict[str, type[PromiseForm]] = {
    "keep": KeepForm,
    "new-date": NewDateForm,
    "make-good": MakeGoodForm,
    "withdraw": WithdrawForm,
}


def shown_to(request: StaffRequest, pk: int) -> Promise:
    """The promise, if this viewer may see it; else there is no such page."""
    promise = cases.promises_for(request.person).select_related("department").filter(pk=pk).first()
    if promise is None:
        raise Http404
    return promise


@door("staff")
@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The promise by itself. `?do=keep` opens that form; `?next=` is where its form leads afterwards."""
    return _show(request, shown_to(request, pk), opened=request.GET.get("do", ""))


@door("staff")
@require_POST
def keep(request: StaffRequest, pk: int) -> HttpResponse:
    """It was done."""

    def verb(promise: Promise, said: dict[str, Any]) -> str:
        kept = keeping.keep(
            promise, what=said["what"], done_at=said["done_at"], in_full=said["in_full"],
            by=request.person.actor, at=request.at,
        )  # fmt: skip
        if not said["in_full"]:
            return _("Written down: done in part. It counts as not kept.")
        return _("Written down: kept late.") if kept.broken_at else _("Kept.")

    return _do(request, pk, "keep", verb)


@door("staff")
@require_POST
def renegotiate(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer agreed to another date."""

    def verb(promise: Promise, said: dict[str, Any]) -> str:
        renegotiating.renegotiate(
            promise, due_at=said["due_at"], how=said["how"], by=request.person.actor, at=request.at
        )
        return _("The new date is written down; the first one still counts.")

    return _do(request, pk, "new-date", verb)


@door("staff")
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer no longer wants it."""

    def verb(promise: Promise, said: dict[str, Any]) -> str:
        withdrawing.withdraw(promise, why=said["why"], by=request.person.actor, at=request.at)
        return _("Withdrawn: nothing more is owed on it.")

    return _do(request, pk, "withdraw", verb)


@door("staff")
@require_POST
def make_good(request: StaffRequest, pk: int) -> HttpResponse:
    """Broken, and put right in another way."""

    def verb(promise: Promise, said: dict[str, Any]) -> str:
        mending.make_good(promise, what=said["what"], by=request.person.actor, at=request.at)
        return _("Put right: it counts as broken, and nothing more is owed on it.")

    return _do(request, pk, "make-good", verb)


def _do(
    request: StaffRequest, pk: int, name: str, verb: Callable[[Promise, dict[str, Any]], str]
) -> HttpResponse:
    promise = shown_to(request, pk)
    here = zone_of(request.person, people.company())
    form = FORMS[name](request.POST, here=here, there=promise.zone)
    if form.is_valid():
        try:
            said = verb(promise, form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            promise = shown_to(request, pk)
        else:
            messages.success(request, said)
            return _onward(request, form.cleaned_data["next"], promise)
    return _show(request, promise, opened=name, tried=form, status=422)


def _onward(request: StaffRequest, next_url: str, promise: Promise) -> HttpResponse:
    """Back to where the person came from, if that is a page of ours."""
    target = next_url if safe(request, next_url) else reverse("promise", args=[promise.pk])
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)


def safe(request: HttpRequest, url: str) -> bool:
    """Whether an address given from outside is a path of ours."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(
        url, {request.get_host()}, require_https=request.is_secure()
    )


def _show(
    request: StaffRequest,
    promise: Promise,
    *,
    opened: str = "",
    tried: PromiseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    company = people.company()
    zone = zone_of(request.person, company)
    next_url = request.GET.get("next", "")
    case = cases.cases_of_promises([promise]).get(promise.pk)
    readable = case if case and cases.case_for(request.person, case.number) else None
    context = {
        "p": ledger.view(promise, at=request.at, zone=zone),
        "promise": promise,
        "case": readable,
        "case_number": f"{company.prefix}-{readable.number}" if readable else "",
        "knows_customers": request.person.serves or request.person.reads_all,
        "due": moments.long(promise.deadline, zone=promise.zone),
        "verbs": _verbs(promise, zone, at=request.at, opened=opened, tried=tried, next_url=next_url),
        "history": _history(promise, zone),
    }
    return render(request, "promise.html", context, place="promises", fragment="whole", status=status)


def _verbs(
    promise: Promise, here: str, *, at: datetime, opened: str, tried: PromiseForm | None, next_url: str
) -> list[dict[str, Any]]:
    broken = promise.broken_at is not None or promise.deadline < at
    known = {
        "keep": (_("Mark kept late") if broken else _("Mark kept"), "keeping", "m", "check"),
        "new-date": (_("New date"), "renegotiating", "", "calendar"),
        "make-good": (_("Put right in another way"), "making_good", "", "again"),
        "withdraw": (_("The customer no longer wants it"), "withdrawing", "", "x"),
    }
    offered = ["keep", "make-good" if broken else "new-date", "withdraw"] if promise.is_owed else []
    if tried is not None and opened not in offered:
        # The clock or a colleague came first: what was written is shown all the same, with the refusal.
        offered.append(opened)
    return [
        {
            "name": name,
            "label": label,
            "url": reverse(route, args=[promise.pk]),
            "key": key,
            "icon": icon,
            "open": name == opened,
            "form": tried
            if tried is not None and name == opened
            else FORMS[name](here=here, there=promise.zone, initial={"next": next_url}),
        }
        for name, (label, route, key, icon) in ((one, known[one]) for one in offered)
    ]


def _history(promise: Promise, zone: str) -> list[dict[str, Any]]:
    records = journal.timeline(Subject("promise", promise.pk), limit=100)
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
    path("promises/<int:pk>", page, name="promise"),
    path("promises/<int:pk>/keeping", keep, name="keeping"),
    path("promises/<int:pk>/new-date", renegotiate, name="renegotiating"),
    path("promises/<int:pk>/withdrawal", withdraw, name="withdrawing"),
    path("promises/<int:pk>/amends", make_good, name="making_good"),
]
