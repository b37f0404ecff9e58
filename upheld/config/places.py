"""Where an installation keeps what is its own: the folder `var`, the database in it, and who serves it now."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path

from upheld.config import terminal
from upheld.refusals import Refusal

HOUSE = Path(__file__).resolve().parents[1]


class NoStore(Refusal):
    """Attachments cannot be kept there."""


class AlreadyServing(Refusal):
    """Upheld serves this folder already."""


def var() -> Path:
    """The installation's folder: UPHELD_VAR, else `var` beside the package."""
    return Path(os.environ.get("UPHELD_VAR") or HOUSE.parent / "var").absolute()


def blobs(words: str, var: Path) -> str | Path:
    """Where attachments lie: a folder, the installation's own unless another is named, or `s3://bucket/prefix`."""
    if not words:
        return var / "blobs"
    if "://" not in words:
        return Path(words).absolute()
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.=-]+)*/?", words, re.ASCII):
        raise NoStore(f"UPHELD_BLOBS is a folder or s3://bucket/prefix, and not {words}.")
    if importlib.util.find_spec("boto3") is None:
        raise NoStore(f"Attachments are to go to {words}, but boto3 is missing: pip install 'upheld[s3]'.")
    return words


def nearest() -> None:
    """For commands that ask about an installation: where none is named and there is only the demo's, that one."""
    if os.environ.get("UPHELD_VAR") or os.environ.get("DATABASE_URL") or cluster_folder(var()).exists():
        return
    demo = var() / "demo"
    if (demo / "built.txt").exists():
        os.environ.update({"UPHELD_VAR": str(demo), "UPHELD_DEMO": "1", "UPHELD_OUTGOING": "outbox"})
        terminal.remark(f"upheld: this is the demo's company, in {demo}.")


def cluster_folder(var: Path) -> Path:
    """The embedded database's folder."""
    return var / "cluster"


def first_link(var: Path) -> Path:
    """Where the link stands by which the first person begins, as long as nobody can sign in."""
    return var / "set-up-link.txt"


@contextlib.contextmanager
def only_server(var: Path) -> Iterator[Path]:
    """Be the one who serves this folder, until the block ends or the process dies; gives the file for the address.

    Refuses with that address when there is somebody already.
    """
    var.mkdir(parents=True, exist_ok=True)
    note = var / "serving.txt"
    with note.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = note.read_text().strip()
            raise AlreadyServing(f"Upheld serves {var} already{': ' + where if where else ''}.") from None
        note.write_text("")
        yield note
        note.write_text("")
