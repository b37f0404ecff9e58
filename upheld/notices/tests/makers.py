"""Harbour Shoes at work, and what its people were told."""

from __future__ import annotations

from upheld.cases.tests.makers import hear
from upheld.customers.models import Customer
from upheld.journal import numbering
from upheld.notices import queries, telling
from upheld.people.models import Department, Person


def tell() -> None:
    """What the journal's readers do within moments."""
    hear()
    numbering.after_restore()
    while telling.follow():
        pass


def name_of(kind: str, key: int | None) -> str:
    """Names as the pages look them up."""
    table = {"person": Person, "customer": Customer, "department": Department}[kind]
    return table.objects.get(pk=key).name


def told(person: Person) -> list[str]:
    """The sentences this person was told, in the order in which things happened."""
    return [line.sentence(name_of) for line in queries.lines(queries.of(person))][::-1]
