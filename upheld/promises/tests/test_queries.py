"""Lists cost a fixed number of queries, sweeps a fixed number for each batch, and the indexes serve them."""

from __future__ import annotations

import pytest
from django.db import connection

from upheld.journal.facts import CLOCK, Subject
from upheld.people.tests.makers import MONDAY, make_department
from upheld.promises import breaking, clocks, keeping, queries, warning
from upheld.promises.models import Promise, StandardClock
from upheld.promises.tests.makers import (
    CASE,
    DAY,
    DUE,
    FIRST_ANSWER,
    HOUR,
    make_cast,
    make_draft,
    make_promise,
    make_standard,
)

pytestmark = pytest.mark.django_db
OTHER = Subject("case", 43)


def test_promises_of_a_subject_come_by_deadline_with_their_people(django_assert_num_queries) -> None:
    cast = make_cast()
    last, first = make_promise(cast, due_at=DUE + DAY), make_promise(cast)
    draft = make_draft(cast, due_at=DUE + 2 * DAY)
    make_promise(cast, subject=OTHER)
    with django_assert_num_queries(1):
        found = queries.for_subject(CASE)
        assert [p.keeper.name + p.department.name + p.customer.name for p in found]
    assert found == [first, last, draft]


def test_owed_is_what_was_made_and_has_not_ended() -> None:
    cast = make_cast()
    assert not queries.has_owed(CASE)
    draft, kept, broken = make_draft(cast), make_promise(cast), make_promise(cast)
    keeping.keep(kept, what="", by=cast.by, at=MONDAY + HOUR)
    breaking.break_due(DUE + HOUR)
    assert queries.owed_on(CASE) == [broken]
    assert queries.has_owed(CASE)
    assert not queries.has_owed(OTHER)
    assert draft in queries.for_subject(CASE)


def test_the_next_deadline_is_the_earliest_that_the_clock_still_watches(django_assert_num_queries) -> None:
    cast = make_cast()
    assert queries.next_due(CASE) is None
    make_draft(cast, due_at=MONDAY + HOUR)
    make_promise(cast)
    make_promise(cast, due_at=DUE + DAY)
    make_promise(cast, subject=OTHER, due_at=DUE + 3 * DAY)
    assert queries.next_due(CASE) == DUE
    breaking.break_due(DUE + HOUR)
    with django_assert_num_queries(1):
        found = queries.next_due_of([CASE, OTHER, Subject("case", 44)])
    assert found == {CASE: DUE + DAY, OTHER: DUE + 3 * DAY}


def test_a_list_of_subjects_costs_one_query(django_assert_num_queries) -> None:
    cast = make_cast()
    mine = [make_promise(cast, due_at=DUE + n * HOUR) for n in range(3)]
    other = make_promise(cast, subject=OTHER)
    with django_assert_num_queries(1):
        found = queries.for_subjects("case", [42, 43, 44])
        assert all(p.keeper.name for promises in found.values() for p in promises)
    assert found == {42: mine, 43: [other]}


def test_clocks_come_with_what_explains_them(django_assert_num_queries) -> None:
    service = make_department()
    make_standard()
    clocks.start(FIRST_ANSWER, subject=CASE, department=service, by=CLOCK, at=MONDAY)
    clocks.pause(FIRST_ANSWER, subject=CASE, why="asked", by=CLOCK, at=MONDAY + HOUR)
    clocks.resume(FIRST_ANSWER, subject=CASE, by=CLOCK, at=MONDAY + 2 * HOUR)
    with django_assert_num_queries(2):
        (clock,) = queries.clocks_on(CASE)
        assert clocks.explain(clock)
        assert clock.standard.minutes == 120


def test_standards_in_force_begin_with_everybodys() -> None:
    billing, service = make_department("Billing"), make_department("Service")
    make_standard(minutes=500)
    own = [make_standard(department=d) for d in (service, billing)]
    everybody = make_standard(minutes=60, at=MONDAY)
    assert queries.standards_in_force() == [everybody, own[1], own[0]]


def test_a_due_soon_promise_is_told_once_and_what_fell_due_is_not() -> None:
    cast = make_cast()
    promise, gone = make_promise(cast), make_promise(cast, due_at=MONDAY + HOUR)
    make_draft(cast)
    assert warning.warn_due(MONDAY + 7 * HOUR - HOUR / 60) == 0
    assert warning.warn_due(MONDAY + 7 * HOUR) == 1
    assert warning.warn_due(DUE) == 0
    promise.refresh_from_db()
    gone.refresh_from_db()
    assert (promise.warned_at, gone.warned_at) == (MONDAY + 7 * HOUR, None)


def test_a_sweep_costs_no_more_queries_for_a_large_batch_than_its_facts(
    django_assert_max_num_queries,
) -> None:
    cast = make_cast()
    for _ in range(20):
        make_promise(cast)
    # A savepoint twice, one to lock, one to change; writing a fact is at most three.
    with django_assert_max_num_queries(4 + 20 * 3):
        assert breaking.break_due(DUE + HOUR) == 20
    with django_assert_max_num_queries(8):
        assert breaking.break_due(DUE + HOUR) == 0


@pytest.mark.parametrize(
    ("index", "rows"),
    [
        ("promise_running", lambda: Promise.objects.overdue(DUE).by_deadline()[:500]),
        ("promise_to_warn", lambda: Promise.objects.in_time(DUE).filter(warned_at=None, warn_at__lte=DUE)),
        ("promise_owed", lambda: Promise.objects.owed().by_deadline()[:50]),
        ("promise_subject", lambda: queries.on(CASE)),
        ("clock_running", lambda: StandardClock.objects.watched().filter(due_at__lt=DUE).order_by("due_at")),
        ("clock_subject", lambda: StandardClock.objects.on(CASE)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_question_is_one_that_its_index_answers(index, rows) -> None:
    with connection.cursor() as cursor:
        # On a table without rows all indexes cost the same: only this one and the keys are left to choose from.
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname ~ '^(promise|clock)_'")
        for (rival,) in cursor.fetchall():
            if rival not in (index, "clock_once_a_subject"):
                cursor.execute(f"DROP INDEX {rival}")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert index in rows().explain()
