"""Files' bytes on disk, each under its own hash: equal bytes lie there once, damaged ones are never given out."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from upheld.refusals import Refusal

CHUNK = 1024 * 1024


class NoRoom(Refusal):
    """The disk for attachments is full: make room on it, and the files are stored by themselves."""


class NotWritable(Refusal):
    """The folder for attachments cannot be written to."""


class NotStored(Refusal):
    """The file's bytes are not on disk yet."""


class Damaged(Refusal):
    """The file's bytes on disk are not those that were stored. Restore the folder for attachments from a backup."""


def put(content: bytes) -> bytes:
    """Store bytes for good and return their SHA-256. Storing the same again is harmless, and mends what was damaged."""
    digest = hashlib.sha256(content).digest()
    final = path(digest)
    if final.is_file() and _digest_of(final) == digest:
        return digest
    with _disk_troubles():
        _make_folder(final.parent)
        half = final.with_name(f".{final.name}.{secrets.token_hex(4)}")
        try:
            _write(half, content)
            if _digest_of(half) != digest:
                raise Damaged
            half.replace(final)
        finally:
            half.unlink(missing_ok=True)
        _sync_folder(final.parent)
    return digest


def path(digest: bytes | memoryview) -> Path:
    """Where the bytes with this SHA-256 lie, or would."""
    name = bytes(digest).hex()
    return Path(settings.BLOBS) / name[:2] / name[2:4] / name


def open(digest: bytes | memoryview) -> IO[bytes]:
    """The bytes to read from, checked from the first to the last before the first is given out."""
    place = path(digest)
    try:
        file = place.open("rb")
    except FileNotFoundError:
        raise NotStored from None
    if _digest(file) != bytes(digest):
        file.close()
        raise Damaged
    file.seek(0)
    return file


def read(digest: bytes | memoryview) -> bytes:
    """All of the bytes, checked."""
    with open(digest) as file:
        return file.read()


def _digest(file: IO[bytes]) -> bytes:
    seen = hashlib.sha256()
    while chunk := file.read(CHUNK):
        seen.update(chunk)
    return seen.digest()


def _digest_of(place: Path) -> bytes:
    with place.open("rb") as file:
        return _digest(file)


def _write(place: Path, content: bytes) -> None:
    with place.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    """The folder and those above it, each known to the one above also after a power cut."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _disk_troubles() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise NoRoom from error
        reason = _("The folder for attachments cannot be written to: %(reason)s.") % {
            "reason": error.strerror
        }
        raise NotWritable(reason) from error
