"""Promises to Dora, a standard for everybody, and what the journal holds about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from upheld.customers.models import Customer
from upheld.customers.tests.makers import make_customer
from upheld.journal.facts import CLOCK, Actor, Subject
from upheld.journal.models import Record
from upheld.people.models import Department, Person
from upheld.people.tests.makers import MONDAY, make_agent, make_department
from upheld.promises import promising, standards
from upheld.promises.models import Promise, Standard

CASE = Subject("case", 42)
"""What the promises are about; this room does not know what a case is."""
FIRST_ANSWER = Standard.Measure.FIRST_ANSWER
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DUE = MONDAY + 10 * HOUR
"""Ten hours after the promises of these tests are made; the keeper is warned after seven."""


@dataclass(frozen=True)
class Cast:
    """Everybody whom a promise needs."""

    ada: Person
    dora: Customer
    service: Department

    @property
    def by(self) -> Actor:
        """Ada, as the one who does it."""
        return self.ada.actor


def make_cast() -> Cast:
    """Ada of the service department, and Dora at Harbour Ltd."""
    service = make_department()
    return Cast(ada=make_agent("Ada Okafor", service), dora=make_customer(), service=service)


def make_draft(cast: Cast, **other: Any) -> Promise:
    """A new pair by six in the evening, in a letter that has not left."""
    return promising.draft(**{**_usual(cast), **other})


def make_promise(cast: Cast, **other: Any) -> Promise:
    """A new pair by six in the evening, said to Dora at nine."""
    return promising.promise(**{**_usual(cast), **other})


def make_standard(
    *, department: Department | None = None, minutes: int = 120, at: datetime = MONDAY - DAY
) -> Standard:
    """A first answer within two business hours, nine times of ten."""
    return standards.set(FIRST_ANSWER, department=department, minutes=minutes, share=90, by=CLOCK, at=at)


def facts_about(subject: Subject) -> list[tuple[str, datetime, str]]:
    """Kind, moment and actor of what was written about something, in order."""
    records = Record.objects.filter(about__contains=[str(subject)]).order_by("id")
    return [(r.kind.partition(".")[2].partition("/")[0], r.at, r.by_kind) for r in records]


def facts_of(promise: Promise) -> list[tuple[str, datetime, str]]:
    """The same for a promise."""
    return facts_about(Subject("promise", promise.pk))


def _usual(cast: Cast) -> dict[str, Any]:
    return {
        "customer": cast.dora,
        "subject": CASE,
        "department": cast.service,
        "keeper": cast.ada,
        "words": "A new pair is at your door",
        "due_at": DUE,
        "zone": "Europe/Berlin",
        "by": cast.by,
        "at": MONDAY,
    }
