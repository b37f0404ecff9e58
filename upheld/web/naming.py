"""Names for a page's subjects, looked up together and today: what a fact's sentence is given."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from upheld.customers.models import Customer
from upheld.journal.facts import Names
from upheld.journal.models import Record
from upheld.people.models import Department, Person

TABLES = {"person": Person, "customer": Customer, "department": Department}
Named = Person | Customer | Department
ACTORS = {"staff": "person", "customer": "customer"}


def names_for(records: Iterable[Record], *, met: Iterable[Named] = ()) -> Names:
    """The names that these records need: one query for each kind of subject, whatever their number.

    Whoever the page has `met` already is not looked up again.
    """
    wanted: dict[str, set[int]] = {kind: set() for kind in TABLES}
    for record in records:
        if record.by_id and record.by_kind in ACTORS:
            wanted[ACTORS[record.by_kind]].add(record.by_id)
        pairs = [about.partition(":")[::2] for about in record.about]
        pairs += [(_kind_of(key), str(value)) for key, value in record.data.items() if isinstance(value, int)]
        for kind, number in pairs:
            if kind in wanted and number.isdecimal():
                wanted[kind].add(int(number))
    known = {(one.subject.kind, one.pk): one.name for one in met}
    for kind, table in TABLES.items():
        if missing := {key for key in wanted[kind] if (kind, key) not in known}:
            known |= {(kind, row.pk): row.name for row in table.objects.filter(pk__in=missing)}  # type: ignore[attr-defined]

    def names(kind: str, key: int | None) -> str:
        if kind == "clock" or key is None:
            return _("The clock")
        return known.get((ACTORS.get(kind, kind), key)) or _("somebody")

    return names


def _kind_of(field: str) -> str:
    return "person" if field in {"owner", "former", "keeper", "person", "duty_owner", "author"} else field
