"""Where the scenes play: today, the working days around it, and the people in them, by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from upheld.demo import clientele
from upheld.demo.clientele import Client
from upheld.demo.conversing import Conversation
from upheld.demo.desk import Desk
from upheld.demo.matters import Pledged
from upheld.demo.wording import Details
from upheld.promises import mending, renegotiating, withdrawing
from upheld.promises.models import Promise


class Scene(Conversation):
    """A conversation whose every word is written down: what happens at which moment around today."""

    def __init__(self, desk: Desk, client: Client, department: str, details: Details | None = None) -> None:
        super().__init__(desk, client, department)
        self.promised: list[Promise] = []
        if details is not None:
            self.details = details

    def then(self, at: datetime, deed: Any, *words: Any, **more: Any) -> None:
        """Plan one deed of the scene."""
        self.plan(at, partial(deed, *words, **more))

    def replies(
        self,
        body: str,
        pledges: list[tuple[Pledged, datetime]] | None = None,
        *,
        by: str = "owner",
        at: datetime,
    ) -> None:
        """One of us answers; the promises are remembered in their order."""
        self.answers(body, by=by, pledges=pledges or [], left=self._remember, at=at)

    def kept(self, number: int, what: str, *, in_full: bool = True, at: datetime) -> None:
        """The keeper of one of the scene's promises has done it."""
        self.keeps(self.promised[number], what, in_full=in_full, at=at)

    def moved(self, number: int, due_at: datetime, how: str, *, by: str, at: datetime) -> None:
        """The customer agreed to another date."""
        promise, who = self.promised[number], self.person(by).actor
        self.promised[number] = renegotiating.renegotiate(promise, due_at=due_at, how=how, by=who, at=at)
        self.desk.watch(self.promised[number])

    def taken_back(self, number: int, why: str, *, at: datetime) -> None:
        """The customer no longer wants it."""
        withdrawing.withdraw(self.promised[number], why=why, by=self.case.owner.actor, at=at)

    def put_right(self, number: int, what: str, *, at: datetime) -> None:
        """It was broken, and something else was done instead."""
        mending.make_good(self.promised[number], what=what, by=self.case.owner.actor, at=at)

    def _remember(self, promises: list[Promise], _at: datetime) -> None:
        self.promised += promises


class Stage:
    """Today as the office sees it, whatever day and hour it is."""

    def __init__(self, desk: Desk, now: datetime) -> None:
        self.desk = desk
        self.now = now
        self.hours = desk.house.hours["service"]
        self._clients = {client.name: client for client in clientele.others()}

    def client(self, name: str) -> Client:
        """Somebody by name."""
        return self._clients[name]

    def scene(self, client: Client, department: str = "service", details: Details | None = None) -> Scene:
        """A new scene with this customer."""
        return Scene(self.desk, client, department, details)

    def day(self, number: int, clock: str) -> datetime:
        """A time on the working day so many before (negative) or after today."""
        return self.hours.workday(self.now, number, clock)

    def ago(self, minutes: float) -> datetime:
        """So many minutes before now, whatever the hour."""
        return (self.now - timedelta(minutes=minutes)).replace(microsecond=0)

    def today_or_next(self, clock: str) -> datetime:
        """This time today, when today is a working day and it is still to come; else on the next working day."""
        today = self.hours.on(self.hours.local_day(self.now), clock)
        ahead = self.hours.works(self.hours.local_day(self.now)) and today > self.now + timedelta(minutes=40)
        return today if ahead else self.day(1, clock)

    def today_or_last(self, clock: str) -> datetime:
        """This time today, when today is a working day and it has passed; else on the last working day."""
        today = self.hours.on(self.hours.local_day(self.now), clock)
        return (
            today
            if self.hours.works(self.hours.local_day(self.now)) and today < self.ago(2)
            else self.day(-1, clock)
        )

    def in_an_hour(self) -> datetime:
        """An hour from now and a little, at a round five minutes."""
        moment = (self.now + timedelta(minutes=66)).replace(second=0, microsecond=0)
        return moment - timedelta(minutes=moment.minute % 5)
