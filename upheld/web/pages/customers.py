"""Customers from A to Z, and everything that we and one of them said to each other, in whichever case it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Max, Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from upheld.cases import queries as cases
from upheld.cases.models import Case
from upheld.customers import describing
from upheld.customers.models import Address, Customer
from upheld.people import queries as people
from upheld.people.models import Person
from upheld.people.names import sort_key
from upheld.promises.models import Promise
from upheld.refusals import Refusal
from upheld.web import customer_history, ledger, moments
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.customer_forms import DescribeForm
from upheld.web.shell import counted, render, zone_of

PAGE = 50
MOST_CASES = 50


@door("serves")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The register, by name, fifty at a time; or those that a few letters of a name, company or address find."""
    zone = zone_of(request.person, people.company())
    looked_for = " ".join(request.GET.get("q", "").split())[:100]
    everybody = Customer.objects.visible_to(request.person)
    found = everybody.filter(_matches(looked_for)) if looked_for else everybody
    count = found[: cases.COUNTED_TO + 1].count()
    key, _tilde, number = request.GET.get("after", "").rpartition("~")
    shown = found
    if number.isdecimal() and len(number) < 19:
        shown = found.filter(Q(sort_key__gt=key) | Q(sort_key=key, pk__gt=int(number)))
    addresses = Prefetch("addresses", queryset=Address.objects.order_by("pk"))
    rows = list(
        shown.select_related("account").prefetch_related(addresses).order_by("sort_key", "pk")[: PAGE + 1]
    )
    here = reverse("customers") + "?" + urlencode({"q": looked_for} if looked_for else {})
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "sentence": _count_sentence(count, looked_for),
        "looked_for": looked_for,
        "rows": _rows(rows[:PAGE], request.person, at=request.at, zone=zone),
        "older": f"{here}&{urlencode({'after': f'{last.sort_key}~{last.pk}'})}" if last else None,
        "newer": here if number else None,
    }
    return render(request, "customers.html", context, place="customers", fragment="list")


@door("serves")
@require_GET
def customer(request: StaffRequest, pk: int) -> HttpResponse:
    """One customer: their cases, what we promised, what they told us, and one timeline of it all."""
    return _show(request, _customer(request, pk))


@door("serves")
@require_POST
def describe(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down what the customer told us."""
    customer = _customer(request, pk)
    form = DescribeForm(request.POST, initial=_known(customer))
    if not form.is_valid():
        return _show(request, customer, form=form, status=422)
    try:
        describing.describe(customer, by=request.person.actor, at=request.at, **form.cleaned_data)
    except describing.NothingNew as nothing:
        messages.info(request, nothing.sentence)
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _show(request, customer, form=form, status=422)
    else:
        messages.success(request, _("Written down, and honoured from now on."))
    return redirect("customer", pk=pk)


def _customer(request: StaffRequest, pk: int) -> Customer:
    rows = Customer.objects.visible_to(request.person).select_related("account").prefetch_related("addresses")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _matches(words: str) -> Q:
    return (
        Q(sort_key__contains=sort_key(words))
        | Q(account__name__icontains=words)
        | Q(pk__in=Address.objects.filter(email__contains=words.lower()).values("customer"))
    )


def _rows(found: Sequence[Customer], viewer: Person, *, at: datetime, zone: str) -> list[dict[str, Any]]:
    """The register's lines; two more queries for what is open and what is owed."""
    seen = Case.objects.visible_to(viewer).filter(customer__in=found)
    open_ones = dict(seen.open().values_list("customer").annotate(Count("pk")).order_by())
    wrote = dict(seen.values_list("customer").annotate(Max("last_letter_at")).order_by())
    owed: dict[int, Promise] = {}
    for owing in cases.promises_for(viewer).owed().filter(customer__in=found).by_deadline():
        owed.setdefault(owing.customer_id, owing)
    rows = []
    for one in found:
        first, promise = next(iter(one.addresses.all()), None), owed.get(one.pk)
        parts = [first.email if first else _("no address")]
        if open_ones.get(one.pk):
            count = open_ones[one.pk]
            parts.append(ngettext("%(n)s open case", "%(n)s open cases", count) % {"n": count})
        if wrote.get(one.pk):
            parts.append(_("last wrote %(when)s") % {"when": moments.when(wrote[one.pk], at=at, zone=zone)})
        rows.append(
            {
                "name": one.name,
                "url": reverse("customer", args=[one.pk]),
                "initials": _initials(one.name),
                "company": one.account.name if one.account else "",
                "meta": ". ".join(parts) + ".",
                "promise": ledger.view(promise, at=at, zone=zone) if promise else None,
                "due": moments.short(promise.deadline, at=at, zone=zone) if promise else "",
            }
        )
    return rows


def _show(
    request: StaffRequest, one: Customer, *, form: DescribeForm | None = None, status: int = 200
) -> HttpResponse:
    person, at = request.person, request.at
    company = people.company()
    zone = zone_of(person, company)
    seen = Case.objects.visible_to(person).filter(customer=one, joined_into__isnull=True)
    promises = list(cases.promises_for(person).made().filter(customer=one).by_deadline())
    before = customer_history.key_of(request.GET.get("before", ""))
    entries, older = customer_history.stretch(seen, promises, before=before, at=at, zone=zone)
    owed = [p for p in promises if p.is_owed]
    context = {
        "one": one,
        "initials": _initials(one.name),
        "first_name": one.name.split(" ", 1)[0],
        "tel": one.phone.replace(" ", ""),
        "sentence": customer_history.kept_in_words(promises, at=at),
        "cases": [
            {
                "number": f"{company.prefix}-{case.number}",
                "url": reverse("case", args=[case.number]),
                "subject": case.subject_line or _("A letter without a subject"),
                "open": case.is_open,
                "says": _("next %(when)s") % {"when": moments.when(case.next_at, at=at, zone=zone)}
                if case.closed_at is None
                else _("closed %(when)s") % {"when": moments.when(case.closed_at, at=at, zone=zone)},
                "owner": case.owner.first_name,
            }
            for case in seen.select_related("owner").order_by("closed_at", "-pk")[:MOST_CASES]
        ],
        "case_count": counted(seen[: cases.COUNTED_TO + 1].count()),
        "owed": [ledger.view(p, at=at, zone=zone, url=reverse("promise", args=[p.pk])) for p in owed],
        "entries": entries,
        "older": f"{reverse('customer', args=[one.pk])}?{urlencode({'before': older})}#said"
        if older
        else None,
        "newer": reverse("customer", args=[one.pk]) if before else None,
        "form": form or DescribeForm(initial=_known(one)),
        "open_form": form is not None,
    }
    return render(request, "customer.html", context, place="customers", status=status)


def _known(customer: Customer) -> dict[str, str]:
    return {field: getattr(customer, field) for field in describing.FIELDS}


def _initials(name: str) -> str:
    parts = name.split()
    return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper() if parts else "?"


def _count_sentence(count: int, looked_for: str) -> str:
    words = {"n": counted(count), "q": looked_for}
    if looked_for:
        none = _("Nobody is called “%(q)s”.")
        return (
            ngettext("%(n)s customer for “%(q)s”.", "%(n)s customers for “%(q)s”.", count) if count else none
        ) % words
    if not count:
        return _("Nobody has written yet.")
    return ngettext("%(n)s customer.", "%(n)s customers.", count) % words


urlpatterns: list[URLPattern] = [
    path("customers", page, name="customers"),
    path("customers/<int:pk>", customer, name="customer"),
    path("customers/<int:pk>/description", describe, name="describing"),
]
