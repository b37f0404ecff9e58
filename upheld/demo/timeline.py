"""Simulated time: what is planned happens in the order of its moments, and what lies beyond the end never does."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

Deed = Callable[[datetime], None]

_TICK = timedelta(microseconds=1)


class Timeline:
    """A queue of deeds by moment. Two at the same moment happen in the order in which they were planned."""

    def __init__(self, start: datetime, until: datetime) -> None:
        self.now = start
        self.until = until
        self._planned: list[tuple[datetime, int, Deed]] = []
        self._count = 0

    def plan(self, at: datetime, deed: Deed) -> None:
        """Let something happen at a moment; the past is over, so what comes too late happens at once."""
        moment = max(at, self.now)
        if moment <= self.until:
            heapq.heappush(self._planned, (moment, self._count, deed))
            self._count += 1

    def just_after(self, at: datetime, deed: Deed) -> None:
        """The first moment after a deadline: at the deadline itself everything is still in time."""
        self.plan(at + _TICK, deed)

    def run(self) -> None:
        """Live through it, until nothing is planned any more."""
        while self._planned:
            self.now, _count, deed = heapq.heappop(self._planned)
            deed(self.now)
