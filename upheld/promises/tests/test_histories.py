"""Any history of verbs and sweeps leaves a ledger that agrees with itself and with the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.forms.models import model_to_dict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upheld.clock.counting import business_between
from upheld.journal.facts import CLOCK, Subject
from upheld.journal.models import Record
from upheld.people.tests.makers import MONDAY, make_agent, make_department
from upheld.promises import (
    breaking,
    clocks,
    handing,
    keeping,
    mending,
    promising,
    queries,
    renegotiating,
    warning,
    withdrawing,
)
from upheld.promises.freezing import thaw
from upheld.promises.models import Promise, State
from upheld.promises.tests.makers import (
    CASE,
    DUE,
    FIRST_ANSWER,
    HOUR,
    Cast,
    make_cast,
    make_draft,
    make_standard,
)
from upheld.refusals import Refusal

pytestmark = pytest.mark.django_db
MINUTE = HOUR / 60

# Quarters of an hour around the due moment, so that histories often meet it exactly.
moments = st.integers(0, 100).map(lambda n: MONDAY + n * 15 * MINUTE)
verbs = st.one_of(
    st.just(("make",)),
    st.tuples(st.just("keep"), st.booleans(), st.integers(-2, 12)),
    st.tuples(st.just("move"), moments),
    st.just(("withdraw",)),
    st.just(("mend",)),
    st.just(("hand",)),
)
sweeps = st.sampled_from([("break",), ("warn",)])
Step = tuple[datetime, tuple[Any, ...]]


def histories(*steps: st.SearchStrategy[tuple[Any, ...]]) -> st.SearchStrategy[list[Step]]:
    """Steps as time moves on."""
    return st.lists(st.tuples(moments, st.one_of(*steps)), max_size=8).map(
        lambda found: sorted(found, key=lambda step: step[0])
    )


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def columns(promise: Promise) -> dict[str, Any]:
    return model_to_dict(Promise.objects.get(pk=promise.pk))


def do(cast: Cast, promise: Promise, at: datetime, step: tuple[Any, ...]) -> None:
    """One step, as a page would do it: with a copy of the row that may be stale."""
    carla = cast.service.duty_owner
    by: dict[str, Any] = {"by": cast.by, "at": at}
    match step:
        case ("make",):
            promising.make(promise, **by)
        case ("keep", in_full, back):
            keeping.keep(promise, what="Done", done_at=at - back * 15 * MINUTE, in_full=in_full, **by)
        case ("move", due_at):
            renegotiating.renegotiate(promise, due_at=due_at, how="Call", **by)
        case ("withdraw",):
            withdrawing.withdraw(promise, why="She said so", **by)
        case ("mend",):
            mending.make_good(promise, what="A voucher", **by)
        case ("hand",):
            handing.hand_to(promise, keeper=carla if promise.keeper_id != carla.pk else cast.ada, **by)
        case ("break",):
            breaking.break_due(at)
        case ("warn",):
            warning.warn_due(at)


def play(cast: Cast, promise: Promise, history: list[Step], *, after: Callable[[datetime], None]) -> None:
    """The history; what is refused must have changed nothing and left no fact."""
    for at, step in history:
        before, facts = columns(promise), Record.objects.count()
        try:
            with transaction.atomic():
                do(cast, Promise.objects.get(pk=promise.pk), at, step)
        except Refusal:
            assert columns(promise) == before
            assert Record.objects.count() == facts
        after(at)


def check(promise: Promise, at: datetime) -> None:
    """What holds at every moment."""
    row = Promise.objects.get(pk=promise.pk)
    said = [
        (r.kind.partition(".")[2].partition("/")[0], r.data)
        for r in Record.objects.filter(about__contains=[f"promise:{row.pk}"]).order_by("id")
    ]
    kinds = [kind for kind, _ in said]
    state = row.state(at)
    assert row.is_owed == (row.made_at is not None and row.settled_at is None)
    assert row.is_owed == any(p.pk == row.pk for p in queries.owed_on(CASE))
    assert (row.made_at is not None) == ("PromiseMade" in kinds)
    assert row.broken_at in (None, row.deadline)
    assert kinds.count("PromiseBroken") == (row.broken_at is not None)
    assert len({"PromiseKept", "PromiseKeptInPart", "PromiseWithdrawn", "PromiseMadeGood"} & {*kinds}) == (
        row.settled_at is not None
    )
    assert (state is State.KEPT) == (("PromiseKept", False) in [(k, d.get("late")) for k, d in said])
    assert (state is State.LATE) == (("PromiseKept", True) in [(k, d.get("late")) for k, d in said])
    if "PromiseBroken" in kinds:
        assert state in {State.BROKEN, State.LATE, State.PART}
        assert "PromiseRenegotiated" not in kinds[kinds.index("PromiseBroken") :]
        assert not row.kept_on_first_date
    assert row.kept_on_first_date == (
        state is State.KEPT and row.done_at is not None and row.done_at <= row.due_at
    )
    if row.done_at and row.made_at and row.settled_at:
        assert row.made_at <= row.done_at <= row.settled_at
    mine = Promise.objects.filter(pk=row.pk)
    assert [s for s in State if queries.in_state(mine, s, at).exists()] == [state]
    running = row.is_owed and row.broken_at is None
    assert queries.next_due(CASE) == (row.deadline if running else None)
    assert (row.due_at, row.words) == (DUE, "A new pair is at your door")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories(verbs, sweeps), left_at=moments)
def test_the_ledger_agrees_with_itself_after_every_step(history: list[Step], left_at: datetime) -> None:
    with undone():
        cast = make_cast()
        draft = make_draft(cast)
        steps = sorted([*history, (left_at, ("make",))], key=lambda step: step[0])
        play(cast, draft, steps, after=lambda at: check(draft, at))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories(verbs))
def test_it_makes_no_difference_when_the_sweeps_come(history: list[Step]) -> None:
    endings = []
    for swept in (False, True):
        with undone():
            cast = make_cast()
            promise = promising.make(make_draft(cast), by=cast.by, at=MONDAY)
            steps: list[Step] = []
            for at, step in history:
                steps += [(at, ("break",)), (at, step)] if swept else [(at, step)]
            play(cast, promise, steps, after=lambda _at: None)
            breaking.break_due(MONDAY + timedelta(days=9))
            facts = Record.objects.filter(about__contains=[f"promise:{promise.pk}"]).order_by("id")
            row = columns(promise)
            ids = {"id", "customer", "department", "keeper", "drafted_by_id", "settled_by_id"}
            endings.append(({k: v for k, v in row.items() if k not in ids}, [(r.kind, r.at) for r in facts]))
    assert endings[0] == endings[1]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["pause", "resume", "miss"])), max_size=6),
    started=st.integers(0, 700),
    minutes=st.integers(1, 900),
)
def test_a_clocks_deadline_is_its_minutes_of_open_time_without_the_pauses(
    steps: list[tuple[int, str]], started: int, minutes: int
) -> None:
    with undone():
        service = make_department()
        make_standard(minutes=minutes)
        at = MONDAY - 3 * HOUR + started * MINUTE
        begun = clocks.start(FIRST_ANSWER, subject=CASE, department=service, by=CLOCK, at=at)
        assert begun is not None
        for later, step in steps:
            at += later * MINUTE
            try:
                with transaction.atomic():
                    if step == "pause":
                        clocks.pause(FIRST_ANSWER, subject=CASE, why="asked", by=CLOCK, at=at)
                    elif step == "resume":
                        clocks.resume(FIRST_ANSWER, subject=CASE, by=CLOCK, at=at)
                    else:
                        clocks.miss_due(at)
            except Refusal:
                continue
        clock = queries.clocks_on(CASE)[0]
        rows = clocks.explain(clock)
        counted = sum((row.counted for row in rows), start=timedelta())
        if clock.paused_at is None:
            assert counted == minutes * MINUTE
            assert rows[-1].to_at == clock.due_at
            assert clock.warn_at <= clock.due_at
        paused = sum(
            (
                business_between(thaw(clock.hours), p.paused_at, p.resumed_at)
                for p in clock.pauses.all()
                if p.resumed_at
            ),
            start=timedelta(),
        )
        whole = business_between(thaw(clock.hours), clock.started_at, clock.due_at)
        assert whole == minutes * MINUTE + paused
        assert clock.missed_at in (None, clock.due_at)


def test_a_colleague_who_is_not_the_keeper_appears_in_no_fact_as_one() -> None:
    cast = make_cast()
    make_agent("Carla Mendes", cast.service)
    promise = promising.make(make_draft(cast), by=cast.by, at=MONDAY)
    fact = Record.objects.get(about__contains=[str(Subject("promise", promise.pk))])
    assert fact.data["keeper"] == cast.ada.pk
    assert "A new pair" not in str(fact.data)
