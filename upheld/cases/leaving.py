"""A letter has left, or could not: what that means for its case. Read from the journal, after the fact.

When an answer leaves, and only then: its promises are made, the first-answer standard is met at that moment, and the
message counts as sent. When it comes back, nobody has been answered by it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

from upheld.cases import awaiting, chasing, closing, handing, scheduling
from upheld.cases.facts import AnswerLeft, AnswerUndelivered
from upheld.cases.models import Case, Message
from upheld.journal import reading, writing
from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.promises import promising

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

_OF_LETTERS = (*UNDELIVERED, "channels.LetterLeft/1", "channels.LetterResent/1", "channels.LetterSettled/1")
_OF_PEOPLE = ("people.PersonLeft/1", "people.PersonChanged/1")


def follow(*, limit: int = 200) -> int:
    """Read on from the bookmark; returns how many facts were read."""
    return reading.follow(READER, handle, limit, kinds=[*_OF_LETTERS, *_OF_PEOPLE, *OWED_CHANGED])


def handle(record: Record) -> None:
    """One fact: a letter left or did not arrive, what is owed on a case changed, or somebody left the company."""
    if record.kind in OWED_CHANGED:
        _next_date(record)
    elif record.kind in _OF_PEOPLE:
        handing.hand_on(record.data["person"], at=record.at)
    elif record.kind in UNDELIVERED:
        _of_message(record, lambda message: _undelivered(message, why=UNDELIVERED[record.kind], at=record.at))
    elif record.kind == "channels.LetterLeft/1":
        _of_message(record, lambda message: _left(message, at=record.at))
    elif record.kind == "channels.LetterResent/1":
        _of_message(record, lambda message: _on_its_way_again(message, at=record.at))
    elif record.kind == "channels.LetterSettled/1":
        _of_message(record, lambda message: _settled(message, at=record.at))


def _of_message(record: Record, do: Callable[[Message], None]) -> None:
    """The message that the letter carries, its case's row held first, as every verb does."""
    found = Message.objects.filter(departure=record.data["departure"]).values_list("pk", "case_id").first()
    if found is None:
        return
    Case.objects.select_for_update(of=("self",)).get(pk=found[1])
    do(Message.objects.select_for_update(of=("self",)).select_related("author", "case").get(pk=found[0]))


def _left(message: Message, *, at: datetime) -> None:
    again = message.sent_at is not None
    message.sent_at, message.undelivered_at = message.sent_at or at, None
    message.save(update_fields=["sent_at", "undelivered_at"])
    if again:
        chasing.settle(message.case, by=CLOCK, at=at)
    if again or message.way != Message.Way.OUT or message.author is None:
        return
    by, case = message.author.actor, message.case
    drafts = [place.promise for place in message.promise_places.select_related("promise")]
    for promise in drafts:
        if promise.made_at is None:
            promising.make(promise, by=by, at=at)
    first = awaiting.first_answered(case, by=by, at=at)
    chasing.settle(case, by=by, at=at)
    if drafts and not case.is_open:
        case = closing.reopen(case, why="promise", by=by, at=at)
    scheduling.refresh(case, at=at)
    fact = AnswerLeft(case=case.pk, customer=case.customer_id, message=message.pk, first=first)
    writing.write(fact, by=by, at=at)


def _undelivered(message: Message, *, why: str, at: datetime) -> None:
    message.undelivered_at = at
    message.save(update_fields=["undelivered_at"])
    case = message.case
    awaiting.not_answered_after_all(case, by=CLOCK, at=at)
    chasing.settle(case, by=CLOCK, at=at)
    case.unread_at = case.unread_at or at
    case.save(update_fields=["unread_at", "answered_at"])
    scheduling.refresh(case, at=at)
    fact = AnswerUndelivered(case=case.pk, message=message.pk, owner=case.owner_id, why=why)
    writing.write(fact, by=CLOCK, at=at)


def _on_its_way_again(message: Message, *, at: datetime) -> None:
    message.undelivered_at = None
    message.save(update_fields=["undelivered_at"])
    chasing.settle(message.case, by=CLOCK, at=at)
    scheduling.refresh(message.case, at=at)


def _settled(message: Message, *, at: datetime) -> None:
    """Dealt with in another way: an answer that never left promised nothing."""
    if message.sent_at is None and message.way == Message.Way.OUT and message.withdrawn_at is None:
        drop_drafts(message, at=at)
        message.withdrawn_at = at
        message.save(update_fields=["withdrawn_at"])
    scheduling.refresh(message.case, at=at)


def drop_drafts(message: Message, *, at: datetime) -> None:
    """What an answer would have promised was never promised."""
    for place in message.promise_places.select_related("promise"):
        promise = place.promise
        if promise.made_at is None:
            place.delete()
            promising.drop(promise, by=CLOCK, at=at)


def _next_date(record: Record) -> None:
    keys = [int(about.partition(":")[2]) for about in record.about if about.startswith("case:")]
    kept = Q(pk__in=keys, joined_into__isnull=True) | Q(joined__in=keys)
    known = Case.objects.filter(kept, closed_at__isnull=True).values("pk")
    for case in Case.objects.select_for_update(of=("self",)).filter(pk__in=known).order_by("pk"):
        scheduling.refresh(case, at=record.at)
