"""Attachments: listed with the letter they came or went with, and brought to disk by a job that checks each."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from upheld.channels import blobs, reading
from upheld.channels.composing import Enclosure
from upheld.channels.letter import Attachment, Letter
from upheld.channels.models import Arrival, Departure, File
from upheld.refusals import Refusal


class NoLongerInLetter(Refusal):
    """A listed file is not found in its letter any more; the letter itself is kept as it came."""


def list_received(arrival: Arrival, letter: Letter) -> list[File]:
    """A row for each attachment of a letter that arrived, in the letter's order; asks for their bytes to be stored.

    Listing again changes nothing.
    """
    if not letter.attachments:
        return []
    with transaction.atomic():
        rows = [_row(place, one) for place, one in enumerate(letter.attachments, start=1)]
        for row in rows:
            row.arrival = arrival
        File.objects.bulk_create(rows, ignore_conflicts=True)
        _ask_to_store("arrival", arrival.pk)
    return list(arrival.files.order_by("place"))


def list_sent(departure: Departure, files: Sequence[Enclosure]) -> list[File]:
    """A row for each file of a letter that leaves; asks for their bytes to be stored."""
    rows = [
        File(
            departure=departure,
            place=place,
            name=file.name[:255] or f"file-{place}",
            type=file.type[:150],
            size=len(file.content),
            sha256=hashlib.sha256(file.content).digest(),
            inline=bool(file.content_id),
            content_id=file.content_id[:255],
        )
        for place, file in enumerate(files, start=1)
    ]
    with transaction.atomic():
        File.objects.bulk_create(rows)
        _ask_to_store("departure", departure.pk)
    return rows


def store_files(letter: Arrival | Departure, *, at: datetime) -> int:
    """Bring the listed files' bytes to disk, from the letter as it came or left. How many were stored now.

    What one file refuses (a full disk) is raised after the others have been tried.
    """
    waiting = list(_files_of(letter).filter(stored_at=None).order_by("place"))
    if not waiting:
        return 0
    raw = letter.raw.content if isinstance(letter, Arrival) else letter.content
    inside = {one.sha256: one.content for one in reading.read(bytes(raw or b"")).attachments}
    stored, refused = 0, None
    for file in waiting:
        try:
            content = inside.get(bytes(file.sha256).hex())
            if content is None:
                raise NoLongerInLetter
            blobs.put(content)
        except Refusal as refusal:
            refused = refusal
            continue
        stored += File.objects.filter(pk=file.pk, stored_at=None).update(stored_at=at)
    if refused is not None:
        raise refused
    return stored


def sweep(at: datetime, *, limit: int = 500) -> int:
    """Ask again for files whose bytes are not stored. How many letters were asked for."""
    unstored = (
        File.objects.filter(stored_at=None).order_by("id").values_list("arrival_id", "departure_id")[:limit]
    )
    letters = {
        ("arrival", arrival) if arrival else ("departure", departure) for arrival, departure in unstored
    }
    return sum(_ask_to_store(kind, pk) for kind, pk in sorted(letters))


def unstored(at: datetime, *, after: timedelta = timedelta(minutes=10)) -> QuerySet[File]:
    """Files that should be stored by now and are not."""
    late = at - after
    return (
        File.objects.filter(stored_at=None)
        .exclude(arrival__arrived_at__gt=late)
        .exclude(departure__created_at__gt=late)
    )


def _files_of(letter: Arrival | Departure) -> QuerySet[File]:
    return File.objects.filter(**{"arrival" if isinstance(letter, Arrival) else "departure": letter})


def _row(place: int, one: Attachment) -> File:
    suffix = mimetypes.guess_extension(one.type) or ""
    return File(
        place=place,
        name=(one.name or f"file-{place}{suffix}")[:255],
        type=one.type[:150],
        size=one.size,
        sha256=bytes.fromhex(one.sha256),
        inline=one.embedded,
        content_id=(one.content_id or "")[:255],
    )


def _ask_to_store(kind: str, pk: int) -> bool:
    word = app.configure_task("channels.store_files", queueing_lock=f"store files of {kind} {pk}")
    try:
        with transaction.atomic():
            word.defer(**{f"{kind}_id": pk})
    except AlreadyEnqueued:
        return False
    return True
