"""Files' bytes in a folder of this machine: written beside their place, synced, checked, and only then put there."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from upheld.channels.stores import Damaged, NoRoom, NotStored, NotWritable, digest_of


@dataclass(frozen=True)
class FolderStore:
    """A folder, and below it a file for each hash."""

    folder: Path

    def __str__(self) -> str:
        return str(self.folder)

    def path(self, digest: bytes) -> Path:
        """Where the bytes with this SHA-256 lie, or would."""
        name = digest.hex()
        return self.folder / name[:2] / name[2:4] / name

    def put(self, content: bytes, digest: bytes) -> None:
        """Store for good, and look that it worked. Again is harmless, and mends what was damaged."""
        final = self.path(digest)
        if final.is_file() and _digest_of(final) == digest:
            return
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

    def open(self, digest: bytes) -> IO[bytes]:
        """The bytes to read from, checked from the first to the last before the first is given out."""
        try:
            file = self.path(digest).open("rb")
        except FileNotFoundError:
            raise NotStored from None
        if digest_of(file) != digest:
            file.close()
            raise Damaged
        file.seek(0)
        return file


def _digest_of(place: Path) -> bytes:
    with place.open("rb") as file:
        return digest_of(file)


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
