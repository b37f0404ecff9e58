"""Whom a fact concerns, and the page that it leads to: the people answerable today, not those of back then.

A case may have changed hands since. What somebody who has left would be told goes to whoever is on duty for their
department, so that it is told to somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from upheld.cases import facts as cases
from upheld.cases.models import Case, Message
from upheld.channels import facts as channels
from upheld.channels.models import Arrival
from upheld.findings import facts as findings
from upheld.findings.models import Finding
from upheld.journal.facts import Fact, Subject
from upheld.people.models import Department, Person
from upheld.promises import facts as promises
from upheld.promises.models import Promise
from upheld.surveys import facts as surveys
from upheld.surveys.models import FollowUp


@dataclass(frozen=True)
class Concern:
    """The people to tell, without doubles, and what they should look at."""

    people: tuple[Person, ...]
    subject: Subject


NOBODY: tuple[Person, ...] = ()


def concern(fact: Fact, *, at: datetime) -> Concern | None:
    """Whom this fact of the moment `at` concerns; None when nobody is told of it."""
    if isinstance(fact, cases.MessageReceived):
        return _wrote(fact, at)
    who = _WHO.get(type(fact))
    return who(fact) if who else None


def _keeper(fact: promises.PromiseFact) -> Concern | None:
    promise = _promise(fact)
    if promise is None or promise.keeper_id != fact.keeper:
        return None  # it has changed hands since, and that is told by its own fact
    return Concern((_here(promise.keeper, promise.department),), _on(promise))


def _keeper_and_owner(fact: promises.PromiseFact) -> Concern | None:
    promise = _promise(fact)
    if promise is None:
        return None
    people = (_here(promise.keeper, promise.department), *_owner_of(fact.subject_kind, fact.subject_id))
    return Concern(tuple(dict.fromkeys(people)), _on(promise))


def _waiting(fact: promises.ClockFact) -> Concern | None:
    return _case(fact.subject_id) if fact.subject_kind == "case" else None


def _opened(fact: cases.CaseOpened) -> Concern | None:
    first = Message.objects.filter(case=fact.case).order_by("pk").values_list("arrival__silent", flat=True)
    return None if first.first() else _case(fact.case)


def _wrote(fact: cases.MessageReceived, at: datetime) -> Concern | None:
    if fact.letter != "person":
        return None
    # Asked for by name: in a flood this is asked for every letter, and its words are long.
    written = Message.objects.filter(pk=fact.message).order_by()
    found = written.values_list("arrival__silent", "chaser", "case__opened_at").first()
    if found is None or found[0]:
        return None
    _silent, chaser, opened_at = found
    if chaser is not None:
        return None  # that they had to ask again is told, and in stronger words
    if opened_at == at and not Message.objects.filter(case=fact.case, pk__lt=fact.message).exists():
        return None  # the letter that opened the case is told with the case
    return _case(fact.case)


def _chased(fact: cases.CustomerChased) -> Concern | None:
    """The owner, and everyone who leads the department: a customer had to ask twice."""
    message = Message.objects.filter(pk=fact.message).select_related("arrival", "case__department").first()
    if message is None or _from_the_past(message):
        return None
    department = message.case.department
    leads = Person.objects.working_here().filter(role=Person.Role.LEAD, departments=department).order_by("pk")
    people = (*_owner_of("case", message.case_id), *leads)
    return Concern(tuple(dict.fromkeys(people)), message.case.subject) if people else None


def _new_owner(fact: cases.CaseHandedOver) -> Concern | None:
    return _case(fact.case) if Case.objects.filter(pk=fact.case, owner=fact.owner).exists() else None


def _owner(fact: cases.AnswerUndelivered) -> Concern | None:
    return _case(fact.case)


def _follow_up(fact: surveys.FollowUpOpened) -> Concern | None:
    return _case(fact.case) if FollowUp.objects.open().filter(pk=fact.follow_up).exists() else None


def _on_duty(fact: channels.LetterOpened) -> Concern | None:
    if fact.outcome != Arrival.Outcome.ATTENTION:
        return None
    arrival = (
        Arrival.objects.filter(pk=fact.arrival).select_related("mailbox__department__duty_owner").first()
    )
    if arrival is None or arrival.attended_at is not None:
        return None
    department = arrival.mailbox.department if arrival.mailbox else _first_department()
    return Concern((department.duty_owner,), arrival.subject) if department else None


def _finder(
    fact: findings.FindingRaised | findings.FindingRouted | findings.FindingHandedOver,
) -> Concern | None:
    finding = _finding(fact)
    if finding is None or finding.owner_id != fact.owner:
        return None  # it has gone on since, and that is told by its own fact
    return Concern((_here(finding.owner, finding.department),), finding.subject)


def _raiser(fact: findings.FindingAnswered) -> Concern | None:
    finding = _finding(fact)
    if finding is None:
        return None
    # Whoever raised it tells the customer; when they have left, the owner of the case does.
    people = (finding.raised_by,) if finding.raised_by.works_here else _owner_of("case", finding.case_id or 0)
    return Concern(people, finding.subject) if people else None


def _finding(fact: findings.FindingFact) -> Finding | None:
    standing = Finding.objects.standing().filter(pk=fact.finding)
    return standing.select_related("owner", "raised_by", "department__duty_owner").first()


def _case(key: int) -> Concern | None:
    people = _owner_of("case", key)
    return Concern(people, Subject("case", key)) if people else None


def _owner_of(kind: str, key: int) -> tuple[Person, ...]:
    if kind != "case":
        return NOBODY
    known = Case.objects.order_by().values_list("joined_into", "owner", "department")
    case = known.filter(pk=key).first()
    if case and case[0]:
        case = known.filter(pk=case[0]).first()
    if case is None:
        return NOBODY
    owner = Person.objects.get(pk=case[1])
    return (owner if owner.works_here else Department.objects.get(pk=case[2]).duty_owner,)


def _promise(fact: promises.PromiseFact) -> Promise | None:
    return Promise.objects.filter(pk=fact.promise).select_related("keeper", "department__duty_owner").first()


def _on(promise: Promise) -> Subject:
    return Subject("promise", promise.pk)


def _here(person: Person, department: Department) -> Person:
    return person if person.works_here else department.duty_owner


def _first_department() -> Department | None:
    return (
        Department.objects.filter(closed_at__isnull=True).select_related("duty_owner").order_by("pk").first()
    )


def _from_the_past(message: Message) -> bool:
    return message.arrival is not None and message.arrival.silent


_WHO: Mapping[type[Fact], Callable[..., Concern | None]] = {
    promises.PromiseMade: _keeper,
    promises.PromiseHandedOver: _keeper,
    promises.PromiseDueSoon: _keeper_and_owner,
    promises.PromiseBroken: _keeper_and_owner,
    promises.ClockDueSoon: _waiting,
    promises.ClockMissed: _waiting,
    cases.CaseOpened: _opened,
    cases.CustomerChased: _chased,
    cases.CaseHandedOver: _new_owner,
    cases.AnswerUndelivered: _owner,
    channels.LetterOpened: _on_duty,
    surveys.FollowUpOpened: _follow_up,
    findings.FindingRaised: _finder,
    findings.FindingRouted: _finder,
    findings.FindingHandedOver: _finder,
    findings.FindingAnswered: _raiser,
}
TOLD: tuple[type[Fact], ...] = (*_WHO, cases.MessageReceived)
"""The kinds of fact that anybody is told of."""
