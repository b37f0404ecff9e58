"""The chain of seals: each numbered fact is sealed together with the seal before it.

Whoever changes or removes a fact behind Upheld's back breaks the chain from there on, and `verify` tells where. It
shows tampering to those who compare; it does not keep out somebody who may rewrite the whole database. For that,
keep the chain's end (`end`) somewhere else from time to time: a later `verify` that passes, with the same seal
still at that position, proves that nothing before it was touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from hashlib import sha256
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS

from upheld.journal.models import ChainEnd, Record

BEFORE_THE_FIRST = bytes(32)
_CHUNK = 2_000


class End(NamedTuple):
    """The last position that was given, and its seal."""

    position: int
    seal: bytes


def canonical(record: Record) -> bytes:
    """A numbered fact as bytes: JSON of every column but the seal, sorted keys, no blanks, instants in UTC."""
    whole = {
        "position": record.position,
        "id": record.pk,
        "xid": record.xid,
        "kind": record.kind,
        "at": record.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "written_at": record.written_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by_kind": record.by_kind,
        "by_id": record.by_id,
        "about": record.about,
        "data": record.data,
    }
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def seal_of(previous: bytes, record: Record) -> bytes:
    """SHA-256 over the seal before and the fact, which has its position already."""
    return sha256(previous + canonical(record)).digest()


def end(*, using: str = DEFAULT_DB_ALIAS) -> End:
    """Where the chain ends."""
    noted = ChainEnd.objects.using(using).first()
    last = Record.objects.using(using).filter(position__isnull=False).order_by("-position").first()
    ends = [End(0, BEFORE_THE_FIRST)]
    if noted is not None:
        ends.append(End(noted.position, bytes(noted.seal)))
    if last is not None and last.position is not None and last.seal is not None:
        ends.append(End(last.position, bytes(last.seal)))
    # They differ only when somebody took facts away. The chain then goes on after the gap, which stays to be seen.
    return max(ends, key=lambda one: one.position)


def verify(from_position: int = 0, *, using: str = DEFAULT_DB_ALIAS) -> int | None:
    """The first position after `from_position` where the chain is broken, or None when it is whole.

    A fact that is missing breaks it at its own position. The fact at `from_position` itself is believed.
    """
    noted = ChainEnd.objects.using(using).first()
    previous = BEFORE_THE_FIRST
    if from_position:
        start = Record.objects.using(using).filter(position=from_position).first()
        if start is None or start.seal is None:
            return from_position
        previous = bytes(start.seal)
    expected = from_position + 1
    for record in _numbered(after=from_position, using=using):
        if record.position != expected or record.seal is None:
            return expected
        if bytes(record.seal) != seal_of(previous, record):
            return expected
        previous, expected = bytes(record.seal), expected + 1
        if noted is not None and noted.position == record.position and bytes(noted.seal) != previous:
            return record.position
    gone = noted.position >= expected if noted is not None else expected > 1
    return expected if gone else None


def _numbered(*, after: int, using: str) -> Iterator[Record]:
    while True:
        chunk = list(Record.objects.using(using).filter(position__gt=after).order_by("position")[:_CHUNK])
        yield from chunk
        if len(chunk) < _CHUNK:
            return
        after = chunk[-1].position or 0
