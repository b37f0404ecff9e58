"""Letters for the tests: real shapes from the folder beside this module, and small ones made from headers."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "letters"
NAMES = sorted(path.stem for path in FOLDER.glob("*.eml"))


def letter_bytes(name: str) -> bytes:
    """The raw letter of that name."""
    return (FOLDER / f"{name}.eml").read_bytes()


def made(*header_lines: str, body: str | bytes = "Hello\n") -> bytes:
    """A letter from Dora with these further header lines."""
    head = "\n".join(
        ("From: Dora <dora@harbour.example>", "Date: Fri, 20 Nov 2026 10:15:00 +0100", *header_lines)
    )
    raw = body.encode() if isinstance(body, str) else body
    return head.encode() + b"\n\n" + raw
