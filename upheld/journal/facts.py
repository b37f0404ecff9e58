"""The shape of a fact: a frozen dataclass with a versioned kind, subjects, and closed words; never names or free text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal, NamedTuple

ActorKind = Literal["staff", "customer", "partner", "clock"]


@dataclass(frozen=True)
class Actor:
    """Who did it: a member of staff, a customer, a partner, or the clock. `id` is that room's row."""

    kind: ActorKind
    id: int | None = None


CLOCK = Actor("clock")


class Subject(NamedTuple):
    """What a fact is about: an opaque kind and id, so that a lower room can speak of a higher one's rows."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


Names = Callable[[str, int | None], str]
"""Given a subject's kind and id, the name to show today (an erased person has none left)."""


@dataclass(frozen=True)
class Fact:
    """One thing that happened. Subclasses add fields that are ids, instants in ISO 8601 or closed words."""

    kind: ClassVar[str]

    def about(self) -> tuple[Subject, ...]:
        """Everything whose timeline shows this fact."""
        raise NotImplementedError

    def sentence(self, names: Names) -> str:
        """What happened, for a person, in one line."""
        raise NotImplementedError

    def data(self) -> dict[str, Any]:
        """The fields as they are stored."""
        return asdict(self)
