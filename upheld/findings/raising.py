"""Writing down what was learnt: from a case, a customer's letter, a verdict, or a colleague's own mind."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.cases.models import Case, Message
from upheld.findings import dating
from upheld.findings.facts import FindingRaised
from upheld.findings.models import Finding
from upheld.journal import writing
from upheld.people.models import Department, Person
from upheld.refusals import Refusal
from upheld.surveys.models import Verdict

LONGEST = 4000
"""So much of a letter is taken over; the finding leads to the whole of it."""


class CannotRaise(Refusal):
    """Only somebody who works here writes down a finding."""


class NotTheirLetter(Refusal):
    """A finding comes from a customer's own letter."""


class OneSource(Refusal):
    """A finding comes from a letter or from a verdict, not from both."""


class NothingLearnt(Refusal):
    """A finding has words."""


class KindUnknown(Refusal):
    """A finding is an issue, an opportunity, a threat, an idea or praise."""


class NoDepartment(Refusal):
    """Say which department can put it right."""


class DepartmentIsClosed(Refusal):
    """This department takes nothing new."""


class AlreadyRaised(Refusal):
    """You have raised this already, and it waits for its answer."""

    def __init__(self, sentence: str, finding: Finding) -> None:
        super().__init__(sentence)
        self.finding = finding


@transaction.atomic
def raise_finding(
    *,
    kind: str = Finding.Kind.ISSUE,
    words: str = "",
    case: Case | None = None,
    message: Message | None = None,
    verdict: Verdict | None = None,
    department: Department | None = None,
    by: Person,
    at: datetime,
) -> Finding:
    """A finding with an owner and an answer date. Without words it has those of its letter or verdict.

    The case follows from the letter or the verdict, the department from the case unless it is given; when that one is
    closed by now, it is the first open one of whoever raises it.
    """
    # Two clicks at once come one by one; rows that only name this person need not wait.
    by = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    source = message or verdict
    case = source.case if source is not None else case
    department = department or (_department_for(case, by) if case else None)
    words = words.strip() or _words_of(case, message, verdict)
    _refuse(kind, words, message, verdict, department, by)
    _refuse_twice(words, case, message, verdict, by)
    assert department is not None
    finding = Finding.objects.create(
        kind=kind, words=words, case=case, message=message, verdict=verdict,
        customer=case.customer if case else None, raised_by=by, raised_at=at, department=department,
        owner=department.duty_owner, answer_by=dating.answer_date(department.calendar.as_clock(), at=at),
    )  # fmt: skip
    fact = FindingRaised(
        **finding.named, department=department.pk, owner=finding.owner_id, sort=finding.kind,
        source=_source(finding), answer_by_at=finding.answer_by.isoformat(),
    )  # fmt: skip
    writing.write(fact, by=by.actor, at=at)
    return finding


def _department_for(case: Case, by: Person) -> Department:
    if case.department.closed_at is None:
        return case.department
    return by.departments.filter(closed_at__isnull=True).order_by("pk").first() or case.department


def _refuse(
    kind: str,
    words: str,
    message: Message | None,
    verdict: Verdict | None,
    department: Department | None,
    by: Person,
) -> None:
    if not by.works_here:
        raise CannotRaise(_("Only somebody who works here writes down a finding."))
    if message is not None and verdict is not None:
        raise OneSource(_("A finding comes from a letter or from a verdict, not from both."))
    if message is not None and message.way != Message.Way.IN:
        raise NotTheirLetter(_("This letter is ours. A finding comes from what the customer wrote."))
    if kind not in Finding.Kind.values:
        raise KindUnknown(_("Choose what it is: an issue, an opportunity, a threat, an idea or praise."))
    if not words:
        raise NothingLearnt(_("Write what was learnt, in the words of whoever said it."))
    if department is None:
        raise NoDepartment(_("Choose the department that can put it right."))
    if department.closed_at is not None:
        raise DepartmentIsClosed(_("%(name)s takes nothing new. Choose another.") % {"name": department.name})


def _refuse_twice(
    words: str, case: Case | None, message: Message | None, verdict: Verdict | None, by: Person
) -> None:
    """A second click is the same finding; the same letter may well give another one in other words."""
    same = Finding.objects.unanswered().filter(raised_by=by, case=case, message=message, verdict=verdict)
    found = same.filter(words=words).first()
    if found is not None:
        raise AlreadyRaised(_("You have raised this already. It waits for its answer."), found)


def _words_of(case: Case | None, message: Message | None, verdict: Verdict | None) -> str:
    said = ""
    if message is not None:
        said = message.own_words.strip() or message.text.strip()
    elif verdict is not None:
        said = verdict.comment.strip()
    if not said and case is not None:
        subject = case.subject_line.strip()
        said = _("This should not have happened.") + (f" {subject}" if subject else "")
    return shortened(said)


def shortened(words: str) -> str:
    """As much of a long letter as a finding holds, cut between words."""
    if len(words) <= LONGEST:
        return words
    kept = words[: LONGEST - 2]
    return (kept.rsplit(maxsplit=1)[0] if " " in kept else kept) + " …"


def _source(finding: Finding) -> str:
    if finding.message_id:
        return "letter"
    if finding.verdict_id:
        return "verdict"
    return "case" if finding.case_id else "colleague"
