"""Who owns a cluster: the process that holds its lock file.

The kernel frees the lock when the process dies, however it dies, so there is no owner who is not there. A
forked child inherits the open file but not the ownership.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from upheld.cluster.refusing import FolderNotOurs


class Ownership:
    """One object's hold on a lock file, or none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._process = 0

    def held(self) -> bool:
        """Whether this object, in this process, is the owner."""
        return self._file is not None and self._process == os.getpid()

    def take(self) -> bool:
        """Become the owner unless another one is there."""
        # flock and not lockf: that one is lost as soon as anything in this process closes the same file.
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError:
            raise FolderNotOurs(
                f"{self._path.parent} belongs to another account: run as its owner."
            ) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file, self._process = file, os.getpid()
        return True

    def let_go(self) -> None:
        """Be the owner no longer."""
        if self._file is not None:
            os.close(self._file)
        self._file = None
