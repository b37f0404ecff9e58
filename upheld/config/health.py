"""`upheld health`: the health page in the terminal, one line a check; code 1 when something is wrong."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from importlib import import_module

from upheld.config import connecting, places, terminal
from upheld.refusals import Refusal


def run(arguments: Namespace) -> int:
    """Print what is well and what is not. A database that does not run, or has other tables, is not well."""
    places.nearest()
    try:
        connecting.find_running(places.var())
        connecting.load_django()
        connecting.answers()
        import_module("upheld.config.letting_in").refuse_other_tables()
        health = import_module("upheld.web.health").gather(datetime.now(UTC))
    except Refusal as no:
        terminal.say(f"WRONG  {no.sentence}")
        return 1
    for check in health.checks:
        terminal.say(f"{'ok   ' if check.ok else 'WRONG'}  {check.sentence}")
    return 0 if health.ok else 1
