"""What happens elsewhere and means something for findings: read from the journal, after the fact.

A letter that tells of a finding left, came back or was stopped; a letter that a finding came from has a case of its own
now; somebody who owned findings left the company.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from upheld.findings import owning, telling
from upheld.findings.models import Finding
from upheld.journal import reading
from upheld.journal.facts import Actor, ActorKind
from upheld.journal.models import Record

READER = "findings"
SEPARATED = "cases.MessageSeparated/1"
_OF_PEOPLE = ("people.PersonLeft/1", "people.PersonChanged/1")


def follow(*, limit: int = 200) -> int:
    """Read on from the bookmark; returns how many facts were read."""
    return reading.follow(READER, handle, limit, kinds=[*_OF_PEOPLE, SEPARATED, *_OF_A_LETTER])


def handle(record: Record) -> None:
    """One fact. Handling it again changes nothing."""
    if record.kind in _OF_PEOPLE:
        owning.hand_on(record.data["person"], at=record.at)
    elif record.kind == SEPARATED:
        _moves(to_case=record.data["own_case"])
    elif record.kind in _OF_A_LETTER and record.data["subject_kind"] == "message":
        found = Finding.objects.select_for_update(of=("self",)).filter(told_in=record.data["subject_id"])
        for finding in found.select_related("told_in__author"):
            _OF_A_LETTER[record.kind](finding, record)


def _moves(*, to_case: int) -> None:
    """What a letter says goes with it: the customer is told on the case on which the letter is now."""
    moved = Finding.objects.filter(message__case=to_case).exclude(case=to_case)
    for finding in moved.select_for_update(of=("self",)).select_related("message__case"):
        if finding.message is not None:
            finding.case, finding.customer = finding.message.case, finding.message.case.customer
            finding.save(update_fields=["case", "customer"])


def _left(finding: Finding, record: Record) -> None:
    author = finding.told_in.author if finding.told_in else None
    telling.left(finding, by=author.actor if author else _actor(record), at=record.at)


def _came_back(finding: Finding, record: Record) -> None:
    telling.came_back(finding, at=record.at)


def _stopped(finding: Finding, record: Record) -> None:
    telling.taken_back(finding)


def _settled(finding: Finding, record: Record) -> None:
    telling.settled(finding, by=_actor(record), at=record.at)


def _actor(record: Record) -> Actor:
    return Actor(cast(ActorKind, record.by_kind), record.by_id)


_OF_A_LETTER: Mapping[str, Callable[[Finding, Record], None]] = {
    "channels.LetterLeft/1": _left,
    "channels.LetterFailed/1": _came_back,
    "channels.LetterHeld/1": _came_back,
    "channels.LetterBounced/1": _came_back,
    "channels.LetterCancelled/1": _stopped,
    "channels.LetterSettled/1": _settled,
}
