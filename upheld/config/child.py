"""How a process of the house begins: `python -m upheld.config.child NAME`, where NAME is a module with a `run`."""

from __future__ import annotations

import sys
from importlib import import_module

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from upheld.config import process, terminal
from upheld.refusals import Refusal

NAMES = ("preparing", "furnishing", "pages", "live", "worker", "keeper", "fetcher", "listener")


def main() -> int:
    """Tie our life to the supervisor's, load Django, and do what the name says."""
    process.begin()
    (name,) = sys.argv[1:]
    if name not in NAMES:
        raise SystemExit(f"{name} is none of {', '.join(NAMES)}")
    try:
        django.setup()
        # After the set-up: these modules import models.
        import_module(f"upheld.config.{name}").run()
    except (ImproperlyConfigured, Refusal) as no:
        terminal.remark(f"upheld: {no}")
        return 2
    except OperationalError as no:
        terminal.remark(f"upheld: the {name} process lost the database: {str(no).strip()}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
