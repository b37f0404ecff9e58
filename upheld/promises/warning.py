"""Warning in time: a promise or a clock that has used most of its time is told once, while it can still be kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from upheld.journal import writing
from upheld.journal.facts import CLOCK
from upheld.promises.facts import ClockDueSoon, PromiseDueSoon
from upheld.promises.models import Promise, StandardClock

SHARE_OF_TIME = 0.7
"""So much of the time may pass in silence."""
AT_LEAST = timedelta(minutes=15)
"""A warning with less time left than this comes too late to do anything about it."""


def moment(start: datetime, due_at: datetime) -> datetime:
    """When to warn of a promise: at 70 % of its time, and 15 minutes before it is due where there is room for that."""
    usual = start + (due_at - start) * SHARE_OF_TIME
    latest = due_at - AT_LEAST
    return min(usual, latest) if latest > start else usual


def warn_due(at: datetime, limit: int = 500) -> int:
    """Warn of what is due soon, promises and clocks, at most `limit` of each; what fell due is no longer warned of."""
    return _promises(at, limit) + _clocks(at, limit)


@transaction.atomic
def _promises(at: datetime, limit: int) -> int:
    due_soon = Promise.objects.in_time(at).filter(warned_at__isnull=True, warn_at__lte=at)
    told = list(due_soon.select_for_update(skip_locked=True).order_by("warn_at", "id")[:limit])
    Promise.objects.filter(pk__in=[promise.pk for promise in told]).update(warned_at=at)
    for promise in told:
        fact = PromiseDueSoon.of(promise, due_at=promise.deadline.isoformat())
        writing.write(fact, by=CLOCK, at=at)
    return len(told)


@transaction.atomic
def _clocks(at: datetime, limit: int) -> int:
    due_soon = StandardClock.objects.watched().filter(warned_at__isnull=True, warn_at__lte=at, due_at__gte=at)
    told = list(
        due_soon.select_related("standard")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("warn_at", "id")[:limit]
    )
    StandardClock.objects.filter(pk__in=[clock.pk for clock in told]).update(warned_at=at)
    for clock in told:
        writing.write(ClockDueSoon.of(clock, due_at=clock.due_at.isoformat()), by=CLOCK, at=at)
    return len(told)
