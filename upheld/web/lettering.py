"""Lettering a line of time: which of its words stand above it, which below, and which there is no room for.

A line is drawn for a desk and for a phone; each has its own room. What matters most is placed first: what is owed and
the next date, then a customer who asks again, then the rest in their order. A phone names only what is marked `keep`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

WIDE, NARROW = 0.7, 1.9
"""Per cent of the line that one letter takes: on the narrowest desk, on the narrowest phone."""
_GAP = 1.0
"""So many letters' room between two names."""


@dataclass
class _Line:
    """What is written already: from where to where, in per cent, above and below."""

    sign: float
    taken: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {"up": [], "down": []})

    def take(self, side: str, begin: float, end: float) -> None:
        self.taken[side].append((begin, end))

    def place(self, at: float, label: str, first: str) -> tuple[str, bool] | None:
        """The side, and whether the words end at their point instead of beginning there; None without room."""
        width = len(label) * self.sign
        lean = min(self.sign, 1)  # words begin a little before their point
        for side in (first, "down" if first == "up" else "up"):
            for ends in (False, True):
                begin = at + lean - width if ends else at - lean
                end = begin + width
                if begin >= -2 * lean and end <= 100 + 2 * lean and self._is_free(side, begin, end):
                    self.take(side, begin, end + _GAP * self.sign)
                    return side, ends
        return None

    def _is_free(self, side: str, begin: float, end: float) -> bool:
        end += _GAP * self.sign
        return all(end <= there or begin >= then for there, then in self.taken[side])


def lettered(
    points: Sequence[Mapping[str, Any]], now: str | None, now_at: float | None
) -> list[dict[str, Any]]:
    """The points of the macro `caseline`, each with `wide` and `narrow`: its (side, ends) or None."""
    wide = _all(points, now, now_at, WIDE)
    kept = [point if point.get("keep") else None for point in points]
    narrow = _all(kept, now, now_at, NARROW)
    return [
        dict(point, wide=one, narrow=other) for point, one, other in zip(points, wide, narrow, strict=True)
    ]


def _all(
    points: Sequence[Mapping[str, Any] | None], now: str | None, now_at: float | None, sign: float
) -> list[tuple[str, bool] | None]:
    line = _Line(sign)
    if now_at is not None:
        width, away = (len(now or "") + 2) * sign, min(sign, 1)
        line.take("up", *((now_at - width, now_at) if now_at > 88 else (now_at + away, now_at + width)))
    found: list[tuple[str, bool] | None] = [None] * len(points)
    for number in sorted(range(len(points)), key=lambda one: (_rank(points[one]), one)):
        point = points[number]
        if point and point.get("label"):
            first = "up" if point["kind"] in ("in", "chaser") else "down"
            found[number] = line.place(point["at"], point["label"], first)
    return found


def _rank(point: Mapping[str, Any] | None) -> int:
    if point is None or not point.get("keep"):
        return 2
    return 1 if point["kind"] == "chaser" else 0
