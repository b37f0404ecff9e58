"""What stands on every page of ours: the five places with their counts, who is reading, and words after a deed."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.template.backends.utils import csrf_input
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from jinja2_fragments import render_block

from upheld.cases import queries as cases
from upheld.findings import queries as finding_queries
from upheld.people import queries as people
from upheld.people.models import Company, Person
from upheld.web import revealing, tickets
from upheld.web.doors import StaffRequest
from upheld.web.revealing import Shown


def zone_of(person: Person, company: Company) -> str:
    """The zone in which this person reads the clock."""
    return person.zone or company.zone


def company_of(request: StaffRequest) -> Company:
    """Whose installation this is, asked for once a request."""
    if not hasattr(request, "company"):
        request.company, request.shown = revealing.of_company()
    return request.company


def shown_to(request: StaffRequest) -> Shown:
    """What its pages show, asked for in the same question."""
    company_of(request)
    return request.shown


def count_of(request: StaffRequest, view: cases.View) -> int:
    """How many cases one view has for whoever reads, asked for once a request."""
    if not hasattr(request, "counts"):
        request.counts = {}
    if view not in request.counts:
        request.counts[view] = cases.count_of(request.person, view)
    return request.counts[view]


def counted(number: int) -> str:
    """A count in a list: exact up to 1,000, then `1,000+`."""
    return "1,000+" if number > cases.COUNTED_TO else f"{number:,}"


def render(
    request: StaffRequest,
    template: str,
    context: dict[str, Any],
    *,
    place: str = "",
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """A page of ours; with `fragment` and a request of htmx, only that block of the same template."""
    company = company_of(request)
    zone = zone_of(request.person, company)
    everything = {
        **_base(request, company),
        "divided": request.shown.divided,
        "at": request.at,
        "zone": zone,
        "viewer": request.person,
        "nav": _places(request, place),
        "me": {
            "name": request.person.first_name,
            "initials": request.person.initials,
            "key": str(request.person.pk),
            "menu": _menu(request.person, request.shown),
            "going_url": reverse("going") if request.person.serves else None,
        },
        "sign_out_url": reverse("account_logout"),
        "search_url": reverse("search"),
        "live_url": f"{settings.LIVE_URL}/news",
        "live_ticket": tickets.make(request.person),
        "live_renew_url": reverse("live_ticket"),
        **context,
    }
    if fragment and request.headers.get("HX-Request"):
        return HttpResponse(_block(template, fragment, everything, request), status=status)
    return HttpResponse(_whole(template, everything, request), status=status)


def render_bare(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page without our masthead: the customer's, the form, what is lost. Without a form it sets no cookie."""
    everything = {**_base(request, people.company()), "bare": True, **context}
    return HttpResponse(render_to_string(template, everything, request=request), status=status)


def _base(request: HttpRequest, company: Company) -> dict[str, Any]:
    return {
        "lang": get_language() or "en",
        "dir": "rtl" if get_language_bidi() else "ltr",
        "company": company.name,
        "divided": SimpleLazyObject(people.is_divided),
        "flashes": [
            {"text": message.message, "undo_url": message.extra_tags or None, "kind": message.level_tag}
            for message in messages.get_messages(request)
        ],
    }


def _block(template: str, block: str, context: dict[str, Any], request: HttpRequest) -> str:
    everything = context | csrf(request)
    return str(render_block(cast(Jinja2, engines["jinja2"]).env, template, block, **everything))


def _whole(template: str, context: dict[str, Any], request: HttpRequest) -> str:
    everything = context | csrf(request) | {"request": request}
    return str(cast(Jinja2, engines["jinja2"]).env.get_template(template).render(everything))


def csrf(request: HttpRequest) -> dict[str, Any]:
    """The two names by which a template puts the form's token in, made once for all of a page's forms."""
    return {"csrf_token": get_token(request), "csrf_input": csrf_input(request)}


def _places(request: StaffRequest, place: str) -> list[dict[str, Any]]:
    """The places that this person uses: whoever does not read letters is not shown them."""
    person = request.person
    reads = person.serves or person.reads_all
    mine = count_of(request, "mine") if reads else 0
    owed = cases.count(cases.promises_for(person).owed()) if person.reads_all else cases.owed_by(person)
    # Hidden until there is one: a shop of two is not buried under places that it does not use.
    learns = person.works_here and not person.only_sets_up and shown_to(request).findings
    findings = finding_queries.count(finding_queries.owned(person)) if learns else 0
    every = [
        ("today", "t", _("Today"), 0, person.works_here and not person.only_sets_up),
        ("letters", "l", _("Letters"), mine, reads),
        ("promises", "p", _("Promises"), owed, person.works_here and not person.only_sets_up),
        ("customers", "c", _("Customers"), 0, reads),
        ("findings", "f", _("Findings"), findings, learns),
        ("how", "h", _("How we do"), 0, True),
    ]
    return [
        {
            "key": key,
            "label": label,
            "url": reverse(name),
            "count": counted(count) if count else "",
            "icon": name,
            "current": name == place,
        }
        for name, key, label, count, shown in every
        if shown
    ]


def _menu(person: Person, shown: Shown) -> list[dict[str, str]]:
    runs = person.sets_up or person.reads_all or person.role == Person.Role.LEAD
    items = [{"label": _("Health"), "url": reverse("health"), "icon": "health"}] if runs else []
    if person.serves or person.reads_all:
        items.append({"label": _("Needs attention"), "url": reverse("attention"), "icon": "warn"})
    if shown.beliefs:
        items.append({"label": _("What we believe"), "url": reverse("beliefs"), "icon": "how"})
    if person.sets_up:
        items.append({"label": _("Settings"), "url": reverse("settings"), "icon": "settings"})
    if runs:
        items.append({"label": _("Outbox"), "url": reverse("outbox"), "icon": "out"})
    items.append({"label": _("Password"), "url": reverse("account_change_password"), "icon": "lock"})
    items.append({"label": _("Second factor"), "url": reverse("mfa_index"), "icon": "check"})
    return items
