"""Letters: the list of cases by urgency, beside it the chosen case."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from upheld.cases import numbering
from upheld.cases import queries as cases
from upheld.cases.composed import ROWS
from upheld.web import letter_rows
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import case as case_page
from upheld.web.shell import company_of, count_of, counted, render, zone_of

PAGE = ROWS
MOST_OWED = 6


@door("serves")
@require_GET
def letters(request: StaffRequest) -> HttpResponse:
    """The list of one view; with `case`, that case beside it; with `after`, the next rows alone."""
    given = request.GET.get("view", "mine" if request.person.serves else "ours")
    view: cases.View = given if given in cases.VIEWS else "mine"
    after = request.GET.get("after", "")
    if "rows" in request.GET:
        request.session["dense"] = request.GET["rows"] == "dense"
    context = _list(request, view, after)
    if after and request.headers.get("HX-Request"):
        return render(request, "letters/rows.html", context)
    if request.headers.get("HX-Target") == "list":
        return render(request, "letters/list.html", context)
    return render(request, "letters.html", context | _chosen(request, view), place="letters")


def _list(request: StaffRequest, view: cases.View, after: str) -> dict[str, Any]:
    if after:
        found = cases.inbox(request.person, view)
        page = cases.page(found, closed=view == "closed", after=after, limit=PAGE)
    else:
        page = cases.first_page(request.person, view)
    zone = zone_of(request.person, company_of(request))
    dense = bool(request.session.get("dense"))
    groups = letter_rows.groups(page.rows, at=request.at, zone=zone, dense=dense)
    more = {"view": view, "after": page.after or "", "under": groups[-1].key if groups else ""}
    return {
        "view": view,
        "views": _views(request, view),
        "groups": groups,
        "whole": not after and page.after is None,
        "under": request.GET.get("under", "") if after else "",
        "more_url": f"{reverse('letters')}?{urlencode(more)}" if page.after else None,
        "list_url": f"{reverse('letters')}?{urlencode({'view': view})}",
        "dense": dense,
        "chosen_number": _number(request.GET.get("case", "")),
    }


def _views(request: StaffRequest, current: cases.View) -> list[dict[str, Any]]:
    labels = {"mine": _("Mine"), "unread": _("Unread"), "ours": _("Ours"), "closed": _("Closed")}
    return [
        {
            "key": view,
            "label": labels[view],
            "url": f"{reverse('letters')}?{urlencode({'view': view})}",
            "count": counted(count_of(request, view)),
            "current": view == current,
        }
        for view in cases.VIEWS
    ]


def _chosen(request: StaffRequest, view: cases.View) -> dict[str, Any]:
    """The case beside the list. Without a choice none is opened, because opening is reading: what is owed next stands
    there instead."""
    number = _number(request.GET.get("case", ""))
    case = cases.case_for(request.person, number) if number else None
    if case is None:
        return {"case": None, "owed": _owed(request, view)}
    return case_page.opened(request, case, desk=view)


def _owed(request: StaffRequest, view: cases.View) -> list[dict[str, Any]]:
    """What this person owes next, for the room beside the list while no case is open there."""
    company = company_of(request)
    zone = zone_of(request.person, company)
    promises = list(
        cases.promises_to_mind(request.person).select_related("place__case").by_deadline()[:MOST_OWED]
    )
    return [
        {
            "said": one.words,
            "who": one.customer.name,
            "keeper": one.keeper.first_name,
            "number": numbering.spoken(case.number, company) if case else "",
            "url": f"{reverse('letters')}?{urlencode({'view': view, 'case': case.number})}"
            if case
            else reverse("promise", args=[one.pk]),
            "chit": letter_rows.chit(one, at=request.at, zone=zone),
        }
        for one in promises
        for case in [one.place.case if hasattr(one, "place") else None]
    ]


def _number(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) <= 9 else None


urlpatterns: list[URLPattern] = [path("letters", letters, name="letters")]
