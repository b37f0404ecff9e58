"""Letting the customer know what came of what they said: a person's letter on their case, or a word spoken to them.

A letter tells when it has left, not when it was written: `following` marks it. Until then it can be taken back, and
what was taken back, or came back, has told nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.cases import replying
from upheld.cases.models import Case
from upheld.findings import holding
from upheld.findings.facts import FindingTold, FindingUntold
from upheld.findings.models import Finding
from upheld.journal import writing
from upheld.journal.facts import CLOCK, Actor
from upheld.people.models import Person
from upheld.refusals import Refusal


class NotAnswered(Refusal):
    """There is nothing to tell before somebody has said what changes."""


class NobodyToTell(Refusal):
    """The finding came from no customer."""


class AlreadyTold(Refusal):
    """The customer knows."""


class LetterOnItsWay(Refusal):
    """A letter that tells of it has been written."""


@transaction.atomic
def tell(
    finding: Finding,
    *,
    html: str,
    seen: int | None = None,
    delay: timedelta | None = None,
    by: Person,
    at: datetime,
) -> Finding:
    """Write the letter, on the case that the finding came from; a closed one stays closed and owes nothing.

    Refuses what an answer on that case refuses, too: no words, no mailbox, no address, news since `seen`.
    """
    finding, case = _to_tell(finding)
    message = replying.answer(case, html=html, seen=seen, delay=delay, by=by, at=at)
    finding.told_in = message
    finding.save(update_fields=["told_in"])
    return finding


@transaction.atomic
def told_by_voice(finding: Finding, *, by: Person, at: datetime) -> Finding:
    """Somebody spoke to the customer."""
    finding, _case = _to_tell(finding)
    finding.told_at = at
    finding.save(update_fields=["told_at"])
    writing.write(FindingTold(**finding.named, how="spoken", message=None), by=by.actor, at=at)
    return finding


def case_of(finding: Finding) -> Case | None:
    """The case on which the customer is told: the one it came from, or the one that this was joined with."""
    case = finding.case
    while case is not None and case.joined_into is not None:
        case = case.joined_into
    return case


def left(finding: Finding, *, by: Actor, at: datetime) -> Finding:
    """The letter has left: the customer has been told by it."""
    if finding.told_at is not None:
        return finding
    finding.told_at = at
    finding.save(update_fields=["told_at"])
    writing.write(FindingTold(**finding.named, how="letter", message=finding.told_in_id), by=by, at=at)
    return finding


def came_back(finding: Finding, *, at: datetime) -> Finding:
    """The letter did not arrive: nobody has been told, until it is sent again or another way is found."""
    if finding.told_at is None or finding.told_in_id is None:
        return finding
    finding.told_at = None
    finding.save(update_fields=["told_at"])
    writing.write(FindingUntold(**finding.named, message=finding.told_in_id), by=CLOCK, at=at)
    return finding


def settled(finding: Finding, *, by: Actor, at: datetime) -> Finding:
    """Somebody dealt with the lost letter in another way: they spoke to the customer."""
    finding.told_in = None
    finding.save(update_fields=["told_in"])
    if finding.told_at is None:
        finding.told_at = at
        finding.save(update_fields=["told_at"])
        writing.write(FindingTold(**finding.named, how="spoken", message=None), by=by, at=at)
    return finding


def taken_back(finding: Finding) -> Finding:
    """The letter was stopped before it left: it can be written anew."""
    finding.told_in = None
    finding.save(update_fields=["told_in"])
    return finding


def _to_tell(finding: Finding) -> tuple[Finding, Case]:
    finding = holding.held(finding)
    case = case_of(finding)
    if finding.answered_at is None:
        raise NotAnswered(_("Say what changes first: then there is something to tell."))
    if case is None:
        raise NobodyToTell(_("No customer said this: there is nobody to tell."))
    if finding.told_at is not None:
        raise AlreadyTold(_("The customer has been told already."))
    if finding.told_in_id is not None:
        raise LetterOnItsWay(_("A letter about it has been written. See what becomes of it on the case."))
    return finding, case
