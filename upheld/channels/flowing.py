"""Plain text as it was meant to be read: format=flowed (RFC 3676) joined into paragraphs again."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"^(>+)( ?)(.*)$", re.DOTALL)


def unflowed(text: str, *, delsp: bool) -> str:
    """Flowed lines joined; quotation marks are kept in front, a signature's `-- ` stays a line of its own."""
    out: list[str] = []
    current: list[str] = []  # the pieces of a paragraph that goes on
    depth = 0
    for line in text.split("\n"):
        level, rest = _level(line)
        signature = rest == "-- "
        if current and (level != depth or signature):
            out.append(_quoted(depth, "".join(current)))
            current = []
        depth = level
        if rest.endswith(" ") and not signature:
            current.append(rest[:-1] if delsp else rest)
        else:
            out.append(_quoted(depth, "".join((*current, rest))))
            current = []
    if current:
        out.append(_quoted(depth, "".join(current)))
    return "\n".join(out)


def _level(line: str) -> tuple[int, str]:
    match = _QUOTED.match(line)
    if match is None:
        return 0, line[1:] if line.startswith(" ") else line
    return len(match[1]), match[3]


def _quoted(depth: int, text: str) -> str:
    return f"{'>' * depth} {text}" if depth else text
