"""Runs a server program for a test: without rights, on loopback, in a process group that never outlives the test.

Root must not run mail servers, so for root the program becomes `nobody`; everybody else runs it as themselves.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below the range from which the kernel takes the near end of connections: a port that a stopped server left for a
# moment is still free when it comes back.
PORTS = range(20_000, 32_000)
PATIENCE = 60.0  # seconds until a server that has not answered is given up


class ServerFailed(Exception):
    """A server did not start, or a command about it failed; the text ends with what it logged."""


class PortTaken(ServerFailed):
    """Somebody else was quicker: start again with other ports."""


@dataclass(frozen=True)
class Runner:
    """The account that the servers run as."""

    uid: int
    gid: int
    user: str
    group: str

    @classmethod
    def here(cls) -> Runner:
        account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        return cls(account.pw_uid, account.pw_gid, account.pw_name, grp.getgrgid(account.pw_gid).gr_name)

    def command(self, arguments: Sequence[str], *, dies_with_us: bool = False) -> list[str]:
        """The same command with this account's rights and no more."""
        without_rights = ["setpriv"]
        if dies_with_us:
            without_rights += ["--pdeathsig", "TERM"]  # a test run that is killed takes its servers along
        if os.getuid() == 0:
            without_rights += [f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        return [*without_rights, "--no-new-privs", "--", *arguments]

    def own(self, *paths: Path) -> None:
        """Gives files and folders to the account."""
        if os.getuid() == 0:
            for path in paths:
                os.chown(path, self.uid, self.gid)

    def make_folder(self, path: Path) -> Path:
        path.mkdir(parents=True, exist_ok=True)
        self.own(path)
        return path

    def check_can_enter(self, folder: Path) -> None:
        """Refuses early, with the reason, a folder below one that only root can enter."""
        entered = subprocess.run(self.command(["test", "-x", str(folder)]), check=False)
        if entered.returncode != 0:
            raise ServerFailed(f"{self.user} cannot enter {folder}: take one from running.short_folder()")


@contextlib.contextmanager
def short_folder(name: str) -> Iterator[Path]:
    """A new folder with a path short enough for sockets (107 bytes in all) that every account can enter."""
    folder = Path(tempfile.mkdtemp(prefix=f"upheld-{name}-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """As many different ports as asked for on which nobody listens just now."""
    found: list[int] = []
    for port in random.sample(PORTS, 500):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((LOOPBACK, port))
                found.append(port)
        if len(found) == count:
            return found
    raise ServerFailed(f"no {count} free ports between {PORTS.start} and {PORTS.stop}")


def tail(path: Path, lines: int = 60) -> str:
    """The end of a log, or nothing when there is none yet."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


class Server:
    """One running program and all that it started."""

    def __init__(self, arguments: Sequence[str], *, runner: Runner, output: Path) -> None:
        self.output = output
        with output.open("ab") as sink:
            self.process = subprocess.Popen(
                runner.command(arguments, dies_with_us=True),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                cwd="/",
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def wait_for_ports(self, ports: Sequence[int], *logs: Path, silent: Sequence[int] = ()) -> None:
        """Returns when each port greets; raises with the logs when the program ends first.

        A mail server speaks first, so a port that stays silent belongs to somebody else; only those in `silent`, where
        TLS begins at once, need no more than take a connection.
        """
        deadline = time.monotonic() + PATIENCE
        for port in ports:
            while True:
                said = "\n".join(tail(log) for log in (self.output, *logs))
                if not self.running:
                    self.stop()
                    taken = "in use" in said.lower()
                    raise (PortTaken if taken else ServerFailed)(f"the server ended at once:\n{said}")
                with (
                    contextlib.suppress(OSError),
                    socket.create_connection((LOOPBACK, port), timeout=1) as line,
                ):
                    if port in silent or line.recv(1):
                        break
                if time.monotonic() > deadline:
                    self.stop()
                    raise ServerFailed(f"nobody answers on port {port} after {PATIENCE} s:\n{said}")
                time.sleep(0.02)

    def stop(self) -> None:
        """Asks it to end, then makes sure that nothing of it is left. Stopping twice is harmless."""
        if self.running:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        # The group lives as long as one member does, also after its leader.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
