"""A person's notices, with the facts behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from upheld.journal import facts
from upheld.journal.facts import Fact, Names, Subject
from upheld.journal.models import Record
from upheld.notices import wording
from upheld.notices.concerning import TOLD
from upheld.notices.models import Notice
from upheld.people.models import Person


@dataclass(frozen=True)
class Line:
    """One notice with its fact; the record is what names are looked up for."""

    notice: Notice
    record: Record
    fact: Fact

    def sentence(self, names: Names) -> str:
        """What happened, for the one who is told."""
        return wording.told(self.fact, names)


def of(person: Person) -> QuerySet[Notice]:
    """Everything that this person was told, the newest first."""
    return Notice.objects.filter(person=person).order_by("-id")


def unseen(person: Person) -> QuerySet[Notice]:
    """What this person has not seen yet, the newest first."""
    return of(person).filter(seen_at__isnull=True)


def unseen_on(person: Person, subject: Subject) -> QuerySet[Notice]:
    """What this person has not seen yet about one thing: opening its page is seeing it."""
    return unseen(person).filter(subject_kind=subject.kind, subject_id=subject.id)


def lines(notices: Iterable[Notice]) -> list[Line]:
    """The notices in their order, each with its fact; one query."""
    wanted = list(notices)
    records = {
        record.position: record
        for record in Record.objects.filter(position__in=[notice.position for notice in wanted])
    }
    return [
        Line(notice, record, facts.restore(record, TOLD))
        for notice in wanted
        if (record := records.get(notice.position))
    ]
