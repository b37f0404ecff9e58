"""Files' bytes, each under its own hash: equal bytes lie there once, damaged ones are never given out.

They lie in a folder of this machine, or in an object store if the installation says so: `settings.BLOBS` is a path or
`s3://bucket/prefix`.
"""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path
from typing import IO, cast

from django.conf import settings

from upheld.channels.folder_store import FolderStore
from upheld.channels.stores import CHUNK, Damaged, NoRoom, NotReached, NotStored, NotWritable, Store
from upheld.refusals import Refusal

__all__ = [
    "CHUNK",
    "Damaged",
    "NoRoom",
    "NotReached",
    "NotStored",
    "NotWritable",
    "open",
    "put",
    "read",
    "store",
]

_PROBE = b"Upheld keeps files here.\n"
_PATIENCE = 3.0  # seconds; somebody waits for the health page


def put(content: bytes) -> bytes:
    """Store bytes for good and return their SHA-256. Storing the same again is harmless, and mends what was damaged."""
    digest = hashlib.sha256(content).digest()
    store().put(content, digest)
    return digest


def open(digest: bytes | memoryview) -> IO[bytes]:
    """The bytes to read from, checked from the first to the last before the first is given out."""
    return store().open(bytes(digest))


def read(digest: bytes | memoryview) -> bytes:
    """All of the bytes, checked."""
    with open(digest) as file:
        return file.read()


def store(place: str | Path | None = None, *, hurried: bool = False) -> Store:
    """The store at this place; without one, the installation's. `hurried` gives up soon instead of trying again."""
    place = place or settings.BLOBS
    if not str(place).startswith("s3://"):
        return FolderStore(Path(place))
    bucket, _slash, prefix = str(place).removeprefix("s3://").partition("/")
    # boto3 is an extra, and takes half a second to load: only where it is wanted.
    object_store = import_module("upheld.channels.object_store").ObjectStore
    more = {"patience": _PATIENCE, "attempts": 1} if hurried else {}
    return cast(Store, object_store(bucket, prefix.strip("/"), **settings.S3, **more))


def trouble() -> str:
    """Why nothing can be stored at the moment, in a sentence; empty when all is well. A few bytes are stored to see."""
    try:
        store(hurried=True).put(_PROBE, hashlib.sha256(_PROBE).digest())
    except Refusal as refusal:
        return refusal.sentence
    return ""
