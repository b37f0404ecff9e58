"""Where an installation keeps what is its own: the folder `var`, the database in it, and who serves it now."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from upheld.refusals import Refusal

HOUSE = Path(__file__).resolve().parents[1]


class AlreadyServing(Refusal):
    """Upheld serves this folder already."""


def var() -> Path:
    """The installation's folder: UPHELD_VAR, else `var` beside the package."""
    return Path(os.environ.get("UPHELD_VAR") or HOUSE.parent / "var").absolute()


def cluster_folder(var: Path) -> Path:
    """The embedded database's folder."""
    return var / "cluster"


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
