"""The next date of a case: when something is owed next. An open case always has one, so that silence shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from upheld.cases import awaiting
from upheld.cases.models import Case
from upheld.clock.counting import add_business
from upheld.people.models import Department
from upheld.promises import queries as promise_queries
from upheld.promises.models import StandardClock

LOOK_AGAIN = timedelta(hours=8)
"""Business time after which somebody looks again at a case on which nothing else is owed."""


def refresh(case: Case, *, clock: StandardClock | None = None, at: datetime) -> None:
    """Set `next_at` to the earliest thing owed: a promise, a standard, an answer, a letter that did not arrive; a
    customer who had to ask again waits since they did.

    A broken promise is still owed, so its date lies in the past and the case stands on top of every list. With nothing
    owed, somebody looks again within a working day. The caller holds the case's row, and gives the first-answer `clock`
    that is due first if they have just looked it up.
    """
    owed = promise_queries.deadlines_owed(case.subject)
    if clock := clock or awaiting.clock_of(case):
        owed.append(clock.due_at)
    elif letter := awaiting.unanswered(case):
        owed.append(add_business(case.department.calendar.as_clock(), letter.at, LOOK_AGAIN))
    owed += case.chasers.waiting().values_list("at", flat=True)
    returned = awaiting.came_back(case).values_list("undelivered_at", flat=True)
    owed += [one for one in returned if one]
    before, case.next_at = case.next_at, min(owed) if owed else look_again(case.department, at=at)
    if case.next_at != before:
        case.save(update_fields=["next_at"])


def look_again(department: Department, *, at: datetime) -> datetime:
    """When somebody looks again at a case on which nothing is owed at this moment."""
    return add_business(department.calendar.as_clock(), at, LOOK_AGAIN)
