"""A reader reads each fact once, whatever happens to it, and never passes one over by itself."""

from __future__ import annotations

import logging
import threading

import pytest
from django.db import transaction

from upheld.journal import numbering, reading
from upheld.journal.models import Bookmark, Record
from upheld.journal.tests.makers import ADA, AT, JOURNAL, CaseOpened, Somebody, ask, tell

READER = "surveys"


def note(record: Record) -> None:
    """Do something that a rollback undoes."""
    ask("INSERT INTO read_by_eve VALUES (%s)", [record.position])


def noted() -> list[int]:
    return ask("SELECT position FROM read_by_eve ORDER BY ctid")


def numbered(*cases: int) -> None:
    tell(*cases)
    numbering.number(using=JOURNAL)


def test_a_reader_of_some_kinds_passes_the_others_and_counts_them(journal: str) -> None:
    tell(1, 2, 3)
    numbering.number(using=journal)
    seen: list[int] = []

    def note_it(record: Record) -> None:
        seen.append(record.data["case"])

    assert reading.follow(READER, note_it, 2, kinds=["people.PersonLeft/1"], using=journal) == 2
    assert reading.follow(READER, note_it, 2, kinds=[CaseOpened.kind], using=journal) == 1
    assert reading.follow(READER, note_it, 2, kinds=[CaseOpened.kind], using=journal) == 0
    assert seen == [3]


def test_each_fact_is_handed_over_once_in_order(journal: str) -> None:
    numbered(*range(1, 6))
    assert [reading.follow(READER, note, 2, using=journal) for _ in range(4)] == [2, 2, 1, 0]
    assert noted() == [1, 2, 3, 4, 5]


def test_two_readers_do_not_know_of_each_other(journal: str) -> None:
    numbered(1, 2)
    assert reading.follow(READER, note, using=journal) == 2
    assert reading.follow("notices", note, using=journal) == 2
    assert noted() == [1, 2, 1, 2]


def test_a_reader_that_finds_nothing_uses_no_transaction_number(journal: str) -> None:
    numbered(1)
    reading.follow(READER, note, using=journal)
    present = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    before = ask(present)
    assert reading.follow(READER, note, using=journal) == 0
    assert numbering.number(using=journal) == 0
    assert ask(present) == before


def test_a_fact_without_a_position_is_not_read(journal: str) -> None:
    tell(1)
    assert reading.follow(READER, note, using=journal) == 0


def test_reading_and_moving_the_bookmark_in_ones_own_transaction(journal: str) -> None:
    numbered(1, 2, 3)
    with transaction.atomic(using=journal):
        first, second = reading.read(READER, limit=2, using=journal)
        reading.advance(READER, to=second.position or 0, using=journal)
    assert (first.position, second.position) == (1, 2)
    with transaction.atomic(using=journal):
        assert [record.position for record in reading.read(READER, using=journal)] == [3]


def test_what_is_not_moved_is_read_again(journal: str) -> None:
    numbered(1)
    for _ in range(2):
        with transaction.atomic(using=journal):
            assert [record.position for record in reading.read(READER, using=journal)] == [1]


def test_a_bookmark_is_held_and_moved_in_a_transaction_only(journal: str) -> None:
    numbered(1)
    with pytest.raises(reading.OutsideTransaction):
        reading.read(READER, using=journal)
    with pytest.raises(reading.OutsideTransaction):
        reading.advance(READER, to=1, using=journal)


def test_a_bookmark_never_moves_back_nor_past_the_last_fact(journal: str) -> None:
    numbered(1, 2)
    tell(3)
    reading.follow(READER, note, using=journal)
    with transaction.atomic(using=journal):
        reading.advance(READER, to=2, using=journal)
    with pytest.raises(reading.BackwardsBookmark), transaction.atomic(using=journal):
        reading.advance(READER, to=1, using=journal)
    with pytest.raises(reading.NoSuchPosition), transaction.atomic(using=journal):
        reading.advance(READER, to=3, using=journal)
    assert Bookmark.objects.using(journal).get().position == 2


def test_a_reader_that_dies_before_its_commit_reads_the_facts_again(journal: str) -> None:
    numbered(1, 2, 3)
    died: list[int] = []

    def die_once_at_the_second(record: Record) -> None:
        note(record)
        if record.position == 2 and not died:
            died.append(2)
            ask("SELECT pg_terminate_backend(pg_backend_pid())")

    handed = 0
    while handed < 3:
        handed += reading.follow(READER, die_once_at_the_second, using=journal)
    assert died == [2]
    assert noted() == [1, 2, 3]
    assert reading.follow(READER, note, using=journal) == 0


