"""Health: whether all is well, in one sentence; each mailbox's account; and what somebody must see to."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from upheld.people import queries as people
from upheld.web import health, moments
from upheld.web.checking.check import Check
from upheld.web.doors import StaffRequest, door
from upheld.web.shell import render, zone_of

ACCOUNT = ("filed", "duplicates", "noted", "attention", "unopened")


@door("runs")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Every question, asked now."""
    found = health.gather(request.at)
    zone = zone_of(request.person, people.company())
    boxes = [check for check in found.checks if check.name == "mailbox"]
    accounts = [_account(check, request) for check in boxes if check.figures.get("on_server") is not None]
    context = {
        "sentence": _sentence(len(found.wrong)),
        "dateline": _("Asked %(when)s") % {"when": moments.when(found.at, at=request.at, zone=zone)},
        "wrong": [_line(check, request) for check in found.wrong],
        "well": [_line(check, request) for check in found.checks if check.ok],
        "accounts": accounts,
    }
    return render(request, "health.html", context, fragment="checks")


def _sentence(wrong: int) -> str:
    if not wrong:
        return _("All is well.")
    return ngettext("One thing is wrong.", "%(n)s things are wrong.", wrong) % {"n": wrong}


def _line(check: Check, request: StaffRequest) -> dict[str, Any]:
    """A check with the place where something can be done about it, if this viewer may go there."""
    person, reads = request.person, request.person.serves or request.person.reads_all
    where = {
        "failed": (reverse("outbox") + "?state=trouble", True),
        "leaving": (reverse("outbox") + "?state=waiting", True),
        "attention": (reverse("attention"), reads),
        "mailbox": (reverse("settings_mailboxes"), person.sets_up),
        "mailboxes": (reverse("settings_mailboxes"), person.sets_up),
    }
    url, allowed = where.get(check.name, ("", False))
    return {"ok": check.ok, "sentence": check.sentence, "url": url if allowed else ""}


def _account(check: Check, request: StaffRequest) -> dict[str, Any]:
    """On the server, and gone from it since: equal to everything that is here, each letter under one heading."""
    counts = {name: int(check.figures.get(name) or 0) for name in ("on_server", "gone", *ACCOUNT)}
    labels = {
        "filed": _("On a case"),
        "duplicates": _("The same letter again"),
        "noted": _("Noted: delivery news and our own"),
        "attention": _("Needed attention"),
        "unopened": _("Not opened yet"),
    }
    difference = counts["on_server"] + counts["gone"] - sum(counts[name] for name in ACCOUNT)
    rows = [{"label": _("On the server"), "n": f"{counts['on_server']:,}"}]
    if counts["gone"]:
        rows.append({"label": _("Left the server since"), "n": f"{counts['gone']:,}"})
    reads = request.person.serves or request.person.reads_all
    for name in ACCOUNT:
        row = {"label": labels[name], "n": f"{counts[name]:,}"}
        rows.append(row | {"url": reverse("attention")} if name == "attention" and reads else row)
    even = difference == 0
    return {
        "caption": str(check.figures.get("address", "")),
        "rows": rows,
        "total": {"label": _("Difference"), "n": f"{difference:,}"},
        "ok": even,
        "verdict": _("It balances")
        if even
        else ngettext("%(n)s letter is unaccounted for", "%(n)s letters are unaccounted for", abs(difference))
        % {"n": abs(difference)},
    }


urlpatterns: list[URLPattern] = [path("health", page, name="health")]
