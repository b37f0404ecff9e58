"""Today: what this person owes now, in one sentence and one list; and what they should know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from upheld.cases import numbering
from upheld.cases import queries as cases
from upheld.cases.models import Case
from upheld.cases.queries import Row
from upheld.notices import queries as notices
from upheld.notices import telling
from upheld.notices.models import Notice
from upheld.people import queries as people
from upheld.people.models import Company, Person
from upheld.promises.models import Promise
from upheld.web import finding_views, horizon, letter_rows, moments, verdicts
from upheld.web.doors import StaffRequest, door
from upheld.web.naming import names_for
from upheld.web.pages import settings_steps
from upheld.web.shell import render, zone_of

MOST = 100
MOST_NOTICES = 12


@door("staff")
@require_GET
def today(request: StaffRequest) -> HttpResponse:
    """The page that a day begins with. Administrators keep no promises: they set up, and then watch the machine."""
    if request.person.only_sets_up:
        missing = settings_steps.next_of(settings_steps.steps())
        return HttpResponseRedirect(reverse("settings" if missing else "health"))
    company = people.company()
    zone = zone_of(request.person, company)
    at = request.at
    night = _night(at, zone)
    owed = cases.promises_to_mind(request.person)
    found = list(owed.by_deadline()[:MOST])
    broken = [one for one in found if one.broken_at or one.deadline < at]
    due = [one for one in found if one not in broken and one.deadline < night]
    later = [one for one in found if one not in broken and one not in due]
    waiting = cases.to_answer(request.person, until=night) if request.person.serves else ()
    learnt = finding_views.to_mind(request.person, at=at, zone=zone)
    follow_ups = verdicts.to_go_back_to(request.person, company, at=at, zone=zone)
    places = cases.cases_of_promises(found)
    known: dict[str, Any] = {
        "viewer": request.person,
        "places": places,
        "company": company,
        "at": at,
        "zone": zone,
    }
    return render(
        request,
        "today.html",
        {
            "dateline": moments.long(at, zone=zone),
            "sentence": _sentence(broken, due, len(waiting), len(follow_ups))
            or finding_views.on_today(learnt),
            "paragraph": _paragraph(broken, len(waiting) if broken or due else 0, at=at, zone=zone),
            "horizon": horizon.for_promises(owed, at=at, zone=zone) if found else None,
            "groups": [
                {"title": _("Speak first"), "rows": [_promise(one, **known) for one in broken]},
                {"title": _("Promises due today"), "rows": [_promise(one, **known) for one in due]},
            ],
            "letters": _letters(waiting, company, at=at, zone=zone),
            "follow_ups": follow_ups,
            "findings": learnt,
            "later": [_promise(one, **known) for one in later[:5]],
            "more": len(found) == MOST,
            "next_words": _("Next promise: %(when)s.")
            % {"when": moments.when(later[0].deadline, at=at, zone=zone)}
            if later
            else "",
            "notices": _notices(request, company, zone),
            "here": _here(request.person, at) if request.person.serves else [],
        },
        place="today",
    )


@door("staff")
@require_POST
def seeing_notices(request: StaffRequest) -> HttpResponse:
    """These notices have been seen; another's are left alone."""
    given = [int(pk) for pk in request.POST.getlist("notice") if pk.isdecimal() and len(pk) < 19]
    telling.seen(request.person, Notice.objects.filter(person=request.person, pk__in=given), request.at)
    if request.headers.get("HX-Request"):
        return HttpResponse()
    return HttpResponseRedirect(reverse("today"))


