"""Background work of this room: open what arrived.

Letters that wait are opened together, some at a time and the eldest first: one transaction, and all that they need to
know looked up once. If that fails, it leaves nothing behind, and each of them is opened alone, in the same order: one
letter that nobody can open keeps no other. A letter that was tried before is never opened in company again, so that
one which kills its process does so alone.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from procrastinate.contrib.django import app

from upheld.cases import receiving
from upheld.channels import opening
from upheld.channels import receiving as door
from upheld.channels.models import Arrival

log = logging.getLogger(__name__)

TOGETHER = 25
"""Letters in one transaction: more would hardly be quicker, and the first would be seen later."""
_BYTES_TOGETHER = 5_000_000  # a letter that is larger is opened alone
_SECONDS = 5.0  # for one job: who asks to stop does not wait for a flood to end
_ONE_OPENS = int.from_bytes(b"upheld o")  # held by the session of whoever opens letters in order


@app.task(name="cases.open_arrival", queue="letters")  # type: ignore[untyped-decorator]
def open_arrival(arrival_id: int) -> None:
    """Open one arrival and all that wait with it; after repeated failures of ours, put it before a person."""
    with _in_order():
        open_waiting()
        open_or_give_up(arrival_id, at=timezone.now())


def open_waiting(*, now: Callable[[], datetime] = timezone.now) -> int:
    """Open what nobody has tried to open yet, for as long as one job may take; how many it took up."""
    total, began = 0, time.monotonic()
    while batch := _next_batch():
        if time.monotonic() - began > _SECONDS:
            door.ask_to_open(Arrival.objects.get(pk=batch[0]))
            break
        open_together(batch, at=now())
        total += len(batch)
    return total


def open_together(arrival_ids: Sequence[int], *, at: datetime) -> None:
    """Open these in one transaction, or else each alone. The attempt is counted before it begins, for each once."""
    opening.count_tries(arrival_ids)
    try:
        receiving.receive_together(arrival_ids, at=at)
    except Exception:
        if len(arrival_ids) > 1:
            log.warning(
                "arrivals %s to %s are opened one by one", arrival_ids[0], arrival_ids[-1], exc_info=True
            )
        for pk in arrival_ids:
            _try(pk, at=at)
    door.forget(arrival_ids)


def open_or_give_up(arrival_id: int, *, at: datetime) -> Arrival | None:
    """One alone, for whoever is at hand: the job, the sweep, the command that takes files in."""
    arrival = Arrival.objects.get(pk=arrival_id)
    if arrival.opened_at:
        return arrival
    if opening.count_try(arrival) > receiving.TRIES:
        return receiving.give_up(arrival_id, at=at)
    return _try(arrival_id, at=at)


def sweep(at: datetime, *, limit: int = 200) -> int:
    """Open what no job has opened: a worker was killed, or an attempt failed."""
    waiting = Arrival.objects.unopened().order_by("pk").values_list("pk", flat=True)[:limit]
    return sum(1 for pk in waiting if open_or_give_up(pk, at=at))


def _try(arrival_id: int, *, at: datetime) -> Arrival | None:
    try:
        return receiving.receive(arrival_id, at=at)
    except Exception:
        log.exception("arrival %s could not be opened", arrival_id)
        return None


def _next_batch() -> list[int]:
    waiting = Arrival.objects.unopened().filter(tries=0).order_by("pk").values_list("pk", "size")[:TOGETHER]
    batch: list[int] = []
    total = 0
    for pk, size in waiting:
        total += size
        if batch and total > _BYTES_TOGETHER:
            break
        batch.append(pk)
    return batch


@contextmanager
def _in_order() -> Iterator[None]:
    """While this lasts, nobody else opens letters that wait: an answer would not find the letter that it answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_OPENS])
    try:
        yield
    finally:
        with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_OPENS])
