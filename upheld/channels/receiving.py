"""The door: a letter's bytes are stored, once, before anybody is told that we have it and before anybody reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

import psycopg
from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import JobDeferrer

from upheld.channels.facts import LetterArrived
from upheld.channels.models import Arrival, Mailbox, Raw
from upheld.journal import writing
from upheld.journal.facts import CLOCK
from upheld.refusals import Refusal

LARGEST = 400 * 1024 * 1024  # bytes; PostgreSQL keeps up to 1 GB in one value and needs room to read it in


class SourceTaken(Refusal):
    """Another letter came under this mark before: two letters would become one."""


class LetterTooLarge(Refusal):
    """The letter is larger than can be stored."""


def store(
    raw: bytes,
    *,
    way: Arrival.Way | str,
    mailbox: Mailbox | None = None,
    source_id: str,
    silent: bool = False,
    ask: bool = True,
    at: datetime,
) -> Arrival:
    """Keep a letter as it came. When this returns and its transaction has committed, the other side may be told.

    `source_id` names the letter for whoever brings it: bringing the same one again is no second letter, so that a
    door may repeat what it is unsure about. `silent` means that nothing automatic is to be sent for it. Whoever stores
    many in one transaction may `ask` for one of them to be opened: the others are opened with it.
    """
    if len(raw) > LARGEST:
        raise LetterTooLarge(_("The letter is larger than %(mb)d MB.") % {"mb": LARGEST // 1024 // 1024})
    digest = hashlib.sha256(raw).digest()
    with transaction.atomic(savepoint=False):
        _keep(digest, raw)
        arrival, new = Arrival.objects.get_or_create(
            way=way,
            mailbox=mailbox,
            source_id=source_id,
            defaults={"raw_id": digest, "size": len(raw), "arrived_at": at, "silent": silent},
        )
        if new:
            if ask:
                _word(arrival).defer(arrival_id=arrival.pk)
            box = mailbox.pk if mailbox else None
            writing.write(LetterArrived(arrival.pk, str(way), box, silent), by=CLOCK, at=at)
    if bytes(arrival.raw_id) != digest:
        raise SourceTaken
    return arrival


def _keep(digest: bytes, raw: bytes) -> None:
    """The bytes once. In binary: written out as text for the database they take ten times their size in memory."""
    words = (
        f"INSERT INTO {Raw._meta.db_table} (sha256, content, size) VALUES (%b, %b, %s) ON CONFLICT DO NOTHING"
    )
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(words.encode(), [digest, raw, len(raw)])


def ask_to_open(arrival: Arrival) -> bool:
    """Leave word that the letter waits; False when that word is waiting already."""
    try:
        with transaction.atomic():
            _word(arrival).defer(arrival_id=arrival.pk)
    except AlreadyEnqueued:
        return False
    return True


def forget(arrival_ids: Iterable[int]) -> None:
    """Take back the words about letters that are open by now; a word too many would harm nobody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT procrastinate_cancel_job_v1(id, false, true) FROM procrastinate_jobs "
            "WHERE status = 'todo' AND queueing_lock = ANY(ARRAY("
            "SELECT %s || id FROM channels_arrival WHERE id = ANY(%s) AND opened_at IS NOT NULL))",
            [_word_of(""), list(arrival_ids)],
        )


def _word(arrival: Arrival) -> JobDeferrer:
    return app.configure_task("cases.open_arrival", queueing_lock=_word_of(arrival.pk))


def _word_of(arrival: int | str) -> str:
    return f"open arrival {arrival}"


def sweep(at: datetime, *, after: timedelta = timedelta(minutes=1), limit: int = 500) -> int:
    """Ask again for letters that nobody opened: a word may get lost, a letter may not. How many were asked for."""
    overdue = Arrival.objects.unopened().filter(arrived_at__lt=at - after).order_by("id")[:limit]
    return sum(ask_to_open(arrival) for arrival in overdue)
