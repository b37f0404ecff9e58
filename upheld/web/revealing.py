"""Which pages show themselves: what a shop of two does not need stays hidden until the facts ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet

from upheld.findings.models import Finding
from upheld.people.models import Company, Department, Person
from upheld.people.queries import company
from upheld.questions.asking import Question
from upheld.surveys.models import Round
from upheld.surveys.suppressing import FEWEST


@dataclass(frozen=True)
class Shown:
    """What pages speak of: several departments, what staff believe, what was learnt."""

    divided: bool = False
    beliefs: bool = False
    findings: bool = False


def _question() -> QuerySet[Company]:
    second = Department.objects.filter(closed_at__isnull=True)[1:2]
    enough = Person.objects.working_here()[FEWEST - 1 : FEWEST]
    return Company.objects.annotate(
        divided=Exists(second),
        several=Exists(enough),
        asked=Exists(Round.objects.all()),
        learnt=Exists(Finding.objects.standing()),
    )[:1]


_QUESTION: Question[Any] = Question(_question)


def of_company() -> tuple[Company, Shown]:
    """Whose installation this is and what its pages show; one query."""
    found = _QUESTION.first()
    if found is None:
        return company(), Shown()
    # Asking staff what they believe tells something once enough work here, or since somebody has asked.
    return found, Shown(found.divided, found.several or found.asked, found.learnt)
