"""Keeping: the keeper records what was done, and when. In full and in time is kept; everything else is not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.clock.zones import in_utc
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.promises import breaking
from upheld.promises.facts import PromiseKept, PromiseKeptInPart
from upheld.promises.models import Promise
from upheld.promises.settling import settle
from upheld.promises.wording import one_line
from upheld.refusals import Refusal


class DoneInTheFuture(Refusal):
    """What is not done yet cannot be recorded as done."""


class DoneBeforeMade(Refusal):
    """What was done before it was promised does not keep the promise."""


class PartNotSaid(Refusal):
    """A promise that is kept in part needs a word on which part."""


@transaction.atomic
def keep(
    promise: Promise,
    *,
    what: str,
    done_at: datetime | None = None,
    in_full: bool = True,
    by: Actor,
    at: datetime,
) -> Promise:
    """Record that it was done: kept, or kept in part when not in full; after its deadline, late.

    `done_at` is now unless told. What was done in time and recorded only after the deadline is late: the customer
    looked at the clock, and it said broken. `what` may be empty for what was done in full.
    """
    breaking.hold(promise, at=at)
    done_at = in_utc(done_at or at)
    what = one_line(what, most=500)
    if done_at > at:
        raise DoneInTheFuture(_("This time is still to come; record it when it is done."))
    if promise.made_at and done_at < promise.made_at:
        raise DoneBeforeMade(_("This time lies before the promise was made."))
    if not in_full and not what:
        raise PartNotSaid(_("Say what was done and what is missing."))
    outcome = Promise.Outcome.KEPT if in_full else Promise.Outcome.PART
    settle(promise, outcome, words=what, done_at=done_at, by=by, at=at)
    fact = PromiseKept if in_full else PromiseKeptInPart
    late = promise.broken_at is not None
    writing.write(fact.of(promise, done_at=done_at.isoformat(), late=late), by=by, at=at)
    return promise