def _night(at: datetime, zone: str) -> datetime:
    """The coming midnight where the reader is."""
    here = at.astimezone(ZoneInfo(zone))
    return (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def _sentence(broken: Sequence[Promise], due: Sequence[Promise], letters: int, follow_ups: int) -> str:
    """What is owed today; the first person to call comes first."""
    promises = ngettext("One promise is due today.", "%(n)s promises are due today.", len(due)) % {
        "n": len(due)
    }
    answers = ngettext(
        "One letter is to be answered today.", "%(n)s letters are to be answered today.", letters
    )
    said = [_("Call %(who)s first.") % {"who": broken[0].customer.name}] if broken else []
    if due:
        said.append(promises)
    elif letters and not broken:
        said.append(answers % {"n": letters})
    if not said and follow_ups:
        said.append(
            ngettext(
                "Go back to one customer who was not served as expected.",
                "Go back to %(n)s customers who were not served as expected.",
                follow_ups,
            )
            % {"n": follow_ups}
        )
    return " ".join(said)


def _paragraph(broken: Sequence[Promise], letters: int, *, at: datetime, zone: str) -> str:
    said = []
    if broken:
        torn = ngettext(
            "One promise is broken and still owed:",
            "%(n)s promises are broken and still owed, the oldest:",
            len(broken),
        ) % {"n": len(broken)}
        first = _("“%(words)s”, for %(when)s.") % {
            "words": broken[0].words.rstrip("."),
            "when": moments.when(broken[0].deadline, at=at, zone=zone),
        }
        said.append(f"{torn} {first}")
    if letters:
        answers = ngettext(
            "One letter is to be answered today.", "%(n)s letters are to be answered today.", letters
        )
        said.append(answers % {"n": letters})
    return " ".join(said)


def _promise(
    promise: Promise, *, viewer: Person, places: dict[int, Case], company: Company, at: datetime, zone: str
) -> dict[str, Any]:
    case = places.get(promise.pk)
    customer = promise.customer
    address = reverse("promise", args=[promise.pk])
    back = reverse("today")
    keeper = _("You keep it.") if promise.keeper_id == viewer.pk else _("%(who)s keeps it; you own the case.")
    return {
        "id": f"promise-{promise.pk}",
        "said": promise.words,
        "url": reverse("case", args=[case.number]) if case else address,
        "who": customer.name,
        "company": customer.account.name if customer.account else "",
        "keeper": keeper % {"who": promise.keeper.first_name},
        "number": numbering.spoken(case.number, company) if case else "",
        "phone": customer.phone,
        "tel": "".join(sign for sign in customer.phone if sign.isdigit() or sign == "+"),
        "past": promise.broken_at is not None or promise.deadline < at,
        "chit": letter_rows.chit(promise, at=at, zone=zone),
        "keep_url": f"{address}?{urlencode({'do': 'keep', 'next': back})}#keep",
        "move_url": f"{address}?{urlencode({'do': 'new-date', 'next': back})}#new-date",
    }


def _letters(rows: Sequence[Row], company: Company, *, at: datetime, zone: str) -> list[dict[str, Any]]:
    return [
        {
            "said": row.case.subject_line or _("(no subject)"),
            "url": reverse("case", args=[row.case.number]),
            "who": row.case.customer.name,
            "number": numbering.spoken(row.case.number, company),
            "came": _("Wrote %(when)s.") % {"when": moments.when(row.case.last_letter_at, at=at, zone=zone)},
            "due_at": row.clock.due_at,
            "when": moments.time_of_day(row.clock.due_at, zone=zone)
            if at <= row.clock.due_at
            else moments.when(row.clock.due_at, at=at, zone=zone),
            "distance": moments.distance(row.clock.due_at, at=at),
            "late": row.clock.due_at < at,
        }
        for row in rows
        if row.clock
    ]


def _notices(request: StaffRequest, company: Company, zone: str) -> list[dict[str, Any]]:
    lines = notices.lines(notices.unseen(request.person)[:MOST_NOTICES])
    names = names_for([line.record for line in lines])
    keys = [line.notice.subject_id for line in lines if line.notice.subject_kind == "case"]
    visible = Case.objects.visible_to(request.person).filter(pk__in=keys)
    numbers = dict(visible.values_list("pk", "number")) if keys else {}
    return [
        {
            "pk": line.notice.pk,
            "sentence": line.sentence(names),
            "when": moments.when(line.notice.at, at=request.at, zone=zone),
            "at": line.notice.at,
            "url": _leads_to(line.notice, numbers),
            "number": numbering.spoken(numbers[line.notice.subject_id], company)
            if line.notice.subject_kind == "case" and line.notice.subject_id in numbers
            else "",
        }
        for line in lines
    ]


def _leads_to(notice: Notice, numbers: dict[int, int]) -> str:
    if notice.subject_kind == "case":
        number = numbers.get(notice.subject_id)
        return reverse("case", args=[number]) if number else ""
    pages = {"promise": "promise", "arrival": "attention_item", "finding": "finding"}
    if page := pages.get(notice.subject_kind):
        return reverse(page, args=[notice.subject_id])
    return ""


def _here(viewer: Person, at: datetime) -> list[Person]:
    """Colleagues of the viewer's departments who are at work."""
    present = (
        Person.objects.present(at).filter(departments__in=viewer.departments.all()).exclude(pk=viewer.pk)
    )
    return list(present.distinct().order_by("sort_key")[:20])


urlpatterns: list[URLPattern] = [
    path("", today, name="today"),
    path("notices/seeing", seeing_notices, name="seeing_notices"),
]
