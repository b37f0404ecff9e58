"""Reading what happened, in order, each fact once: how an upper room reacts to a lower one.

A reader has a name and a bookmark. It moves the bookmark in the same transaction as whatever the facts made it do:
either both are kept, or neither and the facts come again. `follow` does that; `read` and `advance` are its parts
for a reader that needs its own transaction.

A fact that a reader cannot cope with is never skipped by itself. The facts before it are done, the bookmark stays
in front of it and says so (`lag`), and it is tried again each time. Somebody may decide to `pass_over` it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import QuerySet

from upheld.journal import facts, models, writing
from upheld.journal.lagging import Lag, lag
from upheld.journal.models import Bookmark, Record
from upheld.refusals import Refusal

__all__ = ["BackwardsBookmark", "Lag", "NoSuchPosition", "NotStuck", "OutsideTransaction",
           "advance", "follow", "lag", "pass_over", "read"]  # fmt: skip

log = logging.getLogger(__name__)

Handle = Callable[[Record], None]


class OutsideTransaction(Refusal):
    """A bookmark is read and moved in the transaction that does what the facts ask for."""


class BackwardsBookmark(Refusal):
    """A bookmark moves forward only: what a reader has done it would do again."""


class NoSuchPosition(Refusal):
    """No fact has this position yet: a bookmark there would skip facts still to come."""


class NotStuck(Refusal):
    """The reader is not stuck at this fact: only a fact that it failed on may be passed over."""


def read(reader: str, *, limit: int = 200, using: str = DEFAULT_DB_ALIAS) -> list[Record]:
    """The facts after the reader's bookmark, oldest first. Holds the bookmark until the transaction ends."""
    numbered = _after(_held(reader, using).position, using)
    return list(numbered.order_by("position")[:limit])


def advance(reader: str, *, to: int, using: str = DEFAULT_DB_ALIAS) -> None:
    """Everything up to this position has been read; whatever trouble there was is over."""
    bookmark = _held(reader, using)
    if to < bookmark.position:
        raise BackwardsBookmark
    if to and not Record.objects.using(using).filter(position=to).exists():
        raise NoSuchPosition
    _move(bookmark, to, using)


def _move(bookmark: Bookmark, to: int, using: str) -> None:
    bookmark.position = to
    if bookmark.stuck_at is not None and bookmark.stuck_at <= to:
        bookmark.stuck_at, bookmark.stuck_since, bookmark.failures, bookmark.trouble = None, None, 0, ""
    bookmark.save(using=using)


def follow(
    reader: str,
    handle: Handle,
    limit: int = 200,
    *,
    kinds: Sequence[str] = (),
    using: str = DEFAULT_DB_ALIAS,
) -> int:
    """Hand the next facts to `handle`, all in one transaction, and move the bookmark. Returns how many.

    `kinds`: the only ones that the reader wants to see; the others are passed, and count, without being fetched.
    0 means: nothing to do, or stuck at a fact (the log and `lag` say which). `handle` must undo nothing itself and
    do nothing that a rollback does not undo. Call it again until it returns 0, on a wake-up and every few seconds.
    """
    with transaction.atomic(using=using, durable=True):
        pass  # inside somebody's transaction nothing would be kept: their mistake, and no fault of a fact's
    if not _is_behind(reader, using):
        return 0
    try:
        return _batch(reader, handle, limit, kinds, using)
    except Exception as failure:
        log.warning(
            "Reader %s failed within a batch (%s); the facts are now read one by one.", reader, _name(failure)
        )
    done = 0
    while done < limit:
        try:
            if not _batch(reader, handle, 1, kinds, using):
                break
        except Exception as failure:
            position = _note_trouble(reader, failure, using)
            log.exception("Reader %s is stuck at the fact with position %s.", reader, position)
            break
        done += 1
    return done


def pass_over(
    reader: str, position: int, *, by: facts.Actor, at: datetime, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Somebody decides that this reader shall never handle the fact that it is stuck at."""
    with transaction.atomic(using=using):
        if _held(reader, using).stuck_at != position:
            raise NotStuck
        advance(reader, to=position, using=using)
        writing.write(facts.FactPassedOver(reader, position), by=by, at=at, using=using)


def _batch(reader: str, handle: Handle, limit: int, kinds: Sequence[str], using: str) -> int:
    with transaction.atomic(using=using):
        bookmark = _held(reader, using)
        after = _after(bookmark.position, using).order_by("position")
        positions = [one for one in after.values_list("position", flat=True)[:limit] if one is not None]
        wanted = after.filter(position__lte=positions[-1]) if positions else after.none()
        for record in wanted.filter(kind__in=kinds) if kinds else wanted:
            handle(record)
        if positions:
            _move(bookmark, positions[-1], using)
        return len(positions)


def _after(position: int, using: str) -> QuerySet[Record]:
    return Record.objects.using(using).filter(position__gt=position)


def _is_behind(reader: str, using: str) -> bool:
    # Asked without a lock: readers that look every second would use up a transaction number each time.
    mark = Bookmark.objects.using(using).filter(reader=reader).values_list("position", flat=True).first()
    return Record.objects.using(using).filter(position__gt=mark or 0).exists()


def _held(reader: str, using: str) -> Bookmark:
    if not connections[using].in_atomic_block:
        raise OutsideTransaction
    bookmarks = Bookmark.objects.using(using)
    found = bookmarks.select_for_update().filter(reader=reader).first()
    if found is None:
        # Two may start the same reader at once: the second waits here for the first.
        bookmarks.bulk_create([Bookmark(reader=reader)], ignore_conflicts=True)
        found = bookmarks.select_for_update().get(reader=reader)
    return found


def _note_trouble(reader: str, failure: Exception, using: str) -> int | None:
    with transaction.atomic(using=using):
        records = read(reader, limit=1, using=using)
        if not records or records[0].position is None:
            return None
        position = records[0].position
        bookmark = _held(reader, using)
        if bookmark.stuck_at == position:
            Bookmark.objects.using(using).filter(pk=bookmark.pk).update(
                failures=bookmark.failures + 1, trouble=_name(failure)
            )
        else:
            Bookmark.objects.using(using).filter(pk=bookmark.pk).update(
                stuck_at=position, stuck_since=models.Now(), failures=1, trouble=_name(failure)
            )
        return position


def _name(failure: Exception) -> str:
    # The kind of failure and not its words, which may hold a customer's.
    return type(failure).__qualname__[:120]
