"""Withdrawing: the customer no longer wants what was promised. What was broken before stays broken."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.promises import breaking
from upheld.promises.facts import PromiseWithdrawn
from upheld.promises.models import Promise
from upheld.promises.settling import settle
from upheld.promises.wording import one_line
from upheld.refusals import Refusal


class ReasonNotSaid(Refusal):
    """A withdrawal needs a word on what the customer said."""


@transaction.atomic
def withdraw(promise: Promise, *, why: str, by: Actor, at: datetime) -> Promise:
    """End an owed promise because the customer says so; `why` has at most 500 characters."""
    breaking.hold(promise, at=at)
    why = one_line(why, most=500)
    if not why:
        raise ReasonNotSaid(_("Say what the customer told us."))
    settle(promise, Promise.Outcome.WITHDRAWN, words=why, done_at=at, by=by, at=at)
    writing.write(PromiseWithdrawn.of(promise, broken=promise.broken_at is not None), by=by, at=at)
    return promise
