"""An embedded PostgreSQL: created, started, asked where it is, stopped.

One process owns a cluster: the one that holds its lock file, from `start` to `stop`. The kernel frees the
lock when that process dies. Whoever calls `start` meanwhile is a guest: it waits until the server is ready
and gets the same URL; its settings are not asked, and its `stop` leaves the server alone. The server does
not die with its owner: the owner stops it on its way out (`with Cluster(folder) as cluster:`). If the owner
was killed, the next `start` finds the server running, becomes its owner and stops it in its turn.

In the folder: `data` (PostgreSQL's own), `password`, `server.log`, `lock`, and `binaries` when they are the
wheel's.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from upheld.cluster import creating, keeping, placing, postmaster
from upheld.cluster.creating import SUPERUSER
from upheld.cluster.finding import Binaries, find, major_of
from upheld.cluster.launching import PORT, Launch, send_home
from upheld.cluster.owning import Ownership
from upheld.cluster.refusing import (
    ClusterRefusal,
    DidNotStart,
    NotRunning,
    OldServerLingers,
    OtherMajor,
    WrongPassword,
    explain,
)

USER = "upheld"
DATABASE = "upheld"
FOR_TESTS: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_PAUSE = 0.02
_PAUSE_AFTER_CRASH = 0.25  # each try costs a process


class Cluster:
    """The PostgreSQL that lives in one folder.

    `port`: listen on 127.0.0.1 as well. `settings`: PostgreSQL's, by name, above its postgresql.conf.
    `patience`: seconds for a crashed server to let go, for recovery, for another owner, for a stop.
    """

    def __init__(self, folder: Path, binaries: Binaries | None = None, port: int | None = None, *,
                 settings: Mapping[str, str] | None = None, patience: float = 300.0,
                 elsewhere: Path = placing.ELSEWHERE) -> None:  # fmt: skip
        self.asked = folder
        self.folder = placing.place(folder, elsewhere=elsewhere)
        self.binaries = binaries
        self.port = port
        self.settings = dict(settings or {})
        self.patience = patience
        self._ownership = Ownership(self.folder / "lock")
        self._launch: Launch | None = None
        self._is_new = False

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder (it may be a link to another disk)."""
        return (self.folder / "data").resolve()

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "server.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self.stop()

    def owned(self) -> bool:
        """Whether stopping the server is up to this object."""
        return self._ownership.held()

    def running(self) -> bool:
        """Whether a server serves this folder and lets people in, whoever started it."""
        server = self._server()
        return server is not None and server.is_ready

    def url(self, database: str = DATABASE, *, user: str = USER) -> str:
        """Where to connect. Before the first start there is no password yet, and the URL has none."""
        server = self._server()
        folder = server.socket_folder if server else placing.socket_folder(self.folder)
        port = server.port if server else self.port or PORT
        secret = creating.read_secret(self.folder / "password")
        login = quote(user, safe="") + (f":{quote(secret, safe='')}" if secret else "")
        return f"postgresql://{login}@{quote(str(folder), safe='')}:{port}/{quote(database, safe='')}"

    def start(self) -> str:
        """Bring the server up as its owner, or wait for the owner's as a guest; return the URL."""
        placing.prepare(self.asked, self.folder)
        deadline = time.monotonic() + self.patience
        while not self.owned() and not self._ownership.take():
            if self._admits():
                return self.url()
            if time.monotonic() > deadline:
                raise DidNotStart(f"Another process owns {self.folder} and has not brought its database up.")
            time.sleep(_PAUSE)
        try:
            self._bring_up(deadline)
            self._welcome()
        except BaseException as no:
            self._go(patience=0.0 if self._launch else None)
            if isinstance(no, OSError):  # a full disk, a closed folder: while copying, writing, launching
                raise explain(str(no), log=self.log) from None
            raise
        return self.url()

    def stop(self) -> None:
        """Stop the server in order if it is ours; a guest leaves it to its owner."""
        if self.owned():
            self._go(patience=self.patience)

    def create_database(self, name: str) -> str:
        """Create an empty database and return its URL. Refuses when there is one of this name."""
        if not self.running():
            raise NotRunning(f"The database in {self.folder} is not running: start it first.")
        creating.create_database(self.url("postgres"), name)
        return self.url(name)

    def _server(self) -> postmaster.Postmaster | None:
        if self._launch is not None:
            self._launch.is_over()
        return postmaster.seen(self.data)

    def _answers(self) -> bool:
        # The note may still name a server that was killed a moment ago: only an answer counts.
        return self.running() and psycopg.pq.PGconn.ping(self.url().encode()) == psycopg.pq.Ping.OK

    def _bring_up(self, deadline: float) -> None:
        ready: tuple[Binaries, placing.Account] | None = None
        why: ClusterRefusal | None = None
        earlier = self._launch  # if it was killed under us, what it wrote while it ran explains nothing
        while not self._answers():
            server = self._server()
            if self._launch is not None and self._launch.is_over():
                if self._launch is not earlier:
                    why = self._lingering(self._launch)
                self._launch = None
            elif self._launch is None and server is None:
                ready = ready or self._make_ready()
                self._launch = Launch(*ready, home=self.folder, port=self.port, settings=self.settings)
            elif server is not None and server.is_ready and not server.socket.exists():
                # A sweeper of old files took the socket: nobody can reach this server any more.
                send_home(self._launch or server, self.data, patience=self.patience)
            if time.monotonic() > deadline:
                # A recovery that is killed begins anew: let it run, the next start finds it further on.
                self._launch = None
                raise why or DidNotStart(f"{self.data} is still recovering, and goes on: start again later.")
            time.sleep(_PAUSE_AFTER_CRASH if why else _PAUSE)

    def _lingering(self, launch: Launch) -> OldServerLingers:
        """Why this launch failed, if trying again can help: children of a killed server hold its memory."""
        why = explain(launch.last_words(), log=self.log, port=self.port)
        if not isinstance(why, OldServerLingers):
            raise why
        return why

    def _make_ready(self) -> tuple[Binaries, placing.Account]:
        """Programs that this account can run, a data folder that they can open, a password."""
        made_by = major_of(self.data)
        binaries = self.binaries or find(self.folder / "data")
        if made_by and made_by != binaries.major:
            raise OtherMajor.between(self.data, made_by, binaries.major)
        account = placing.account_for(self.data)
        binaries = self.binaries = keeping.keep(binaries, self.folder / "data")
        keeping.try_out(binaries, account)
        password = self.folder / "password"
        secret = password.read_text() if password.exists() else creating.make_secret()
        if not made_by:
            creating.create(self.folder / "data", binaries, account, secret=secret, log=self.log,
                            sync=self.settings.get("fsync") != "off")  # fmt: skip
        elif not password.exists():
            creating.change_secret(self.data, binaries, account, secret=secret, log=self.log)
        creating.write_secret(password, secret)
        self._is_new = not made_by
        return binaries, account

    def _admits(self) -> bool:
        """Whether the everyday role can enter its database."""
        if self._answers():
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url()).close()
                return True
        return False

    def _welcome(self) -> None:
        """The role and the database that Upheld uses, unless they are there with this password."""
        if not self._is_new and self._admits():
            return
        try:
            creating.furnish(self.url("postgres", user=SUPERUSER), user=USER, database=DATABASE)
        except psycopg.OperationalError as no:
            if "password authentication failed" in str(no):
                raise WrongPassword() from None
            raise DidNotStart(f"The database in {self.folder} runs, but lets nobody in: {no}") from None

    def _go(self, *, patience: float | None) -> None:
        server = self._server()
        folder = server.socket_folder if server else placing.socket_folder(self.folder)
        if patience is not None:
            send_home(self._launch or server, self.data, patience=patience)
        placing.close_socket_folder(folder)  # which is not empty, and stays, while a server listens there
        self._launch = None
        self._ownership.let_go()


def url_for(folder: Path) -> str:
    """DATABASE_URL where the environment has one, else the URL of the cluster in this folder.

    Starts and connects to nothing, so that settings may ask. Before the first start it has no password.
    """
    return os.environ.get("DATABASE_URL") or Cluster(folder).url()
