"""`upheld take-in`: letters from files become cases as if they had come by mail, but nothing is sent for them."""

from __future__ import annotations

import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from upheld.config import letter_files, places, terminal
from upheld.config.administering import installation
from upheld.config.letter_files import Found, Unreadable

HEADINGS = {"filed": "filed", "attention": "needs attention", "duplicate": "duplicates", "noted": "noted"}
_TELL_EVERY = 5.0  # seconds


def run(arguments: Namespace) -> int:
    """Take in all that can be read, print the counts, and name what could not be; code 1 if there was any.

    Without a single letter the database is left alone.
    """
    places.nearest()
    found, trouble = letter_files.find([Path(path) for path in arguments.paths])
    counts = _shelve(found, arguments.mailbox, trouble) if found else Counter()
    terminal.say(sentence(counts))
    for one in trouble:
        terminal.remark(f"upheld take-in: {one.path}: {one.why}")
    if counts["unopened"]:
        terminal.remark(
            f"upheld take-in: {counts['unopened']} stored and not opened yet: `upheld serve` tries again, and in the "
            "end a person is asked."
        )
    return 1 if trouble or counts["unopened"] else 0


def _shelve(found: list[Found], address: str | None, trouble: list[Unreadable]) -> Counter[str]:
    with installation(fresh=True):
        if begun := import_module("upheld.config.beginning").begin(datetime.now(UTC)):
            terminal.remark(begun)
        shelving = import_module("upheld.config.shelving")
        mailbox = shelving.mailbox_named(address)
        counts: Counter[str] = shelving.shelve(
            _letters(found, trouble), mailbox=mailbox, tell=_Progress().tell, trouble=trouble
        )
    return counts


def sentence(counts: Counter[str]) -> str:
    """The counts in the words of the health page; all four always, and what is still to be opened if there is any."""
    words = [f"{heading} {counts[outcome]}" for outcome, heading in HEADINGS.items()]
    if counts["unopened"]:
        words.append(f"not opened yet {counts['unopened']}")
    return ", ".join(words)


def _letters(found: Iterable[Found], trouble: list[Unreadable]) -> Iterator[tuple[Path, bytes]]:
    for one in found:
        try:
            for letter in letter_files.letters_in(one):
                yield one.path, letter
        except OSError as no:
            trouble.append(Unreadable(one.path, no.strerror or str(no)))


class _Progress:
    """Tells from time to time how far it is."""

    def __init__(self) -> None:
        self.next = time.monotonic() + _TELL_EVERY

    def tell(self, counts: Counter[str]) -> None:
        """Called often."""
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + _TELL_EVERY
            terminal.remark(f"{counts.total()} letters: {sentence(counts)} …")
