"""Telling people what concerns them, once each, however often the journal is read; and putting it away as seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from upheld.journal import facts, reading
from upheld.journal.models import Record
from upheld.notices.concerning import TOLD, concern
from upheld.notices.models import Notice
from upheld.people.models import Person

READER = "notices"


def follow(*, limit: int = 200) -> int:
    """Read on from the bookmark; returns how many facts were read."""
    return reading.follow(READER, tell, limit, kinds=[fact.kind for fact in TOLD])


def tell(record: Record) -> None:
    """Tell those whom a numbered fact concerns, except whoever did it. Telling it again changes nothing."""
    if record.position is None or record.kind not in facts.by_kind(TOLD):
        return
    found = concern(facts.restore(record, TOLD), at=record.at)
    if found is None:
        return
    notices = [
        Notice(
            person=person,
            position=record.position,
            kind=record.kind,
            subject_kind=found.subject.kind,
            subject_id=found.subject.id,
            at=record.at,
        )
        for person in found.people
        if not _did(person, record)
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def seen(person: Person, notices: Iterable[Notice], at: datetime) -> int:
    """The person has seen these notices of theirs; how many were new to them. Another's are left alone."""
    keys = [notice.pk for notice in notices]
    return Notice.objects.filter(person=person, pk__in=keys, seen_at__isnull=True).update(seen_at=at)


def _did(person: Person, record: Record) -> bool:
    return (record.by_kind, record.by_id) == ("staff", person.pk)
