"""What every benchmark stands on: a PostgreSQL of its own, durable as in real life, its tables, the house served."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from upheld.cluster import Cluster, find
from upheld.cluster.creating import SUPERUSER

PATIENCE = 120.0


class DidNotCome(Exception):
    """A server that was started does not answer."""


@dataclass(frozen=True)
class Stand:
    """The cluster, and a folder that goes away at the end."""

    cluster: Cluster
    folder: Path

    @property
    def postmaster(self) -> int:
        """The database server's first process."""
        return int((self.cluster.data / "postmaster.pid").read_text().split()[0])


@contextmanager
def database() -> Iterator[Stand]:
    """A fresh cluster with the wheel's PostgreSQL, and Django on it."""
    folder = Path(tempfile.mkdtemp(prefix="upheld-bench-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        with Cluster(folder / "cluster", find(prefer="wheel")) as cluster:
            os.environ["DATABASE_URL"] = cluster.url("upheld", user=SUPERUSER)
            os.environ["UPHELD_VAR"] = str(folder / "var")
            os.environ["UPHELD_OUTGOING"] = "outbox"
            os.environ["UPHELD_LOG"] = "WARNING"
            os.environ["UPHELD_SECRET_KEY"] = secrets.token_urlsafe(60)
            os.environ["DJANGO_SETTINGS_MODULE"] = "upheld.config.settings"
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            try:
                yield Stand(cluster, folder)
            finally:
                from django.db import connections

                connections.close_all()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def served(stand: Stand) -> Iterator[tuple[int, int]]:
    """`upheld serve` as anybody starts it; gives its port and its first process."""
    port = free_port()
    command = [sys.executable, "-m", "upheld.config.command", "serve", "--port", str(port)]
    command += ["--live-port", str(free_port())]
    with running(command, port=port, log=stand.folder / "serve.log") as process:
        yield port, process


@contextmanager
def running(
    command: list[str], *, port: int, log: Path, folder: Path | None = None, env: dict[str, str] | None = None
) -> Iterator[int]:
    """A server's process from its first answer on; it is asked to stop at the end."""
    with log.open("wb") as lines:
        process = subprocess.Popen(
            command, stdout=lines, stderr=lines, stdin=subprocess.DEVNULL, cwd=folder, env=env
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise DidNotCome(f"{' '.join(command)}\n{log.read_text()[-2000:]}")
                time.sleep(0.1)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(b"GET /sign-in/login/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            return line.recv(64).startswith(b"HTTP/1.")
    except OSError:
        return False
