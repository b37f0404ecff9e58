"""Handing on what somebody held who has left or serves no longer: no case without an owner, no promise unkept."""

from __future__ import annotations

from datetime import datetime

from upheld.cases import owning
from upheld.cases.models import Case
from upheld.journal.facts import CLOCK
from upheld.people.models import Person
from upheld.promises import handing as promises
from upheld.promises.models import Promise


def hand_on(person: int, *, at: datetime) -> None:
    """Cases go to whoever the rule finds, promises to the duty owner of their department.

    Somebody who still serves keeps everything; somebody who still works here keeps what they promised.
    """
    holder = Person.objects.get(pk=person)
    if holder.serves:
        return
    for case in Case.objects.open().filter(owner=person).select_related("department").order_by("pk"):
        choice = owning.owner_for(case.department, at=at)
        if choice.owner.pk != person:
            owning.hand_over(case, to=choice.owner, by=CLOCK, at=at)
    if holder.works_here:
        return
    for promise in Promise.objects.owed().filter(keeper=person).select_related("department__duty_owner"):
        if promise.department.duty_owner_id != person:
            promises.hand_to(promise, keeper=promise.department.duty_owner, by=CLOCK, at=at)
