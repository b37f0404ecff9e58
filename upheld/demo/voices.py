"""What customers say when they are asked: verdicts, expectation and what was received; and what the staff believe.

Who is asked, and who is not, the product decides as it always does. Only what they answer is ours to make up, and it
follows from how their case went: who had to ask again, or was promised what was not kept, stands low on the ladder.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from upheld.cases import closing
from upheld.cases.models import Case
from upheld.channels import sending
from upheld.demo import remarks
from upheld.demo.desk import Desk
from upheld.demo.learning import Learning
from upheld.people.models import Person
from upheld.promises.models import Promise
from upheld.refusals import Refusal
from upheld.surveys import answering, asking, bank, believing, following_up, linking, pairing
from upheld.surveys.models import AS_EXPECTED, Invitation, Kind, Verdict

PAIRS_SHARE = 0.3
_MORNING = "09:05"
_ANSWER = {Kind.VERDICT: 0.46, Kind.EXPECTATION: 0.55, Kind.PERCEPTION: 0.75}
"""How likely a customer answers what they are asked."""
_WELL, _BADLY, _DEARER = (0, 2, 26, 38, 24, 10), (30, 40, 24, 6, 0, 0), (12, 30, 40, 14, 4, 0)
"""How many of a hundred customers stand on each level, the lowest first."""
_DEARER_FOR = timedelta(days=35)
_ROUND = timedelta(days=75)
"""So long ago the staff were asked what they believe."""


class Voices:
    """Asking every working morning, and what comes back."""

    def __init__(self, desk: Desk, learning: Learning, prices_rise: datetime) -> None:
        self.desk = desk
        self.rng = desk.rng
        self.learning = learning
        self.prices_rise = prices_rise
        self.asked = 0

    def plan(self, start: datetime, now: datetime) -> None:
        """From the first morning to today's."""
        sven = self.desk.house.people["sven"].actor
        asking.set_up(
            verdicts=True, wait_hours=24, pairs_share=PAIRS_SHARE, by=sven, at=self.desk.timeline.now
        )
        hours, day = self.desk.house.hours["service"], start.date()
        while day <= now.date():
            if hours.works(day):
                self.desk.timeline.plan(hours.on(day, _MORNING), self._ask)
            day += timedelta(days=1)
        if start < now - _ROUND:
            self.desk.timeline.plan(now - _ROUND, self._ask_ourselves)

    def _ask(self, at: datetime) -> None:
        """What the keeper does: whoever may be asked is asked, and the letters leave."""
        asking.sweep(at)
        pairing.sweep(at)
        new = (
            Invitation.objects.filter(pk__gt=self.asked)
            .select_related("departure", "customer")
            .order_by("pk")
        )
        for invitation in new:
            self.asked = invitation.pk
            if invitation.departure is not None:
                sending.send(invitation.departure, at=at)
            if self.rng.random() < _ANSWER[Kind(invitation.kind)]:
                after = timedelta(seconds=self.rng.randrange(900, 260_000))
                self.desk.timeline.plan(at + after, partial(self._answer, invitation))

    def _answer(self, invitation: Invitation, at: datetime) -> None:
        word, by = linking.word_for(invitation), invitation.customer.actor
        if invitation.kind == Kind.VERDICT:
            case = self.desk.case(invitation.case_id or 0)
            level, words = self._verdict_on(case, at)
            verdict = answering.give_verdict(word, level=level, comment=words, by=by, at=at)
            self._after(verdict, at)
        else:
            answering.fill_in(word, scores=self._scores(invitation), by=by, at=at)

    def _verdict_on(self, case: Case, at: datetime) -> tuple[int, str]:
        """The level, and what is said about it: what went wrong decides, and what it costs."""
        chances = _BADLY if _went_badly(case) else _DEARER if self._dearer(at) else _WELL
        level = self.rng.choices(range(1, 7), chances)[0]
        if level < AS_EXPECTED:
            return level, self.learning.poor() if self.rng.random() < 0.8 else ""
        if level >= 5 and self.rng.random() < 0.45:
            return level, self.learning.glad()
        return level, self.rng.choice(remarks.MIDDLING) if self.rng.random() < 0.4 else ""

    def _dearer(self, at: datetime) -> bool:
        return timedelta() <= at - self.prices_rise <= _DEARER_FOR

    def _after(self, verdict: Verdict, at: datetime) -> None:
        self.learning.from_verdict(verdict, at)
        if hasattr(verdict, "follow_up"):
            hours = self.desk.house.hours_of(verdict.department)
            self.desk.timeline.plan(
                hours.after(at, self.rng.uniform(40, 460)), partial(self._follow_up, verdict)
            )

    def _follow_up(self, verdict: Verdict, at: datetime) -> None:
        follow_up = verdict.follow_up
        owner: Person = follow_up.owner
        following_up.conclude(follow_up, what=self.rng.choice(remarks.CONCLUDED), by=owner, at=at)
        hours = self.desk.house.hours_of(verdict.department)
        close = partial(self._close, verdict.case_id)
        self.desk.timeline.plan(hours.after(at, self.rng.uniform(20, 300)), close)

    def _close(self, case: int, at: datetime) -> None:
        found = self.desk.case(case)
        if found.is_open:
            try:
                closing.close(found, answer_needed=False, by=found.owner.actor, at=at)
            except Refusal:
                hours = self.desk.house.hours_of(found.department)
                self.desk.timeline.plan(hours.after(at, 200), partial(self._close, case))

    def _scores(self, invitation: Invitation) -> dict[str, int | None]:
        """Much is expected; less was received, of dates above all."""
        scores: dict[str, int | None] = {}
        for item in bank.items(invitation.bank or bank.SHORT):
            if self.rng.random() < 0.04:
                scores[item.key] = None
            elif invitation.kind == Kind.EXPECTATION:
                scores[item.key] = self.rng.choices(range(3, 8), (1, 4, 15, 40, 40))[0]
            else:
                weak = item.key in {"kept-date", "says-when", "history"}
                scores[item.key] = self.rng.choices(
                    range(2, 8), (6, 14, 26, 30, 18, 6) if weak else (1, 5, 14, 34, 32, 14)
                )[0]
        return scores

    def _ask_ourselves(self, at: datetime) -> None:
        """Everybody says what they believe customers would answer; most of us believe a little too well of us."""
        margarete = self.desk.house.people["margarete"].actor
        round_ = believing.open_round(closes_at=at + timedelta(days=10), by=margarete, at=at)
        for number, person in enumerate(self.desk.house.people.values(), start=1):
            moment = at + timedelta(hours=3 * number)
            ballot = believing.draw(round_, person=person, at=moment)
            scores: dict[str, int | None] = {
                item.key: self.rng.choices(range(4, 8), (6, 22, 44, 28))[0]
                for item in bank.items(round_.bank)
            }
            believing.cast(ballot, scores=scores, at=moment)
        self.desk.timeline.plan(at + timedelta(days=10), _closed)


def _closed(at: datetime) -> None:
    believing.sweep(at)


def _went_badly(case: Case) -> bool:
    broken = Promise.objects.filter(place__case=case, broken_at__isnull=False)
    return case.chasers.exists() or broken.exists()
