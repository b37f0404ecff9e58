"""What was learnt: unanswered first with its age, and for everybody what came of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from upheld.cases import queries as cases
from upheld.cases.models import Case, Message
from upheld.findings import queries, raising
from upheld.findings.models import Finding
from upheld.people import queries as people
from upheld.people.models import Department
from upheld.refusals import Refusal
from upheld.surveys.models import Verdict
from upheld.web import finding_views, moments
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import finding
from upheld.web.pages.finding_forms import RaiseForm, departments
from upheld.web.shell import counted, render, zone_of

PAGE = 50


@door("staff")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The list, by state, kind, department and whose."""
    return _shown(request, RaiseForm(by=request.person))


@door("staff")
@require_GET
def you_said(request: StaffRequest) -> HttpResponse:
    """What came of what was said, newest first, for everybody who works here."""
    zone = zone_of(request.person, people.company())
    chosen = _department(request)
    found = queries.page(
        queries.you_said(department=chosen), state="answered", after=request.GET.get("after", ""), limit=PAGE
    )
    seen = queries.seen_among(request.person, found.rows)
    rows = finding_views.rows(found.rows, at=request.at, zone=zone)
    more = {"department": chosen} if chosen else {}
    here = reverse("you_said")
    context = {
        # What a customer said is shown to whoever may see the finding; what we did, to everybody.
        "rows": [{**one, "shown": one["pk"] in seen} for one in rows],
        "older": f"{here}?{urlencode({**more, 'after': found.after})}" if found.after else None,
        "newer": f"{here}?{urlencode(more)}" if request.GET.get("after") else None,
        "departments": list(departments()),
        "chosen": chosen,
    }
    return render(request, "you_said.html", context, place="findings")


@door("staff")
@require_POST
def raise_(request: StaffRequest) -> HttpResponse:
    """One click on a case, a letter or a verdict makes a finding at once; a form makes one without any of them."""
    source = _source(request)
    try:
        if source:
            made = raising.raise_finding(**source, by=request.person, at=request.at)
        else:
            form = RaiseForm(request.POST, by=request.person)
            if not form.is_valid():
                return _shown(request, form, status=422)
            made = raising.raise_finding(**form.cleaned_data, by=request.person, at=request.at)
    except raising.AlreadyRaised as refusal:
        messages.info(request, refusal.sentence)
        made = refusal.finding
    except Refusal as refusal:
        if not source:
            form.add_error(None, refusal.sentence)
            return _shown(request, form, status=422)
        messages.error(request, refusal.sentence)
        return HttpResponseRedirect(reverse("case", args=[source["case"].number]))
    else:
        said = _("Written down. %(who)s answers it by %(when)s.") % {
            "who": made.owner.name,
            "when": moments.when(
                made.answer_by, at=request.at, zone=zone_of(request.person, people.company())
            ),
        }
        messages.success(request, said, extra_tags=reverse("dropping_finding", args=[made.pk]))
    return HttpResponseRedirect(reverse("finding", args=[made.pk]) + "?do=words#words")


def _source(request: StaffRequest) -> dict[str, Any]:
    """The case, letter or verdict that was clicked, if this viewer may see it; nothing when none was named."""
    number, letter, verdict = (_number(request.POST.get(name, "")) for name in ("case", "message", "verdict"))
    if letter is not None:
        message: Message | None = cases.message_for(request.person, letter)
        if message is None:
            raise Http404
        return {"message": message, "case": message.case}
    if verdict is not None:
        said = (
            Verdict.objects.visible_to(request.person).select_related("case__department").filter(pk=verdict)
        )
        if (found := said.first()) is None:
            raise Http404
        return {"verdict": found, "case": found.case}
    if number is not None:
        case: Case | None = cases.case_for(request.person, number)
        if case is None:
            raise Http404
        return {"case": case}
    return {}


def _shown(request: StaffRequest, form: RaiseForm, *, status: int = 200) -> HttpResponse:
    zone = zone_of(request.person, people.company())
    state: queries.State = "answered" if request.GET.get("state") == "answered" else "unanswered"
    given = request.GET.get("kind", "")
    kind = given if given in Finding.Kind.values else ""
    department = _department(request)
    mine = request.GET.get("whose") == "mine"
    lists = {
        one: queries.listed(request.person, state=one, kind=kind, department=department, mine=mine)
        for one in queries.STATES
    }
    found = queries.page(lists[state], state=state, after=request.GET.get("after", ""), limit=PAGE)
    counts = {one: queries.count(listed) for one, listed in lists.items()}
    asked = {"state": state, "kind": kind, "department": department or "", "whose": "mine" if mine else ""}
    rows = finding_views.rows(found.rows, at=request.at, zone=zone)
    oldest = rows[0]["age"] if rows and state == "unanswered" and not request.GET.get("after") else ""
    context = {
        "sentence": _sentence(counts["unanswered"], oldest),
        "state": state,
        "rows": rows,
        "states": _states(asked, counts),
        "whose": [
            {"label": label, "url": _address({**asked, "whose": key}), "current": asked["whose"] == key}
            for key, label in (("", _("All that I see")), ("mine", _("Mine")))
        ],
        "asked": asked,
        "narrowed": bool(kind or department or mine),
        "kinds": Finding.Kind.choices,
        "departments": list(departments()),
        "older": _address({**asked, "after": found.after}) if found.after else None,
        "newer": _address(asked) if request.GET.get("after") else None,
        "raising": form,
        "form_open": form.is_bound,
    }
    return render(request, "findings.html", context, place="findings", status=status)


def _sentence(unanswered: int, oldest: str) -> str:
    if not unanswered:
        return _("Nothing waits for an answer.")
    said = ngettext("One finding waits for an answer", "%(n)s findings wait for an answer", unanswered) % {
        "n": counted(unanswered)
    }
    if oldest and unanswered == 1:
        return said + _(", for %(age)s.") % {"age": oldest}
    return said + (_(", the oldest for %(age)s.") % {"age": oldest} if oldest else ".")


def _states(asked: dict[str, Any], counts: dict[queries.State, int]) -> list[dict[str, Any]]:
    labels = {"unanswered": _("Unanswered"), "answered": _("Answered")}
    views = [
        {
            "label": labels[one],
            "count": counted(counts[one]),
            "url": _address({**asked, "state": one}),
            "current": one == asked["state"],
        }
        for one in queries.STATES
    ]
    return [*views, {"label": _("You said, we did"), "url": reverse("you_said"), "current": False}]


def _address(asked: dict[str, Any]) -> str:
    given = {key: value for key, value in asked.items() if value and (key, value) != ("state", "unanswered")}
    return reverse("findings") + (f"?{urlencode(given)}" if given else "")


def _department(request: StaffRequest) -> int | None:
    """The department in the address, if there is such a one."""
    key = _number(request.GET.get("department", ""))
    return key if key is not None and Department.objects.filter(pk=key).exists() else None


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None


urlpatterns: list[URLPattern] = [
    path("findings", page, name="findings"),
    path("findings/new", raise_, name="raising_finding"),
    path("findings/you-said", you_said, name="you_said"),
    *finding.urlpatterns,
]
