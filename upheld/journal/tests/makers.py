"""Facts and writers for the journal's tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any, ClassVar

from django.db import connections, transaction

from upheld.journal import numbering, writing
from upheld.journal.facts import Actor, Fact, Names, Subject
from upheld.journal.models import Record

JOURNAL = "journal_of_its_own"
RESTORED = "journal_restored"
ADA = Actor("staff", 1)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class CaseOpened(Fact):
    """A case was opened for a customer."""

    kind: ClassVar[str] = "journal.CaseOpened/1"
    case: int
    customer: int = 7

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("customer", self.customer))

    def sentence(self, names: Names) -> str:
        return f"{names('case', self.case)} was opened."


def tell(*cases: int, using: str = JOURNAL) -> None:
    """Each case is opened in a transaction of its own."""
    for case in cases:
        with transaction.atomic(using=using):
            writing.write(CaseOpened(case), by=ADA, at=AT, using=using)


def told(using: str = JOURNAL) -> list[tuple[int, int]]:
    """Position and case of every numbered fact, in order."""
    numbered = Record.objects.using(using).filter(position__isnull=False).order_by("position")
    return [(record.position, record.data["case"]) for record in numbered]


def ask(question: str, values: list[Any] | None = None, *, using: str = JOURNAL) -> list[Any]:
    """What the database answers, as a list of its first column."""
    with connections[using].cursor() as cursor:
        cursor.execute(question, values)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def until(true: Callable[[], bool]) -> None:
    """Wait for something that must come; a test that waits here for long has failed."""
    give_up = monotonic() + 60
    while not true():
        assert monotonic() < give_up, "it never came"
        sleep(0.01)


class Somebody(threading.Thread):
    """Work in a thread with database connections of its own; `done()` waits and raises what went wrong."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._wrong: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._work()
        except BaseException as wrong:
            self._wrong = wrong
        finally:
            connections.close_all()

    def done(self) -> None:
        self.join(60)
        assert not self.is_alive(), "it never ended"
        if self._wrong:
            raise self._wrong


@contextmanager
def being_numbered(using: str = JOURNAL) -> Iterator[None]:
    """The numbering loop is at work meanwhile."""
    stop = threading.Event()
    loop = Somebody(lambda: numbering.run(stop, using=using))
    try:
        yield
    finally:
        stop.set()
        loop.done()
