"""Opening a case: a number, a customer, one owner by rule, and the first-answer standard's clock, all at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from upheld.cases import numbering, owning, scheduling
from upheld.cases.facts import CaseOpened
from upheld.cases.models import Case
from upheld.cases.preparing import Desk
from upheld.channels.models import Mailbox
from upheld.customers.models import Customer
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.models import Department, Person
from upheld.promises.models import StandardClock


@transaction.atomic(savepoint=False)
def open_case(
    subject_line: str,
    *,
    customer: Customer,
    department: Department,
    mailbox: Mailbox | None,
    owner: Person | None = None,
    waiting_since: datetime | None = None,
    clock: StandardClock | None = None,
    desk: Desk | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """A new case. `waiting_since` starts the first-answer clock; without it (a letter from the past) nobody waits.

    Whoever needs to know when that is due has planned it at their `desk`, and gives the `clock` itself; it runs when
    they `start_clocks`.
    """
    alone = desk is None
    desk = desk or Desk(at=at)
    choice = owning.Choice(owner, "chosen") if owner else desk.owner_for(department)
    if waiting_since and clock is None:
        clock = desk.clock_for(department, since=waiting_since)
    case = Case.objects.create(
        number=numbering.next_number(),
        subject_line=" ".join(subject_line.split())[:300],
        customer=customer,
        department=department,
        owner=choice.owner,
        mailbox=mailbox,
        opened_at=at,
        # Nothing but the clock can be owed on a case that begins.
        next_at=clock.due_at if clock else scheduling.look_again(department, at=at),
        last_letter_at=at,
        unread_at=at,
    )
    fact = CaseOpened(
        case=case.pk,
        customer=customer.pk,
        department=department.pk,
        owner=choice.owner.pk,
        owner_was=choice.rule,
    )
    writing.write(fact, by=by, at=at)
    if clock:
        desk.clocks.append((clock, case.subject, by))
        if alone:
            desk.start_clocks()
    return case
