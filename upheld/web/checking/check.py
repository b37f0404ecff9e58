"""One answer to one question of health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from upheld.web import moments

Figure = int | float | str | None


@dataclass(frozen=True)
class Check:
    """`name` is for programs and stays the same; `figures` are what the sentence was made from."""

    name: str
    ok: bool
    sentence: str
    figures: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def key(self) -> str:
        """The check and which one of several it is about: the same for as long as the same thing is wrong."""
        return " ".join(filter(None, (self.name, str(self.figures.get("address", "")))))


def seconds(earlier: datetime | None, at: datetime) -> float:
    """How long ago, 0 when never or not yet."""
    return max(0.0, (at - earlier).total_seconds()) if earlier else 0.0


def ago(earlier: datetime, at: datetime) -> str:
    """How long ago, in words."""
    return moments.length(max(at, earlier) - earlier)
