"""What we owe: broken and still owed, today, this week by day, later; and below it what is done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from upheld.cases import queries as cases
from upheld.people import queries as people
from upheld.people.models import Department, Person
from upheld.promises.models import Promise, PromiseQuerySet
from upheld.web import horizon, ledger, moments
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import promise
from upheld.web.shell import counted, render, zone_of

PAGE = 50
LATELY = 8
STATES = ("owed", "broken", "done")


@door("staff")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The list, by keeper or department and by state, fifty at a time."""
    company = people.company()
    zone = zone_of(request.person, company)
    departments = _departments(request.person)
    whose = _whose(request, departments)
    state = request.GET.get("state", "owed")
    state = state if state in STATES else "owed"
    mine = _narrowed(cases.promises_for(request.person), whose, request.person).select_related(
        "customer__account"
    )
    owed, broken = cases.count(mine.owed()), cases.count(_broken(mine, request.at))
    found, after = _stretch(mine, state, request.GET.get("after", ""), request.at)
    rows = _rows(found, at=request.at, zone=zone, prefix=company.prefix, back=request.get_full_path())
    first = state == "owed" and not request.GET.get("after")
    done = list(_done(mine)[:LATELY]) if first else []
    context = {
        "sentence": _sentence(owed, broken, whose, departments),
        "dateline": moments.day(request.at, zone=zone),
        "horizon": horizon.for_promises(mine.owed(), at=request.at, zone=zone) if first and owed else None,
        "views": _views(whose, state, departments),
        "states": _states(whose, state, owed, broken),
        "groups": _groups(rows, state, at=request.at, zone=zone),
        "done": _rows(done, at=request.at, zone=zone, prefix=company.prefix),
        "all_done": _address(whose, "done"),
        "older": f"{_address(whose, state)}&{urlencode({'after': after})}" if after else None,
        "newer": _address(whose, state) if request.GET.get("after") else None,
        "state": state,
    }
    return render(request, "promises.html", context, place="promises", fragment="list")


def _departments(viewer: Person) -> list[Department]:
    open_ones = Department.objects.filter(closed_at__isnull=True).order_by("sort_key")
    if viewer.reads_all:
        return list(open_ones)
    return list(open_ones.filter(people=viewer)) if viewer.serves else []


def _whose(request: StaffRequest, departments: list[Department]) -> str:
    asked = request.GET.get("whose", "")
    known = {"mine", "all", *(str(one.pk) for one in departments)}
    wide = request.person.reads_all or request.person.role == Person.Role.LEAD
    return asked if asked in known else ("all" if wide else "mine")


def _narrowed(promises: PromiseQuerySet, whose: str, viewer: Person) -> PromiseQuerySet:
    if whose == "mine":
        return promises.filter(keeper=viewer)
    return promises if whose == "all" else promises.filter(department_id=int(whose))


def _broken(promises: PromiseQuerySet, at: datetime) -> PromiseQuerySet:
    owed = promises.owed().with_deadline()
    return owed.filter(Q(broken_at__isnull=False) | Q(deadline_at__lt=at))


def _done(promises: PromiseQuerySet) -> PromiseQuerySet:
    return promises.made().filter(settled_at__isnull=False).order_by("-settled_at", "-pk")


def _stretch(
    promises: PromiseQuerySet, state: str, after: str, at: datetime
) -> tuple[list[Promise], str | None]:
    """One page by key, and where the next one begins."""
    moment, number = _key(after)
    if state == "done":
        rows = _done(promises)
        if moment:
            rows = rows.filter(Q(settled_at__lt=moment) | Q(settled_at=moment, pk__lt=number))
    else:
        rows = (_broken(promises, at) if state == "broken" else promises.owed().with_deadline()).by_deadline()
        if moment:
            rows = rows.filter(Q(deadline_at__gt=moment) | Q(deadline_at=moment, pk__gt=number))
    found = list(rows[: PAGE + 1])
    if len(found) <= PAGE:
        return found, None
    last = found[PAGE - 1]
    key = last.settled_at if state == "done" else last.deadline
    return found[:PAGE], f"{key.isoformat() if key else ''}~{last.pk}"


