"""`upheld take-in`: letters from files become cases as if they had come by mail, but nothing is sent for them."""

from __future__ import annotations

import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from upheld.config import connecting, letter_files, places, terminal
from upheld.config.letter_files import Found, Unreadable

HEADINGS = {"filed": "filed", "attention": "needs attention", "duplicate": "duplicates", "noted": "noted"}
_TELL_EVERY = 5.0  # seconds


def run(arguments: Namespace) -> int:
    """Take in all that can be read, print the counts, and name what could not be; code 1 if there was any."""
    found, trouble = letter_files.find([Path(path) for path in arguments.paths])
    progress = _Progress()
    with connecting.database(places.var()):
        connecting.answers()
        connecting.load_django()
        shelving = import_module("upheld.config.shelving")
        mailbox = shelving.mailbox_named(arguments.mailbox)
        counts = shelving.shelve(
            _letters(found, trouble), mailbox=mailbox, tell=progress.tell, trouble=trouble
        )
    terminal.say(sentence(counts))
    for one in trouble:
        terminal.remark(f"upheld take-in: {one.path}: {one.why}")
    return 1 if trouble else 0


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
