"""Dora's letter as a finding, her verdict, and what the journal's readers do within moments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from upheld.cases.models import Case, Message
from upheld.cases.tests.makers import hear
from upheld.findings import following, raising
from upheld.findings.models import Finding
from upheld.journal import numbering
from upheld.journal.models import Record
from upheld.people.models import Person
from upheld.people.tests.makers import MONDAY
from upheld.surveys.models import REST, Decision, Invitation, Kind, Ladder, Verdict

LABELS = ["Terrible", "Poor", "As expected", "Good", "Very good", "Beyond words"]


def letter_of(case: Case) -> Message:
    """The customer's first letter on a case."""
    return case.messages.filter(way=Message.Way.IN).order_by("pk").get()


def make_finding(case: Case | None = None, *, by: Person, at: datetime = MONDAY, **other: Any) -> Finding:
    """What Dora's letter on this case says; without a case, what a colleague thought of."""
    source = {"message": letter_of(case)} if case else {"words": "A shoehorn in every box.", "kind": "idea"}
    return raising.raise_finding(**{**source, **other}, by=by, at=at)


def make_verdict(case: Case, *, level: int = 2, comment: str = "", at: datetime = MONDAY) -> Verdict:
    """Where Dora put us on the ladder after the case was closed."""
    ladder, _made = Ladder.objects.get_or_create(since=MONDAY, defaults={"labels": LABELS})
    asked = {"customer": case.customer, "kind": Kind.VERDICT, "case": case}
    decision = Decision.objects.create(
        **asked, closed_at=at, reason=Decision.Reason.ASKED, decided_at=at - timedelta(hours=1)
    )
    invitation = Invitation.objects.create(
        **asked, decision=decision, ladder=ladder, asked_at=at - timedelta(hours=1), answered_at=at,
        resting=DateTimeTZRange(at, at + REST), expires_at=at + REST,
    )  # fmt: skip
    return Verdict.objects.create(
        invitation=invitation, case=case, customer=case.customer, department=case.department,
        ladder=ladder, level=level, comment=comment, at=at,
    )  # fmt: skip


def follow() -> None:
    """What the journal's readers do within moments."""
    hear()
    numbering.after_restore()
    while following.follow():
        pass
    hear()


def facts_of(finding: Finding) -> list[str]:
    """What happened to a finding, in order, by the facts' names."""
    records = Record.objects.filter(about__contains=[str(finding.subject)]).order_by("id")
    return [record.kind.partition(".")[2].partition("/")[0] for record in records]
