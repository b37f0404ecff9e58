"""Clocks: each watches one standard on one subject, in business time, by the hours that held when it started.

What is stored is what happened; the due moment is replayed from it, so a deadline can always be explained. The event
decides, not the moment at which we hear of it: an answer that left in time meets the standard, even when its news
comes after the sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from upheld.clock.running import Event, Paused, Resumed, Row, Started, Target, read
from upheld.clock.running import explain as replay
from upheld.journal import writing
from upheld.journal.facts import CLOCK, Actor, Subject
from upheld.people.models import Department
from upheld.promises import facts, warning
from upheld.promises.freezing import freeze, thaw
from upheld.promises.models import FrozenHours, Standard, StandardClock
from upheld.refusals import Refusal


class AlreadyStarted(Refusal):
    """This is measured once, and its clock has started already."""


class NoClockWaits(Refusal):
    """No clock of this kind waits here: none was started, or what it waited for has happened."""


class AlreadyMissed(Refusal):
    """The standard was missed already, and that stays counted."""


class AlreadyPaused(Refusal):
    """This clock is paused already."""


class NotPaused(Refusal):
    """This clock is not paused."""


def standard_for(measure: str, department: Department, at: datetime) -> Standard | None:
    """The standard that held at a moment: the department's own, else everybody's, else None."""
    return _held(_standards(measure, department), at)


def _standards(measure: str, department: Department) -> QuerySet[Standard]:
    """Every version that counts or counted for a department: its own first, the newest on top."""
    return Standard.objects.filter(
        Q(department=department) | Q(department__isnull=True), measure=measure
    ).order_by(F("department_id").asc(nulls_last=True), "-from_at")


def _held(standards: Iterable[Standard], at: datetime) -> Standard | None:
    in_force = (one for one in standards if one.from_at <= at and (one.until_at is None or one.until_at > at))
    return next(in_force, None)


def waiting(measure: str, *, subject: Subject) -> StandardClock | None:
    """The clock that waits for this, running or paused, in time or not; None when nothing does."""
    return (
        StandardClock.objects.on(subject)
        .filter(standard__measure=measure, met_at__isnull=True, dropped_at__isnull=True)
        .select_related("standard", "hours")
        .first()
    )


@transaction.atomic
def start(
    measure: str, *, subject: Subject, department: Department, by: Actor, at: datetime
) -> StandardClock | None:
    """Start the clock on a subject by the department's hours of today; None when no standard is in force."""
    clock = Planner(measure, department).plan(at)
    if clock is None:
        return None
    if StandardClock.objects.on(subject).filter(standard__measure=measure, dropped_at__isnull=True).exists():
        raise AlreadyStarted(_("This clock has started already."))
    try:
        with transaction.atomic():
            return begin(clock, subject=subject, by=by)
    except IntegrityError:
        raise AlreadyStarted(_("This clock has started already."))


def begin(clock: StandardClock, *, subject: Subject, by: Actor) -> StandardClock:
    """Let a planned clock run on a subject that comes into being now, so that none can have started on it before."""
    begin_all([(clock, subject, by)])
    return clock


def begin_all(planned: Sequence[tuple[StandardClock, Subject, Actor]]) -> None:
    """The same for many, with one statement: each on its subject, by whoever is given with it."""
    for clock, subject, _by in planned:
        clock.subject_kind, clock.subject_id = subject
    StandardClock.objects.bulk_create([clock for clock, _subject, _by in planned])
    for clock, _subject, by in planned:
        writing.write(
            facts.ClockStarted.of(clock, due_at=clock.due_at.isoformat()), by=by, at=clock.started_at
        )


class Planner:
    """Plans clocks of one measure in one department. Its standards and its hours of today are looked up once."""

    def __init__(self, measure: str, department: Department) -> None:
        self.department = department
        self._standards = list(_standards(measure, department))
        self._hours: FrozenHours | None = None

    def plan(self, at: datetime) -> StandardClock | None:
        """A clock that starts at this moment, with its due moment and without a subject; None without a standard."""
        standard = _held(self._standards, at)
        if standard is None:
            return None
        self._hours = self._hours or freeze(self.department.calendar)
        clock = StandardClock(
            standard=standard, department=self.department, calendar_id=self.department.calendar_id,
            hours=self._hours, started_at=at,
        )  # fmt: skip
        _plan(clock, [Started(at)], at)
        return clock


@transaction.atomic
def stop(measure: str, *, subject: Subject, by: Actor, at: datetime) -> StandardClock:
    """What was waited for happened at `at`: met in time, or late. Ends a pause."""
    clock = _hold(measure, subject, at)
    if clock.paused_at is not None:
        _end_pause(clock, at)
    if at <= clock.due_at:
        # The sweep was quicker than the news of an event that lies before it.
        clock.missed_at = None
    clock.met_at = at
    clock.save()
    writing.write(facts.ClockMet.of(clock, in_time=bool(clock.attained)), by=by, at=at)
    return clock


