"""What it costs to look for what falls due, among very many promises and clocks that do not.

The keeper looks every second. A look must cost the same with a thousand open promises as with a hundred thousand, and
what has fallen due must cost by the piece.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bench.figures import Figures

DUE = 1000
LOOKS = 20
WARNED = timedelta(hours=12)


def run(figures: Figures, *, clocks: int, say: Callable[[str], None]) -> None:
    """So many promises and as many clocks that wait, all due tomorrow or later; then a thousand of each fall due."""
    from django.utils import timezone

    from bench import loading, workplace
    from upheld.config import sweeps

    at = timezone.now()
    place = workplace.open_up(at)
    say(f"loading {clocks:,} promises and as many clocks, none of them due")
    loading.load_waiting(clocks, workplace=place, until=at, due=at + timedelta(days=1), warned=WARNED)
    for sweep in sweeps.of_the_clock():
        name = f"sweep.{sweep.name.replace(' ', '_')}"
        figures[f"{name}.nothing_due_ms"] = round(1000 * _looks(sweep.do, at), 3)
    due = at + timedelta(days=1, seconds=DUE - 1)
    warning = due - WARNED  # comes first: what has been broken is warned of no more
    for sweep in sorted(sweeps.of_the_clock(), key=lambda one: "soon" not in one.name):
        later = warning if "soon" in sweep.name else due
        say(f"{sweep.name}: {DUE:,} fall due")
        name = f"sweep.{sweep.name.replace(' ', '_')}"
        used, began = time.process_time(), time.perf_counter()
        done = sweep.do(later)
        took, used = time.perf_counter() - began, time.process_time() - used
        figures[f"{name}.found"] = done
        figures[f"{name}.ms_each"] = round(1000 * took / max(done, 1), 3)
        figures[f"{name}.cpu_ms_each"] = round(1000 * used / max(done, 1), 3)


def _looks(do: Callable[[datetime], int], at: datetime) -> float:
    """The median seconds of a look that finds nothing."""
    taken = []
    for _look in range(LOOKS):
        began = time.perf_counter()
        found = do(at)
        taken.append(time.perf_counter() - began)
        assert found == 0, found
    return statistics.median(taken)
