"""What is learnt from it: findings from verdicts and from colleagues, most of them answered, some still waiting."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from upheld.demo import remarks
from upheld.demo.desk import UNDO, Desk
from upheld.demo.remarks import Remark
from upheld.findings import answering, raising, routing, telling
from upheld.findings.models import Finding
from upheld.people.models import Person
from upheld.refusals import Refusal
from upheld.surveys.models import AS_EXPECTED, Verdict

_RAISED = {"poor": 0.55, "glad": 0.5}
_STILL_WAITS = timedelta(days=45)
"""What nobody has answered yet is no older."""
_RAISERS = ("ada", "emil", "bruno", "noor", "greta")


class Learning:
    """Each remark is learnt from once; whoever says it again has it noted on their case."""

    def __init__(self, desk: Desk, now: datetime) -> None:
        self.desk = desk
        self.now = now
        self.rng = desk.rng
        self.known: set[str] = set()
        self.by_words = {one.words: one for one in (*remarks.POOR, *remarks.GLAD)}

    def poor(self) -> str:
        """What somebody says who was served below what they expected."""
        return self._next(remarks.POOR)

    def glad(self) -> str:
        """What somebody says who was served better than they hoped."""
        return self._next(remarks.GLAD)

    def plan(self, start: datetime, now: datetime) -> None:
        """What colleagues notice themselves, spread over the months."""
        step = (now - start) / (len(remarks.OURS) + 1)
        for number, remark in enumerate(remarks.OURS, start=1):
            moment = self.desk.house.hours["service"].opening(start + step * number)
            self.desk.timeline.plan(moment, partial(self._notice, remark, _RAISERS[number % len(_RAISERS)]))

    def from_verdict(self, verdict: Verdict, at: datetime) -> None:
        """Somebody reads it and sees what can be learnt."""
        remark = self.by_words.get(verdict.comment)
        way = "poor" if verdict.level < AS_EXPECTED else "glad"
        if remark is None or remark.words in self.known or self.rng.random() > _RAISED[way]:
            return
        self.known.add(remark.words)
        hours = self.desk.house.hours_of(verdict.department)
        self.desk.timeline.plan(
            hours.after(at, self.rng.uniform(30, 300)), partial(self._raise, remark, verdict)
        )

    def _next(self, these: tuple[Remark, ...]) -> str:
        """Rather something new; else what many say. What still waits for its answer was said lately."""
        lately = self.now - self.desk.timeline.now < _STILL_WAITS
        these = tuple(one for one in these if lately or one.answer or one.kind == Finding.Kind.PRAISE)
        fresh = [one.words for one in these if one.words not in self.known]
        return self.rng.choice(fresh or [one.words for one in these])

    def _raise(self, remark: Remark, verdict: Verdict, at: datetime) -> None:
        by: Person = self.desk.case(verdict.case_id).owner
        finding = raising.raise_finding(kind=remark.kind, words=remark.words, verdict=verdict, by=by, at=at)
        self._deal_with(finding, remark, by, at)

    def _notice(self, remark: Remark, who: str, at: datetime) -> None:
        by = self.desk.house.people[who]
        department = self.desk.house.departments[remark.department]
        finding = raising.raise_finding(
            kind=remark.kind, words=remark.words, department=department, by=by, at=at
        )
        self._deal_with(finding, remark, by, at)

    def _deal_with(self, finding: Finding, remark: Remark, by: Person, at: datetime) -> None:
        department = self.desk.house.departments[remark.department]
        if finding.department_id != department.pk:
            at += timedelta(minutes=3)
            finding = routing.route(finding, department, by=by, at=at)
        if remark.answer or remark.kind == Finding.Kind.PRAISE:
            hours = self.desk.house.hours_of(department)
            days = self.rng.uniform(1, 12)
            self.desk.timeline.plan(hours.after(at, days * 480), partial(self._answer, finding.pk, remark))

    def _answer(self, finding: int, remark: Remark, at: datetime) -> None:
        found = Finding.objects.select_related("owner", "customer").get(pk=finding)
        answering.answer(found, change=remark.change, answer=remark.answer, by=found.owner, at=at)
        speaks_english = found.customer is not None and found.customer.language in ("", "en")
        if remark.answer and speaks_english and self.rng.random() < 0.8:
            hours = self.desk.house.hours_of(found.department)
            self.desk.timeline.plan(
                hours.after(at, self.rng.uniform(20, 400)), partial(self._tell, finding, remark)
            )

    def _tell(self, finding: int, remark: Remark, at: datetime) -> None:
        found = Finding.objects.select_related("case__owner").get(pk=finding)
        case = telling.case_of(found)
        if case is None:
            return
        words = remarks.TOLD.format(words=remark.words, answer=remark.answer)
        html = "".join(f"<p>{part}</p>" for part in words.split("\n\n"))
        try:
            told = telling.tell(found, html=html, delay=UNDO, by=self.desk.case(case.pk).owner, at=at)
        except Refusal:
            return  # the case is spoken about at this moment: it is told there
        if told.told_in is not None:
            self.desk.leaves(told.told_in.pk, at + UNDO)
