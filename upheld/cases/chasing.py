"""Chasers: a customer who writes again while we owe an answer or a promise had to ask twice, and that counts.

What happened on the case decides, not the order in which letters were opened: each letter is judged by what was owed
when it came (for a letter from the past, when it was written). A letter shortly after the one before it is added to
that one. An acknowledgement answers nobody; an answer, a call that reached them, and a closing do.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, Value

from upheld.cases.facts import CaseClosed, CustomerChased
from upheld.cases.models import Case, Chaser, Habits, Message
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.journal.models import Record
from upheld.promises import queries as promise_queries
from upheld.promises.models import Promise

USUAL_MINUTES = 30


@dataclass(frozen=True)
class Letter:
    """A person's letter to us, by the message's id."""

    pk: int
    at: datetime


@dataclass(frozen=True)
class Answered:
    """Somebody was answered from a moment on; `until` the letter came back, if it did."""

    at: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Pledged:
    """A promise: owed from `since` until it was settled; broken at its deadline."""

    since: datetime
    deadline: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """What a chaser is about: what was owed, since when they waited, which it is, and when it was answered."""

    owed: str
    since: datetime
    nth: int
    answered_at: datetime | None


@dataclass(frozen=True)
class Judged:
    """Of a case's letters, those that were added to the one before and those that asked again."""

    added: frozenset[int]
    asked: Mapping[int, Asked]


def judge(
    letters: Iterable[Letter],
    answers: Sequence[Answered],
    promises: Sequence[Pledged],
    *,
    addendum: timedelta,
) -> Judged:
    """Every letter of a case by what was owed when it came. The first of a wait is neither added nor a chaser."""
    ordered = sorted(letters, key=lambda one: (one.at, one.pk))
    moments = [one.at for one in ordered]
    valid = sorted(one.at for one in answers if one.until is None)
    added: set[int] = set()
    asked: dict[int, Asked] = {}
    chased: list[datetime] = []
    for place, letter in enumerate(ordered):
        last = _last_answer(answers, letter.at)
        first = bisect_right(moments, last) if last else 0
        unanswered = moments[first] if first < place else None
        broken_or_open = _waiting_for_promise(promises, letter.at)
        if unanswered is None and broken_or_open is None:
            continue
        if place and letter.at - moments[place - 1] <= addendum:
            added.add(letter.pk)
            continue
        since = [one for one in (unanswered, broken_or_open) if one]
        owed = "both" if len(since) == 2 else "answer" if unanswered else "promise"
        nth = 1 + len(chased) - (bisect_right(chased, last) if last else 0)
        ended = bisect_left(valid, letter.at)
        asked[letter.pk] = Asked(owed, min(since), nth, valid[ended] if ended < len(valid) else None)
        chased.append(letter.at)
    return Judged(frozenset(added), asked)


def _last_answer(answers: Sequence[Answered], at: datetime) -> datetime | None:
    """The last answer before a letter that was not known to have come back by then."""
    standing = (one.at for one in answers if one.at < at and (one.until is None or one.until > at))
    return max(standing, default=None)


def _waiting_for_promise(promises: Sequence[Pledged], at: datetime) -> datetime | None:
    """Since when something promised is owed: since it was due when it is broken, else since we said it."""
    owed = (one for one in promises if one.since < at and (one.settled_at is None or one.settled_at > at))
    return min((one.deadline if one.deadline < at else one.since for one in owed), default=None)


def addendum() -> timedelta:
    """How soon after the one before it a letter is added to it, rather than asking again."""
    habits = Habits.objects.first()
    return timedelta(minutes=habits.addendum_minutes if habits else USUAL_MINUTES)


@transaction.atomic(savepoint=False)
def recount(case: Case, *, within: timedelta | None = None, by: Actor, at: datetime) -> list[Chaser]:
    """Judge all letters of a case anew and keep the rows in step; returns the chasers that were not known before.

    The caller holds the case's row. What is no chaser by what stands on the case today (its letter was separated, say)
    is not counted any more. Whoever recounts many cases gives the `addendum` that they looked up once as `within`.
    """
    letters = list(_letters(case))
    known = {one.message_id: one for one in Chaser.objects.filter(message__case=case)}
    if len(letters) < 2 and not known and not promise_queries.has_owed(case.subject):
        return []
    judged = judge(
        (Letter(one.pk, one.at) for one in letters), _answers(case), _pledges(case),
        addendum=addendum() if within is None else within,
    )  # fmt: skip
    _mark_added(letters, judged.added)
    for gone in known.keys() - judged.asked.keys():
        known[gone].delete()
    new = [_row(case, one, judged.asked[one.pk], known) for one in letters if one.pk in judged.asked]
    chasers = [one for one in new if one is not None]
    for chaser in chasers:
        fact = CustomerChased(
            case=case.pk, customer=chaser.customer_id, message=chaser.message_id, nth=chaser.nth,
            department=chaser.department_id, owed=chaser.owed, waited_since_at=chaser.waited_since.isoformat(),
        )  # fmt: skip
        writing.write(fact, by=by, at=at)
    return chasers


def settle(case: Case, *, by: Actor, at: datetime) -> None:
    """Something answered, or turned out not to have: only cases on which somebody asked again need to be told."""
    if case.chasers.exists():
        recount(case, by=by, at=at)


def waiting(case: Case) -> list[Chaser]:
    """The chasers to which nobody has answered or spoken since, the oldest first."""
    return list(case.chasers.waiting().order_by("at", "pk"))


def _row(case: Case, message: Message, asked: Asked, known: Mapping[int, Chaser]) -> Chaser | None:
    """The chaser of this letter; the row if it is new."""
    chaser = known.get(message.pk)
    fresh = chaser is None
    writer = message.customer_id or case.customer_id
    chaser = chaser or Chaser(message=message, customer_id=writer, department=case.department)
    said = (case.pk, asked.owed, asked.since, message.at, asked.nth, asked.answered_at)
    if said == (chaser.case_id, chaser.owed, chaser.waited_since, chaser.at, chaser.nth, chaser.answered_at):
        return None
    chaser.case, chaser.owed, chaser.waited_since = case, asked.owed, asked.since
    chaser.at, chaser.nth, chaser.answered_at = message.at, asked.nth, asked.answered_at
    chaser.save()
    return chaser if fresh else None


def _mark_added(letters: Iterable[Message], added: frozenset[int]) -> None:
    wrong = [one.pk for one in letters if one.added != (one.pk in added)]
    for value in (True, False):
        changed = [pk for pk in wrong if (pk in added) is value]
        if changed:
            Message.objects.filter(pk__in=changed).update(added=value)


def _letters(case: Case) -> Iterable[Message]:
    return case.messages.filter(way=Message.Way.IN, kind="person").only(
        "pk", "at", "added", "customer_id", "case_id"
    )


def _answers(case: Case) -> list[Answered]:
    """Answers that left, calls that reached somebody, and closings: each ends a wait."""
    left = case.messages.filter(way=Message.Way.OUT, sent_at__isnull=False).order_by()
    calls = case.calls.filter(reached=True).order_by()
    closed = Record.objects.filter(about__overlap=[str(case.subject)], kind=CaseClosed.kind).order_by()
    never = Value(None, DateTimeField())
    found = left.values_list("sent_at", "undelivered_at").union(
        calls.values_list("at", never), closed.values_list("at", never), all=True
    )
    return [Answered(at, until) for at, until in found if at]


def _pledges(case: Case) -> list[Pledged]:
    made = Promise.objects.filter(place__case=case, made_at__isnull=False)
    return [Pledged(one.made_at, one.deadline, one.settled_at) for one in made if one.made_at]
