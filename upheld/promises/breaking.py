"""Breaking: the clock says that a promise was not kept. No person does, and no person takes it back.

A promise breaks at its deadline, however late the sweep comes; a verb that arrives in between finds it broken all the
same. The due moment itself is still in time.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.journal import writing
from upheld.journal.facts import CLOCK
from upheld.promises.facts import PromiseBroken
from upheld.promises.models import DEADLINE, Promise
from upheld.refusals import Refusal


class NoLongerThere(Refusal):
    """This promise was never made, and its draft is gone."""


class NotPromisedYet(Refusal):
    """Nobody has told the customer yet: it is a draft until its letter has left."""


class NotPromisedThen(Refusal):
    """This moment lies before the promise was made."""


class AlreadySettled(Refusal):
    """It is written down already how this promise ended."""


def lock(promise: Promise) -> Promise:
    """The same promise as it is now, and nobody else changes it until the transaction ends."""
    try:
        promise.refresh_from_db(from_queryset=Promise.objects.select_for_update())
    except Promise.DoesNotExist:
        raise NoLongerThere(_("This promise was never made, and its draft is gone."))
    return promise


def hold(promise: Promise, *, at: datetime) -> Promise:
    """Lock a promise that is owed, and break it first when its deadline has passed.

    Refuses what was never made (NotPromisedYet), made later (NotPromisedThen) or has ended (AlreadySettled).
    """
    lock(promise)
    if promise.made_at is None:
        raise NotPromisedYet(_("This is a draft: the customer has not been told yet."))
    if at < promise.made_at:
        raise NotPromisedThen(_("This moment lies before the promise was made."))
    if promise.settled_at is not None:
        raise AlreadySettled(
            _("It is written down already how this promise ended: %(how)s.")
            % {"how": promise.get_outcome_display()}
        )
    if promise.broken_at is None and at > promise.deadline:
        promise.broken_at = promise.deadline
        promise.save(update_fields=["broken_at"])
        _write(promise)
    return promise


@transaction.atomic
def break_due(at: datetime, limit: int = 500) -> int:
    """Break what fell due before `at`, the oldest first, at most `limit`; how many.

    A promise that somebody is changing at this moment is left to them: their verb breaks it, or the next sweep does.
    """
    overdue = Promise.objects.overdue(at).select_for_update(skip_locked=True)
    broken = list(overdue.by_deadline()[:limit])
    Promise.objects.filter(pk__in=[promise.pk for promise in broken]).update(broken_at=DEADLINE)
    for promise in broken:
        _write(promise)
    return len(broken)


def _write(promise: Promise) -> None:
    fact = PromiseBroken.of(promise, due_at=promise.deadline.isoformat())
    writing.write(fact, by=CLOCK, at=promise.deadline)
