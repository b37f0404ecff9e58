"""The story of one ordinary case: a letter, an answer with a promise, what became of it, thanks, and the closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from upheld.demo import wording
from upheld.demo.clientele import Client
from upheld.demo.conversing import Conversation
from upheld.demo.decks import Deck
from upheld.demo.desk import Desk
from upheld.demo.matters import Matter, phrases
from upheld.demo.outcomes import Outcome
from upheld.promises.models import Promise

_WITHDRAWN = 0.02
_ASKED = 0.08
_THANKED = 0.3
_AGENTS = {"service": ("ada", "emil"), "billing": ("henrik",), "repairs": ("noor",), "sales": ("leo",)}


@dataclass(frozen=True)
class Chances:
    """The decks that all stories draw from."""

    answers: Deck
    promises: Deck


class Story:
    """Each step plans the next; what lies beyond today stays undone, and that is what stands open in the demo."""

    def __init__(self, desk: Desk, chances: Chances, client: Client, matter: Matter) -> None:
        self.talk = Conversation(desk, client, matter.department)
        self.rng = desk.rng
        self.chances = chances
        self.matter = matter
        self.owed = 0
        self.well = True

    def begin(self, at: datetime) -> None:
        """The customer writes; somebody is going to answer within the standard, or a little after it."""
        talk, matter = self.talk, self.matter
        files = [wording.photo(talk.details, self.rng)] if matter.photo and self.rng.random() < 0.7 else []
        way = "form" if not files and self.rng.random() < 0.1 else "imap"
        talk.opens(
            self.rng.choice(matter.subjects), self.rng.choice(matter.letters), files=files, way=way, at=at
        )
        wait = self._wait()
        if self.rng.random() < (0.05 if talk.hours.is_open(at) else 0.6):
            # What came at night is the lead's, who deals it out in the morning.
            to = self.rng.choice(_AGENTS[matter.department])
            talk.plan(self._after(at, wait * 0.4), partial(talk.goes_to, to, by="owner"))
        if self.rng.random() < 0.25:
            words = self.rng.choice((matter.note, *phrases.NOTES) if matter.note else phrases.NOTES)
            talk.plan(self._after(at, wait * 0.7), partial(talk.notes, words))
        talk.plan(self._after(at, wait * 0.3), partial(talk.is_read))
        asks = bool(matter.pledges) and self.rng.random() < _ASKED
        talk.plan(self._after(at, wait), partial(self._ask if asks else self._answer))

    def _wait(self) -> float:
        """Business minutes until the first answer."""
        allowed = 480 if self.matter.department == "billing" else 240
        if self.chances.answers.draw() == "late":
            return allowed + self.rng.uniform(12, 200)
        return max(6.0, min(self.rng.lognormvariate(4.2, 0.75), allowed * 0.92))

    def _answer(self, *, at: datetime) -> None:
        hours, matter = self.talk.hours, self.matter
        pledges = [(one, hours.due(at, one.days + self._slack(), one.clock)) for one in matter.pledges]
        sheets = [matter.paper] if matter.paper == "return-label" else []
        self.talk.answers(matter.answer, pledges=pledges, sheets=sheets, left=self._promised, at=at)

    def _slack(self) -> int:
        return 1 if self.rng.random() < 0.2 else 0

    def _promised(self, promises: list[Promise], at: datetime) -> None:
        self.owed = len(promises)
        if not promises:
            self._thank_and_close(at, wait=self.rng.uniform(60, 600), glad=True)
        for promise, pledged in zip(promises, self.matter.pledges, strict=True):
            card = "withdrawn" if self.rng.random() < _WITHDRAWN else self.chances.promises.draw()
            Outcome(self.talk, promise, pledged, self._settled).plan(card, at)

    def _settled(self, at: datetime, well: bool) -> None:
        self.owed -= 1
        self.well = self.well and well
        if self.owed:
            return
        if self.well and self.matter.outcome and self.rng.random() < 0.6:
            told = self._after(at, self.rng.uniform(4, 60))
            self.talk.plan(told, partial(self._tell))
        self._thank_and_close(at, wait=self.rng.uniform(70, 420), glad=self.well)

    def _tell(self, *, at: datetime) -> None:
        sheets = [self.matter.paper] if self.matter.paper not in {"", "return-label"} else []
        self.talk.answers(self.matter.outcome, sheets=sheets, at=at)

    def _thank_and_close(self, at: datetime, *, wait: float, glad: bool) -> None:
        self.talk.plan(self._after(at, wait), partial(self._close))
        if glad and self.rng.random() < _THANKED:
            thanked = at + timedelta(seconds=self.rng.randrange(1_800, 90_000))
            self.talk.plan(thanked, partial(self._thank))

    def _close(self, *, at: datetime) -> None:
        self.talk.closes(at)

    def _thank(self, *, at: datetime) -> None:
        self.talk.writes(self.rng.choice(phrases.of(phrases.THANKS, self.talk.client.language)), at=at)
        self.talk.plan(self._after(at, self.rng.uniform(15, 200)), partial(self._close))

    def _ask(self, *, at: datetime) -> None:
        """Without a fact we can promise nothing: we ask, and most customers answer within days."""
        self.talk.answers(phrases.ASKING[wording.ours(self.talk.client)], at=at)
        if self.rng.random() < 0.85:
            self.talk.plan(at + timedelta(seconds=self.rng.randrange(10_000, 250_000)), partial(self._told))
        else:
            self.talk.plan(self._after(at, 480 * 4), partial(self._close))

    def _told(self, *, at: datetime) -> None:
        if not self.talk.is_open:
            return
        words = self.rng.choice(phrases.of(phrases.ANSWERS, self.talk.client.language))
        self.talk.writes(self.talk.details.fill(words), at=at)
        self.talk.plan(self._after(at, self.rng.uniform(15, 200)), partial(self._answer))

    def _after(self, at: datetime, minutes: float) -> datetime:
        return self.talk.hours.after(at, max(2.0, minutes))
