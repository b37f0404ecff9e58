"""What every benchmark stands on: a PostgreSQL of its own, the tables, and a company at work."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from upheld.cluster import Cluster, find
from upheld.cluster.creating import SUPERUSER


@contextmanager
def database() -> Iterator[None]:
    """A fresh cluster with the wheel's PostgreSQL, durable as in real life, and Django on it."""
    folder = Path(tempfile.mkdtemp(prefix="upheld-bench-", dir="/tmp"))
    folder.chmod(0o711)
    with Cluster(folder / "cluster", find(prefer="wheel")) as cluster:
        os.environ["DATABASE_URL"] = cluster.url("upheld", user=SUPERUSER)
        os.environ["UPHELD_VAR"] = str(folder / "var")
        os.environ["UPHELD_OUTGOING"] = "outbox"
        os.environ["UPHELD_LOG"] = "WARNING"
        os.environ["DJANGO_SETTINGS_MODULE"] = "upheld.config.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()
    shutil.rmtree(folder, ignore_errors=True)
