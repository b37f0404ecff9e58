"""Whether somebody waits for us on a case: for a first answer, which a standard measures, or for any answer at all."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from upheld.cases.models import Case, Message
from upheld.journal.facts import Actor
from upheld.promises import clocks
from upheld.promises.models import Standard, StandardClock

FIRST_ANSWER = Standard.Measure.FIRST_ANSWER


def clocks_of(case: Case) -> list[StandardClock]:
    """The first-answer clocks that wait on this case and on those joined into it, the one due first on top.

    A clock stays with the case that started it: the customer was told until when that letter would be answered.
    """
    # Two questions: asked as one, the database reads every clock there is.
    keys = [case.pk, *Case.objects.filter(joined_into=case).values_list("pk", flat=True)]
    waiting = StandardClock.objects.filter(
        subject_kind="case", subject_id__in=keys, standard__measure=FIRST_ANSWER,
        met_at__isnull=True, dropped_at__isnull=True,
    )  # fmt: skip
    return list(waiting.select_related("standard", "hours").order_by("due_at", "pk"))


def clock_of(case: Case) -> StandardClock | None:
    """The first-answer clock that is due first on this case."""
    return next(iter(clocks_of(case)), None)


def begin(case: Case, *, since: datetime, by: Actor) -> StandardClock | None:
    """Somebody waits for a first answer since then, unless a person has answered or the clock runs already.

    The clock that says so, old or new; None when a person has answered, or no standard is in force.
    """
    if case.answered_at is not None:
        return None
    return clock_of(case) or clocks.start(
        FIRST_ANSWER, subject=case.subject, department=case.department, by=by, at=since
    )


def begin_again(case: Case, *, by: Actor) -> None:
    """The case is open again without an answer: the clock that was dropped counts from where it began."""
    dropped = StandardClock.objects.on(case.subject).filter(dropped_at__isnull=False).order_by("-pk").first()
    if dropped:
        begin(case, since=dropped.started_at, by=by)


def end(case: Case, *, by: Actor, at: datetime) -> None:
    """Nobody waits for a first answer any more; a standard that was missed before stays missed."""
    for clock in clocks_of(case):
        if clock.missed_at is None and at <= clock.due_at:
            clocks.drop(FIRST_ANSWER, subject=clock.subject, by=by, at=at)


def first_answered(case: Case, *, by: Actor, at: datetime) -> bool:
    """A person has answered, by letter or by telephone: whatever clock waited for that stops. Whether it was the first.

    The caller holds the case's row.
    """
    for clock in clocks_of(case):
        clocks.stop(FIRST_ANSWER, subject=clock.subject, by=by, at=at)
    if case.answered_at is not None:
        return False
    case.answered_at = at
    case.save(update_fields=["answered_at"])
    return True


def not_answered_after_all(case: Case, *, by: Actor, at: datetime) -> None:
    """An answer came back. If it was the only one, they wait for the first again. The caller saves the case."""
    spoken = case.calls.filter(reached=True).exists()
    if case.answered_at is None or spoken or answered(case).exists():
        return
    case.answered_at = None
    for subject in (case.subject, *(one.subject for one in Case.objects.filter(joined_into=case))):
        clocks.wait_again(FIRST_ANSWER, subject=subject, by=by, at=at)


def answered(case: Case) -> QuerySet[Message]:
    """The answers of ours that left and did not come back."""
    return case.messages.filter(way=Message.Way.OUT, sent_at__isnull=False, undelivered_at__isnull=True)


def unanswered(case: Case) -> Message | None:
    """The customer's newest letter if nothing of ours has left since and nobody has spoken with them; else None."""
    letter = case.messages.filter(way=Message.Way.IN, kind="person").order_by("-at", "-pk").first()
    if letter is None or answered(case).filter(sent_at__gte=letter.at).exists():
        return None
    return None if case.calls.filter(reached=True, at__gte=letter.at).exists() else letter


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
    return came_back(case).order_by("undelivered_at").first()


def came_back(case: Case) -> QuerySet[Message]:
    """The answers of ours that did not arrive and that nobody has dealt with."""
    return case.messages.filter(
        way=Message.Way.OUT,
        undelivered_at__isnull=False,
        withdrawn_at__isnull=True,
        departure__settled_at__isnull=True,
    )
