"""The shape of a matter. Words in braces are filled in: model, colour, size, order, invoice, amount, due, due2."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pledged:
    """What is promised: by which working day and hour after the answer, by whom, and what is written when done.

    `part` says what was done when only a part of it was to be had; without it, it is done late instead.
    `keeper` is `owner`, a colleague's key, or `warehouse` or `cobbler` for those who do the work there.
    """

    words: str
    days: int
    clock: str
    keeper: str = "owner"
    done: str = "Done."
    part: str = ""


@dataclass(frozen=True)
class Matter:
    """One kind of request: how customers put it, what we answer and promise, and the letter when it is done."""

    department: str
    subjects: tuple[str, ...]
    letters: tuple[str, ...]
    answer: str
    pledges: tuple[Pledged, ...] = ()
    outcome: str = ""
    note: str = ""
    photo: bool = False
    paper: str = ""
    language: str = "en"
