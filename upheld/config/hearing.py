"""Hearing the journal's news and handing each listener what they may know.

Facts that were committed in the same moment are looked up together, and for each person who listens one question is
asked of the cases' own rule about who sees what.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import psycopg
from django.db import close_old_connections
from procrastinate.contrib.django.utils import connector_params
from psycopg import sql

from upheld.cases.models import Case
from upheld.journal.models import Record
from upheld.journal.writing import NEWS
from upheld.people.models import Person

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_MOMENT = 0.1  # seconds in which facts are gathered
_SILENCE = 20.0  # after which the database is asked whether it is still there
_AGAIN = 1.0
_BACKLOG = 200  # events for a page that does not read them
_ORM = ThreadPoolExecutor(max_workers=1, thread_name_prefix="news")  # one thread, one connection


class Full(Exception):
    """This page does not read its news: the line is ended, and the page comes again."""


@dataclass(frozen=True)
class Heard:
    """One fact as it was announced."""

    id: int
    kind: str
    cases: tuple[int, ...]


class Listener:
    """One open page."""

    def __init__(self, person: int) -> None:
        self.person = person
        self._events: asyncio.Queue[str] = asyncio.Queue(_BACKLOG)
        self._over = False

    def tell(self, event: str) -> None:
        """Hand over an event."""
        try:
            self._events.put_nowait(event)
        except asyncio.QueueFull:
            self._over = True

    def end(self) -> None:
        """This person may listen no longer."""
        self._over = True
        self.tell("")

    async def next(self) -> str:
        """The next event; raises Full when too many were not fetched."""
        event = await self._events.get()
        if self._over:
            raise Full
        return event


class News:
    """Everybody who listens."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    @contextlib.contextmanager
    def listening(self, person: int) -> Iterator[Listener]:
        """A listener for as long as the block lasts."""
        listener = Listener(person)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def tell_all(self, data: dict[str, Any]) -> None:
        """The same to everybody."""
        for listener in list(self._listeners):
            listener.tell(event_of(data))

    async def pass_on(self, heard: list[Heard]) -> None:
        """Each listener what they may know of these facts."""
        people = {listener.person for listener in self._listeners}
        if not people:
            return
        known = await _in_thread(_known_to, people, heard)
        for listener in list(self._listeners):
            events = known.get(listener.person)
            if events is None:
                listener.end()
            for data in events or ():
                listener.tell(event_of(data))


def event_of(data: dict[str, Any]) -> str:
    """A server-sent event."""
    return f"event: news\ndata: {json.dumps(data)}\n\n"


async def may_listen(person: int) -> bool:
    """Whether this person works here."""
    return await _in_thread(lambda: Person.objects.working_here().filter(pk=person).exists())


async def hear(news: News) -> None:
    """Listen to the database for ever; when it goes away, come back to it and tell everybody that news was missed."""
    first = True
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True) as line:
                await line.execute(sql.SQL("LISTEN {}").format(sql.Identifier(NEWS)))
                if not first:
                    news.tell_all({"kind": "missed"})
                first = False
                await _listen(line, news)
        except psycopg.Error as no:
            log.warning("the live news does not hear the database (%s)", type(no).__name__)
        except Exception:
            log.exception("live news was interrupted")
        first = False
        await asyncio.sleep(_AGAIN)


async def _listen(line: psycopg.AsyncConnection[Any], news: News) -> None:
    while True:
        told = [one async for one in line.notifies(timeout=_SILENCE, stop_after=1)]
        if not told:
            await line.execute("SELECT 1")  # a line that was cut is silent too
            continue
        told += [one async for one in line.notifies(timeout=_MOMENT)]
        await news.pass_on([heard_in(one.payload) for one in told])


def heard_in(payload: str) -> Heard:
    """What the journal announced."""
    data = json.loads(payload)
    subjects = [subject.partition(":") for subject in data["about"]]
    return Heard(
        data["id"], data["kind"], tuple(int(number) for kind, _, number in subjects if kind == "case")
    )


def _known_to(people: set[int], heard: list[Heard]) -> dict[int, list[dict[str, Any]]]:
    """For each of these people who still works here, the events to send. What they did themselves is quiet."""
    authors = dict(
        Record.objects.filter(pk__in=[one.id for one in heard], by_kind="staff").values_list("pk", "by_id")
    )
    about = {case for one in heard for case in one.cases}
    known: dict[int, list[dict[str, Any]]] = {}
    for person in Person.objects.working_here().filter(pk__in=people):
        seen = (
            set(Case.objects.visible_to(person).filter(pk__in=about).values_list("pk", flat=True))
            if about
            else set()
        )
        known[person.pk] = [
            event for one in heard for event in _events(one, person.pk, seen, authors.get(one.id))
        ]
    return known


def _events(one: Heard, person: int, seen: set[int], author: int | None) -> Iterator[dict[str, Any]]:
    quiet = {"quiet": True} if author == person else {}
    if not one.cases:
        yield {"kind": one.kind, "quiet": True}
    for case in one.cases:
        if case in seen:
            yield {"kind": one.kind, "case": case, **quiet}


async def _in_thread(ask: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    def asked() -> T:
        close_old_connections()
        return ask(*arguments, **named)

    return await asyncio.get_running_loop().run_in_executor(_ORM, asked)
