"""Saying what changes because of a finding, or why it stays as it is; and passing praise on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.findings import holding
from upheld.findings.facts import FindingAnswered
from upheld.findings.models import Finding
from upheld.journal import writing
from upheld.people.models import Person
from upheld.refusals import Refusal


class ChangeMissing(Refusal):
    """An answer says whether something has changed, will change, or stays."""


class OnlyPraise(Refusal):
    """Praise is passed on; what went wrong is answered with what changes."""


class NothingSaid(Refusal):
    """An answer says what changes and from when, or why it stays."""


@transaction.atomic
def answer(finding: Finding, *, change: str = "", answer: str = "", by: Person, at: datetime) -> Finding:
    """What changes. Praise asks for no change: without words it says that it was passed on, with thanks."""
    finding = holding.held_open(finding)
    holding.refuse_others_to_answer(finding, by)
    praise, answer = finding.kind == Finding.Kind.PRAISE, answer.strip()
    if praise:
        change = change or Finding.Change.PASSED_ON
        answer = answer or _("Passed on to those whom it is about, with thanks.")
    if change not in Finding.Change.values:
        raise ChangeMissing(_("Say whether something has changed, will change, or stays as it is."))
    if change == Finding.Change.PASSED_ON and not praise:
        raise OnlyPraise(_("Only praise is passed on. Say what changes, or why it stays as it is."))
    if not answer:
        raise NothingSaid(_("Write what changes and from when, or why it stays as it is."))
    finding.change, finding.answer = change, answer
    finding.answered_at, finding.answered_by = at, by
    finding.save(update_fields=["change", "answer", "answered_at", "answered_by"])
    fact = FindingAnswered(
        **finding.named, department=finding.department_id, raised_by=finding.raised_by_id, change=change,
        in_time=at <= finding.answer_by,
    )  # fmt: skip
    writing.write(fact, by=by.actor, at=at)
    return finding
