"""What a store of files' bytes does, whichever it is, and why it may refuse."""

from __future__ import annotations

import hashlib
from typing import IO, Protocol

from upheld.refusals import Refusal

CHUNK = 1024 * 1024


class NoRoom(Refusal):
    """The disk for attachments is full: make room on it, and the files are stored by themselves."""


class NotWritable(Refusal):
    """The folder for attachments cannot be written to."""


class NotReached(Refusal):
    """The object store for attachments does not do what it is asked."""


class NotStored(Refusal):
    """The file's bytes are not stored yet."""


class Damaged(Refusal):
    """The file's bytes are not those that were stored. Restore them from a backup."""


class Store(Protocol):
    """Bytes under their own SHA-256: equal ones lie there once, others never in their place."""

    def __str__(self) -> str:
        """Where it is, for people."""

    def put(self, content: bytes, digest: bytes) -> None:
        """Store for good, and look that it worked. Again is harmless, and mends what was damaged."""

    def open(self, digest: bytes) -> IO[bytes]:
        """The bytes to read from, checked from the first to the last before the first is given out."""


def digest_of(file: IO[bytes]) -> bytes:
    """The SHA-256 of all that is still to be read."""
    seen = hashlib.sha256()
    while chunk := file.read(CHUNK):
        seen.update(chunk)
    return seen.digest()