@transaction.atomic
def wait_again(measure: str, *, subject: Subject, by: Actor, at: datetime) -> StandardClock | None:
    """What the clock was stopped for did not happen after all: a letter came back. It counts from where it began.

    None when no clock of this kind was stopped. A due moment that has passed meanwhile is missed by the next sweep.
    """
    clock = (
        StandardClock.objects.on(subject)
        .filter(standard__measure=measure, met_at__isnull=False, dropped_at__isnull=True)
        .select_related("standard", "hours")
        .select_for_update(of=("self",))
        .first()
    )
    if clock is None:
        return None
    clock.met_at = None
    clock.save(update_fields=["met_at"])
    writing.write(facts.ClockWaitsAgain.of(clock, due_at=clock.due_at.isoformat()), by=by, at=at)
    return clock


@transaction.atomic
def drop(measure: str, *, subject: Subject, by: Actor, at: datetime) -> StandardClock:
    """Nobody was waiting after all: the clock ends without counting. What was missed before stays counted."""
    clock = _hold(measure, subject, at)
    if clock.missed_at is not None:
        raise AlreadyMissed(_("Our standard was missed before; that stays counted."))
    clock.dropped_at = at
    clock.save(update_fields=["dropped_at"])
    writing.write(facts.ClockDropped.of(clock), by=by, at=at)
    return clock


@transaction.atomic
def pause(measure: str, *, subject: Subject, why: str, by: Actor, at: datetime) -> StandardClock:
    """From now on the time does not count; `why` is a closed word of at most 40 characters."""
    clock = _hold(measure, subject, at)
    if clock.missed_at is not None:
        raise AlreadyMissed(_("Our standard was missed before; that stays counted."))
    if clock.paused_at is not None:
        raise AlreadyPaused(_("This clock is paused already."))
    read([*clock.history, Paused(at)], _target(clock, 1), at=at)  # refuses what comes before the last event
    clock.pauses.create(paused_at=at, why=why)
    clock.paused_at = at
    clock.save(update_fields=["paused_at"])
    writing.write(facts.ClockPaused.of(clock, why=why), by=by, at=at)
    return clock


@transaction.atomic
def resume(measure: str, *, subject: Subject, by: Actor, at: datetime) -> StandardClock:
    """The time counts again; the due moment moves by the business time of the pause."""
    clock = _hold(measure, subject, at)
    if clock.paused_at is None:
        raise NotPaused(_("This clock is not paused."))
    _end_pause(clock, at)
    clock.save()
    writing.write(facts.ClockResumed.of(clock, due_at=clock.due_at.isoformat()), by=by, at=at)
    return clock


@transaction.atomic
def miss_due(at: datetime, limit: int = 500) -> int:
    """Mark what fell due before `at` as missed at its due moment, the oldest first, at most `limit`; how many."""
    overdue = StandardClock.objects.watched().filter(due_at__lt=at).select_related("standard")
    missed = list(overdue.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "id")[:limit])
    StandardClock.objects.filter(pk__in=[clock.pk for clock in missed]).update(missed_at=F("due_at"))
    for clock in missed:
        _write_missed(clock)
    return len(missed)


def explain(clock: StandardClock) -> tuple[Row, ...]:
    """How the deadline came about, stretch by stretch, from the start to the due moment or to an open pause.

    What counted adds up to the standard's minutes, unless the clock is paused and no moment is due.
    """
    return replay(clock.history, thaw(clock.hours), at=clock.paused_at or clock.due_at)


def _hold(measure: str, subject: Subject, at: datetime) -> StandardClock:
    """Lock the clock that waits, and let it miss its due moment first when that has passed."""
    clock = (
        StandardClock.objects.on(subject)
        .filter(standard__measure=measure, met_at__isnull=True, dropped_at__isnull=True)
        .select_related("standard", "hours")
        .select_for_update(of=("self",))
        .first()
    )
    if clock is None:
        raise NoClockWaits(_("No clock of this kind waits here."))
    if clock.missed_at is None and clock.paused_at is None and at > clock.due_at:
        clock.missed_at = clock.due_at
        clock.save(update_fields=["missed_at"])
        _write_missed(clock)
    return clock


def _end_pause(clock: StandardClock, at: datetime) -> None:
    if clock.paused_at is None or at < clock.paused_at:
        # What ends the pause happened before it began: there was none.
        clock.pauses.filter(resumed_at__isnull=True).delete()
    else:
        _plan(clock, [*clock.history, Resumed(at)], at)
        clock.pauses.filter(resumed_at__isnull=True).update(resumed_at=at)
    clock.paused_at = None


def _plan(clock: StandardClock, history: list[Event], at: datetime) -> None:
    clock.due_at = read(history, _target(clock, 1), at=at).earliest_due_at
    clock.warn_at = read(history, _target(clock, warning.SHARE_OF_TIME), at=at).earliest_due_at


def _target(clock: StandardClock, share: float) -> Target:
    return Target(timedelta(minutes=clock.standard.minutes) * share, thaw(clock.hours))


def _write_missed(clock: StandardClock) -> None:
    writing.write(facts.ClockMissed.of(clock, due_at=clock.due_at.isoformat()), by=CLOCK, at=clock.due_at)
