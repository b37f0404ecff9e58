"""How far behind the journal is: facts without a position and what holds them back, readers and their bookmarks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Count, Max, Min

from upheld.journal import sealing
from upheld.journal.models import Bookmark, Record
from upheld.journal.numbering import LOOP_LOCK


@dataclass(frozen=True)
class Holder:
    """A transaction that was writing before a waiting fact was written, and has not ended.

    `pid`: of its server process, None for a prepared transaction, which no process owns (`prepared` is its name).
    `since`, `doing` and `program` are None when the server does not let us see them.
    """

    pid: int | None
    prepared: str | None
    database: str | None
    program: str | None
    doing: str | None
    since: datetime | None


@dataclass(frozen=True)
class ReaderLag:
    """One reader: how many facts it has not read, and the fact that it is stuck at, if any."""

    reader: str
    position: int
    behind: int
    stuck_at: int | None
    stuck_since: datetime | None
    failures: int
    trouble: str


@dataclass(frozen=True)
class Lag:
    """The state of the journal for the health page."""

    last_position: int
    unnumbered: int
    oldest_written_at: datetime | None
    held_by: tuple[Holder, ...]
    is_numbering: bool
    readers: tuple[ReaderLag, ...]

    @property
    def blocking_pids(self) -> tuple[int, ...]:
        """The server processes whose transactions hold facts back, the oldest transaction first."""
        return tuple(holder.pid for holder in self.held_by if holder.pid is not None)


def lag(*, using: str = DEFAULT_DB_ALIAS) -> Lag:
    """How things stand now. Empty and quiet is good: nothing unnumbered, the loop at work, no reader stuck."""
    waiting = Record.objects.using(using).filter(position__isnull=True)
    found = waiting.aggregate(count=Count("pk"), oldest=Min("written_at"), newest_xid=Max("xid"))
    last = sealing.end(using=using).position
    readers = tuple(
        ReaderLag(
            mark.reader, mark.position, max(0, last - mark.position),
            mark.stuck_at, mark.stuck_since, mark.failures, mark.trouble,
        )
        for mark in Bookmark.objects.using(using).order_by("reader")
    )  # fmt: skip
    held_by = _holders(found["newest_xid"], using) if found["count"] else ()
    return Lag(last, found["count"], found["oldest"], held_by, _loop_lives(using), readers)


def _holders(newest: int, using: str) -> tuple[Holder, ...]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint, xid::text::bigint, "
            "pid, gid, datname, application_name, state, started FROM ("
            " SELECT backend_xid AS xid, pid, NULL AS gid, datname::text, application_name, state, "
            "  xact_start AS started"
            " FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
            " UNION ALL"
            " SELECT transaction, NULL, gid, database::text, NULL, NULL, prepared FROM pg_prepared_xacts"
            ") AS writer"
        )
        seen = [(_whole(xid, near=xmax), Holder(*rest)) for xmax, xid, *rest in cursor.fetchall()]
    return tuple(holder for xid, holder in sorted(seen, key=lambda one: one[0]) if xid < newest)


def _whole(xid: int, *, near: int) -> int:
    """The 64-bit number of a running transaction, of which the server shows the lower 32 bits."""
    ahead = (xid - near) % 2**32
    return near + (ahead if ahead < 2**31 else ahead - 2**32)


def _loop_lives(using: str) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND classid::bigint = %s AND objid::bigint = %s)",
            [LOOP_LOCK >> 32, LOOP_LOCK & 0xFFFFFFFF],
        )
        return bool(cursor.fetchone()[0])
