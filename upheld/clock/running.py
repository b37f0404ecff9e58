"""A clock's life, replayed from its history: started, paused, resumed, stopped.

Nothing is stored but what happened. Elapsed and due are computed from the history for whatever target holds, so a
changed target or calendar needs no repair, and a reading as of any earlier moment can be repeated exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from upheld.clock.calendars import Calendar
from upheld.clock.counting import Why, add_business, business_between, stretches
from upheld.clock.zones import in_utc
from upheld.refusals import Refusal

_NOTHING = timedelta()


class AmountNotPositive(Refusal):
    """A target needs an amount of time above zero."""


class HistoryOutOfOrder(Refusal):
    """A clock starts once, pauses while it runs, resumes while it is paused, and stops once, in order of time."""


class NotStarted(Refusal):
    """This clock had not started at that moment."""


class State(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Started:
    at: datetime


@dataclass(frozen=True, slots=True)
class Paused:
    at: datetime


@dataclass(frozen=True, slots=True)
class Resumed:
    at: datetime


@dataclass(frozen=True, slots=True)
class Stopped:
    at: datetime


Event = Started | Paused | Resumed | Stopped
History = Sequence[Event]

# What may follow what; None is the state of a clock without history.
_FOLLOWS: dict[tuple[State | None, type[Event]], State] = {
    (None, Started): State.RUNNING,
    (State.RUNNING, Paused): State.PAUSED,
    (State.PAUSED, Resumed): State.RUNNING,
    (State.RUNNING, Stopped): State.STOPPED,
    (State.PAUSED, Stopped): State.STOPPED,
}


@dataclass(frozen=True, slots=True)
class Target:
    """So much open time of this calendar; the clock's promise is to stop by then."""

    amount: timedelta
    calendar: Calendar

    def __post_init__(self) -> None:
        if self.amount <= _NOTHING:
            raise AmountNotPositive


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows at one moment.

    due_at: the first moment at which the elapsed time reaches the target; once it has come it stays. None while the
    clock is paused before it: no moment is due. earliest_due_at says when it would be, were the clock running from
    the moment of the reading (or of the stop) on. met: stopped at or before the due moment, True; the due moment has
    passed, False; None while undecided.
    """

    elapsed: timedelta
    remaining: timedelta
    due_at: datetime | None
    earliest_due_at: datetime
    state: State
    met: bool | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an explanation: from, to (half-open, UTC), how much of it counted, and why."""

    from_at: datetime
    to_at: datetime
    counted: timedelta
    why: Why


@dataclass(frozen=True, slots=True)
class _Span:
    start: datetime
    end: datetime
    state: State


def read(history: History, target: Target, *, at: datetime) -> Reading:
    """What the clock shows at `at`, knowing nothing of later events.

    Refuses HistoryOutOfOrder, NotStarted, and TooFarAhead when the target lies more than a century away.
    """
    at = in_utc(at)
    spans, state = _replayed(history, at)
    seen = spans[-1].end
    elapsed, reached = _NOTHING, None
    for span in spans:
        if span.state is not State.RUNNING:
            continue
        counted = business_between(target.calendar, span.start, span.end)
        if reached is None and elapsed + counted >= target.amount:
            reached = add_business(target.calendar, span.start, target.amount - elapsed)
        elapsed += counted
    remaining = max(target.amount - elapsed, _NOTHING)
    earliest = reached or add_business(target.calendar, seen, remaining)
    met: bool | None = None
    if seen > earliest:
        met = False
    elif state is State.STOPPED:
        met = True
    return Reading(
        elapsed=elapsed,
        remaining=remaining,
        due_at=None if state is State.PAUSED and reached is None else earliest,
        earliest_due_at=earliest,
        state=state,
        met=met,
    )


def explain(history: History, calendar: Calendar, *, at: datetime) -> tuple[Row, ...]:
    """Every stretch from the start to the stop or to `at`, without a gap; what counted is the elapsed exactly."""
    spans, _ = _replayed(history, in_utc(at))
    return tuple(row for span in spans for row in _rows(span, calendar))


def _rows(span: _Span, calendar: Calendar) -> Iterator[Row]:
    if span.state is State.RUNNING:
        for stretch in stretches(calendar, span.start, span.end):
            yield Row(stretch.start, stretch.end, stretch.counted, stretch.why)
    elif span.start < span.end:
        yield Row(span.start, span.end, _NOTHING, Why.PAUSED)


def _replayed(history: History, at: datetime) -> tuple[list[_Span], State]:
    """The running and paused spans up to `at` or the stop, whichever comes first, and the state there."""
    known = [(moment, state) for moment, state in _checked(history) if moment <= at]
    if not known:
        raise NotStarted
    spans = [_Span(since, until, state) for (since, state), (until, _) in pairwise(known)]
    since, state = known[-1]
    if state is not State.STOPPED:
        spans.append(_Span(since, at, state))
    return spans, state


def _checked(history: History) -> list[tuple[datetime, State]]:
    """Each event's instant and the state it leads to; the whole history is checked, also what a reading ignores."""
    states: list[tuple[datetime, State]] = []
    for event in history:
        moment = in_utc(event.at)
        previous = states[-1] if states else None
        following = _FOLLOWS.get((previous[1] if previous else None, type(event)))
        if following is None or (previous and moment < previous[0]):
            raise HistoryOutOfOrder
        states.append((moment, following))
    return states
