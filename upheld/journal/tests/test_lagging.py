"""The health page can say what holds the journal back, and who."""

from __future__ import annotations

import threading

import psycopg
from django.db import transaction

from upheld.cluster import Cluster
from upheld.cluster.creating import SUPERUSER
from upheld.journal import lagging, numbering, reading, writing
from upheld.journal.tests.makers import ADA, AT, CaseOpened, Somebody, ask, being_numbered, tell, until


def test_a_quiet_journal_has_no_lag(journal: str) -> None:
    tell(1)
    numbering.number(using=journal)
    found = reading.lag(using=journal)
    assert (found.last_position, found.unnumbered, found.oldest_written_at, found.held_by) == (1, 0, None, ())
    assert not found.is_numbering


def test_the_process_of_a_long_write_is_named_and_not_that_of_a_long_read(journal: str) -> None:
    pids: dict[str, int] = {}
    ready, may_end = threading.Barrier(3), threading.Event()

    def hold(who: str, first: str) -> None:
        with transaction.atomic(using=journal):
            ask(f"SET LOCAL application_name = '{who}'")
            ask(first)
            pids[who] = ask("SELECT pg_backend_pid()")[0]
            ready.wait(60)
            assert may_end.wait(60)

    writer = Somebody(lambda: hold("loader", "SELECT pg_current_xact_id()::text"))
    reader = Somebody(lambda: hold("report", "SELECT count(*) FROM journal_record"))
    ready.wait(60)
    tell(1, 2)
    assert numbering.number(using=journal) == 0
    found = reading.lag(using=journal)
    assert found.unnumbered == 2
    assert found.oldest_written_at is not None
    assert found.blocking_pids == (pids["loader"],)
    (holder,) = found.held_by
    assert (holder.program, holder.prepared, holder.doing) == ("loader", None, "idle in transaction")
    assert holder.since is not None
    may_end.set()
    writer.done()
    reader.done()
    assert numbering.number(using=journal) == 2
    assert reading.lag(using=journal).blocking_pids == ()


def test_a_transaction_in_another_database_of_the_cluster_is_named_too(journal: str, home: Cluster) -> None:
    with psycopg.connect(home.url("postgres", user=SUPERUSER)) as other:
        other.execute("SELECT pg_current_xact_id()")
        tell(1)
        assert numbering.number(using=journal) == 0
        found = reading.lag(using=journal)
        assert found.blocking_pids == (other.info.backend_pid,)
        assert found.held_by[0].database == "postgres"
    assert numbering.number(using=journal) == 1


def test_a_prepared_transaction_that_no_process_owns_is_named(journal: str) -> None:
    ask("BEGIN")
    ask("INSERT INTO read_by_eve VALUES (0)")
    ask("PREPARE TRANSACTION 'left behind'")
    tell(1)
    assert numbering.number(using=journal) == 0
    (holder,) = reading.lag(using=journal).held_by
    assert (holder.pid, holder.prepared) == (None, "left behind")
    assert reading.lag(using=journal).blocking_pids == ()
    ask("ROLLBACK PREPARED 'left behind'")
    assert numbering.number(using=journal) == 1


def test_readers_are_listed_with_what_they_have_not_read(journal: str) -> None:
    tell(1, 2, 3)
    numbering.number(using=journal)
    reading.follow("notices", lambda record: None, 1, using=journal)
    reading.follow("surveys", lambda record: None, using=journal)
    assert [(one.reader, one.position, one.behind) for one in reading.lag(using=journal).readers] == [
        ("notices", 1, 2),
        ("surveys", 3, 0),
    ]


def test_the_loop_is_seen_while_it_lives(journal: str) -> None:
    with being_numbered():
        until(lambda: reading.lag(using=journal).is_numbering)
        with transaction.atomic(using=journal):
            writing.write(CaseOpened(1), by=ADA, at=AT, using=journal)
        until(lambda: reading.lag(using=journal).last_position == 1)
    assert not reading.lag(using=journal).is_numbering


def test_a_number_of_32_bits_is_completed_near_the_present() -> None:
    present = 5 * 2**32 + 10
    assert lagging._whole(3, near=present) == 5 * 2**32 + 3
    assert lagging._whole(2**32 - 4, near=present) == 5 * 2**32 - 4
    assert lagging._whole(12, near=present) == present + 2
