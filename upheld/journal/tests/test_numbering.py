"""Positions are dense, causes before effects, and nothing is ever put before a position that was given."""

from __future__ import annotations

import random
import threading
from time import sleep

import pytest
from django.db import connections, transaction

from upheld.journal import listening, numbering, reading, sealing, writing
from upheld.journal.models import Record
from upheld.journal.tests.makers import (
    ADA,
    AT,
    CaseOpened,
    Somebody,
    ask,
    being_numbered,
    tell,
    told,
    until,
)


def test_facts_are_numbered_from_one_without_gaps(journal: str) -> None:
    tell(1, 2, 3)
    assert numbering.number(using=journal) == 3
    tell(4)
    assert numbering.number(using=journal) == 1
    assert numbering.number(using=journal) == 0
    assert told() == [(1, 1), (2, 2), (3, 3), (4, 4)]


def fail_after_writing(alias: str) -> None:
    writing.write(CaseOpened(2), by=ADA, at=AT, using=alias)
    raise ZeroDivisionError


def test_a_transaction_that_failed_leaves_no_gap(journal: str) -> None:
    tell(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic(using=journal):
        fail_after_writing(journal)
    tell(3)
    numbering.number(using=journal)
    assert told() == [(1, 1), (2, 3)]


def test_a_batch_ends_at_its_limit_and_the_next_goes_on(journal: str) -> None:
    tell(*range(1, 6))
    assert [numbering.number(limit=2, using=journal) for _ in range(4)] == [2, 2, 1, 0]
    assert told() == [(n, n) for n in range(1, 6)]
    assert sealing.verify(using=journal) is None


def test_who_began_first_and_ends_last_is_waited_for(journal: str) -> None:
    """Ada's transaction begins, Bruno's begins and ends, Ada's ends: Bruno's fact waits for hers."""
    began, may_end = threading.Event(), threading.Event()

    def ada_writes_slowly() -> None:
        with transaction.atomic(using=journal):
            writing.write(CaseOpened(1), by=ADA, at=AT, using=journal)
            began.set()
            assert may_end.wait(60)

    ada = Somebody(ada_writes_slowly)
    assert began.wait(60)
    tell(2)
    assert numbering.number(using=journal) == 0
    may_end.set()
    ada.done()
    assert numbering.number(using=journal) == 2
    assert told() == [(1, 1), (2, 2)]


def test_who_locks_first_and_writes_last_is_waited_for_and_stands_after_its_cause(journal: str) -> None:
    """A transaction has its number from its first lock, long before its fact has an id; none is skipped for it."""
    ask("INSERT INTO read_by_eve VALUES (0)")
    locked, may_write = threading.Event(), threading.Event()

    def ada_locks_early() -> None:
        with transaction.atomic(using=journal):
            ask("SELECT 1 FROM read_by_eve FOR UPDATE")
            locked.set()
            assert may_write.wait(60)
            writing.write(CaseOpened(1), by=ADA, at=AT, using=journal)

    ada = Somebody(ada_locks_early)
    assert locked.wait(60)
    tell(2, 3)
    assert numbering.number(using=journal) == 0
    assert reading.follow("surveys", lambda record: None, using=journal) == 0
    may_write.set()
    ada.done()
    assert numbering.number(using=journal) == 3
    assert told() == [(1, 2), (2, 3), (3, 1)]
    seen: list[int] = []
    reading.follow("surveys", lambda record: seen.append(record.data["case"]), using=journal)
    assert seen == [2, 3, 1]


def test_somebody_who_only_reads_for_long_holds_nothing_back(journal: str) -> None:
    reading_on, may_end = threading.Event(), threading.Event()

    def eve_reads() -> None:
        with transaction.atomic(using=journal):
            ask("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            ask("SELECT count(*) FROM journal_record")
            reading_on.set()
            assert may_end.wait(60)

    eve = Somebody(eve_reads)
    assert reading_on.wait(60)
    tell(1)
    assert numbering.number(using=journal) == 1
    may_end.set()
    eve.done()


def test_many_writers_with_delays_are_each_read_once_in_dense_order(journal: str) -> None:
    writers, each = 6, 25

    def write_with_delays(writer: int) -> None:
        chance = random.Random(writer)
        for number in range(each):
            with transaction.atomic(using=journal):
                if chance.random() < 0.5:
                    ask("SELECT pg_current_xact_id()::text")  # early number, late fact
                    sleep(chance.random() / 100)
                writing.write(CaseOpened(writer * 1000 + number), by=ADA, at=AT, using=journal)
                sleep(chance.random() / 100)

    seen: list[tuple[int | None, int]] = []
    with being_numbered():
        crowd = [Somebody(lambda writer=writer: write_with_delays(writer)) for writer in range(writers)]
        while len(seen) < writers * each:
            assert (
                reading.follow(
                    "surveys",
                    lambda record: seen.append((record.position, record.data["case"])),
                    7,
                    using=journal,
                )
                or sleep(0.005) is None
            )
        for writer in crowd:
            writer.done()
    assert [position for position, _ in seen] == list(range(1, writers * each + 1))
    assert sorted(case for _, case in seen) == sorted(
        w * 1000 + n for w in range(writers) for n in range(each)
    )
    for writer in range(writers):
        assert [case for _, case in seen if case // 1000 == writer] == [
            writer * 1000 + n for n in range(each)
        ]
    assert sealing.verify(using=journal) is None


def test_the_loop_goes_on_when_its_session_is_ended_again_and_again(journal: str) -> None:
    stop = threading.Event()

    def write_on() -> None:
        number = 0
        while not stop.is_set():
            tell(number := number + 1)

    holder = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid::bigint = %s"
    killed: set[int] = set()
    with being_numbered():
        writer = Somebody(write_on)
        for _ in range(4):
            until(lambda: bool(set(ask(holder, [numbering.LOOP_LOCK >> 32])) - killed))
            for pid in set(ask(holder, [numbering.LOOP_LOCK >> 32])) - killed:
                ask("SELECT pg_terminate_backend(%s)", [pid])
                killed.add(pid)
        stop.set()
        writer.done()
        until(lambda: not Record.objects.using(journal).filter(position__isnull=True).exists())
    assert len(killed) >= 4
    assert [position for position, _ in told()] == list(range(1, Record.objects.using(journal).count() + 1))
    assert sealing.verify(using=journal) is None


def test_of_two_loops_one_works_and_the_other_takes_over(journal: str) -> None:
    stop_first, stop_second = threading.Event(), threading.Event()
    first = Somebody(lambda: numbering.run(stop_first, using=journal))
    until(lambda: reading.lag(using=journal).is_numbering)
    second = Somebody(lambda: numbering.run(stop_second, using=journal))
    tell(1, 2)
    until(lambda: len(told()) == 2)
    stop_first.set()
    first.done()
    tell(3)
    until(lambda: len(told()) == 3)
    stop_second.set()
    second.done()
    assert not reading.lag(using=journal).is_numbering


def test_the_loop_needs_no_sweep_while_there_is_news_or_somebody_holds_facts_back(
    journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering, "_SWEEP", 3600.0)
    began, may_end = threading.Event(), threading.Event()

    def ada_gives_up_without_a_word() -> None:
        with transaction.atomic(using=journal):
            ask("SELECT pg_current_xact_id()::text")
            began.set()
            assert may_end.wait(60)

    with being_numbered():
        until(lambda: reading.lag(using=journal).is_numbering)
        tell(1)
        until(lambda: told() == [(1, 1)])
        ada = Somebody(ada_gives_up_without_a_word)
        assert began.wait(60)
        tell(2)
        assert told() == [(1, 1)]
        may_end.set()
        ada.done()
        until(lambda: told() == [(1, 1), (2, 2)])
        monkeypatch.undo()
        tell(3)  # it is told to stop while it waits, and hears this


def test_several_who_number_at_once_take_turns(journal: str) -> None:
    start = threading.Barrier(4)
    tell(*range(1, 61))

    def number_all() -> None:
        start.wait(60)
        while numbering.number(limit=5, using=journal):
            pass

    for somebody in [Somebody(number_all) for _ in range(4)]:
        somebody.done()
    assert told() == [(n, n) for n in range(1, 61)]
    assert sealing.verify(using=journal) is None


def test_readers_are_woken_with_the_last_position(journal: str) -> None:
    listening.listen(numbering.NUMBERED, using=journal)
    Somebody(lambda: (tell(1, 2), numbering.number(using=journal))).done()
    assert [heard.payload for heard in listening.wait(20, using=journal)] == ["2"]


def test_numbering_in_somebody_elses_transaction_is_refused(journal: str) -> None:
    with pytest.raises(RuntimeError), transaction.atomic(using=journal):
        numbering.number(using=journal)
    assert numbering.number(using=journal) == 0


def test_after_a_restore_everything_is_numbered_whoever_is_running(journal: str) -> None:
    with transaction.atomic(using=journal):
        tell(1, 2)
        ask("SAVEPOINT before_numbering")
    began, may_end = threading.Event(), threading.Event()

    def bruno_writes_elsewhere() -> None:
        with transaction.atomic(using=journal):
            ask("SELECT pg_current_xact_id()::text")
            began.set()
            assert may_end.wait(60)
            writing.write(CaseOpened(9), by=ADA, at=AT, using=journal)

    bruno = Somebody(bruno_writes_elsewhere)
    assert began.wait(60)
    tell(3)
    assert numbering.after_restore(using=journal) == 3
    may_end.set()
    bruno.done()
    assert numbering.number(using=journal) == 1
    assert told() == [(1, 1), (2, 2), (3, 3), (4, 9)]
    assert numbering.after_restore(using=journal) == 0


def test_after_a_restore_nobody_may_be_writing_to_the_journal(
    journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering, "_PATIENCE", "50ms")
    wrote, may_end = threading.Event(), threading.Event()

    def ada_has_not_ended() -> None:
        with transaction.atomic(using=journal):
            tell(1)
            wrote.set()
            assert may_end.wait(60)

    ada = Somebody(ada_has_not_ended)
    assert wrote.wait(60)
    with pytest.raises(numbering.WritersAtWork):
        numbering.after_restore(using=journal)
    may_end.set()
    ada.done()
    assert numbering.after_restore(using=journal) == 1
    connections[journal].close()
