"""The real `upheld` command in processes of its own, on the test's database, and patience instead of pauses."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from django.db import connection

T = TypeVar("T")
PATIENCE = 60.0


def eventually(ask: Callable[[], T], *, patience: float = PATIENCE) -> T:
    """Ask until the answer is true, and return it; the last answer when patience ends."""
    deadline = time.monotonic() + patience
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def database_url() -> str:
    """The test's own database, for other processes."""
    known = connection.settings_dict
    secret = quote(known["PASSWORD"], safe="")
    return f"postgresql://{known['USER']}:{secret}@{quote(known['HOST'], safe='')}:{known['PORT']}/{known['NAME']}"


def environment(var: Path, **more: str) -> dict[str, str]:
    """What a command of this installation finds around it."""
    return {**os.environ, "DATABASE_URL": database_url(), "UPHELD_VAR": str(var), **more}


def upheld(
    *words: str | Path, env: dict[str, str] | None = None, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run one command to its end."""
    return subprocess.run(
        command(*words), env=env, input=stdin, capture_output=True, check=False, timeout=PATIENCE * 2
    )


def command(*words: str | Path) -> list[str | Path]:
    """The command's words."""
    return [sys.executable, "-m", "upheld.config.command", *words]


def free_port() -> int:
    """A port that nobody listened on a moment ago, and neither on the next one."""
    while True:
        # Below the ports that the system lends to connections, or a connection takes it before the server does.
        port = random.randrange(10_000, 20_000, 2)
        with socket.socket() as first, socket.socket() as second, contextlib.suppress(OSError):
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port


class Serving:
    """A running `upheld serve` (or `demo`)."""

    def __init__(self, words: Sequence[str], env: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                command(*words), env=env, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
            )

    @property
    def said(self) -> str:
        """Everything it printed."""
        return self.log.read_text(errors="replace")

    def url(self) -> str:
        """Its address, once it says that it is ready."""
        eventually(lambda: "is ready" in self.said or self.process.poll() is not None, patience=PATIENCE * 2)
        found = re.search(r"is ready: (\S+)", self.said)
        assert found, self.said
        return found[1]

    def children(self) -> dict[int, str]:
        """Every process below it, by number, with the name of the house's process."""
        return {pid: name for pid, name in _descendants(self.process.pid).items() if name}

    def kill(self) -> None:
        """As the kernel does when memory is short."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """As a service manager does; its code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def serving(
    var: Path, *words: str, env: dict[str, str] | None = None, ask: str = "serve"
) -> Iterator[Serving]:
    """A server for as long as the block lasts, gone with all its children afterwards."""
    var.mkdir(parents=True, exist_ok=True)
    server = Serving([ask, *words], env or environment(var), var / "output.txt")
    seen: dict[int, str] = {}
    try:
        yield server
        seen = server.children()
    finally:
        server.stop()
        eventually(lambda: not any(alive(pid) for pid in seen))


def alive(pid: int) -> bool:
    """Whether this process runs; one that nobody has buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _descendants(parent: int) -> dict[int, str]:
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            after = (entry / "stat").read_text().rpartition(")")[2].split()
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(after[1]) == parent:
            pid = int(entry.name)
            found[pid] = words[-2].decode() if b"upheld.config.child" in words else ""
            found |= _descendants(pid)
    return found
