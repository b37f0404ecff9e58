"""Who may open a page: each view says its rule in one word, and a test asks every address for it.

    open        anybody: the sign-in pages, the customer's form
    link        whoever holds a signed link: the customer's own page
    staff       whoever works here
    serves      whoever serves customers or reads all: agents, leads, managers
    sets_up     administrators
    runs        administrators, leads and managers: health
    steers      administrators and managers: what staff are asked

An outsider gets 404 and no hint that there is something. Somebody who is not signed in is asked to sign in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone

from upheld.people import attending, queries
from upheld.people.models import Company, Login, Person
from upheld.web.revealing import Shown

Rule = Literal["open", "link", "staff", "serves", "sets_up", "runs", "steers"]
P = ParamSpec("P")
StaffView = Callable[Concatenate["StaffRequest", P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class StaffRequest(HttpRequest):
    """A request of a member of staff: who they are, and the one moment that everything in it happens at."""

    person: Person
    at: datetime
    company: Company
    """Once somebody has asked for it, and what its pages show."""
    shown: Shown
    counts: dict[str, int]
    """How many each view of the letters has, once somebody has asked."""


def _may(person: Person, rule: Rule) -> bool:
    return {
        "staff": person.works_here,
        "serves": person.serves or person.reads_all,
        "sets_up": person.sets_up,
        "runs": person.sets_up or person.reads_all or person.role == Person.Role.LEAD,
        "steers": person.sets_up or person.reads_all,
    }[rule]


def door(rule: Rule) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Put a rule before a view. For staff rules the request arrives with `person` and `at`."""

    def put(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.at = timezone.now()
            if rule in ("open", "link"):
                return view(request, *args, **kwargs)
            if not isinstance(request.user, Login):
                return _to_sign_in(request)
            person, last_seen = queries.visitor(request.user)
            if person is None or not _may(person, rule):
                raise Http404
            request.person = person
            if attending.is_worth_noting(last_seen, at=request.at):
                attending.seen(person, at=request.at)
            return view(request, *args, **kwargs)

        guarded.rule = rule  # type: ignore[attr-defined]
        return guarded

    return put


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        # A fragment cannot show the sign-in page; the whole page goes there.
        return HttpResponse(status=204, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
    return redirect_to_login(request.get_full_path())
