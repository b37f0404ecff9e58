"""Giving facts their positions: one dense order that readers follow and that never has anything put in between.

A transaction takes its number (xid) with its first write and commits when it likes. A fact is therefore numbered
only when every transaction with a lower xid has ended: then no earlier fact can still appear. Positions follow
the id among those facts; readers hold on to the position and never see the xid.

The xids of another cluster, in a database that was dumped and restored, mean nothing in this one. `after_restore`
numbers what the dump had left, and `number` recognises facts from the future, which only a restore can bring.
"""

from __future__ import annotations

import logging
import time
from threading import Event

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from django.db.models import BigIntegerField, Func, Q

from upheld.journal import sealing
from upheld.journal.listening import listen, wait
from upheld.journal.models import ChainEnd, Record
from upheld.journal.writing import NEWS
from upheld.refusals import Refusal

log = logging.getLogger(__name__)

NUMBERED = "upheld_numbered"
"""The channel on which readers hear that there are new positions; the payload is the last one."""

LOOP_LOCK = int.from_bytes(b"upheld n")  # held by the session of the one loop, while it lives
_BATCH_LOCK = int.from_bytes(b"upheld p")  # held by whoever gives positions, until they are committed
_LIMIT = 1_000
_SOON = 0.1
_IN_A_FLOOD = 0.3
_SWEEP = 1.0
_PATIENCE = "10s"


class _OldestRunning(Func):
    """Every transaction with a lower number has ended. Of the whole cluster; readers have no number."""

    # Asked inside the statement that reads: another statement has another snapshot.
    template = "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
    output_field = BigIntegerField()


class _FirstUnseen(Func):
    """A transaction with this number or a higher one of this cluster can be visible to nobody but itself."""

    template = "(pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"
    output_field = BigIntegerField()


class _Own(Func):
    """The number of this very transaction, 0 while it has written nothing."""

    template = "coalesce(pg_current_xact_id_if_assigned()::text::bigint, 0)"
    output_field = BigIntegerField()


class WritersAtWork(Refusal):
    """Somebody is still writing to the journal: end every Upheld on this database, then start again."""


def number(*, limit: int = _LIMIT, using: str = DEFAULT_DB_ALIAS) -> int:
    """Give positions to the facts that nothing can precede any more. Returns how many; its own transaction."""
    with transaction.atomic(using=using, durable=True):
        _wait_for_turn(using)
        # What a restore brought was written before anything of this cluster's, whatever its number says.
        given = _give(Q(xid__gte=_FirstUnseen()) & ~Q(xid=_Own()), limit, using)
        return given + (_give(Q(xid__lt=_OldestRunning()), limit - given, using) if given < limit else 0)


def after_restore(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """Number everything there is, whatever its xid. For every start, before anybody writes; returns how many.

    Writers that are there nevertheless are waited for a moment and kept out meanwhile: nobody can be skipped.
    """
    with transaction.atomic(using=using, durable=True):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_PATIENCE])
            try:
                _wait_for_turn(using)
                cursor.execute(f"LOCK TABLE {Record._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
            except OperationalError as no:
                if getattr(no.__cause__, "sqlstate", "") == "55P03":
                    raise WritersAtWork from None
                raise
        total = 0
        while given := _give(Q(), _LIMIT, using):
            total += given
        return total


def run(stop: Event, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Number until told to stop. Any number of these may run; one works, the others stand by.

    Use a thread of its own: it keeps the thread's connection, which must be a session (no transaction pooling).
    """
    while not stop.is_set():
        try:
            _stand_by(stop, using)
            _work(stop, using)
        except Exception:
            # Whatever it was (a restart of the server, an administrator, a mistake of ours), readers wait for us.
            log.exception("Numbering the journal was interrupted; it goes on in a moment.")
            stop.wait(_SWEEP)
        finally:
            connections[using].close()


def _stand_by(stop: Event, using: str) -> None:
    with connections[using].cursor() as cursor:
        while not stop.is_set():
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOOP_LOCK])
            if cursor.fetchone()[0]:
                return
            stop.wait(_SWEEP)


def _work(stop: Event, using: str) -> None:
    listen(NEWS, using=using)
    while not stop.is_set():
        began = time.monotonic()
        if number(using=using) == _LIMIT:
            continue
        waiting = Record.objects.using(using).filter(position__isnull=True).exists()
        heard = wait(_SOON if waiting else _SWEEP, using=using)
        # The first news after a silence is numbered at once; in a flood, what comes within a moment together.
        if heard and not stop.wait(max(0.0, began + _IN_A_FLOOD - time.monotonic())):
            wait(0.0, using=using)


def _wait_for_turn(using: str) -> None:
    with connections[using].cursor() as cursor:
        # In a statement of its own: the next one's snapshot must see what the previous holder committed.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_BATCH_LOCK])


def _give(which: Q, limit: int, using: str) -> int:
    waiting = Record.objects.using(using).filter(which, position__isnull=True)
    # By id, not by xid: ids are drawn while the row that was changed is still held, so a cause stands before its
    # effect, even when the effect's transaction began earlier.
    records = list(waiting.order_by("id")[:limit])
    if not records:
        return 0
    position, seal = sealing.end(using=using)
    for record in records:
        position += 1
        record.position = position
        record.seal = seal = sealing.seal_of(seal, record)
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"UPDATE {Record._meta.db_table} AS record SET position = given.position, seal = given.seal "
            "FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) AS given(id, position, seal) "
            "WHERE record.id = given.id",
            [[r.pk for r in records], [r.position for r in records], [r.seal for r in records]],
        )
        cursor.execute("SELECT pg_notify(%s, %s)", [NUMBERED, str(position)])
    ChainEnd.objects.using(using).update_or_create(id=1, defaults={"position": position, "seal": seal})
    return len(records)
