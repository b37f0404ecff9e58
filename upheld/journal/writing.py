"""Writing a fact down, in the verb's own transaction, and telling whoever listens that there is news."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from upheld.journal.facts import Actor, Fact
from upheld.journal.models import Record
from upheld.refusals import Refusal

NEWS = "upheld_news"
"""The channel on which a committed fact is heard at once: kind, ids, never words."""

_CLOSED = re.compile(r"[A-Za-z0-9_.:/+=-]{0,200}")
_NEWS_BYTES = 7_900  # PostgreSQL refuses a notification of 8,000, and with it the transaction


class NoTransaction(Refusal):
    """A fact is written in the transaction of what it tells, or not at all."""


class NotClosedWords(Refusal):
    """A fact holds ids, instants and closed words only: a name or a sentence in it could never be erased."""


def write(fact: Fact, *, by: Actor, at: datetime, using: str = DEFAULT_DB_ALIAS) -> Record:
    """Store one fact. It gets its position later, once no earlier transaction can still add one before it."""
    connection = connections[using]
    if not connection.in_atomic_block:
        raise NoTransaction
    about = [str(subject) for subject in dict.fromkeys(fact.about())]
    data = fact.data()
    for name, value in data.items():
        _refuse_words(f"{fact.kind} {name}", value)
    record = Record.objects.using(using).create(
        kind=fact.kind, at=at, by_kind=by.kind, by_id=by.id, about=about, data=data
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [NEWS, _news(record.pk, fact.kind, about)])
    return record


def _news(number: int, kind: str, about: list[str]) -> str:
    whole = json.dumps({"id": number, "kind": kind, "about": about})
    # A fact about hundreds of things is told without them: whoever listens looks them up.
    return whole if len(whole) <= _NEWS_BYTES else json.dumps({"id": number, "kind": kind, "about": []})


def _refuse_words(where: str, value: Any) -> None:
    if isinstance(value, str):
        if not _CLOSED.fullmatch(value):
            raise NotClosedWords(
                f"{where}: a fact holds ids, instants and closed words, no names or sentences."
            )
    elif isinstance(value, dict):
        for name, inner in value.items():
            _refuse_words(where, name)
            _refuse_words(where, inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_words(where, inner)
    elif not isinstance(value, (int, float, type(None))):
        raise NotClosedWords(f"{where}: {type(value).__name__} is stored as text, an instant as ISO 8601.")
