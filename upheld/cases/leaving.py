"""A letter has left, or could not: what that means for its case. Read from the journal, after the fact.

When an answer leaves, and only then: its promises are made, the first-answer standard is met at that moment, and the
message counts as sent.
"""

from __future__ import annotations

from datetime import datetime

from upheld.cases import scheduling
from upheld.cases.facts import AnswerLeft, AnswerUndelivered
from upheld.cases.models import Case, Message
from upheld.journal import reading, writing
from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.promises import clocks, promising
from upheld.promises.models import Standard

READER = "cases.leaving"
UNDELIVERED = {
    "channels.LetterFailed/1": "failed",
    "channels.LetterBounced/1": "bounced",
    "channels.LetterHeld/1": "held",
}
OWED_CHANGED = (
    "promises.PromiseMade/1", "promises.PromiseKept/1", "promises.PromiseKeptInPart/1",
    "promises.PromiseBroken/1", "promises.PromiseRenegotiated/1", "promises.PromiseWithdrawn/1",
    "promises.PromiseMadeGood/1", "promises.ClockMet/1", "promises.ClockMissed/1", "promises.ClockResumed/1",
)  # fmt: skip


def follow(*, limit: int = 200) -> int:
    """Read on from the bookmark; returns how many facts were read."""
    return reading.follow(READER, handle, limit)


def handle(record: Record) -> None:
    """One fact: a letter left, a letter did not arrive, or what is owed on a case changed."""
    if record.kind == "channels.LetterLeft/1":
        message = _message(record)
        if message and message.sent_at is None:
            _left(message, at=record.at)
    elif record.kind in UNDELIVERED:
        message = _message(record)
        if message and message.undelivered_at is None:
            _undelivered(message, why=UNDELIVERED[record.kind], at=record.at)
    elif record.kind in OWED_CHANGED:
        _next_date(record)


def _message(record: Record) -> Message | None:
    return (
        Message.objects.select_for_update(of=("self",))
        .filter(departure=record.data["departure"])
        .select_related("author")
        .first()
    )


def _left(message: Message, *, at: datetime) -> None:
    message.sent_at, message.undelivered_at = at, None
    message.save(update_fields=["sent_at", "undelivered_at"])
    if message.way != Message.Way.OUT or message.author is None:
        return
    by = message.author.actor
    for place in message.promise_places.select_related("promise"):
        if place.promise.made_at is None:
            promising.make(place.promise, by=by, at=at)
    case = Case.objects.select_for_update(of=("self",)).get(pk=message.case_id)
    first = case.answered_at is None
    if first:
        case.answered_at = at
        case.save(update_fields=["answered_at"])
        if clocks.waiting(Standard.Measure.FIRST_ANSWER, subject=case.subject):
            clocks.stop(Standard.Measure.FIRST_ANSWER, subject=case.subject, by=by, at=at)
    scheduling.refresh(case, at=at)
    fact = AnswerLeft(case=case.pk, customer=case.customer_id, message=message.pk, first=first)
    writing.write(fact, by=by, at=at)


def _undelivered(message: Message, *, why: str, at: datetime) -> None:
    message.undelivered_at = at
    message.save(update_fields=["undelivered_at"])
    case = Case.objects.select_for_update(of=("self",)).get(pk=message.case_id)
    case.unread_at = case.unread_at or at
    case.next_at = min(case.next_at, at)
    case.save(update_fields=["unread_at", "next_at"])
    fact = AnswerUndelivered(case=case.pk, message=message.pk, owner=case.owner_id, why=why)
    writing.write(fact, by=CLOCK, at=at)


def _next_date(record: Record) -> None:
    numbers = [int(about.partition(":")[2]) for about in record.about if about.startswith("case:")]
    for case in Case.objects.select_for_update(of=("self",)).filter(pk__in=numbers, closed_at__isnull=True):
        scheduling.refresh(case, at=record.at)
