"""The lists behind the figures of How we do: as long as the count says, page by page, as far as the reader may see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from upheld.cases import queries as cases
from upheld.cases.models import Case
from upheld.clock.zones import InstantOutOfReach, InstantWithoutZone, in_utc
from upheld.measures import first_answer, promises_kept
from upheld.measures.periods import Period, PeriodImpossible
from upheld.people import queries as people
from upheld.people.models import Department
from upheld.promises.models import StandardClock
from upheld.web import how_words, ledger, moments
from upheld.web.doors import StaffRequest, door
from upheld.web.shell import render, zone_of

PAGE = 50
WHICH = ("all", "kept", "missed")
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Asked:
    """Which list: the period, the department, and whether kept, missed, or all."""

    period: Period
    department: Department | None
    which: str
    after: str

    @property
    def department_id(self) -> int | None:
        """For the measures, which are asked for an id."""
        return self.department.pk if self.department else None


@door("staff")
@require_GET
def promises(request: StaffRequest) -> HttpResponse:
    """The promises behind a figure."""
    asked = asked_of(request)
    lists = {"all": promises_kept.due, "kept": promises_kept.kept, "missed": promises_kept.missed}
    counted = {key: found(asked.period, department=asked.department_id) for key, found in lists.items()}
    listed = counted[asked.which]
    if not request.person.reads_all:
        listed = listed.filter(pk__in=cases.promises_for(request.person).values("pk"))
    found, after = stretch(listed.select_related("keeper", "customer__account"), asked.after)
    places = cases.cases_of_promises(found)
    company = people.company()
    zone = zone_of(request.person, company)
    rows = []
    for one in found:
        case, account = places.get(one.pk), one.customer.account
        who = f"{one.customer.name}, {account.name}" if account else one.customer.name
        rows.append(
            {
                **ledger.view(one, at=request.at, zone=zone, url=reverse("promise", args=[one.pk]), who=who),
                "when": moments.short(one.deadline, at=request.at, zone=zone),
                "was_short": moments.short(one.due_at, at=request.at, zone=zone)
                if one.agreed_due_at
                else None,
                "number": f"{company.prefix}-{case.number}" if case else "",
            }
        )
    words = {"all": _("Due"), "kept": _("Kept"), "missed": _("Not kept")}
    return shown(request, "how_promises", asked, counted, listed, rows, after, _said_promises, words)


@door("staff")
@require_GET
def answers(request: StaffRequest) -> HttpResponse:
    """The first answers behind a figure, as the cases that they were due on."""
    asked = asked_of(request)
    lists = {"all": first_answer.due, "kept": first_answer.kept, "missed": first_answer.missed}
    counted = {key: found(asked.period, department=asked.department_id) for key, found in lists.items()}
    listed = counted[asked.which]
    if not request.person.reads_all:
        visible = Case.objects.visible_to(request.person).values("pk")
        listed = listed.filter(subject_kind="case", subject_id__in=visible)
    found, after = stretch(listed, asked.after)
    places = Case.objects.select_related("customer__account", "owner").in_bulk(
        [clock.subject_id for clock in found if clock.subject_kind == "case"]
    )
    company = people.company()
    zone = zone_of(request.person, company)
    rows = [
        _answer(clock, places[clock.subject_id], company.prefix, at=request.at, zone=zone)
        for clock in found
        if clock.subject_id in places
    ]
    words = {"all": _("Due"), "kept": _("In time"), "missed": _("Late")}
    return shown(request, "how_answers", asked, counted, listed, rows, after, _said_answers, words)


def address(name: str, period: Period, department: int | None, which: str, after: str = "") -> str:
    """The address of a list: it names its period by two moments, so that it stays what the figure counted."""
    asked = {"which": which, "from": _told(period.from_at), "until": _told(period.until_at)}
    if department is not None:
        asked["department"] = str(department)
    if after:
        asked["after"] = after
    return f"{reverse(name)}?{urlencode(asked)}"


def department_asked(request: StaffRequest) -> Department | None:
    """The department in the address; None for all. One that does not exist is no page."""
    given = request.GET.get("department", "")
    if not given:
        return None
    found = (
        Department.objects.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 10 else None
    )
    if found is None:
        raise Http404
    return found


def asked_of(request: StaffRequest, ways: Collection[str] = WHICH) -> Asked:
    """Which list an address asks for; one that makes no sense is no page."""
    zone = zone_of(request.person, people.company())
    which = request.GET.get("which", "all")
    try:
        from_at, until_at = (datetime.fromisoformat(request.GET[name]) for name in ("from", "until"))
        period = Period(from_at, until_at, zone)
    except (KeyError, ValueError, PeriodImpossible, InstantWithoutZone, InstantOutOfReach):
        raise Http404
    # What is not due yet is not counted, whatever an address says.
    if which not in ways or until_at > request.at:
        raise Http404
    return Asked(period, department_asked(request), which, request.GET.get("after", ""))


def shown(
    request: StaffRequest,
    name: str,
    asked: Asked,
    counted: Mapping[str, QuerySet[Any]],
    listed: QuerySet[Any],
    rows: list[dict[str, Any]],
    after: str,
    said: Callable[[str, int], str],
    words: Mapping[str, str],
    dates: str = "",
) -> HttpResponse:
    """The page of one of the lists. The counts are the figure's; what the reader may not open is told as a number."""
    period, department = asked.period, asked.department_id
    counts = {key: found.count() for key, found in counted.items()}
    total = counts[asked.which]
    beyond = 0 if request.person.reads_all else total - listed.count()
    context = {
        "kind": name,
        "sentence": said(asked.which, total),
        "dateline": _dateline(asked, dates or _("Due from %(from)s to %(until)s."), at=request.at),
        "views": [
            {"label": words[key], "count": f"{counts[key]:,}", "url": address(name, period, department, key),
             "current": key == asked.which}
            for key in words
        ],
        "rows": rows,
        "hidden": how_words.hidden(beyond) if beyond else "",
        "older": address(name, period, department, asked.which, after) if after else None,
        "newer": address(name, period, department, asked.which) if asked.after else None,
        "how_url": reverse("how"),
    }  # fmt: skip
    return render(request, "how/list.html", context, place="how")


