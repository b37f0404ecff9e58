"""Mending: a broken promise put right in another way. It counts as broken, and nothing more is owed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.promises import breaking
from upheld.promises.facts import PromiseMadeGood
from upheld.promises.models import Promise
from upheld.promises.settling import settle
from upheld.promises.wording import one_line
from upheld.refusals import Refusal


class NotBroken(Refusal):
    """Only what was broken is put right; this promise can still be kept."""


class AmendsNotSaid(Refusal):
    """Putting a promise right needs a word on what was done instead."""


@transaction.atomic
def make_good(promise: Promise, *, what: str, by: Actor, at: datetime) -> Promise:
    """Write down what was done instead; `what` has at most 500 characters."""
    breaking.hold(promise, at=at)
    what = one_line(what, most=500)
    if promise.broken_at is None:
        raise NotBroken(_("This promise is not broken and can still be kept."))
    if not what:
        raise AmendsNotSaid(_("Say what was done instead."))
    settle(promise, Promise.Outcome.MADE_GOOD, words=what, done_at=at, by=by, at=at)
    writing.write(PromiseMadeGood.of(promise), by=by, at=at)
    return promise
