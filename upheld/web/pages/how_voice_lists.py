"""The lists behind what customers say: verdicts, letters that asked again, requests with one, and whole pairs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from upheld.cases.models import Case, Chaser
from upheld.customers.models import Customer
from upheld.measures import chasers, expectations, verdicts
from upheld.measures.periods import Period
from upheld.people import queries as people
from upheld.surveys import ladders
from upheld.surveys.models import AS_EXPECTED, LEVELS, Invitation, Verdict
from upheld.web import moments
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.how_lists import asked_of, shown, stretch
from upheld.web.shell import zone_of

OF_LEVELS = tuple(map(str, LEVELS))


@door("staff")
@require_GET
def given(request: StaffRequest) -> HttpResponse:
    """The verdicts behind a figure: all, as expected or better, below, or those at one level."""
    asked = asked_of(request, ("all", "kept", "missed", *OF_LEVELS))
    period, department = asked.period, asked.department_id
    words = {"all": _("All"), "kept": _("As expected or better"), "missed": _("Below as expected")}
    if asked.which in OF_LEVELS:
        words[asked.which] = _label(period, department, int(asked.which), request)
    counted = {
        "all": verdicts.given(period, department=department),
        "kept": verdicts.as_expected(period, department=department),
        "missed": verdicts.below(period, department=department),
        **{key: verdicts.given(period, department=department, level=int(key)) for key in OF_LEVELS},
    }
    counted = {key: counted[key] for key in words}
    listed = counted[asked.which]
    if not request.person.reads_all:
        listed = listed.visible_to(request.person)  # type: ignore[attr-defined]
    found, after = stretch(listed.select_related("ladder", "customer__account", "case"), asked.after, "at")
    rows = [_verdict(one, request) for one in found]
    dates = _("Said from %(from)s to %(until)s.")
    return shown(request, "how_verdicts", asked, counted, listed, rows, after, _said_verdicts, words, dates)


@door("staff")
@require_GET
def letters(request: StaffRequest) -> HttpResponse:
    """The letters that asked for what was owed."""
    asked = asked_of(request, ("all",))
    counted = {"all": chasers.letters(asked.period, department=asked.department_id)}
    listed = counted["all"]
    if not request.person.reads_all:
        listed = listed.visible_to(request.person)  # type: ignore[attr-defined]
    found, after = stretch(listed.select_related("case", "customer__account"), asked.after, "at")
    rows = [_chaser(one, request) for one in found]
    dates = _("Came from %(from)s to %(until)s.")
    return shown(
        request, "how_chasers", asked, counted, listed, rows, after, _said_chasers, {"all": _("All")}, dates
    )


@door("staff")
@require_GET
def chased(request: StaffRequest) -> HttpResponse:
    """The requests whose customer had to ask again."""
    asked = asked_of(request, ("all",))
    counted = {"all": chasers.chased(asked.period, department=asked.department_id)}
    listed = counted["all"]
    if not request.person.reads_all:
        listed = listed.filter(pk__in=Case.objects.visible_to(request.person).values("pk"))
    found, after = stretch(listed.select_related("customer__account"), asked.after, "opened_at")
    rows = [_case(one, request) for one in found]
    dates = _("Began from %(from)s to %(until)s.")
    return shown(
        request, "how_chased", asked, counted, listed, rows, after, _said_chased, {"all": _("All")}, dates
    )


@door("staff")
@require_GET
def pairs(request: StaffRequest) -> HttpResponse:
    """The customers who said both what they expect and what they received."""
    asked = asked_of(request, ("all",))
    counted = {"all": expectations.answered(asked.period, department=asked.department_id)}
    listed = counted["all"]
    if not request.person.reads_all:
        listed = listed.filter(customer__in=Customer.objects.visible_to(request.person))
    found, after = stretch(listed.select_related("customer__account"), asked.after, "answered_at")
    rows = [_pair(one, request) for one in found]
    dates = _("Said from %(from)s to %(until)s.")
    return shown(
        request, "how_pairs", asked, counted, listed, rows, after, _said_pairs, {"all": _("All")}, dates
    )


def _label(period: Period, department: int | None, level: int, request: StaffRequest) -> str:
    """What the level was called when these customers answered; if nobody did, what it is called now."""
    found = verdicts.given(period, department=department, level=level).select_related("ladder")
    newest = found.order_by("-at", "-pk").first()
    return newest.label if newest else ladders.current(request.at).label(level)


def _verdict(one: Verdict, request: StaffRequest) -> dict[str, Any]:
    return {
        **_on(one.case, one.customer),
        "said": one.comment[:300] or one.case.subject_line or _("No subject"),
        "word": one.label,
        "late": one.level < AS_EXPECTED,
        "told": _when(one.at, request),
    }


def _chaser(one: Chaser, request: StaffRequest) -> dict[str, Any]:
    since, came = _when(one.waited_since, request), _when(one.at, request)
    told = _("Had waited since %(since)s, asked again %(came)s.") % {"since": since, "came": came}
    return {
        **_on(one.case, one.customer),
        "word": _("Answered") if one.answered_at else _("Not answered yet"),
        "late": one.answered_at is None,
        "told": told,
    }


def _case(one: Case, request: StaffRequest) -> dict[str, Any]:
    told = _("Began %(when)s.") % {"when": _when(one.opened_at, request)}
    word = _("open") if one.is_open else _("closed")
    return {**_on(one, one.customer), "word": word, "late": False, "told": told}


def _pair(one: Invitation, request: StaffRequest) -> dict[str, Any]:
    account = one.customer.account
    return {
        "said": one.customer.name,
        "url": reverse("customer", args=[one.customer_id]),
        "who": account.name if account else "",
        "number": "",
        "word": "",
        "late": False,
        "told": _when(one.answered_at, request),
    }


def _on(case: Case, customer: Customer) -> dict[str, Any]:
    account = customer.account
    return {
        "said": case.subject_line or _("No subject"),
        "url": reverse("case", args=[case.number]),
        "who": f"{customer.name}, {account.name}" if account else customer.name,
        "number": f"{people.company().prefix}-{case.number}",
    }


def _when(moment: Any, request: StaffRequest) -> str:
    return moments.when(moment, at=request.at, zone=zone_of(request.person, people.company()))


def _said_verdicts(which: str, count: int) -> str:
    return {
        "kept": ngettext(
            "One customer was served as expected, or better.",
            "%(n)s customers were served as they expected, or better.",
            count,
        ),
        "missed": ngettext("One customer expected better.", "%(n)s customers expected better.", count),
    }.get(which, ngettext("One customer said how it went.", "%(n)s customers said how it went.", count)) % {
        "n": f"{count:,}"
    }


def _said_chasers(which: str, count: int) -> str:
    return ngettext(
        "One letter asked for what was owed.", "%(n)s letters asked for what was owed.", count
    ) % {"n": f"{count:,}"}  # fmt: skip


def _said_chased(which: str, count: int) -> str:
    return ngettext(
        "In one request the customer had to ask again.",
        "In %(n)s requests the customer had to ask again.",
        count,
    ) % {"n": f"{count:,}"}


def _said_pairs(which: str, count: int) -> str:
    return ngettext(
        "One customer said what they expect and what they received.",
        "%(n)s customers said what they expect and what they received.",
        count,
    ) % {"n": f"{count:,}"}


urlpatterns: list[URLPattern] = [
    path("how/verdicts", given, name="how_verdicts"),
    path("how/chasers", letters, name="how_chasers"),
    path("how/asked-again", chased, name="how_chased"),
    path("how/expectations", pairs, name="how_pairs"),
]
