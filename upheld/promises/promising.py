"""Promising: a draft beside a letter becomes a promise in the moment in which the letter leaves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.clock.zones import in_utc, zone_named
from upheld.customers.models import Customer
from upheld.journal import writing
from upheld.journal.facts import Actor, Subject
from upheld.people.models import Department, Person
from upheld.promises import breaking, warning
from upheld.promises.facts import PromiseMade
from upheld.promises.handing import refuse_who_has_left
from upheld.promises.models import Promise
from upheld.promises.wording import one_line
from upheld.refusals import Refusal


class NothingPromised(Refusal):
    """A promise says what will be done."""


class DueInThePast(Refusal):
    """A promise is due after it is made."""


class WarnedTooLate(Refusal):
    """A warning comes before the promise is due."""


class AlreadyMade(Refusal):
    """The customer has been told already."""


@transaction.atomic
def draft(
    *,
    customer: Customer,
    subject: Subject,
    department: Department,
    keeper: Person,
    words: str,
    due_at: datetime,
    zone: str,
    warn_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Promise:
    """Write down what a letter will promise, while it has not left: nothing is owed yet, and no clock runs.

    `words` has at most 500 characters; `zone` is the one in which the customer understands the date. Without
    `warn_at` the keeper is warned at 70 % of the time. Writes no fact: drafts have none.
    """
    words = one_line(words, most=500)
    if not words:
        raise NothingPromised(_("Say what we promise."))
    due_at = in_utc(due_at)
    if due_at <= at:
        raise DueInThePast(_("Choose a date and time that is still to come."))
    if warn_at is not None and in_utc(warn_at) >= due_at:
        raise WarnedTooLate(_("Warn before the promise is due."))
    zone_named(zone)
    refuse_who_has_left(keeper)
    return Promise.objects.create(
        customer=customer,
        subject_kind=subject.kind,
        subject_id=subject.id,
        department=department,
        keeper=keeper,
        words=words,
        due_at=due_at,
        zone=zone,
        warn_at=warn_at or warning.moment(at, due_at),
        drafted_by_kind=by.kind,
        drafted_by_id=by.id,
        drafted_at=at,
    )


@transaction.atomic
def make(promise: Promise, *, by: Actor, at: datetime) -> Promise:
    """The letter has left: the draft is a promise. Nobody can refuse it any more, whatever has happened meanwhile.

    A letter that left only after the due moment promised all the same; it is as old as its draft, and the clock
    breaks it.
    """
    breaking.lock(promise)
    if promise.made_at is not None:
        raise AlreadyMade(_("The customer has been told already."))
    promise.made_at = at if at < promise.due_at else promise.drafted_at
    # A letter may leave days after it was written; the time until the warning begins with the promise.
    if promise.warn_at == warning.moment(promise.drafted_at, promise.due_at):
        promise.warn_at = warning.moment(promise.made_at, promise.due_at)
    promise.save(update_fields=["made_at", "warn_at"])
    writing.write(PromiseMade.of(promise, due_at=promise.due_at.isoformat()), by=by, at=promise.made_at)
    return promise


@transaction.atomic
def drop(promise: Promise, *, by: Actor, at: datetime) -> None:
    """Delete a draft whose letter never left. Nobody was told, so nothing happened: no fact."""
    breaking.lock(promise)
    if promise.made_at is not None:
        raise AlreadyMade(_("The customer has been told; a promise cannot be unsaid."))
    promise.delete()


@transaction.atomic
def promise(
    *,
    customer: Customer,
    subject: Subject,
    department: Department,
    keeper: Person,
    words: str,
    due_at: datetime,
    zone: str,
    warn_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Promise:
    """Promise by word of mouth: said and written down in the same moment."""
    said = draft(
        customer=customer,
        subject=subject,
        department=department,
        keeper=keeper,
        words=words,
        due_at=due_at,
        zone=zone,
        warn_at=warn_at,
        by=by,
        at=at,
    )
    return make(said, by=by, at=at)
