"""The cases that the measurements stand on, as plain data: the same rows for us and for whoever is measured beside us.

A year of letters, two to a case on average; a fifth of the cases are open, most of those young. The same number and
seed give the same matters, whatever the day they end on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random

from bench import words

YEAR = timedelta(days=365)
DEPARTMENTS = 5
PEOPLE = 8
"""People of one department."""
RARE_AT = (0.013, 0.11, 0.27, 0.44, 0.61, 0.83, 0.97)


@dataclass(frozen=True, slots=True)
class Said:
    """One letter: when, whether the customer wrote it, what it says, and whether it came with HTML as well."""

    at: datetime
    theirs: bool
    text: str
    html: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """One request from its first letter to its end; departments, people and customers by their places."""

    place: int
    subject: str
    customer: int
    department: int
    owner: int
    said: tuple[Said, ...]
    closed_at: datetime | None
    promised: bool
    kept: bool

    def as_json(self) -> str:
        """One line, for programs that know nothing of ours."""
        return json.dumps(asdict(self), default=datetime.isoformat)


def customers_of(count: int) -> int:
    """So many customers write about so many cases."""
    return max(count // 4, 20)


def matters(count: int, *, seed: int, until: datetime) -> Iterator[Matter]:
    """`count` matters, oldest first; the youngest begins just before `until`."""
    chance = Random(seed)
    pages = words.Pages(chance)
    customers = customers_of(count)
    rare = {int(count * share) for share in RARE_AT}
    for place in range(count):
        age = place / count
        opened = until - YEAR + YEAR * ((place + 0.5) / count)
        is_open = chance.random() < (0.8 if age >= 0.85 else 0.094)
        letters = chance.choices((1, 2, 3, 4), (40, 30, 20, 10))[0]
        pause = min(timedelta(hours=5), (until - opened) / (letters + 1))
        said = tuple(
            Said(
                at=opened + turn * pause,
                theirs=turn % 2 == 0,
                text=pages.paragraph(),
                html=turn % 2 == 0 and chance.random() < 0.3,
            )
            for turn in range(letters)
        )
        subject = pages.sentence()[:70].rstrip(".")
        first = said[0]
        more = f" Question about the {words.COMMON} of last month." if chance.random() < 0.3 else ""
        if place in rare:
            more += f" The part is called {words.RARE} on the label."
        if more:
            said = (Said(first.at, first.theirs, first.text + more, first.html), *said[1:])
        yield Matter(
            place=place,
            subject=subject,
            customer=chance.randrange(customers),
            department=chance.randrange(DEPARTMENTS),
            owner=chance.randrange(PEOPLE),
            said=said,
            closed_at=None if is_open else min(said[-1].at + timedelta(hours=3), until),
            promised=letters > 1 and chance.random() < 0.6,
            kept=chance.random() < 0.9,
        )
