"""Finding a case: by its number, the customer's name or address, or words of its subject."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET

from upheld.cases import queries as cases
from upheld.people import queries as people
from upheld.web import letter_rows
from upheld.web.doors import StaffRequest, door
from upheld.web.shell import render, zone_of

MOST = 50
SHORTEST = 2
_PLAIN = re.compile(r"^(?:ticket|case|nr\.?|no\.?|#)\s*[:#]?\s*(?=\S*\d+$)", re.IGNORECASE)
"""What people write before a number; elsewhere a case is called a ticket."""


@door("staff")
@require_GET
def search(request: StaffRequest) -> HttpResponse:
    """What was found, newest first. A number alone leads straight to its case."""
    given = " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
    words = _PLAIN.sub("", given)
    company = people.company()
    zone = zone_of(request.person, company)
    if number := re.fullmatch(rf"(?:{re.escape(company.prefix)}-?)?(\d{{1,9}})", words, re.IGNORECASE):
        found = cases.case_for(request.person, int(number[1]))
        if found:
            return HttpResponseRedirect(reverse("case", args=[found.number]))
    short = bool(words) and len(words) < SHORTEST and not words.isdecimal()
    rows: list[dict[str, Any]] = []
    many = False
    if words and not short:
        matches = list(cases.find(request.person, words, limit=MOST + 1))
        rows = letter_rows.plain(cases.with_owed(matches[:MOST]), at=request.at, zone=zone)
        many = len(matches) > MOST
    context = {"query": given, "rows": rows, "short": short, "many": many, "most": MOST}
    return render(request, "search.html", context, place="")


urlpatterns: list[URLPattern] = [path("search", search, name="search")]
