"""`upheld migrate`, `upheld person add`, `upheld manage`: what an administrator does at the terminal."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from importlib import import_module

from upheld.config import connecting, places, terminal


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
    if arguments.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = getpass.getpass("Password: ")
        if getpass.getpass("The same again: ") != password:
            terminal.remark("upheld: the two passwords differ.")
            return 2
    with connecting.database(places.var()):
        connecting.answers()
        connecting.load_django()
        people = import_module("upheld.config.letting_in")
        person = people.let_in(
            arguments.name,
            email=arguments.email,
            role=arguments.role,
            departments=arguments.department,
            password=password,
        )
    terminal.say(f"{person.name} can sign in as {person.login.email}.")
    return 0


def manage(arguments: Namespace) -> int:
    """One of Django's commands, with our settings and our database."""
    with connecting.database(places.var()):
        connecting.load_django()
        from django.core.management import execute_from_command_line  # see `load_django`

        execute_from_command_line(["upheld manage", *arguments.words])
    return 0
