"""Speaking to whoever stands at the terminal: results on the output, everything else on the error stream."""

from __future__ import annotations

import sys


def say(sentence: object) -> None:
    """A result, one line, at once."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def remark(sentence: object) -> None:
    """What goes on, or what is wrong; not part of the result."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
