"""Writing a fact down, in the verb's own transaction, and telling whoever listens that there is news."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import connection

from upheld.journal.facts import Actor, Fact
from upheld.journal.models import Record
from upheld.refusals import Refusal

NEWS = "upheld_news"
"""The channel on which a committed fact is heard at once: kind, ids, never words."""


class NoTransaction(Refusal):
    """A fact is written in the transaction of what it tells, or not at all."""


def write(fact: Fact, *, by: Actor, at: datetime) -> Record:
    """Store one fact. It gets its position later, once no earlier transaction can still add one before it."""
    if not connection.in_atomic_block:
        raise NoTransaction
    about = [str(subject) for subject in fact.about()]
    record = Record.objects.create(
        kind=fact.kind, at=at, by_kind=by.kind, by_id=by.id, about=about, data=fact.data()
    )
    news = json.dumps({"id": record.pk, "kind": fact.kind, "about": about})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [NEWS, news])
    return record
