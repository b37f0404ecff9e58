"""How we do: what was kept and what was answered in time, as sentences, with the doubt and the list behind each count.

The figures of all departments are open to whoever works here. The letters behind them are not: a list shows what the
reader may see and says how many more were counted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from upheld.measures import first_answer, periods, promises_kept
from upheld.measures.figures import Figure, interval_of
from upheld.measures.periods import Period
from upheld.methods.share import Share
from upheld.people import queries as people
from upheld.people.models import Department
from upheld.web import how_words, moments
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import how_lists, how_sections, how_voice_lists
from upheld.web.shell import render, zone_of

SPANS = ("30", "90", "year")
SECTIONS = ("verdicts", "chasers", "expectations", "beliefs", "findings")


@door("staff")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Every measure over one period, for all of us or for one department."""
    company = people.company()
    zone = zone_of(request.person, company)
    span = request.GET.get("period", "")
    span = span if span in SPANS else SPANS[0]
    period = _period(span, request.at, zone)
    departments = list(Department.objects.filter(closed_at__isnull=True).order_by("sort_key", "pk"))
    chosen = how_lists.department_asked(request)
    department = chosen.pk if chosen else None
    kept = promises_kept.measure(period, department=department)
    answered = first_answer.measure(period, department=department, at=request.at)
    context: dict[str, Any] = {
        "dateline": _dateline(span, period, company.name, at=request.at, zone=zone),
        "sentence": how_words.promises(kept.share, chosen.name if chosen else ""),
        "spans": _spans(span, chosen),
        "departments": _departments(span, chosen, departments) if len(departments) > 1 or chosen else [],
        "nothing": kept.share.empty and answered.share.empty,
        "promises": _promises(kept),
        "answers": _answers(answered),
        "verdicts": how_sections.said(period, department, at=request.at),
        "chasers": how_sections.asked_again(period, department),
        "expectations": how_sections.expected(period, department),
        "beliefs": how_sections.believed(period, at=request.at, zone=zone) if department is None else {},
        "findings": how_sections.learnt(period, department, at=request.at),
    }
    context["nothing"] = not any(context[name] for name in SECTIONS) and context["nothing"]
    return render(request, "how.html", context, place="how")


def _promises(figure: promises_kept.PromisesKept) -> dict[str, Any]:
    return {
        **_figure(figure, "how_promises"),
        "others": how_words.not_kept(figure),
        "others_url": _list("how_promises", figure.period, figure.department, "missed"),
        "beside": how_words.beside(figure),
        "anew": how_words.agreed_anew(figure),
    }


def _answers(figure: first_answer.FirstAnswers) -> dict[str, Any]:
    names = {row.department: row.name for row in figure.by_department}
    several = len(figure.against) > 1
    return {
        **_figure(figure, "how_answers"),
        "sentence": how_words.answers(figure.share),
        "others": how_words.not_in_time(figure),
        "others_url": _list("how_answers", figure.period, figure.department, "missed"),
        "waited": how_words.waited(figure),
        "standard": how_words.standard(figure.against[0]) if len(figure.against) == 1 else "",
        "against": [
            {
                "whose": (names.get(row.department, "") if row.department else _("Everybody"))
                if several
                else "",
                "standard": how_words.standard(row) if several else "",
                "words": how_words.against(row),
            }
            for row in figure.against
        ],
    }


def _figure(figure: Figure, name: str) -> dict[str, Any]:
    """What both measures have: the counts, and rows for the charts where there are enough to draw."""
    share = figure.share
    shown = not share.small
    several = figure.department is None and len(figure.by_department) > 1
    return {
        "share": share,
        "url": _list(name, figure.period, figure.department, "all"),
        "kept_url": _list(name, figure.period, figure.department, "kept"),
        "doubt": how_words.doubt(share),
        "definition": figure.definition,
        "total": _row(_("All"), share, figure.period, None, name) if shown and several else None,
        "by_department": [
            _row(row.name, row.share, figure.period, row.department, name) for row in figure.by_department
        ] if shown and several else [],
        "by_week": [
            {
                "label": how_words.short_day(row.week),
                "n": row.share.n,
                "m": row.share.kept,
                "url": _list(name, row.week, figure.department, "all") if row.share.n else None,
                "m_url": _list(name, row.week, figure.department, "kept") if row.share.kept else None,
            }
            for row in figure.by_week
        ] if shown else [],
    }  # fmt: skip


def _row(label: str, share: Share, period: Period, department: int | None, name: str) -> dict[str, Any]:
    interval = interval_of(share)
    return {
        "label": label,
        "n": format_html('<a href="{}">{}</a>', _list(name, period, department, "all"), f"{share.n:,}"),
        "k": f"{share.kept:,}",
        "share": how_words.in_a_hundred(share),
        "low": 100 * interval.low if interval else None,
        "high": 100 * interval.high if interval else None,
        "url": _list(name, period, department, "kept"),
    }


def _period(span: str, at: datetime, zone: str) -> Period:
    if span == "year":
        return periods.this_year(at=at, zone=zone)
    return periods.last_days(int(span), at=at, zone=zone)


def _labels() -> dict[str, str]:
    return {"30": _("Last 30 days"), "90": _("Last 90 days"), "year": _("This year")}


def _dateline(span: str, period: Period, company: str, *, at: datetime, zone: str) -> str:
    return _("%(company)s. %(span)s: from %(from)s to %(until)s.") % {
        "company": company,
        "span": _labels()[span],
        "from": moments.day(period.from_at, zone=zone),
        "until": moments.when(period.until_at, at=at, zone=zone),
    }


def _spans(current: str, chosen: Department | None) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": _address(span, chosen), "current": span == current}
        for span, label in _labels().items()
    ]


def _departments(span: str, chosen: Department | None, all_of_them: list[Department]) -> list[dict[str, Any]]:
    known = all_of_them if chosen is None or chosen in all_of_them else [*all_of_them, chosen]
    items = [{"label": _("All departments"), "url": _address(span, None), "current": chosen is None}]
    return items + [
        {"label": one.name, "url": _address(span, one), "current": one == chosen} for one in known
    ]


def _address(span: str, department: Department | None) -> str:
    asked = {"period": span, **({"department": department.pk} if department else {})}
    return f"{reverse('how')}?{urlencode(asked)}"


def _list(name: str, period: Period, department: int | None, which: str) -> str:
    return how_lists.address(name, period, department, which)


urlpatterns: list[URLPattern] = [
    path("how", page, name="how"),
    *how_lists.urlpatterns,
    *how_voice_lists.urlpatterns,
]
