"""Every kind of fact there is. Only the roof may see all rooms, so the list stands here."""

from __future__ import annotations

import inspect
from types import ModuleType

from upheld.cases import facts as cases
from upheld.channels import facts as channels
from upheld.customers import facts as customers
from upheld.findings import facts as findings
from upheld.journal import facts as journal
from upheld.notices import facts as notices
from upheld.people import facts as people
from upheld.promises import facts as promises
from upheld.surveys import facts as surveys

ROOMS: tuple[ModuleType, ...] = (
    journal,
    people,
    customers,
    promises,
    channels,
    cases,
    surveys,
    findings,
    notices,
)


def _of(room: ModuleType) -> list[type[journal.Fact]]:
    return [
        fact
        for _name, fact in inspect.getmembers(room, inspect.isclass)
        if issubclass(fact, journal.Fact) and fact.__module__ == room.__name__ and "kind" in vars(fact)
        if fact is not journal.UnknownFact
    ]


FACTS: tuple[type[journal.Fact], ...] = tuple(fact for room in ROOMS for fact in _of(room))
