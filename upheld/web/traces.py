"""What there is on a case, asked in one query: most cases have few of these, and what is not there is not asked for."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from upheld.cases.models import Call, Case, Chaser, Note, Resemblance
from upheld.findings.models import Finding
from upheld.questions.asking import Question
from upheld.surveys.models import Decision, Verdict


@dataclass(frozen=True)
class Traces:
    """Whether a case has any of each."""

    notes: bool = True
    calls: bool = True
    joined: bool = True
    chasers: bool = True
    resemblances: bool = True
    findings: bool = True
    verdicts: bool = True
    decisions: bool = True


def of(case: Case) -> Traces:
    """Those of one case; one query."""
    found = _QUESTION.first(case.pk)
    return Traces(*found) if found else Traces()


def _question(case: int) -> QuerySet[Case, Any]:
    here = OuterRef("pk")
    asked = {
        "notes": Note.objects.filter(case=here),
        "calls": Call.objects.filter(case=here),
        "joined": Case.objects.filter(joined_into=here),
        "chasers": Chaser.objects.waiting().filter(case=here),
        "resemblances": Resemblance.objects.filter(case=here, answer=""),
        "findings": Finding.objects.standing().filter(case=here),
        "verdicts": Verdict.objects.filter(case=here),
        "decisions": Decision.objects.filter(case=here),
    }
    names = [one.name for one in fields(Traces)]
    return Case.objects.filter(pk=case).values_list(*(Exists(asked[name]) for name in names))


_QUESTION: Question[Any] = Question(_question, int)
