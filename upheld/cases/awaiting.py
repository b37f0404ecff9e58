"""Whether somebody waits for us on a case: for a first answer, which a standard measures, or for any answer at all."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from upheld.cases.models import Case, Message
from upheld.journal.facts import Actor
from upheld.promises import clocks
from upheld.promises.models import Standard, StandardClock

FIRST_ANSWER = Standard.Measure.FIRST_ANSWER


def clock_of(case: Case) -> StandardClock | None:
    """The first-answer clock that waits on this case."""
    return clocks.waiting(FIRST_ANSWER, subject=case.subject)


def begin(case: Case, *, since: datetime, by: Actor) -> None:
    """Somebody waits for a first answer since then, unless a person has answered or the clock runs already."""
    if case.answered_at is None and clock_of(case) is None:
        clocks.start(FIRST_ANSWER, subject=case.subject, department=case.department, by=by, at=since)


def begin_again(case: Case, *, by: Actor) -> None:
    """The case is open again without an answer: the clock that was dropped counts from where it began."""
    dropped = StandardClock.objects.on(case.subject).filter(dropped_at__isnull=False).order_by("-pk").first()
    if dropped:
        begin(case, since=dropped.started_at, by=by)


def end(case: Case, *, by: Actor, at: datetime) -> None:
    """Nobody waits for a first answer any more; a standard that was missed before stays missed."""
    clock = clock_of(case)
    if clock and clock.missed_at is None and at <= clock.due_at:
        clocks.drop(FIRST_ANSWER, subject=case.subject, by=by, at=at)


def answered(case: Case) -> QuerySet[Message]:
    """The answers of ours that left and did not come back."""
    return case.messages.filter(way=Message.Way.OUT, sent_at__isnull=False, undelivered_at__isnull=True)


def unanswered(case: Case) -> Message | None:
    """The customer's newest letter if nothing of ours has left since; None when nobody waits for an answer."""
    letter = case.messages.filter(way=Message.Way.IN, kind="person").order_by("-at", "-pk").first()
    if letter is None or answered(case).filter(sent_at__gte=letter.at).exists():
        return None
    return letter


def unsent(case: Case) -> QuerySet[Message]:
    """Answers that have not left: waiting, failed or in doubt, until somebody sends, takes back or settles them."""
    return case.messages.filter(
        Q(departure__isnull=True)
        | Q(departure__cancelled_at__isnull=True, departure__settled_at__isnull=True),
        way=Message.Way.OUT,
        sent_at__isnull=True,
        withdrawn_at__isnull=True,
    )


def undelivered(case: Case) -> Message | None:
    """The oldest answer of ours that did not arrive and that nobody has dealt with."""
    return (
        case.messages.filter(
            way=Message.Way.OUT,
            undelivered_at__isnull=False,
            withdrawn_at__isnull=True,
            departure__settled_at__isnull=True,
        )
        .order_by("undelivered_at")
        .first()
    )
