"""Two at once: whoever holds the promise finishes, and the other finds it changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from upheld.journal.facts import CLOCK
from upheld.people.tests.makers import MONDAY, make_department
from upheld.promises import breaking, clocks, keeping, standards
from upheld.promises.breaking import AlreadySettled
from upheld.promises.clocks import AlreadyStarted
from upheld.promises.models import Promise, Standard, StandardClock, State
from upheld.promises.standards import SetMeanwhile
from upheld.promises.tests.makers import (
    CASE,
    DAY,
    DUE,
    FIRST_ANSWER,
    HOUR,
    Cast,
    facts_of,
    make_cast,
    make_promise,
    make_standard,
)

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = HOUR / 3600


@pytest.fixture
def elsewhere() -> Any:
    """Other connections, as other processes have them."""
    with ThreadPoolExecutor(4) as pool:

        def run(call: Callable[[], Any]) -> Future[Any]:
            def alone() -> Any:
                try:
                    return call()
                finally:
                    connection.close()

            return pool.submit(alone)

        yield run


def until_somebody_waits() -> None:
    """Return when another connection waits for a lock of ours."""
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def keep(cast: Cast, promise: Promise, at=MONDAY + HOUR) -> Promise:
    return keeping.keep(Promise.objects.get(pk=promise.pk), what="Done", by=cast.by, at=at)


def test_of_two_who_record_it_at_once_the_second_is_told(elsewhere) -> None:
    cast = make_cast()
    promise = make_promise(cast)
    with transaction.atomic():
        keep(cast, promise)
        other = elsewhere(lambda: keep(cast, promise))
        until_somebody_waits()
    with pytest.raises(AlreadySettled):
        other.result(timeout=60)
    assert [kind for kind, _, _ in facts_of(promise)] == ["PromiseMade", "PromiseKept"]


def test_of_four_who_race_one_wins(elsewhere) -> None:
    cast = make_cast()
    promise, line = make_promise(cast), Barrier(4)

    def race() -> bool:
        line.wait(timeout=60)
        try:
            keep(cast, promise)
        except AlreadySettled:
            return False
        return True

    assert sorted(f.result(timeout=60) for f in [elsewhere(race) for _ in range(4)]) == [False] * 3 + [True]


def test_the_sweep_passes_by_what_is_being_recorded(elsewhere) -> None:
    cast = make_cast()
    promise, other = make_promise(cast), make_promise(cast)
    with transaction.atomic():
        keep(cast, promise, at=DUE)
        assert elsewhere(lambda: breaking.break_due(DUE + SECOND)).result(timeout=60) == 1
    assert breaking.break_due(DUE + SECOND) == 0
    promise.refresh_from_db()
    other.refresh_from_db()
    assert (promise.state(DUE + DAY), other.state(DUE + DAY)) == (State.KEPT, State.BROKEN)


def test_whoever_records_it_while_the_sweep_breaks_it_has_kept_it_late(elsewhere) -> None:
    cast = make_cast()
    promise = make_promise(cast)
    with transaction.atomic():
        assert breaking.break_due(DUE + SECOND) == 1
        keeper = elsewhere(lambda: keep(cast, promise, at=DUE + SECOND))
        until_somebody_waits()
    assert keeper.result(timeout=60).state(DUE + DAY) is State.LATE
    kinds = [kind for kind, _, _ in facts_of(promise)]
    assert kinds == ["PromiseMade", "PromiseBroken", "PromiseKept"]


def test_two_sweeps_at_once_break_each_promise_once(elsewhere) -> None:
    cast = make_cast()
    promises = [make_promise(cast) for _ in range(30)]
    line = Barrier(3)

    def sweep() -> int:
        line.wait(timeout=60)
        return breaking.break_due(DUE + HOUR, limit=10)

    found = [elsewhere(sweep) for _ in range(3)]
    swept = sum(f.result(timeout=60) for f in found)
    while more := breaking.break_due(DUE + HOUR, limit=10):
        swept += more
    assert swept == 30
    assert all([k for k, _, _ in facts_of(p)] == ["PromiseMade", "PromiseBroken"] for p in promises)


def test_one_clock_starts_when_two_letters_arrive_at_once(elsewhere) -> None:
    service = make_department()
    make_standard()

    def start() -> StandardClock | None:
        return clocks.start(FIRST_ANSWER, subject=CASE, department=service, by=CLOCK, at=MONDAY)

    with transaction.atomic():
        assert start() is not None
        other = elsewhere(start)
        until_somebody_waits()
    with pytest.raises(AlreadyStarted):
        other.result(timeout=60)
    assert StandardClock.objects.count() == 1


def test_of_two_who_set_a_standard_at_once_the_second_is_told(elsewhere) -> None:
    def set_it(minutes: int) -> Standard:
        return standards.set(FIRST_ANSWER, department=None, minutes=minutes, share=90, by=CLOCK, at=MONDAY)

    with transaction.atomic():
        first = set_it(60)
        other = elsewhere(lambda: set_it(30))
        until_somebody_waits()
    with pytest.raises(SetMeanwhile):
        other.result(timeout=60)
    assert Standard.objects.get() == first
