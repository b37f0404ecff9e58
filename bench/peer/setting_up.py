"""The peer's environment, database and server."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from bench import matters
from bench.stand import Stand, free_port, running
from upheld.cluster.creating import SUPERUSER

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
TREE = Path(__file__).resolve().parents[2]
NAME = "django-helpdesk"


@dataclass
class Peer:
    """The peer with its cases in it: how to call its programs, and who is signed in."""

    home: Path
    python: Path
    environment: dict[str, str] = field(default_factory=dict)
    cookie: str = ""

    def ask(self, module: str, *, given: str = "") -> dict[str, object]:
        """Run one of the project's modules; what it prints last, as JSON."""
        done = subprocess.run(
            [self.python, "-m", f"bench.peer.project.{module}"], input=given, text=True, capture_output=True,
            cwd=TREE, env=self.environment, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{NAME}, {module}: {done.stderr[-2000:]}")
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))

    @contextmanager
    def served(self) -> Iterator[tuple[int, int]]:
        """Behind gunicorn with two workers; gives its port and its first process."""
        port = free_port()
        command = [str(self.python), "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}"]
        command += ["django.core.wsgi:get_wsgi_application()"]
        with running(
            command, port=port, log=self.home / "serve.log", folder=TREE, env=self.environment
        ) as process:
            yield port, process


def environment(say: Callable[[str], None]) -> Path:
    """The Python of an environment with exactly the peer's requirements, made when it is not there."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "upheld-bench"
    digest = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = cache / f"peer-{digest}"
    python, done = folder / "bin" / "python", folder / "complete"
    if not done.exists():
        say(f"installing {NAME} into {folder}")
        venv.create(folder, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:"]
        went = subprocess.run([*install, "-r", REQUIREMENTS], capture_output=True, text=True, check=False)
        if went.returncode:
            raise RuntimeError(f"{NAME} could not be installed:\n{went.stderr[-2000:]}")
        done.touch()
    return python


def version() -> str:
    """The version of the peer that is pinned."""
    lines = REQUIREMENTS.read_text().splitlines()
    return next(line.split("==")[1].split()[0].rstrip("\\") for line in lines if line.startswith(f"{NAME}=="))


def set_up(stand: Stand, *, cases: int, until: datetime, say: Callable[[str], None], seed: int = 1) -> Peer:
    """The peer with so many of the same cases, in a database beside ours."""
    home = stand.folder / "peer"
    home.mkdir()
    peer = Peer(home, environment(say))
    database = "peer"
    stand.cluster.create_database(database)
    told = conninfo_to_dict(stand.cluster.url(database, user=SUPERUSER))
    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    peer.environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "bench.peer.project.settings",
        "BENCH_PEER_HOME": str(home),
        "BENCH_PEER_DATABASE": json.dumps({ours: told.get(theirs, "") for ours, theirs in names.items()}),
    }
    say(f"filling {NAME} with {cases:,} cases")
    lines = (one.as_json() for one in matters.matters(cases, seed=seed, until=until))
    peer.cookie = str(peer.ask("filling", given="\n".join(lines))["cookie"])
    return peer
