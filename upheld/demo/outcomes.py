"""What becomes of a promise: kept, late, in part, moved by agreement, put right in another way, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from upheld.demo import wording
from upheld.demo.conversing import Conversation
from upheld.demo.matters import Pledged, phrases
from upheld.promises import mending, renegotiating, withdrawing
from upheld.promises.models import Promise

Settled = Callable[[datetime, bool], None]


class Outcome:
    """One promise on its way to its end; `settled` is told when it has come, and whether all went as promised."""

    def __init__(self, talk: Conversation, promise: Promise, pledged: Pledged, settled: Settled) -> None:
        self.talk = talk
        self.promise = promise
        self.pledged = pledged
        self.settled = settled
        self.rng = talk.rng

    def plan(self, card: str, made: datetime) -> None:
        """Let it go the way that the card says."""
        if card == "part" and not self.pledged.part:
            card = "late"
        ways = {
            "kept": self._plan_kept,
            "late": self._plan_late,
            "part": self._plan_part,
            "moved": self._plan_moved,
            "mended": self._plan_mended,
            "withdrawn": self._plan_withdrawn,
        }
        ways[card](made)

    def _plan_kept(self, made: datetime) -> None:
        done = self._between(made, self.promise.due_at, 0.35, 0.95)
        self.talk.plan(done, partial(self._keep))

    def _plan_late(self, made: datetime) -> None:
        hours, due = self.talk.hours, self.promise.due_at
        done = hours.after(due, self.rng.uniform(180, 1100))
        if self.rng.random() < 0.6:
            chased = hours.after(due, self.rng.uniform(30, 150))
            self.talk.plan(chased, partial(self._chase))
            if done > hours.after(chased, 120):
                self.talk.plan(hours.after(chased, 45), partial(self._say, phrases.CHASED))
        self.talk.plan(done, partial(self._keep_late))

    def _plan_part(self, made: datetime) -> None:
        done = self._between(made, self.promise.due_at, 0.6, 0.95)
        self.talk.plan(done, partial(self._keep_in_part))

    def _plan_moved(self, made: datetime) -> None:
        agreed = self._between(made, self.promise.due_at, 0.4, 0.8)
        self.talk.plan(agreed, partial(self._move))

    def _plan_mended(self, made: datetime) -> None:
        chased = self.talk.hours.after(self.promise.due_at, self.rng.uniform(40, 200))
        self.talk.plan(chased, partial(self._chase))
        self.talk.plan(self.talk.hours.after(chased, self.rng.uniform(90, 500)), partial(self._make_good))

    def _plan_withdrawn(self, made: datetime) -> None:
        asked = self._between(made, self.promise.due_at, 0.25, 0.6)
        self.talk.plan(asked, partial(self._withdraw_by_letter))

    def _keep(self, *, at: datetime) -> None:
        self.talk.keeps(self.promise, self.pledged.done, at=at)
        self.settled(at, True)

    def _keep_late(self, *, at: datetime) -> None:
        self.talk.keeps(self.promise, self.pledged.done, at=at)
        self._say(phrases.SORRY_LATE, at=at)
        self.settled(at, False)

    def _keep_in_part(self, *, at: datetime) -> None:
        self.talk.keeps(self.promise, self.pledged.part, in_full=False, at=at)
        self._say(phrases.SORRY_PART, done=self.pledged.part, at=at)
        self.settled(at, False)

    def _move(self, *, at: datetime) -> None:
        due = self.promise.due_at
        clock = due.astimezone(self.talk.hours.zone).strftime("%H:%M")
        later = self.talk.hours.due(due, self.rng.randrange(2, 5), clock)
        how, by = self.rng.choice(phrases.AGREED), self.talk.case.owner.actor
        self.promise = renegotiating.renegotiate(self.promise, due_at=later, how=how, by=by, at=at)
        self.talk.desk.watch(self.promise)
        done = self._between(max(at, due), later, 0.2, 0.9)
        self.talk.plan(done, partial(self._keep))

    def _make_good(self, *, at: datetime) -> None:
        what, by = self.rng.choice(phrases.MADE_GOOD), self.talk.case.owner.actor
        mending.make_good(self.promise, what=what, by=by, at=at)
        self.settled(at, False)

    def _withdraw_by_letter(self, *, at: datetime) -> None:
        self.talk.writes(self.rng.choice(phrases.of(phrases.WITHDRAWALS, self.talk.client.language)), at=at)
        after = self.talk.hours.after(at, self.rng.uniform(10, 60))
        self.talk.plan(after, partial(self._withdraw))

    def _withdraw(self, *, at: datetime) -> None:
        by = self.talk.case.owner.actor
        withdrawing.withdraw(self.promise, why="By letter: no longer needed.", by=by, at=at)
        self.settled(at, False)

    def _chase(self, *, at: datetime) -> None:
        words = self.rng.choice(phrases.of(phrases.CHASERS, self.talk.client.language))
        when = wording.spoken(self.promise.due_at, self.talk.client)
        self.talk.writes(words.format(when=when), at=at)

    def _say(self, bank: dict[str, str], done: str = "", *, at: datetime) -> None:
        words = bank[wording.ours(self.talk.client)]
        when = wording.spoken(self.promise.due_at, self.talk.client)
        done = self.talk.details.fill(done or self.pledged.done)
        self.talk.answers(words.format(when=when, done=done), at=at)

    def _between(self, start: datetime, end: datetime, least: float, most: float) -> datetime:
        return self.talk.hours.part_of(start, end, self.rng.uniform(least, most))
