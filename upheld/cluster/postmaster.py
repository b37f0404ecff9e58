"""Who serves a data folder at this moment, as far as PostgreSQL's own note (postmaster.pid) can be believed.

After a crash the note stays, and after a reboot or in a container its process number may belong to anybody,
or to a dead process that nobody has buried. So the process itself is looked at.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from upheld.cluster.refusing import FolderNotOurs

_NOTE = "postmaster.pid"


@dataclass(frozen=True)
class Postmaster:
    """A living server: its process, where its socket is, and whether it lets people in."""

    pid: int
    socket_folder: Path
    port: int
    is_ready: bool

    @property
    def socket(self) -> Path:
        """The socket that it listens on."""
        return self.socket_folder / f".s.PGSQL.{self.port}"


def seen(data: Path) -> Postmaster | None:
    """The living server of this data folder, ready or not; None if there is none."""
    try:
        lines = (data / _NOTE).read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError:
        raise FolderNotOurs(f"{data} belongs to another account: run as its owner.") from None
    if len(lines) < 5 or not serves(int(lines[0]), data):
        return None
    ready = len(lines) > 7 and lines[7].strip() == "ready"
    return Postmaster(int(lines[0]), Path(lines[4]), int(lines[3]), ready)


def serves(pid: int, data: Path) -> bool:
    """Whether this process is a living postgres of this data folder: it stands in it."""
    if Path("/proc/self").exists():
        try:
            return os.readlink(f"/proc/{pid}/cwd") == str(data) and "postgres" in _name(pid)
        except OSError:  # gone, unburied, or of another account and therefore not this folder's
            return False
    told = subprocess.run(
        ["ps", "-p", str(pid), "-o", "args="], capture_output=True, text=True, check=False
    ).stdout
    return "postgres" in told and str(data) in told


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text()


def forget_stale(data: Path) -> None:
    """Remove the note if its number now belongs to something else, which PostgreSQL would take for a server.

    The note of a process that is simply gone is left: there PostgreSQL looks for the shared memory of
    the dead server's children before it starts.
    """
    try:
        first = (data / _NOTE).read_text().split("\n", 1)[0]
    except FileNotFoundError:
        return
    try:
        os.kill(int(first), 0)
    except (ProcessLookupError, ValueError):
        return
    except PermissionError:
        return  # another account's: PostgreSQL itself knows that it cannot be a server of this folder
    if not serves(int(first), data):
        (data / _NOTE).unlink(missing_ok=True)
