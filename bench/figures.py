"""Figures under names, and what they were measured on; printed as one JSON object or as a table."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from typing import Any

Figures = dict[str, Any]
"""By dotted names: `upheld.list.c1.p50_ms`, `ratio.list.p50`."""
WATCHED = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "server_version")
KINDS = ("p50_ms", "p95_ms", "rps", "cpu_ms", "requests", "kb")


def settings(peer: str) -> dict[str, Any]:
    """What the figures were measured on; asks the database."""
    from importlib.metadata import version

    from django.db import connection
    from django.utils import timezone

    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(WATCHED)])
        database = dict(cursor.fetchall())
    versions = {name: version(name) for name in ("upheld", "Django", "granian", "psycopg")}
    return {
        "at": timezone.now().isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "postgresql": database.pop("server_version"),
        **database,
        **{name.lower(): number for name, number in versions.items()},
        **({"django-helpdesk": peer} if peer else {}),
    }


def as_json(figures: Mapping[str, Any]) -> str:
    """One object, for programs."""
    return json.dumps(figures, indent=1)


def as_table(figures: Mapping[str, Any]) -> str:
    """For people: a line for each page and side, the rest below."""
    rest = dict(figures)
    lines, rows = [], {}
    for key in list(rest):
        name, _dot, kind = key.rpartition(".")
        if kind in KINDS and ".c" in name:
            rows.setdefault(name, {})[kind] = rest.pop(key)
        elif kind == "driver_cpu_ms":
            rest.pop(key)
    if rows:
        lines.append(f"{'':28}" + "".join(f"{kind:>10}" for kind in KINDS))
    for name in sorted(rows, key=lambda one: (one.split(".")[1:], one)):
        lines.append(f"{name:28}" + "".join(f"{rows[name].get(kind, ''):>10}" for kind in KINDS))
    for name, value in rest.items():
        if isinstance(value, Mapping):
            lines += ["", name, *(f"  {inner:26}{told}" for inner, told in value.items())]
        else:
            lines.append(f"{name:28}{value:>10}")
    return "\n".join(lines)
