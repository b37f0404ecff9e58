"""A fact is known again from what is stored, whichever version of Upheld stored it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from upheld.journal.facts import Actor, Fact, Subject, UnknownFact, by_kind, restore
from upheld.journal.tests.makers import CaseOpened


@dataclass(frozen=True)
class CaseShared(Fact):
    """With every shape of field that a fact may have."""

    kind: ClassVar[str] = "journal.CaseShared/2"
    case: int
    by: Actor
    with_whom: tuple[Subject, ...]
    pair: tuple[int, str]
    until: str | None = None
    marks: tuple[str, ...] = field(default=())


def stored(fact: Fact, **changes: Any) -> Any:
    return SimpleNamespace(**{"kind": fact.kind, "about": ["case:4"], "data": fact.data(), **changes})


def names(kind: str, number: int | None) -> str:
    return f"{kind} {number}"


def as_json(fact: Fact) -> Any:
    return json.loads(json.dumps(fact.data()))


def test_a_fact_comes_back_as_it_was() -> None:
    fact = CaseOpened(4, customer=9)
    again = restore(stored(fact), [CaseOpened, CaseShared])
    assert again == fact
    assert again.sentence(names) == "case 4 was opened."


def test_tuples_subjects_and_actors_survive_json() -> None:
    fact = CaseShared(
        4, Actor("staff", 1), (Subject("person", 2), Subject("person", 3)), (5, "x"), None, ("a",)
    )
    assert restore(stored(fact, data=as_json(fact)), (CaseShared,)) == fact


def test_a_field_added_with_a_default_is_filled_in() -> None:
    data = as_json(CaseShared(4, Actor("clock"), (), (5, "x")))
    del data["until"], data["marks"]
    assert restore(stored(CaseOpened(4), kind=CaseShared.kind, data=data), [CaseShared]) == CaseShared(
        4, Actor("clock"), (), (5, "x")
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "journal.CaseOpened/2"},
        {"kind": "cases.NeverHeardOf/1"},
        {"data": {}},
        {"data": {"case": 4, "customer": 9, "priority": "high"}},
        {"data": ["not", "an", "object"]},
    ],
    ids=["another version", "unknown", "a field is missing", "a field is unknown", "no fields"],
)
def test_what_cannot_be_read_is_said_in_a_neutral_sentence(changes: dict[str, Any]) -> None:
    again = restore(stored(CaseOpened(4), **changes), [CaseOpened])
    assert isinstance(again, UnknownFact)
    assert again.about() == (Subject("case", 4),)
    assert str(changes.get("kind", CaseOpened.kind)) in again.sentence(names)


@pytest.mark.parametrize(
    "kind", ["journal.Odd", "Odd/1", "journal.odd/1", "journal.Odd/0", "journal.Odd/1 ", 1]
)
def test_a_kind_without_room_or_version_is_refused_where_it_is_written(kind: Any) -> None:
    with pytest.raises(TypeError, match=r"room\.Fact/version"):
        type("Odd", (Fact,), {"kind": kind})


def test_two_versions_of_a_kind_stand_side_by_side_but_one_version_has_one_class() -> None:
    second = type("CaseOpenedLater", (Fact,), {"kind": "journal.CaseOpened/2"})
    assert by_kind((CaseOpened, second))["journal.CaseOpened/2"] is second
    other = type("AlsoCaseOpened", (Fact,), {"kind": "journal.CaseOpened/1"})
    with pytest.raises(ValueError, match="both journal"):
        restore(stored(CaseOpened(4)), [CaseOpened, other])
