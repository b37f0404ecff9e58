"""Putting letters from files where letters by mail are put: stored first, then opened, nothing sent.

A letter is known by its bytes: taking the same file in again, after an interruption say, makes no second letter. Some
letters at a time are one transaction, so that nobody who works meanwhile waits long for a case number.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from upheld.cases import receiving as cases
from upheld.channels import receiving
from upheld.channels.models import Arrival, Mailbox
from upheld.config.letter_files import Unreadable
from upheld.refusals import Refusal

log = logging.getLogger(__name__)

_BATCH = 50
_SECONDS = 1.0  # for one transaction


class NoSuchMailbox(Refusal):
    """There is no mailbox with this address."""


def mailbox_named(address: str | None) -> Mailbox | None:
    """The mailbox with this address; None when none was asked for."""
    if address is None:
        return None
    found = Mailbox.objects.filter(address=address.strip().lower()).first()
    if found is None:
        known = ", ".join(Mailbox.objects.order_by("address").values_list("address", flat=True))
        raise NoSuchMailbox(
            f"There is no mailbox “{address}”. There {'are: ' + known if known else 'is none yet'}."
        )
    return found


def shelve(
    letters: Iterable[tuple[Path, bytes]],
    *,
    mailbox: Mailbox | None,
    tell: Callable[[Counter[str]], None],
    trouble: list[Unreadable],
) -> Counter[str]:
    """Take letters in as long as there are any; how many by outcome. `trouble` gets those that cannot be stored."""
    counts: Counter[str] = Counter()
    told: set[type[Exception]] = set()
    waiting = iter(letters)
    more = True
    while more:
        began = time.monotonic()
        with transaction.atomic():
            for _letter in range(_BATCH):
                path, raw = next(waiting, (None, b""))
                if path is None:
                    more = False
                    break
                try:
                    counts[_take_in(raw, mailbox, told)] += 1
                except Refusal as no:
                    trouble.append(Unreadable(path, no.sentence))
                if time.monotonic() - began > _SECONDS:
                    break
        tell(counts)
    return counts


def _take_in(raw: bytes, mailbox: Mailbox | None, told: set[type[Exception]]) -> str:
    """The outcome. A failure of a kind that is not among those `told` is logged whole, the others in a line."""
    at = timezone.now()
    source = hashlib.sha256(raw).hexdigest()
    arrival = receiving.store(
        raw, way=Arrival.Way.FILE, mailbox=mailbox, source_id=source, silent=True, at=at
    )
    if arrival.opened_at is not None:
        return Arrival.Outcome.DUPLICATE.value
    try:
        return cases.receive(arrival.pk, at=at).outcome
    except Exception as failure:
        # It is stored, and the word that it waits to be opened is there: the worker tries again.
        whole = None if type(failure) in told else failure
        told.add(type(failure))
        log.error("arrival %s could not be opened", arrival.pk, exc_info=whole)
        return "unopened"
