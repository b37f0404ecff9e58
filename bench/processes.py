"""What processes cost: CPU seconds and memory of a whole tree, read from /proc (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def tree(roots: Iterable[int]) -> list[int]:
    """These processes and all that descend from them and live."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (columns := _columns(int(entry.name))):
            children.setdefault(int(columns[1]), []).append(int(entry.name))
    todo, found = list(roots), []
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def cpu(roots: Iterable[int]) -> float:
    """CPU seconds of the trees so far. Children that have ended count with the parent who waited for them."""
    used = [columns for one in tree(roots) if (columns := _columns(one))]
    return sum(int(ticks) for columns in used for ticks in columns[11:15]) / TICKS


def memory(roots: Iterable[int]) -> float:
    """MiB of the trees, memory that several share divided among them; 0 where the kernel does not say."""
    total = 0
    for one in tree(roots):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return round(total / 1024, 1)


def busy() -> float:
    """CPU seconds that the whole machine has spent so far, on anything."""
    columns = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(columns) - columns[3] - columns[4]) / TICKS


def _columns(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
