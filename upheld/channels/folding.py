"""What the writer says now, and what is only repeated below it: quotations, signatures, disclaimers.

Nothing is ever cut. A text becomes a row of pieces, its own words and folded ones, that put together again are the
text. Answers between quoted lines are the writer's own words. Where a sign is doubtful the words stay in sight, and
when all would be folded nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from upheld.channels import disclaiming, quoting, signing
from upheld.channels.letter import Letter

_LONGEST = 500_000  # signs; a longer text is no letter that anyone typed, and stays in sight as it is

FoldKind = Literal["quotation", "signature", "disclaimer"]


@dataclass(frozen=True, slots=True)
class Fold:
    """A folded stretch. `holds_new`: it has words that were not in the conversation before, so it shows a mark."""

    kind: FoldKind
    text: str
    holds_new: bool = False


@dataclass(frozen=True, slots=True)
class Folded:
    """`pieces` is the whole text in order, a plain string where the writer speaks and a Fold elsewhere."""

    own_words: str
    folded: tuple[Fold, ...]
    pieces: tuple[str | Fold, ...]


def fold(subject: str | Letter, *, earlier: Iterable[str] = ()) -> Folded:
    """Fold a text or a letter's text. `earlier`: the texts of the conversation so far; with them a fold is marked
    when it says something that none of them does, without them only when its form shows it (a forward)."""
    text = (subject.text or "") if isinstance(subject, Letter) else subject
    lines = text.split("\n")
    kinds: list[FoldKind | None] = _kinds(lines) if len(text) <= _LONGEST else [None for _ in lines]
    if not any(kind is None and line.strip() for line, kind in zip(lines, kinds, strict=True)):
        return Folded(text, (), (text,) if text else ())
    known = _known(earlier)
    pieces = tuple(_pieces(lines, kinds, known))
    own = [piece.strip("\n") for piece in pieces if isinstance(piece, str) and piece.strip()]
    return Folded(
        own_words="\n\n".join(own).strip(),
        folded=tuple(piece for piece in pieces if isinstance(piece, Fold)),
        pieces=pieces,
    )


def _kinds(lines: list[str]) -> list[FoldKind | None]:
    """For each line the fold it belongs to, or None for the writer's own words."""
    kinds: list[FoldKind | None] = [None] * len(lines)
    for start, end in quoting.quotations(lines):
        kinds[start:end] = ["quotation"] * (end - start)
    for start, end in _own_stretches(lines, kinds):
        for first, last in disclaiming.disclaimers(lines, start, end):
            kinds[first:last] = ["disclaimer"] * (last - first)
    for start, end in _own_stretches(lines, kinds):
        for first, last in signing.signatures(lines, start, end):
            kinds[first:last] = ["signature"] * (last - first)
    return kinds


def _own_stretches(lines: list[str], kinds: list[FoldKind | None]) -> list[tuple[int, int]]:
    found = []
    start: int | None = None
    for index, kind in enumerate([*kinds, "quotation"]):
        if kind is None and start is None:
            start = index
        elif kind is not None and start is not None:
            if any(line.strip() for line in lines[start:index]):
                found.append((start, index))
            start = None
    return found


def _pieces(
    lines: list[str], kinds: list[FoldKind | None], known: set[tuple[str, ...]] | None
) -> list[str | Fold]:
    """Runs of one kind. Blank lines between two folds of one kind join them, else they stay where they are."""
    out: list[str | Fold] = []
    start = 0
    for index in range(1, len(lines) + 1):
        if index < len(lines) and (kinds[index] == kinds[start]):
            continue
        kind = kinds[start]
        text = "\n".join(lines[start:index])
        out.append(text if kind is None else Fold(kind, text, _holds_new(kind, text, known)))
        start = index
    return out


def _known(earlier: Iterable[str]) -> set[tuple[str, ...]] | None:
    known: set[tuple[str, ...]] = set()
    given = False
    for text in earlier:
        given = True
        known.update(_runs(text))
    return known if given else None


def _holds_new(kind: FoldKind, text: str, known: set[tuple[str, ...]] | None) -> bool:
    if kind != "quotation":
        return False
    if known is None:
        return quoting.is_forward(text)
    bare = [quoting.unquoted(line) for line in text.split("\n")]
    said = _runs("\n".join(line for line in bare if not quoting.is_frame(line)))
    return sum(run not in known for run in said) > 2


def _runs(text: str) -> list[tuple[str, ...]]:
    """Runs of three words, which survive any rewrapping of the lines."""
    words = re.findall(r"\w+", text.lower())
    return [tuple(words[index : index + 3]) for index in range(max(1, len(words) - 2))] if words else []
