"""Who is answerable for a case: always exactly one person, found by rule, handed over by a person."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext_lazy as _

from upheld.cases.facts import CaseHandedOver
from upheld.cases.models import Case
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.models import Department, Person
from upheld.refusals import Refusal


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
    present = (
        Person.objects.present(at)
        .filter(departments=department, role__in=[Person.Role.AGENT, Person.Role.LEAD])
        .annotate(
            load=Count("cases", filter=Q(cases__closed_at__isnull=True), distinct=True),
            newest=Max("cases__opened_at"),
        )
        .order_by("load", F("newest").asc(nulls_first=True), "pk")
    )
    chosen = present.first()
    return Choice(chosen, "present") if chosen else Choice(department.duty_owner, "duty")


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
