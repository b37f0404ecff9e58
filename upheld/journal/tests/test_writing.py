"""Facts are written with what they tell, say no name, and are heard at once when they are true."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from django.db import DatabaseError, connections, transaction

from upheld.journal import listening, writing
from upheld.journal.facts import CLOCK, Actor, Fact, Subject
from upheld.journal.models import Record
from upheld.journal.tests.makers import ADA, AT, CaseOpened, Somebody, ask, tell


@dataclass(frozen=True)
class Said(Fact):
    """A fact that may hold anything, right or wrong."""

    kind: ClassVar[str] = "journal.Said/1"
    what: Any
    subjects: int = 1

    def about(self) -> tuple[Subject, ...]:
        return tuple(Subject("case", 1_000_000 + number) for number in range(self.subjects)) * 2


def test_a_fact_is_stored_with_who_and_when_and_no_position(journal: str) -> None:
    tell(4)
    record = Record.objects.using(journal).get()
    assert (record.kind, record.at, record.by_kind, record.by_id) == (CaseOpened.kind, AT, "staff", 1)
    assert (record.about, record.data) == (["case:4", "customer:7"], {"case": 4, "customer": 7})
    assert record.position is None
    assert record.xid > 0


def test_a_fact_outside_a_transaction_is_refused(journal: str) -> None:
    with pytest.raises(writing.NoTransaction):
        writing.write(CaseOpened(4), by=ADA, at=AT, using=journal)


def fail_after_writing(alias: str) -> None:
    writing.write(CaseOpened(4), by=CLOCK, at=AT, using=alias)
    raise ZeroDivisionError


def test_a_fact_of_a_transaction_that_failed_never_was(journal: str) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(using=journal):
        fail_after_writing(journal)
    assert not Record.objects.using(journal).exists()


@pytest.mark.parametrize(
    "words",
    [
        "Dora Harbour",
        "dora@harbour.example",
        "it broke\n",
        {"why": ["she was angry"]},
        {"a name": 1},
        "x" * 201,
    ],
)
def test_names_addresses_and_sentences_are_refused(journal: str, words: Any) -> None:
    with pytest.raises(writing.NotClosedWords), transaction.atomic(using=journal):
        writing.write(Said(words), by=ADA, at=AT, using=journal)


@pytest.mark.parametrize("value", [AT, b"bytes", {1, 2}])
def test_what_is_not_json_is_refused_by_its_name(journal: str, value: Any) -> None:
    with (
        pytest.raises(writing.NotClosedWords, match="Said/1 what"),
        transaction.atomic(using=journal),
    ):
        writing.write(Said(value), by=ADA, at=AT, using=journal)


@pytest.mark.parametrize(
    "value", ["in_full", "Europe/Berlin", AT.isoformat(), None, 4, True, ["a", {"b": 1}], "sha256:ab+/=", ""]
)
def test_ids_instants_and_closed_words_are_written(journal: str, value: Any) -> None:
    with transaction.atomic(using=journal):
        writing.write(Said(value), by=ADA, at=AT, using=journal)
    assert Record.objects.using(journal).get().data["what"] == value


@pytest.mark.parametrize("who", [Actor("clock", 1), Actor("staff"), Actor("nobody", 1)])  # type: ignore[arg-type]
def test_somebody_unknown_is_refused_by_the_database(journal: str, who: Actor) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(using=journal):
        writing.write(CaseOpened(4), by=who, at=AT, using=journal)


def test_news_is_heard_when_the_transaction_ends_and_holds_ids_only(journal: str) -> None:
    listening.listen(writing.NEWS, using=journal)
    with transaction.atomic(using=journal):
        record = writing.write(CaseOpened(4), by=ADA, at=AT, using=journal)
    (heard,) = listening.wait(20, using=journal)
    assert json.loads(heard.payload) == {
        "id": record.pk, "kind": CaseOpened.kind, "about": ["case:4", "customer:7"]
    }  # fmt: skip


def test_a_fact_about_hundreds_of_things_is_written_and_heard_too(journal: str) -> None:
    listening.listen(writing.NEWS, using=journal)
    with transaction.atomic(using=journal):
        writing.write(Said("merged", subjects=900), by=ADA, at=AT, using=journal)
    (heard,) = listening.wait(20, using=journal)
    assert json.loads(heard.payload)["about"] == []
    assert len(Record.objects.using(journal).get().about) == 900


def test_facts_written_together_are_stored_and_heard_in_their_order_with_one_statement(
    journal: str, django_assert_num_queries: Any
) -> None:
    listening.listen(writing.NEWS, using=journal)
    with (
        transaction.atomic(using=journal),
        django_assert_num_queries(1, connection=connections[journal]),
        writing.together(),
    ):
        first = writing.write(CaseOpened(9), by=ADA, at=AT, using=journal)
        with writing.together():
            others = [writing.write(CaseOpened(n), by=CLOCK, at=AT, using=journal) for n in range(3)]
        assert first.pk is None
    stored = list(Record.objects.using(journal).order_by("id"))
    assert [one.data["case"] for one in stored] == [9, 0, 1, 2]
    assert [one.pk for one in stored] == [one.pk for one in (first, *others)]
    heard: list[Any] = []
    while len(heard) < 4:
        heard += listening.wait(20, using=journal)
    assert [json.loads(one.payload)["id"] for one in heard] == [one.pk for one in stored]


def test_of_facts_written_together_an_error_leaves_none(journal: str) -> None:
    with transaction.atomic(using=journal):
        with pytest.raises(ZeroDivisionError), writing.together():
            fail_after_writing(journal)
        writing.write(CaseOpened(5), by=ADA, at=AT, using=journal)
    assert [one.data["case"] for one in Record.objects.using(journal)] == [5]


def test_facts_written_together_are_refused_when_their_transaction_is_over(journal: str) -> None:
    with pytest.raises(writing.NoTransaction), writing.together(), transaction.atomic(using=journal):
        writing.write(CaseOpened(4), by=ADA, at=AT, using=journal)


def test_waiting_ends_when_its_time_is_over_and_hears_what_came_meanwhile(journal: str) -> None:
    listening.listen(writing.NEWS, using=journal)
    assert listening.wait(0.01, using=journal) == []
    Somebody(lambda: tell(1, 2, 3)).done()
    heard: list[Any] = []
    while len(heard) < 3:
        heard += listening.wait(20, using=journal)
    assert [json.loads(one.payload)["about"][0] for one in heard] == ["case:1", "case:2", "case:3"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal_record SET at = at - interval '1 day'",
        'UPDATE journal_record SET data = \'{"case": 5, "customer": 7}\'',
        "UPDATE journal_record SET position = 1, seal = 'x', by_id = 2",
        "UPDATE journal_record SET position = 1, seal = 'x', data = '{\"case\": 4.0, \"customer\": 7}'",
        "DELETE FROM journal_record",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_fact(journal: str, change: str) -> None:
    tell(4)
    with pytest.raises(DatabaseError, match="keeps its facts"), connections[journal].cursor() as cursor:
        cursor.execute(change)
    assert ask("SELECT data FROM journal_record WHERE position IS NULL") == ['{"case": 4, "customer": 7}']


def test_the_database_lets_a_fact_be_numbered_once(journal: str) -> None:
    tell(4)
    ask("UPDATE journal_record SET position = 1, seal = 'x'")
    for again in ("position = 2, seal = 'y'", "position = NULL, seal = NULL", "seal = 'y'"):
        with pytest.raises(DatabaseError, match="keeps its facts"):
            ask(f"UPDATE journal_record SET {again}")
