"""What Upheld says when it will not do something: one base class, named reasons below it in each room.

A refusal is an answer, not an accident. The verb that owns the rule raises it; the page shows its sentence beside
the form; the API returns its code.
"""

from __future__ import annotations


class Refusal(Exception):
    """A rule said no. The sentence is for the person who asked and says what to do instead."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or (self.__doc__ or "").split("\n", 1)[0])

    @property
    def sentence(self) -> str:
        """What the person reads."""
        return str(self.args[0])

    @property
    def code(self) -> str:
        """A stable word for machines: the class's name."""
        return type(self).__name__
