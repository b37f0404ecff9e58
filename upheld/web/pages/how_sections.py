"""The sections of How we do about what customers say and what we learn; each appears once there is something to say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from upheld.findings import queries as findings_queries
from upheld.measures import beliefs, chasers, expectations, findings_answered, verdicts
from upheld.measures.figures import Figure, interval_of
from upheld.measures.periods import Period
from upheld.methods.share import Share
from upheld.people import queries as people
from upheld.people.models import Department
from upheld.surveys import bank
from upheld.surveys.models import AS_EXPECTED, LEVELS, Belief, Kind, Pair
from upheld.web import how_voices, how_words, moments
from upheld.web.pages.how_lists import address


def said(period: Period, department: int | None, *, at: datetime) -> dict[str, Any]:
    """What customers say: the ladder; nothing while nobody has been asked."""
    figure = verdicts.measure(period, department=department)
    if figure.share.empty and figure.asked.empty:
        return {}
    return {
        **_common(figure, "how_verdicts"),
        "sentence": how_voices.verdicts(figure.share),
        "below": how_voices.below(figure),
        "below_url": address("how_verdicts", period, department, "missed"),
        "response": how_voices.response(figure.asked),
        "ladders": [
            # A list holds the answers on every ladder: it stands behind a bar only where there is one ladder.
            _ladder(one, period, department, listed=len(figure.ladders) == 1)
            for one in figure.ladders
        ],
        **_departments(figure, "how_verdicts"),
    }


def asked_again(period: Period, department: int | None) -> dict[str, Any]:
    """Requests with a chaser; nothing while there is no request at all."""
    figure = chasers.measure(period, department=department)
    if figure.share.empty and not figure.letters:
        return {}
    return {
        **_common(figure, "how_chasers"),
        "sentence": how_voices.chased(figure.share),
        "letters": how_voices.chasers(figure.letters),
        "cases_url": address("how_chased", period, department, "all"),
    }


def expected(period: Period, department: int | None) -> dict[str, Any]:
    """Expectation beside what was received; nothing while no customer was ever drawn."""
    if not Pair.objects.exists():
        return {}
    figure = expectations.measure(period, department=department)
    overall = figure.overall
    return {
        "sentence": how_voices.expectations(figure),
        "doubt": "",
        "overall": _("On the whole the gap is %(gap)s steps of the scale from 1 to 7.")
        % {"gap": how_voices.gap(overall.gap)}
        if overall
        else "",
        "small": figure.n < 30,
        "n": figure.n,
        "url": address("how_pairs", period, department, "all"),
        "definition": figure.definition,
        "rows": [
            {
                "label": row.dimension.label if row.dimension else _("All five"),
                "n": row.gap.n,
                "expected": row.expected.value,
                "received": row.received.value,
                "gap": how_voices.gap(row.gap),
                "short": f"{row.short.kept:,}",
            }
            for row in (*figure.dimensions, *([overall] if overall else []))
        ],
    }


def believed(period: Period, *, at: datetime, zone: str) -> dict[str, Any]:
    """What we believe beside what customers say; nothing while no round is over."""
    figure = beliefs.measure(period)
    if figure.round is None or figure.round.closed_at is None:
        return {}
    names = dict(Department.objects.values_list("pk", "name"))
    items = {item.key: item for item in bank.items(figure.round.bank)}
    company = people.company().name
    everybody = next((one for one in figure.groups if one.level is None and one.department is None), None)
    return {
        "sentence": how_voices.believed(everybody),
        "doubt": how_voices.believed_doubt(everybody),
        "round": _("%(cast)s ballots, counted %(when)s")
        % {"cast": f"{figure.cast:,}", "when": moments.when(figure.round.closed_at, at=at, zone=zone)},
        "definition": figure.definition,
        "rows": [_beside(how_voices.whose(one, names, Belief.Level), one) for one in figure.groups],
        "questions": [
            _beside(items[one.key].asked(Kind.PERCEPTION, company), one.beside) for one in figure.questions
        ]
        if everybody
        else [],
    }


def learnt(period: Period, department: int | None, *, at: datetime) -> dict[str, Any]:
    """What was learnt and answered; nothing before the first finding."""
    if not findings_queries.exist():
        return {}
    figure = findings_answered.measure(period, department=department, at=at)
    return {
        "share": figure.share,
        "sentence": how_voices.findings(figure.share),
        "doubt": how_words.doubt(figure.share),
        "waiting": how_voices.waiting(figure),
        "waiting_url": reverse("findings"),
        "told": how_voices.told(figure),
        "definition": figure.definition,
    }


def _common(figure: Figure, name: str) -> dict[str, Any]:
    return {
        "share": figure.share,
        "url": address(name, figure.period, figure.department, "all"),
        "kept_url": address(name, figure.period, figure.department, "kept"),
        "doubt": how_words.doubt(figure.share),
        "definition": figure.definition,
    }


def _ladder(
    one: verdicts.OfLadder, period: Period, department: int | None, *, listed: bool
) -> dict[str, Any]:
    """Its levels, the highest first."""
    enough = not one.below.small
    rows = [
        _level(
            one,
            level,
            address("how_verdicts", period, department, str(level))
            if listed and one.counts[level - 1]
            else None,
        )
        for level in reversed(LEVELS)
    ]
    return {"rows": rows, "shares": enough, "worst": how_voices.worst_tenth(one)}


def _level(one: verdicts.OfLadder, level: int, url: str | None) -> dict[str, Any]:
    share = Share(one.counts[level - 1], one.n)
    interval = interval_of(share)
    return {
        "label": one.labels[level - 1],
        "n": share.kept,
        "share": how_words.in_a_hundred(share) if share.n else 0,
        "low": 100 * interval.low if interval else None,
        "high": 100 * interval.high if interval else None,
        "url": url,
        "tone": "low" if level < AS_EXPECTED else "good" if level > AS_EXPECTED else "",
    }


def _departments(figure: Figure, name: str) -> dict[str, Any]:
    several = figure.department is None and len(figure.by_department) > 1 and not figure.share.small
    if not several:
        return {"by_department": [], "total": None}
    rows = [
        _share_row(row.name, row.share, figure.period, row.department, name) for row in figure.by_department
    ]
    return {"by_department": rows, "total": _share_row(_("All"), figure.share, figure.period, None, name)}


def _share_row(label: str, share: Share, period: Period, department: int | None, name: str) -> dict[str, Any]:
    interval = interval_of(share)
    return {
        "label": label,
        "n": format_html('<a href="{}">{}</a>', address(name, period, department, "all"), f"{share.n:,}"),
        "k": f"{share.kept:,}",
        "share": how_words.in_a_hundred(share),
        "low": 100 * interval.low if interval else None,
        "high": 100 * interval.high if interval else None,
        "url": address(name, period, department, "kept"),
    }


def _beside(label: str, one: beliefs.Beside) -> dict[str, Any]:
    return {
        "label": label,
        "believed": 100 * one.believed.value if one.believed else None,
        "believed_n": how_voices.of(one.believed),
        "said": 100 * one.said.value if one.said else None,
        "said_n": how_voices.of(one.said),
        "gap": how_voices.points(one),
    }
