"""A finding as the pages draw it: how long it has waited, by when it is answered, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from textwrap import shorten
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upheld.cases.models import Case
from upheld.findings import queries
from upheld.findings.models import Finding
from upheld.people.models import Person
from upheld.web import moments

SNIPPET = 180


def row(finding: Finding, *, at: datetime, zone: str) -> dict[str, Any]:
    """One line of a list."""
    return {
        "pk": finding.pk,
        "said": shorten(finding.words, SNIPPET, placeholder=" …"),
        "url": reverse("finding", args=[finding.pk]),
        "kind": finding.get_kind_display(),
        "who": finding.customer.name if finding.customer else finding.raised_by.name,
        "department": finding.department.name,
        "owner": finding.owner.name,
        "age": age(finding, at=at),
        "late": finding.is_open and finding.answer_by < at,
        "by": moments.when(finding.answer_by, at=at, zone=zone),
        "change": finding.get_change_display() if finding.change else "",
        "answer": finding.answer,
        "answered": moments.short(finding.answered_at, at=at, zone=zone) if finding.answered_at else "",
        "told": finding.told_at is not None,
        "asks_to_tell": finding.told_at is None and finding.case_id is not None,
    }


def age(finding: Finding, *, at: datetime) -> str:
    """How long it has waited, or had waited when it was answered: from when it was raised, wherever it went."""
    return moments.length((finding.answered_at or at) - finding.raised_at)


def sentence(finding: Finding, *, at: datetime, zone: str) -> str:
    """How it stands, as one sentence."""
    long = {"age": age(finding, at=at), "when": moments.when(finding.answer_by, at=at, zone=zone)}
    if finding.dropped_at:
        return _("Raised by mistake, and taken back.")
    if finding.answered_at is None and at - finding.raised_at < timedelta(days=1) and at < finding.answer_by:
        return _("It will be answered by %(when)s.") % long
    if finding.answered_at is None:
        return _("It has waited %(age)s for an answer.") % long
    return {
        Finding.Change.CHANGED: _("Something has changed, %(age)s after it was said."),
        Finding.Change.WILL_CHANGE: _("Something will change; answered after %(age)s."),
        Finding.Change.STAYS: _("It stays as it is, for a reason; answered after %(age)s."),
        Finding.Change.PASSED_ON: _("The praise was passed on after %(age)s."),
    }[Finding.Change(finding.change)] % long


def to_mind(viewer: Person, *, at: datetime, zone: str) -> list[dict[str, Any]]:
    """For Today: what the viewer owns and has to answer soon, or should have."""
    return [row(one, at=at, zone=zone) for one in queries.to_mind(viewer, at=at)]


def rows(findings: Iterable[Finding], *, at: datetime, zone: str) -> list[dict[str, Any]]:
    """The lines of a list."""
    return [row(one, at=at, zone=zone) for one in findings]


def on_case(viewer: Person, case: Case, *, at: datetime, zone: str) -> list[dict[str, Any]]:
    """What was learnt on a case, as far as the viewer may see it; one query."""
    return rows(queries.on_case(viewer, case), at=at, zone=zone)


def on_today(minded: Sequence[dict[str, Any]]) -> str:
    """The sentence of a Today on which nothing else is owed."""
    if not minded:
        return _("Nothing is owed today and nobody waits.")
    waits = ngettext(
        "One finding waits for what you say.", "%(n)s findings wait for what you say.", len(minded)
    )
    return waits % {"n": len(minded)}
