"""Renegotiating: the customer agrees to another date while the one that holds is still to come.

The first date stays and is the one that counts. It may happen more than once; the row holds the latest, the journal
all of them.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.clock.zones import in_utc
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.promises import breaking, warning
from upheld.promises.facts import PromiseRenegotiated
from upheld.promises.models import Promise
from upheld.promises.wording import one_line
from upheld.refusals import Refusal


class TooLateToRenegotiate(Refusal):
    """A promise that was broken cannot be moved; make a new one."""


class NewDateInThePast(Refusal):
    """A new date is still to come."""


class SameDate(Refusal):
    """This is the date that holds already."""


class AgreementNotSaid(Refusal):
    """A new date needs a word on how the customer agreed."""


@transaction.atomic
def renegotiate(promise: Promise, *, due_at: datetime, how: str, by: Actor, at: datetime) -> Promise:
    """Write down the date that the customer agreed to, and how (at most 200 characters: "by telephone").

    Earlier than before is possible too. The keeper is warned again, at 70 % of the time from now on.
    """
    breaking.hold(promise, at=at)
    due_at = in_utc(due_at)
    how = one_line(how, most=200)
    if promise.broken_at is not None:
        raise TooLateToRenegotiate(
            _("This promise is broken; its date cannot be moved. Put it right, and promise anew.")
        )
    if due_at <= at:
        raise NewDateInThePast(_("Choose a date and time that is still to come."))
    if due_at == promise.deadline:
        raise SameDate(_("This is the date that holds already."))
    if not how:
        raise AgreementNotSaid(_("Say how the customer agreed."))
    before = promise.deadline
    promise.agreed_due_at, promise.agreed_at, promise.agreed_how = due_at, at, how
    promise.warn_at, promise.warned_at = warning.moment(at, due_at), None
    promise.save(update_fields=["agreed_due_at", "agreed_at", "agreed_how", "warn_at", "warned_at"])
    fact = PromiseRenegotiated.of(promise, old_due_at=before.isoformat(), due_at=due_at.isoformat())
    writing.write(fact, by=by, at=at)
    return promise