def stretch(rows: QuerySet[Row], after: str, key: str = "due_at") -> tuple[list[Row], str]:
    """One page by key, the latest first, and where the next begins."""
    if after:
        moment, _tilde, number = after.partition("~")
        if len(number) > 15:
            raise Http404
        try:
            instant, pk = in_utc(datetime.fromisoformat(moment)), int(number)
        except (ValueError, InstantWithoutZone, InstantOutOfReach):
            raise Http404
        rows = rows.filter(Q(**{f"{key}__lt": instant}) | Q(**{key: instant, "pk__lt": pk}))
    found = list(rows.order_by(f"-{key}", "-pk")[: PAGE + 1])
    if len(found) <= PAGE:
        return found, ""
    last: Any = found[PAGE - 1]
    return found[:PAGE], f"{getattr(last, key).isoformat()}~{last.pk}"


def _answer(clock: StandardClock, case: Case, prefix: str, *, at: datetime, zone: str) -> dict[str, Any]:
    account = case.customer.account
    due = moments.when(clock.due_at, at=at, zone=zone)
    if clock.met_at is None:
        word, told = _("Not answered yet"), _("Due %(due)s.") % {"due": due}
    else:
        word = _("In time") if clock.attained else _("Late")
        left = moments.when(clock.met_at, at=at, zone=zone)
        told = _("Due %(due)s, answered %(left)s.") % {"due": due, "left": left}
    return {
        "said": case.subject_line or _("No subject"),
        "url": reverse("case", args=[case.number]),
        "who": f"{case.customer.name}, {account.name}" if account else case.customer.name,
        "number": f"{prefix}-{case.number}",
        "word": word,
        "late": not clock.attained,
        "told": told,
    }


def _dateline(asked: Asked, dates: str, *, at: datetime) -> str:
    zone = asked.period.zone
    words = dates % {
        "from": moments.when(asked.period.from_at, at=at, zone=zone),
        "until": moments.when(asked.period.until_at, at=at, zone=zone),
    }
    return f"{asked.department.name}. {words}" if asked.department else words


def _said_promises(which: str, count: int) -> str:
    return {
        "all": ngettext("One promise fell due.", "%(n)s promises fell due.", count),
        "kept": ngettext("One promise was kept.", "%(n)s promises were kept.", count),
        "missed": ngettext("One promise was not kept.", "%(n)s promises were not kept.", count),
    }[which] % {"n": f"{count:,}"}


def _said_answers(which: str, count: int) -> str:
    return {
        "all": ngettext("One first answer fell due.", "%(n)s first answers fell due.", count),
        "kept": ngettext("One first answer came in time.", "%(n)s first answers came in time.", count),
        "missed": ngettext("One first answer was late.", "%(n)s first answers were late.", count),
    }[which] % {"n": f"{count:,}"}


def _told(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


urlpatterns: list[URLPattern] = [
    path("how/promises", promises, name="how_promises"),
    path("how/answers", answers, name="how_answers"),
]
