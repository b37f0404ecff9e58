"""A letter as one JSON object: what Upheld read, what kind it is, and which words are the writer's own.

The shape is a promise to scripts: the same keys in the same order for every input, absent text null. The strings
hold no NUL and no lone surrogate, so that the object prints as UTF-8 whatever the bytes were.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from upheld.channels import folding, reading, screening
from upheld.channels.letter import Address, Letter


def as_json(raw: bytes, own: Callable[[str | None], bool] | None = None) -> dict[str, Any]:
    """The letter in these bytes as plain values; never raises. `own` as for `screening.screen`."""
    letter = reading.read(raw)
    verdict = screening.screen(letter, own)
    folded = folding.fold(letter)
    bounce = verdict.bounce
    return {
        "from": _people(letter.from_),
        "to": _people(letter.to),
        "cc": _people(letter.cc),
        "reply_to": _people(letter.reply_to),
        "subject": letter.subject,
        "date": letter.date.isoformat() if letter.date else None,
        "message_id": letter.message_id,
        "text": letter.text,
        "html": letter.html,
        "attachments": _files(letter),
        "kind": verdict.kind,
        "why": verdict.why,
        "bounce": bounce and {
            "recipients": list(bounce.recipients),
            "status": bounce.status,
            "permanent": bounce.permanent,
        },
        "own_words": None if letter.text is None else folded.own_words,
        "folded": [{"kind": fold.kind, "text": fold.text} for fold in folded.folded],
        "trouble": list(letter.trouble),
    }  # fmt: skip


def _people(found: tuple[Address, ...]) -> list[dict[str, str | None]]:
    return [{"name": one.name or None, "address": one.address or None} for one in found]


def _files(letter: Letter) -> list[dict[str, Any]]:
    return [
        {"name": file.name, "type": file.type, "size": file.size, "inline": file.inline}
        for file in letter.attachments
    ]
