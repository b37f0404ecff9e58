"""Who is answerable for a case: always exactly one person, found by rule, handed over by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from upheld.cases.facts import CaseHandedOver
from upheld.cases.models import Case
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.models import Department, Person
from upheld.refusals import Refusal

_NEVER = datetime.min.replace(tzinfo=UTC)


class AlreadyTheOwner(Refusal):
    """This person owns the case already."""


class CannotOwn(Refusal):
    """Only somebody who works here and serves customers owns a case."""


class Choice(NamedTuple):
    """Who owns a new case, and by which rule: `present` or `duty`."""

    owner: Person
    rule: str


def owner_for(department: Department, *, at: datetime) -> Choice:
    """The person present with the fewest open cases; nobody present: the department's duty owner; never nobody.

    Equal loads go to whoever has waited longest for a new case, so that a quiet morning is shared.
    """
    return Rota(department, at=at).next()


@dataclass
class _Turn:
    person: Person
    load: int
    newest: datetime


class Rota:
    """Who is present in a department at a moment, with their load, for giving out one case after another."""

    def __init__(self, department: Department, *, at: datetime) -> None:
        self.department = department
        self.at = at
        theirs = Case.objects.filter(owner=OuterRef("pk")).order_by()
        present = (
            Person.objects.present(at)
            .filter(departments=department, role__in=[Person.Role.AGENT, Person.Role.LEAD])
            .annotate(
                # Each asked for by an index of its own: a rule must not slow down with the years' closed cases.
                load=Subquery(
                    theirs.filter(closed_at=None).values("owner").annotate(n=Count("pk")).values("n")
                ),
                newest=Subquery(theirs.order_by("-opened_at").values("opened_at")[:1]),
            )
        )
        loads = present.values_list("pk", "load", "newest")
        people = Person.objects.in_bulk([pk for pk, _load, _newest in loads])
        self._turns = [_Turn(people[pk], load or 0, newest or _NEVER) for pk, load, newest in loads]

    def next(self) -> Choice:
        """Whoever is next, who has one case more from now on."""
        if not self._turns:
            return Choice(self.department.duty_owner, "duty")
        chosen = min(self._turns, key=lambda one: (one.load, one.newest, one.person.pk))
        chosen.load, chosen.newest = chosen.load + 1, self.at
        return Choice(chosen.person, "present")


@transaction.atomic
def hand_over(case: Case, *, to: Person, by: Actor, at: datetime) -> Case:
    """Another person answers for the case from now on. Promises stay with those who keep them."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    to = Person.objects.select_for_update(of=("self",)).get(pk=to.pk)
    if case.owner_id == to.pk:
        raise AlreadyTheOwner(str(_("%(who)s owns the case already.") % {"who": to.name}))
    if not to.serves:
        raise CannotOwn(str(_("Choose somebody who works here and serves customers.")))
    former, case.owner = case.owner_id, to
    case.unread_at = case.unread_at or at
    case.save(update_fields=["owner", "unread_at"])
    writing.write(CaseHandedOver(case=case.pk, former=former, owner=to.pk), by=by, at=at)
    return case