def _key(after: str) -> tuple[datetime | None, int]:
    text, _tilde, number = after.partition("~")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, 0
    sound = moment.tzinfo is not None and number.isdecimal() and len(number) < 19
    return (moment, int(number)) if sound else (None, 0)


def _rows(
    promises: list[Promise], *, at: datetime, zone: str, prefix: str, back: str = ""
) -> list[dict[str, Any]]:
    places = cases.cases_of_promises(promises)
    rows = []
    for one in promises:
        case, account = places.get(one.pk), one.customer.account
        who = f"{one.customer.name}, {account.name}" if account else one.customer.name
        address = reverse("promise", args=[one.pk])
        rows.append(
            {
                **ledger.view(one, at=at, zone=zone, url=address, who=who),
                "when": moments.short(one.deadline, at=at, zone=zone),
                "keeper": one.keeper.first_name,
                "number": f"{prefix}-{case.number}" if case else "",
                "day": one.deadline.astimezone(ZoneInfo(zone)).date(),
                "past": one.broken_at is not None or one.deadline < at,
                "keep_url": f"{address}?{urlencode({'do': 'keep', 'next': back})}#keep",
                "move_url": f"{address}?{urlencode({'do': 'new-date', 'next': back})}#new-date",
                "meta": "",
            }
        )
    return rows


def _groups(rows: list[dict[str, Any]], state: str, *, at: datetime, zone: str) -> list[dict[str, Any]]:
    if state == "done":
        return [{"title": _("Done, the latest first"), "rows": rows}] if rows else []
    today = at.astimezone(ZoneInfo(zone)).date()
    week_ends = today + timedelta(days=6 - today.weekday())
    groups: list[dict[str, Any]] = []
    for row in rows:
        if row["past"]:
            title = _("Broken, and still owed")
        elif row["day"] == today:
            title = _("Today")
        elif row["day"] <= week_ends:
            title = moments.day(row["due_at"], zone=zone)
        else:
            title = _("Later")
        if not groups or groups[-1]["title"] != title:
            groups.append({"title": title, "rows": []})
        groups[-1]["rows"].append(row)
    return groups


def _sentence(owed: int, broken: int, whose: str, departments: list[Department]) -> str:
    if not owed:
        return _("Nothing is owed.")
    first = {
        "mine": ngettext("You owe one promise", "You owe %(count)s promises", owed),
        "all": ngettext("We owe one promise", "We owe %(count)s promises", owed),
    }.get(whose) or ngettext("%(who)s owes one promise", "%(who)s owes %(count)s promises", owed)
    second = ngettext("one is broken", "%(broken)s are broken", broken) if broken else _("none is broken")
    if owed == 1:
        second = _("it is broken") if broken else _("it is not yet due")
    names = {str(one.pk): one.name for one in departments}
    said = {"count": counted(owed), "broken": counted(broken), "who": names.get(whose, "")}
    return f"{first}; {second}." % said


def _views(whose: str, state: str, departments: list[Department]) -> list[dict[str, Any]]:
    items = [("mine", _("I keep")), ("all", _("All that I see"))]
    items += [(str(one.pk), one.name) for one in departments] if len(departments) > 1 else []
    return [{"label": label, "url": _address(key, state), "current": key == whose} for key, label in items]


def _states(whose: str, state: str, owed: int, broken: int) -> list[dict[str, Any]]:
    labels = {
        "owed": (_("Owed"), counted(owed)),
        "broken": (_("Broken, still owed"), counted(broken)),
        "done": (_("Done"), None),
    }
    return [
        {"label": label, "count": count, "url": _address(whose, key), "current": key == state}
        for key, (label, count) in labels.items()
    ]


def _address(whose: str, state: str) -> str:
    return f"{reverse('promises')}?{urlencode({'whose': whose, 'state': state})}"


urlpatterns: list[URLPattern] = [path("promises", page, name="promises"), *promise.urlpatterns]
