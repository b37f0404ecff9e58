"""Names in the order that a reader expects: Ä beside A, whatever the database's own order is."""

from __future__ import annotations

import unicodedata


def sort_key(name: str) -> str:
    """A stored key that sorts names as people do: without case, accents or punctuation, the name itself last."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o").replace("Ø", "O"))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())[:200]
