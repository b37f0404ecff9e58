"""Whoever changes or removes a fact behind Upheld's back breaks the chain, and it is told where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest
from django.db import connections

from upheld.journal import numbering, sealing
from upheld.journal.models import ChainEnd, Record
from upheld.journal.tests.makers import ask, tell


@contextmanager
def behind_our_back(alias: str) -> Iterator[None]:
    """Somebody who owns the tables."""
    ask("ALTER TABLE journal_record DISABLE TRIGGER journal_record_is_kept", using=alias)
    try:
        yield
    finally:
        ask("ALTER TABLE journal_record ENABLE TRIGGER journal_record_is_kept", using=alias)


@pytest.fixture
def five(journal: str) -> str:
    """A journal with five numbered facts."""
    tell(*range(1, 6))
    numbering.number(using=journal)
    return journal


def test_an_untouched_chain_is_whole_from_anywhere(five: str) -> None:
    assert [sealing.verify(start, using=five) for start in range(6)] == [None] * 6
    assert sealing.verify(6, using=five) == 6


def test_an_empty_journal_is_whole(journal: str) -> None:
    assert sealing.verify(using=journal) is None
    assert sealing.end(using=journal) == (0, bytes(32))


def test_a_chain_longer_than_one_chunk_is_read_whole(five: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_CHUNK", 2)
    assert sealing.verify(using=five) is None
    with behind_our_back(five):
        ask("DELETE FROM journal_record WHERE position = 3")
    assert sealing.verify(using=five) == 3


@pytest.mark.parametrize(
    "change",
    [
        'data = \'{"case": 3, "customer": 8}\'',
        "at = at + interval '1 microsecond'",
        "written_at = written_at + interval '1 microsecond'",
        "by_id = 2",
        "by_kind = 'customer'",
        "kind = 'journal.CaseOpened/2'",
        "about = '{case:3}'",
        "xid = xid + 1",
        "id = 1003",
        "seal = sha256('anything')",
    ],
)
def test_an_altered_fact_breaks_the_chain_at_its_position(five: str, change: str) -> None:
    with behind_our_back(five):
        ask(f"UPDATE journal_record SET {change} WHERE position = 3")
    assert sealing.verify(using=five) == 3


@pytest.mark.parametrize("position", [1, 2, 3, 4, 5])
def test_a_removed_fact_breaks_the_chain_where_it_was_the_last_one_too(five: str, position: int) -> None:
    with behind_our_back(five):
        ask("DELETE FROM journal_record WHERE position = %s", [position])
    assert sealing.verify(using=five) == position


def test_all_facts_removed_is_noticed(five: str) -> None:
    ask("TRUNCATE journal_record")
    assert sealing.verify(using=five) == 1


def test_an_altered_fact_with_a_new_seal_breaks_the_chain_behind_it(five: str) -> None:
    record = Record.objects.using(five).get(position=3)
    before = Record.objects.using(five).get(position=2)
    record.by_id = 2
    with behind_our_back(five):
        seal = sealing.seal_of(bytes(before.seal or b""), record)
        ask("UPDATE journal_record SET by_id = 2, seal = %s WHERE position = 3", [seal])
    assert sealing.verify(using=five) == 4
    assert sealing.verify(3, using=five) == 4


def test_the_last_fact_altered_with_a_new_seal_does_not_match_the_chains_end(five: str) -> None:
    record = Record.objects.using(five).get(position=5)
    before = Record.objects.using(five).get(position=4)
    record.by_id = 2
    with behind_our_back(five):
        seal = sealing.seal_of(bytes(before.seal or b""), record)
        ask("UPDATE journal_record SET by_id = 2, seal = %s WHERE position = 5", [seal])
    assert sealing.verify(using=five) == 5


def test_two_facts_that_changed_places_break_the_chain(five: str) -> None:
    with behind_our_back(five):
        ask("UPDATE journal_record SET position = 99 WHERE position = 2")
        ask("UPDATE journal_record SET position = 2 WHERE position = 3")
        ask("UPDATE journal_record SET position = 3 WHERE position = 99")
    assert sealing.verify(using=five) == 2


def test_numbering_goes_on_behind_a_gap_and_the_gap_stays_to_be_seen(five: str) -> None:
    with behind_our_back(five):
        ask("DELETE FROM journal_record WHERE position >= 4")
    tell(6)
    assert numbering.number(using=five) == 1
    assert Record.objects.using(five).latest("position").position == 6
    assert sealing.verify(using=five) == 4


def test_numbering_goes_on_when_the_note_of_the_chains_end_is_lost(five: str) -> None:
    ChainEnd.objects.using(five).all().delete()
    assert sealing.verify(using=five) == 6
    tell(6)
    numbering.number(using=five)
    assert sealing.verify(using=five) is None


def test_a_seal_is_sha256_over_the_seal_before_and_canonical_json(five: str) -> None:
    first = Record.objects.using(five).get(position=1)
    written = first.written_at.isoformat(timespec="microseconds")
    text = (
        '{"about":["case:1","customer:7"],"at":"2026-03-02T09:00:00.000000+00:00","by_id":1,"by_kind":"staff",'
        f'"data":{{"case":1,"customer":7}},"id":{first.pk},"kind":"journal.CaseOpened/1","position":1,'
        f'"written_at":"{written}","xid":{first.xid}}}'
    )
    assert bytes(first.seal or b"") == sha256(bytes(32) + text.encode()).digest()


def test_the_time_zone_of_the_database_changes_nothing(five: str) -> None:
    (name,) = ask("SELECT current_database()")
    ask(f"ALTER DATABASE {name} SET timezone = 'Asia/Kathmandu'")
    try:
        connections[five].close()
        assert sealing.verify(using=five) is None
    finally:
        ask(f"ALTER DATABASE {name} RESET timezone")
