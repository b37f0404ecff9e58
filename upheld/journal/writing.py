"""Writing a fact down, in the verb's own transaction, and telling whoever listens that there is news."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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
# Stored in the order given, so that ids follow it. A fact about hundreds of things is told without them: whoever
# listens looks them up.
_STORE = """
WITH stored AS (
    INSERT INTO journal_record (kind, at, by_kind, by_id, about, data)
    SELECT kind, at, by_kind, by_id, ARRAY(SELECT jsonb_array_elements_text(about)), data
    FROM ROWS FROM (jsonb_to_recordset(%s)
        AS (kind text, at timestamptz, by_kind text, by_id bigint, about jsonb, data jsonb)) WITH ORDINALITY
    ORDER BY ordinality RETURNING id, kind, to_jsonb(about) AS about
), whole AS (
    SELECT id, kind, json_build_object('id', id, 'kind', kind, 'about', about)::text AS told FROM stored
)
SELECT id, pg_notify(%s, CASE WHEN octet_length(told) <= %s THEN told
    ELSE json_build_object('id', id, 'kind', kind, 'about', '[]'::json)::text END)
FROM whole ORDER BY id
"""

_gathered: ContextVar[dict[str, list[Record]] | None] = ContextVar("gathered", default=None)
"""The facts that wait for the end of the block in which they are written together, by database."""


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
    record = Record(kind=fact.kind, at=at, by_kind=by.kind, by_id=by.id, about=about, data=data)
    waiting = _gathered.get()
    if waiting is None:
        _store([record], using)
    else:
        waiting.setdefault(using, []).append(record)
    return record


@contextmanager
def together() -> Iterator[None]:
    """Facts written inside are stored with one statement at its end, in their order; with an error, none of them.

    Inside the transaction that they belong to. Nothing is lost on the way: readers never see a fact before its
    transaction ends. Within another such block this one changes nothing.
    """
    if _gathered.get() is not None:
        yield
        return
    waiting: dict[str, list[Record]] = {}
    token = _gathered.set(waiting)
    try:
        yield
    finally:
        _gathered.reset(token)
    for using, records in waiting.items():
        if not connections[using].in_atomic_block:
            raise NoTransaction
        _store(records, using)


def _store(records: list[Record], using: str) -> None:
    rows = [
        {
            "kind": one.kind,
            "at": one.at.isoformat(),
            "by_kind": one.by_kind,
            "by_id": one.by_id,
            "about": one.about,
            "data": one.data,
        }
        for one in records
    ]
    with connections[using].cursor() as cursor:
        cursor.execute(_STORE, [json.dumps(rows), NEWS, _NEWS_BYTES])
        stored = cursor.fetchall()
    for record, (number, _told) in zip(records, stored, strict=True):
        record.pk = number
        record._state.adding, record._state.db = False, using


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
