"""What comes before serving: the database's tables as this version wants them, the journal's order, static files.

Several machines may start at once: the one that holds the lock migrates, the others wait and then find nothing to do.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration

from upheld.config import beginning, terminal
from upheld.journal import numbering

MIGRATING = int.from_bytes(b"upheld m")
_PATIENCE = 60.0  # seconds for a database that is still starting
_PAUSE = 0.5
_TELL_EVERY = 20


def run() -> None:
    """Prepare this installation to serve."""
    migrate()
    if restored := numbering.after_restore():
        terminal.say(f"The journal's last {restored} facts were put in order.")
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    if settings.PRODUCTION:
        call_command("collectstatic", interactive=False, verbosity=0)
    beginning.leave_link(settings.VAR)


def migrate() -> int:
    """Bring the tables to this version, saying how far it is; how many steps."""
    _wait_for_database()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        steps = _Steps(len(plan))
        if plan:
            executor.progress_callback = steps.tell
            executor.migrate(executor.loader.graph.leaf_nodes(), plan)
            call_command("migrate", verbosity=0)  # and what Django does after migrations
        return len(plan)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])


class _Steps:
    """Tells how far it is: the first step, some in between, the last."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.seen = 0

    def tell(self, action: str, migration: Migration | None = None, fake: bool | None = False, /) -> None:
        """Called by Django before and after each migration."""
        if action == "apply_start" and migration is not None:
            self.seen += 1
            if self.seen % _TELL_EVERY == 1 or self.seen == self.total:
                terminal.say(f"Tables, step {self.seen} of {self.total}: {migration}")


def _wait_for_database() -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.ensure_connection()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return
