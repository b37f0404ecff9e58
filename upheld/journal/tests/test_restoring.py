"""A journal that was dumped and restored into a younger cluster, where transactions have lower numbers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from upheld.cluster import Cluster
from upheld.cluster.creating import SUPERUSER
from upheld.journal import numbering, reading, sealing
from upheld.journal.models import Record
from upheld.journal.tests.makers import JOURNAL, RESTORED, ask, being_numbered, tell, told, until

FAR_AHEAD = 3_000


@pytest.fixture
def moved(journal: str, restored: str, home: Cluster, elsewhere: Cluster, tmp_path: Path) -> str:
    """Three facts numbered, of which "surveys" has read two, and three not yet; dumped and restored."""
    ask(f"DO $$ BEGIN FOR n IN 1..{FAR_AHEAD} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$")
    tell(1, 2, 3)
    numbering.number(using=JOURNAL)
    reading.follow("surveys", lambda record: None, 2, using=JOURNAL)
    tell(4, 5, 6)
    dump = tmp_path / "journal.dump"
    assert home.binaries is not None
    assert elsewhere.binaries is not None
    subprocess.run(
        [home.binaries.program("pg_dump"), "-Fc", "-f", dump, home.url(user=SUPERUSER)], check=True
    )
    subprocess.run(
        [elsewhere.binaries.program("pg_restore"), "--exit-on-error", "--no-owner",
         "-d", elsewhere.url("restored", user=SUPERUSER), dump], check=True
    )  # fmt: skip
    present = ask("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint", using=RESTORED)[0]
    assert all(xid > present for xid in ask("SELECT xid FROM journal_record", using=RESTORED))
    return restored


def read_all(alias: str) -> list[int]:
    seen: list[int] = []
    while reading.follow("surveys", lambda record: seen.append(record.data["case"]), 2, using=alias):
        pass
    return seen


def test_the_remainder_is_numbered_before_writers_start_and_all_goes_on(moved: str) -> None:
    assert numbering.after_restore(using=moved) == 3
    tell(7, 8, using=moved)
    assert numbering.number(using=moved) == 2
    assert told(moved) == [(case, case) for case in range(1, 9)]
    assert read_all(moved) == [3, 4, 5, 6, 7, 8]
    assert sealing.verify(using=moved) is None


def test_what_was_restored_comes_first_even_when_writers_did_not_wait(moved: str) -> None:
    tell(7, using=moved)
    with being_numbered(moved):
        tell(8, using=moved)
        until(lambda: not Record.objects.using(moved).filter(position__isnull=True).exists())
    assert told(moved) == [(case, case) for case in range(1, 9)]
    assert read_all(moved) == [3, 4, 5, 6, 7, 8]
    assert sealing.verify(using=moved) is None


def test_the_restored_database_keeps_its_facts_too(moved: str) -> None:
    with pytest.raises(Exception, match="keeps its facts"):
        ask("DELETE FROM journal_record", using=moved)
    assert sealing.verify(using=moved) is None


def test_a_second_restore_of_the_same_dump_numbers_the_same_way(moved: str) -> None:
    """Positions and seals of the remainder depend on the facts alone, not on when they are numbered."""
    numbering.after_restore(using=moved)
    numbering.number(using=JOURNAL)
    assert sealing.end(using=moved) == sealing.end(using=JOURNAL)
