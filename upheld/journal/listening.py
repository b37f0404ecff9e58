"""Hearing PostgreSQL's notifications on a thread's own connection.

They make things quick; a sweep makes them certain.
"""

from __future__ import annotations

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import sql


def listen(*channels: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Listen on these channels until this thread's connection is closed."""
    with connections[using].cursor() as cursor:
        for channel in channels:
            cursor.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))


def wait(seconds: float, *, using: str = DEFAULT_DB_ALIAS) -> list[psycopg.Notify]:
    """Wait until something was heard, at most so many seconds. Returns all that has been heard, maybe nothing.

    Not inside a transaction: PostgreSQL delivers between transactions only.
    """
    connection = connections[using]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return list(connection.connection.notifies(timeout=seconds, stop_after=1))
