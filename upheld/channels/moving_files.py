"""Bringing attachments from one store to another: each is read, checked, stored and asked for again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from upheld.channels.models import File
from upheld.channels.stores import NotStored, Store
from upheld.refusals import Refusal


@dataclass(frozen=True)
class Moved:
    """How many files are in the new place now, and those that are not, each with its hash and why."""

    there: int = 0
    trouble: tuple[tuple[str, str], ...] = ()


def move(source: Store, target: Store, *, tell: Callable[[int], None] = lambda _there: None) -> Moved:
    """Copy every file that a letter says is stored. The old place keeps its own: somebody may be reading there.

    Doing it again is harmless: what is there already and sound is not stored again.
    """
    there, trouble = 0, []
    kept = File.objects.filter(stored_at__isnull=False).order_by("sha256").values_list("sha256", flat=True)
    for found in kept.distinct().iterator(chunk_size=1000):
        digest = bytes(found)
        try:
            _bring(digest, source, target)
        except Refusal as refusal:
            trouble.append((digest.hex(), refusal.sentence))
            continue
        there += 1
        tell(there)
    return Moved(there, tuple(trouble))


def _bring(digest: bytes, source: Store, target: Store) -> None:
    try:
        file = source.open(digest)
    except NotStored:  # it came after the new place was chosen, and lies only there
        target.open(digest).close()
        return
    with file:
        target.put(file.read(), digest)
