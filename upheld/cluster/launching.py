"""One postmaster: launched, its last words heard, sent home.

It is started without pg_ctl, so that its process is ours to watch and to bury, in a session of its own: a
Ctrl-C at the terminal reaches the program, which then stops its database in order. The log is opened by us
and handed down, so that the server's account needs no right in the folder.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from upheld.cluster import placing, postmaster
from upheld.cluster.finding import Binaries
from upheld.cluster.placing import Account
from upheld.cluster.postmaster import Postmaster

PORT = 5432  # names the socket; nothing listens on it unless a port is asked for
_LOG_LIMIT = 10_000_000  # bytes; the log before this one is kept as server.log.1
_PAUSE = 0.02


class Launch:
    """A postmaster that we started and its part of the log."""

    def __init__(self, binaries: Binaries, account: Account, *, home: Path, port: int | None,
                 settings: Mapping[str, str]) -> None:  # fmt: skip
        data = (home / "data").resolve()
        postmaster.forget_stale(data)
        self.log = _open_log(home)
        self._from = self.log.stat().st_size
        fixed = {
            "unix_socket_directories": str(placing.open_socket_folder(home, account)),
            "listen_addresses": "127.0.0.1" if port else "",
            "port": str(port or PORT),
            "lc_messages": "C",  # `refusing.explain` reads English
            "logging_collector": "off",
            "log_destination": "stderr",
            **settings,
        }
        options = [word for name, value in fixed.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [binaries.program("postgres"), "-D", data, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                **account.spawning(),
            )  # fmt: skip

    def is_over(self) -> bool:
        """Whether the process has ended; asking also buries it, or its number would go on looking alive."""
        return self.process.poll() is not None

    def last_words(self) -> str:
        """What it wrote since it was launched."""
        with self.log.open("rb") as log:
            log.seek(self._from)
            return log.read().decode(errors="replace")


def _open_log(home: Path) -> Path:
    log = home / "server.log"
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.rename(home / "server.log.1")
    log.touch(mode=0o600)
    log.chmod(0o600)  # a failed start may have opened it before
    return log


def send_home(server: Launch | Postmaster | None, data: Path, *, patience: float) -> None:
    """Stop a server by ending its sessions in order; after `patience` seconds at once, to recover later."""
    for order, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 10.0)):
        deadline = time.monotonic() + seconds
        if pid := _alive(server, data):
            os.kill(pid, order)
        while _alive(server, data) and time.monotonic() < deadline:
            time.sleep(_PAUSE)


def _alive(server: Launch | Postmaster | None, data: Path) -> int | None:
    if isinstance(server, Launch):
        return None if server.is_over() else server.process.pid
    return server.pid if server and postmaster.serves(server.pid, data) else None
