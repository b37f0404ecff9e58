"""`upheld serve`: the database, the tables, and then the processes of the house, until somebody says stop."""

from __future__ import annotations

import http.client
import logging
import os
import subprocess
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from upheld.channels import endpoints
from upheld.cluster import Cluster
from upheld.config import connecting, places, ports, process, secret, terminal
from upheld.config.supervisor import Child, StopAsked, Stopping, Supervisor, command_of, environment_of

log = logging.getLogger(__name__)

_LOOK = 1.0
_PATIENCE = process.GRACE + 3  # seconds for the ports of a server that was killed


@dataclass(frozen=True)
class Doors:
    """Where people and their browsers reach us."""

    host: str
    port: int
    live_port: int
    workers: int

    @property
    def local(self) -> str:
        """An address of this machine that reaches us."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104

    def environment(self) -> dict[str, str]:
        """What the processes must know. What the installation says itself comes first."""
        host = f"[{self.local}]" if ":" in self.local else self.local
        public = os.environ.get("UPHELD_PUBLIC_URL")
        # Behind a proxy, which has the public address, /news is passed on to the live port.
        live = os.environ.get("UPHELD_LIVE_URL") or public or f"http://{host}:{self.live_port}"
        return {
            "UPHELD_HOST": self.host,
            "UPHELD_PORT": str(self.port),
            "UPHELD_LIVE_PORT": str(self.live_port),
            "UPHELD_WORKERS": str(self.workers),
            "UPHELD_PUBLIC_URL": public or f"http://{host}:{self.port}",
            "UPHELD_LIVE_URL": live,
        }


def run(arguments: Namespace) -> int:
    """Serve an installation at the ports asked for."""
    live_port = arguments.live_port or arguments.port + 1
    if live_port == arguments.port:
        raise ports.SamePort
    stopping = Stopping()
    try:
        return serve(
            places.var(),
            lambda: Doors(
                arguments.host,
                ports.wait_for(arguments.host, arguments.port, patience=_PATIENCE),
                ports.wait_for(arguments.host, live_port, patience=_PATIENCE),
                arguments.workers,
            ),
            stopping,
        )
    except StopAsked:
        return 0


def serve(
    var: Path, doors: Callable[[], Doors], stopping: Stopping, *, furnish: Callable[[], None] = lambda: None
) -> int:
    """Everything from the database to the last process. `furnish` is called once the tables are there."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s upheld %(message)s")
    endpoints.chosen()  # a place that strangers could reach is refused before anything begins
    with places.only_server(var) as note:
        secret.hand_over(var)
        chosen = doors()
        os.environ.update(chosen.environment())
        with connecting.database(var) as cluster:
            if (code := prepare()) != 0:
                return code
            furnish()
            names = ["pages", "live", "worker", "keeper", "fetcher"] + ["listener"] * bool(endpoints.chosen())
            supervisor = Supervisor([Child(name) for name in names], stopping)
            supervisor.run(_Watch(chosen, supervisor, cluster, note).look)
    return 0


def prepare() -> int:
    """The tables and everything else that must be there first, in a process that then ends; its code."""
    done = subprocess.run(command_of("preparing"), env=environment_of({}), check=False)
    return done.returncode


class _Watch:
    """What the supervisor looks at besides its children: whether the pages answer yet, and the database."""

    def __init__(self, doors: Doors, supervisor: Supervisor, cluster: Cluster | None, note: Path) -> None:
        self.doors = doors
        self.supervisor = supervisor
        self.cluster = cluster
        self.note = note
        self.announced = False
        self.next = 0.0

    def look(self) -> None:
        """Announce the address once it answers; bring back a database of ours that has died."""
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + (_LOOK if self.announced else 0.2)
        if not self.announced and self._answers():
            self.announced = True
            url = os.environ["UPHELD_PUBLIC_URL"]
            self.note.write_text(url)
            terminal.say(f"Upheld is ready: {url}")
            _tell_where_to_begin(self.note.parent)
        if self.cluster is not None and self.cluster.owned() and not self.cluster.running():
            self._bring_back(self.cluster)

    def _answers(self) -> bool:
        line = http.client.HTTPConnection(self.doors.local, self.doors.port, timeout=5)
        try:
            line.request("GET", "/sign-in/login/", headers={"Host": "127.0.0.1"})
            return line.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def _bring_back(self, cluster: Cluster) -> None:
        log.error("the database has died; it is started again")
        try:
            url = cluster.start()
        except Exception:
            log.exception("the database does not start; it is tried again")
            return
        if url != os.environ[connecting.URL]:
            os.environ[connecting.URL] = url
            self.supervisor.restart()


def _tell_where_to_begin(var: Path) -> None:
    """The link for the first person, as long as nobody can sign in: on the output, and in the log where it stands."""
    note = places.first_link(var)
    if note.exists():
        terminal.say(f"Nobody can sign in yet. Begin here, within a day: {note.read_text().strip()}")
        log.info("nobody can sign in yet; the link by which the first person begins stands in %s", note)
