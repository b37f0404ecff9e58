"""The lines that whoever delivers a letter writes above it: for whom it was, from whom, and the way it came.

A copy names nobody in its own headers, and an answer's address may be in the envelope alone: without these lines a
letter would not find its case. What stands below them is the letter as it was handed over, byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f]")
_LONGEST = 900  # bytes of an address in one line
_NAME = 200  # signs of a name that a stranger chose


@dataclass(frozen=True)
class Envelope:
    """What was said before the letter: its sender (empty for news of machines), and who hands it over, by which
    protocol, where."""

    sender: str = ""
    helo: str = ""
    peer: str = ""
    protocol: str = "LMTP"
    host: str = "localhost"


def is_writable(address: str) -> bool:
    """Whether an address may stand in a line: it is text, and nothing in it could begin another."""
    try:
        return not _CONTROL.search(address) and len(address.encode()) <= _LONGEST
    except UnicodeEncodeError:  # bytes that are no text
        return False


def above(envelope: Envelope, recipient: str, *, at: datetime) -> bytes:
    """The trace lines for one recipient, who `is_writable`, to be put before the letter."""
    way = f"from {_word(envelope.helo) or 'unknown'}"
    if envelope.peer:
        way += f" ({_word(envelope.peer)})"
    lines = [
        f"Return-Path: <{_CONTROL.sub('?', envelope.sender)[:_LONGEST]}>",
        f"Delivered-To: {recipient}",
        f"Received: {way}",
        f"\tby {_word(envelope.host)} with {envelope.protocol};",
        f"\t{format_datetime(at)}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")


def _word(text: str) -> str:
    """A name from the other side as one word of a header."""
    return re.sub(r"[^\w.:\[\]-]", "?", text, flags=re.ASCII)[:_NAME]
