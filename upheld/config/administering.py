"""What an administrator does at the terminal: tables, people, Django's own commands."""

from __future__ import annotations

import contextlib
from argparse import Namespace
from collections.abc import Iterator
from importlib import import_module

from upheld.config import connecting, passwords, places, terminal


@contextlib.contextmanager
def installation(*, fresh: bool = False) -> Iterator[None]:
    """The database with Django on it; refuses when its tables are not those of this version.

    `fresh` makes the tables of a database that has none at all.
    """
    with connecting.database(places.var()):
        connecting.answers()
        connecting.load_django()
        tables = import_module("upheld.config.letting_in")
        if fresh and tables.there_are_none():
            import_module("upheld.config.preparing").migrate()
        tables.refuse_other_tables()
        yield


def migrate(arguments: Namespace) -> int:
    """Bring the tables to this version and say so."""
    with connecting.database(places.var()):
        connecting.answers()
        connecting.load_django()
        steps = import_module("upheld.config.preparing").migrate()
    terminal.say(f"The tables are up to date ({steps} steps)." if steps else "The tables are up to date.")
    return 0


def add_person(arguments: Namespace) -> int:
    """Write a colleague down, with a password asked for twice or read from the standard input."""
    password = passwords.chosen(from_stdin=arguments.password_stdin)
    with installation():
        person = import_module("upheld.config.letting_in").let_in(
            arguments.name,
            email=arguments.email,
            role=arguments.role,
            departments=arguments.department,
            password=password,
        )
    terminal.say(f"{person.name} can sign in as {person.login.email}.")
    return 0


def renew_password(arguments: Namespace) -> int:
    """Another password for a colleague who forgot theirs."""
    password = passwords.chosen(from_stdin=arguments.password_stdin)
    with installation():
        person = import_module("upheld.config.letting_in").new_password(arguments.email, password)
    terminal.say(f"{person.name} has a new password.")
    return 0


def manage(arguments: Namespace) -> int:
    """One of Django's commands, with our settings and our database."""
    with connecting.database(places.var()):
        connecting.load_django()
        from django.core.management import execute_from_command_line  # see `load_django`

        execute_from_command_line(["upheld manage", *arguments.words])
    return 0
