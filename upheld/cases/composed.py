"""The questions of every page about cases, composed once: by what somebody may see, and for a page of rows.

Who sees which case is said by `visible_to` alone: it is asked on behalf of a stand-in with the same role and as many
departments, and the answer's SQL is kept with places for the person and the departments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import F
from django.db.models.functions import Left

from upheld.cases.models import Case, CaseQuerySet, Chaser, Message
from upheld.people.models import Department, Person
from upheld.promises.models import Promise, StandardClock
from upheld.questions.asking import Question

ROWS = 30
"""So many cases stand on a page of a list; a shorter page asks for its last one several times."""
Of = Callable[[CaseQuerySet], Any]


class Rights(NamedTuple):
    """What `visible_to` looks at, besides who it is."""

    role: str
    sets_up_too: bool
    departments: int


def rights_of(viewer: Person) -> Rights:
    """Those of somebody who works here."""
    return Rights(viewer.role, viewer.sets_up_too, len(viewer.departments.all()))


def values_of(viewer: Person) -> tuple[int, ...]:
    """Who it is, in the order in which `seen_by` takes it; nothing for whoever reads all."""
    if viewer.reads_all:
        return ()
    departments = tuple(one.pk for one in viewer.departments.all()) if viewer.serves else ()
    return (viewer.pk, *departments)


def may_compose(viewer: Person) -> bool:
    """Whether the answer depends on who it is in the usual way: they work here, and see cases."""
    return viewer.works_here and (viewer.reads_all or not viewer.only_sets_up)


def seen_by(rights: Rights, who: Sequence[int]) -> CaseQuerySet:
    """The cases that somebody with these rights sees."""
    return Case.objects.visible_to(_stand_in(rights, who))


def kinds_of(rights: Rights) -> tuple[type, ...]:
    """As many numbers as `values_of` gives."""
    return (int,) * len(values_of(_stand_in(rights, range(1, rights.departments + 2))))


def _stand_in(rights: Rights, who: Sequence[int]) -> Person:
    key, *departments = who or (0,)
    person = Person(pk=key, role=rights.role, sets_up_too=rights.sets_up_too)
    person._prefetched_objects_cache = {"departments": [Department(pk=one) for one in departments]}  # type: ignore[attr-defined]
    return person


@lru_cache(maxsize=256)
def seen(rights: Rights, of: Of) -> Question[Any]:
    """The cases somebody sees, of which `of` makes the question; kept for each function."""
    return Question(lambda *who: of(seen_by(rights, who)), *kinds_of(rights))


@lru_cache(maxsize=256)
def numbered(rights: Rights) -> Question[Case]:
    """One case by its number, with what its page shows at once; the number comes last."""

    def build(*values: int) -> CaseQuerySet:
        *who, number = values
        cases = seen_by(rights, who).select_related(
            "customer__account", "owner", "department__calendar", "mailbox", "joined_into"
        )
        return cases.filter(number=number)[:1]

    return Question(build, *kinds_of(rights), int)


@lru_cache(maxsize=256)
def others(rights: Rights) -> Question[Case]:
    """A customer's other cases; customer and case come last."""

    def build(*values: int) -> CaseQuerySet:
        *who, customer, case = values
        found = seen_by(rights, who).filter(customer=customer, joined_into__isnull=True)
        return found.exclude(pk=case).order_by(F("closed_at").desc(nulls_first=True), "-pk")[:6]

    return Question(build, *kinds_of(rights), int, int)


def padded(keys: Sequence[int]) -> tuple[int, ...]:
    """As many keys as a page has rows."""
    return (*keys, *[keys[-1]] * (ROWS - len(keys)))


OWED = Question(
    lambda *keys: Promise.objects.owed().filter(subject_kind="case", subject_id__in=keys).by_deadline(),
    *[int] * ROWS,
)
JOINED = Question(
    lambda *keys: Case.objects.filter(joined_into__in=keys).values_list("pk", "joined_into"), *[int] * ROWS
)
WAITING = Question(
    lambda *keys: StandardClock.objects.filter(
        subject_kind="case", subject_id__in=keys, met_at__isnull=True, dropped_at__isnull=True
    ).order_by("due_at", "pk"),
    *[int] * ROWS,
)
CHASED = Question(
    lambda *keys: Chaser.objects.waiting().filter(case__in=keys).order_by().values_list("case", flat=True),
    *[int] * ROWS,
)
LATEST = Question(
    lambda *keys: (
        Message.objects.filter(case__in=keys, way=Message.Way.IN, kind="person")
        .order_by("case", "-at", "-pk")
        .distinct("case")
        .values_list("case", Left("own_words", 200))
    ),
    *[int] * ROWS,
)
