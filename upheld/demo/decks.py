"""Decks of chances: drawn like cards and shuffled anew when empty, so that shares come out as believed on any day."""

from __future__ import annotations

from random import Random

ANSWERS = {"in time": 23, "late": 1}
PROMISES = {"kept": 46, "late": 1, "part": 1, "moved": 1, "mended": 1}
"""Of promises that fall due. The scenes add a few that were broken."""


class Deck:
    """Cards by name and number."""

    def __init__(self, cards: dict[str, int], rng: Random) -> None:
        self._all = [card for card, number in cards.items() for _each in range(number)]
        self._rng = rng
        self._left: list[str] = []

    def draw(self) -> str:
        """The next card."""
        if not self._left:
            self._left = list(self._all)
            self._rng.shuffle(self._left)
        return self._left.pop()
