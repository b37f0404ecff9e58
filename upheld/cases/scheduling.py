"""The next date of a case: when something is owed next. An open case always has one, so that silence shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from upheld.cases.models import Case
from upheld.clock.counting import add_business
from upheld.promises import clocks
from upheld.promises import queries as promise_queries
from upheld.promises.models import Standard

LOOK_AGAIN = timedelta(hours=8)
"""Business time after which somebody looks again at a case on which nothing else is owed."""


def refresh(case: Case, *, at: datetime) -> None:
    """Set `next_at` to the earliest thing owed: a promise, a running standard, else a look in one working day.

    A broken promise is still owed, so its date lies in the past and the case stands on top of every list. The caller
    holds the case's row.
    """
    owed = [promise.deadline for promise in promise_queries.owed_on(case.subject)]
    clock = clocks.waiting(Standard.Measure.FIRST_ANSWER, subject=case.subject)
    owed += [clock.due_at] if clock else []
    case.next_at = min(owed) if owed else add_business(case.department.calendar.as_clock(), at, LOOK_AGAIN)
    case.save(update_fields=["next_at"])
