"""Where a person stands after a deed on a case: back at the desk beside the list, or on the case's own page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from upheld.cases.models import Case
from upheld.cases.queries import VIEWS


def place_of(request: HttpRequest, case: Case) -> str:
    """The address: the form says by `desk` from which view of the letters it was sent."""
    return address(case, request.POST.get("desk", ""))


def address(case: Case, desk: str) -> str:
    """The same for a page that is being drawn."""
    if desk in VIEWS:
        return f"{reverse('letters')}?{urlencode({'view': desk, 'case': case.number})}"
    return reverse("case", args=[case.number])


def to_case(request: HttpRequest, case: Case) -> HttpResponse:
    """There by a redirect; for htmx by its own header, because the whole page is meant."""
    place = place_of(request, case)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": place, "HX-Trigger": "upheld:taken"})
    return HttpResponseRedirect(place)
