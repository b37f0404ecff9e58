"""The shape of a fact: a frozen dataclass with a versioned kind, subjects, and closed words; never names or free text.

A journal outlives the program that wrote it: an older or newer version may meet kinds that it does not know, or a
kind whose fields do not fit. It then says so in a neutral sentence; the page with the timeline stays whole.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, Union, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _

KIND = re.compile(r"[a-z_]+\.[A-Z][A-Za-z]*/[1-9][0-9]*")
"""Room, fact, version: `promises.PromiseMade/1`. New fields or a new meaning are a new version."""

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
    """One thing that happened. Subclasses add fields that are ids, instants in ISO 8601 or closed words.

    A stored fact is never rewritten, so a class that has been in use keeps its fields; what changes gets a new
    class with the next version, and the old class stays for as long as the journal holds its facts.
    """

    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """Refuse a kind without room and version where it is written, not when it is first read."""
        super().__init_subclass__()
        kind = cls.__dict__.get("kind")
        if kind is not None and (not isinstance(kind, str) or not KIND.fullmatch(kind) or len(kind) > 80):
            raise TypeError(f"{cls.__qualname__}: a kind reads room.Fact/version, not {kind!r}.")

    def about(self) -> tuple[Subject, ...]:
        """Everything whose timeline shows this fact."""
        raise NotImplementedError

    def sentence(self, names: Names) -> str:
        """What happened, for a person, in one line."""
        raise NotImplementedError

    def data(self) -> dict[str, Any]:
        """The fields as they are stored."""
        return asdict(self)


class Stored(Protocol):
    """What is needed of a record to know its fact again."""

    @property
    def kind(self) -> str: ...
    @property
    def about(self) -> list[str]: ...
    @property
    def data(self) -> Any: ...


@dataclass(frozen=True)
class UnknownFact(Fact):
    """A fact that this version of Upheld cannot read. It is shown, never written."""

    stored_kind: str
    subjects: tuple[Subject, ...]

    def about(self) -> tuple[Subject, ...]:
        return self.subjects

    def sentence(self, names: Names) -> str:
        return _("Something happened that this version of Upheld has no words for (%(kind)s).") % {
            "kind": self.stored_kind
        }


def restore(record: Stored, classes: Iterable[type[Fact]]) -> Fact:
    """The fact behind a record, if one of these classes has its kind and its fields; else an UnknownFact."""
    fact = by_kind(tuple(classes)).get(record.kind)
    if fact is not None:
        try:
            built: Fact = _build(fact, record.data)
            return built
        except (TypeError, ValueError):  # written by a version whose fields were others
            pass
    return UnknownFact(record.kind, tuple(map(_subject, record.about)))


@lru_cache(maxsize=64)
def by_kind(classes: tuple[type[Fact], ...]) -> Mapping[str, type[Fact]]:
    """The classes by the kind they are stored under. Two classes of one kind are a mistake of ours: ValueError."""
    found: dict[str, type[Fact]] = {}
    for fact in classes:
        if found.setdefault(fact.kind, fact) is not fact:
            raise ValueError(f"{fact.__qualname__} and {found[fact.kind].__qualname__} are both {fact.kind}.")
    return types.MappingProxyType(found)


def _subject(text: str) -> Subject:
    kind, _colon, number = text.rpartition(":")
    return Subject(kind, int(number))


@lru_cache(maxsize=1024)
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, stored: Any) -> Any:
    if not isinstance(stored, dict):
        raise TypeError
    wanted = {field.name: field for field in fields(kind)}
    if not stored.keys() <= wanted.keys():
        raise TypeError
    for name, field in wanted.items():
        if name not in stored and field.default is MISSING and field.default_factory is MISSING:
            raise TypeError
    return kind(**{name: _shape(_hints(kind)[name], value) for name, value in stored.items()})


def _shape(hint: Any, value: Any) -> Any:
    """Give back what JSON has no word for: tuples, named tuples, frozen dataclasses."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        hint = next(one for one in get_args(hint) if one is not type(None))
        return _shape(hint, value)
    if origin is tuple and isinstance(value, list):
        inner = get_args(hint)
        each = [inner[0]] * len(value) if inner[-1] is Ellipsis else list(inner)
        return tuple(_shape(one, item) for one, item in zip(each, value, strict=True))
    if isinstance(hint, type) and isinstance(value, list) and issubclass(hint, tuple):
        return hint(*value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value)
    return value


@dataclass(frozen=True)
class FactPassedOver(Fact):
    """Somebody decided that a reader shall not handle a fact that it failed on."""

    kind: ClassVar[str] = "journal.FactPassedOver/1"
    reader: str
    position: int

    def about(self) -> tuple[Subject, ...]:
        """Nothing of a customer's: it is a matter of operating Upheld."""
        return ()

    def sentence(self, names: Names) -> str:
        """The decision; who took it stands beside it."""
        return _("The reader %(reader)s was told to pass over the fact at position %(position)s.") % {
            "reader": self.reader,
            "position": self.position,
        }
