"""Questions across promises and clocks. None is a right: the room that owns the subject says who may ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Min, Q
from django.db.models.lookups import LessThan

from upheld.journal.facts import Subject
from upheld.promises.models import DEADLINE, Promise, PromiseQuerySet, Standard, StandardClock, State


def on(subject: Subject) -> PromiseQuerySet:
    """All promises about something, drafts too, the earliest deadline first; keeper and department at hand."""
    return (
        Promise.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
        .select_related("keeper", "department", "customer")
        .by_deadline()
    )


def in_state(promises: PromiseQuerySet, state: State, at: datetime) -> PromiseQuerySet:
    """Those whose `state(at)` is this one. Broken includes what fell due and the clock has not come to yet."""
    match state:
        case State.DRAFT:
            return promises.filter(made_at__isnull=True)
        case State.PART:
            return promises.filter(outcome="part")
        case State.KEPT | State.LATE:
            return promises.filter(outcome="kept", broken_at__isnull=state == State.KEPT)
        case State.WITHDRAWN:
            return promises.filter(outcome="withdrawn", broken_at__isnull=True)
        case State.DUE:
            return promises.in_time(at).filter(warn_at__lte=at)
        case State.OPEN | State.MOVED:
            return promises.in_time(at).filter(warn_at__gt=at, agreed_due_at__isnull=state == State.OPEN)
    said_broken = Q(broken_at__isnull=False) & ~Q(outcome__in=["kept", "part"])
    fell_due = Q(LessThan(DEADLINE, at), settled_at__isnull=True)
    return promises.made().filter(said_broken | fell_due)


def for_subject(subject: Subject) -> list[Promise]:
    """Every promise about something, drafts too, the earliest deadline first."""
    return list(on(subject))


def owed_on(subject: Subject) -> list[Promise]:
    """What is still owed: open, due soon, or broken and unresolved."""
    return list(on(subject).owed())


def deadlines_owed(subject: Subject) -> list[datetime]:
    """When each of what is still owed was or is due."""
    promised = Promise.objects.filter(subject_kind=subject.kind, subject_id=subject.id).owed()
    return list(promised.values_list(DEADLINE, flat=True))


def has_owed(subject: Subject) -> bool:
    """Whether anything is owed: while it is, a case does not close."""
    return Promise.objects.filter(subject_kind=subject.kind, subject_id=subject.id).owed().exists()


def next_due(subject: Subject) -> datetime | None:
    """The next deadline that the clock still watches; None when nothing runs."""
    return next_due_of([subject]).get(subject)


def next_due_of(subjects: Iterable[Subject]) -> dict[Subject, datetime]:
    """The next deadline of each subject that has one; one query for each kind of subject."""
    ids: dict[str, list[int]] = defaultdict(list)
    for subject in subjects:
        ids[subject.kind].append(subject.id)
    found = {}
    for kind, wanted in ids.items():
        running = Promise.objects.running().filter(subject_kind=kind, subject_id__in=wanted)
        for number, due_at in running.values_list("subject_id").annotate(next_at=Min(DEADLINE)):
            found[Subject(kind, number)] = due_at
    return found


def for_subjects(kind: str, ids: Iterable[int]) -> dict[int, list[Promise]]:
    """The promises of many subjects of one kind, for a list: one query, the earliest deadline first."""
    found: dict[int, list[Promise]] = defaultdict(list)
    promises = (
        Promise.objects.filter(subject_kind=kind, subject_id__in=list(ids))
        .select_related("keeper")
        .by_deadline()
    )
    for promise in promises:
        found[promise.subject_id].append(promise)
    return dict(found)


def clocks_on(subject: Subject) -> list[StandardClock]:
    """Every clock on something, the oldest first, with its standard, hours and pauses at hand."""
    return list(
        StandardClock.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
        .select_related("standard", "department", "hours")
        .prefetch_related("pauses")
        .order_by("started_at", "id")
    )


def standards_in_force() -> list[Standard]:
    """The standards that hold now, everybody's first, then by department."""
    return list(
        Standard.objects.filter(until_at__isnull=True)
        .select_related("department")
        .order_by("measure", F("department__sort_key").asc(nulls_first=True), "id")
    )
