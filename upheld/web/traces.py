"""What there is on a case, asked in one query: most cases have few of these, and what is not there is not asked for."""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.db.models import Exists, OuterRef

from upheld.cases.models import Call, Case, Chaser, Note, Resemblance
from upheld.findings.models import Finding
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
    found = Case.objects.filter(pk=case.pk).values_list(*(Exists(asked[name]) for name in names)).first()
    return Traces(*found) if found else Traces()