def test_a_process_killed_between_the_work_and_the_commit_leaves_nothing_behind(journal: str) -> None:
    numbered(1, 2)

    class Killed(BaseException):
        """Nothing in `follow` may catch what ends the process."""

    def killed_at_the_second(record: Record) -> None:
        note(record)
        if record.position == 2:
            raise Killed

    with pytest.raises(Killed):
        reading.follow(READER, killed_at_the_second, using=journal)
    assert noted() == []
    assert reading.follow(READER, note, using=journal) == 2
    assert noted() == [1, 2]


def test_two_processes_of_one_reader_share_the_facts(journal: str) -> None:
    numbered(*range(1, 41))
    start = threading.Barrier(3)

    def read_all() -> None:
        start.wait(60)
        while reading.follow(READER, note, 3, using=journal):
            pass

    for somebody in [Somebody(read_all) for _ in range(3)]:
        somebody.done()
    assert noted() == list(range(1, 41))


def poison(position: int) -> reading.Handle:
    def handle(record: Record) -> None:
        note(record)
        if record.position == position:
            raise ValueError("Dora Harbour wrote something odd")

    return handle


def test_a_fact_that_a_reader_fails_on_stops_it_in_front_and_loudly(
    journal: str, caplog: pytest.LogCaptureFixture
) -> None:
    numbered(1, 2, 3, 4)
    with caplog.at_level(logging.ERROR):
        assert reading.follow(READER, poison(3), using=journal) == 2
    assert noted() == [1, 2]
    assert "surveys is stuck at the fact with position 3" in caplog.text
    assert reading.follow(READER, poison(3), using=journal) == 0
    (reader,) = reading.lag(using=journal).readers
    assert (reader.position, reader.behind, reader.stuck_at, reader.failures) == (2, 2, 3, 2)
    assert reader.trouble == "ValueError"
    assert reader.stuck_since is not None


def test_a_failure_that_passes_is_forgotten(journal: str) -> None:
    numbered(1, 2, 3)
    reading.follow(READER, poison(2), using=journal)
    assert reading.follow(READER, note, using=journal) == 2
    assert noted() == [1, 2, 3]
    (reader,) = reading.lag(using=journal).readers
    assert (reader.behind, reader.stuck_at, reader.failures, reader.trouble) == (0, None, 0, "")


def test_a_statement_that_the_database_refuses_is_isolated_like_any_failure(journal: str) -> None:
    numbered(1, 2, 3)

    def refused_at_the_second(record: Record) -> None:
        ask("INSERT INTO read_by_eve VALUES (%s)", [None if record.position == 2 else record.position])

    assert reading.follow(READER, refused_at_the_second, using=journal) == 1
    assert noted() == [1]
    assert reading.lag(using=journal).readers[0].trouble == "IntegrityError"


def test_somebody_may_decide_to_pass_over_a_fact_and_that_is_a_fact(journal: str) -> None:
    numbered(1, 2, 3)
    reading.follow(READER, poison(2), using=journal)
    reading.pass_over(READER, 2, by=ADA, at=AT, using=journal)
    assert reading.follow(READER, poison(2), using=journal) == 1
    assert noted() == [1, 3]
    decision = Record.objects.using(journal).latest("id")
    assert (decision.kind, decision.by_id) == ("journal.FactPassedOver/1", ADA.id)
    assert decision.data == {"reader": READER, "position": 2}


@pytest.mark.parametrize("position", [1, 3])
def test_only_the_fact_that_a_reader_is_stuck_at_may_be_passed_over(journal: str, position: int) -> None:
    numbered(1, 2, 3)
    reading.follow(READER, poison(2), using=journal)
    with pytest.raises(reading.NotStuck):
        reading.pass_over(READER, position, by=ADA, at=AT, using=journal)
    assert reading.follow(READER, note, using=journal) == 2


def test_following_inside_another_transaction_is_refused(journal: str) -> None:
    numbered(1)
    with pytest.raises(RuntimeError), transaction.atomic(using=journal):
        reading.follow(READER, note, using=journal)
    assert noted() == []
