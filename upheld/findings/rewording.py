"""Putting a finding into better words, or calling it what it is, while nobody has answered it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.findings import holding
from upheld.findings.facts import FindingReworded
from upheld.findings.models import Finding
from upheld.findings.raising import KindUnknown, NothingLearnt
from upheld.journal import writing
from upheld.people.models import Person
from upheld.refusals import Refusal


class NothingChanged(Refusal):
    """It reads like this already."""


@transaction.atomic
def reword(finding: Finding, *, kind: str, words: str, by: Person, at: datetime) -> Finding:
    """Another kind, other words. The letter that it came from stays as it was written."""
    finding = holding.held_open(finding)
    holding.refuse_others_to_correct(finding, by)
    words = words.strip()
    if kind not in Finding.Kind.values:
        raise KindUnknown(_("Choose what it is: an issue, an opportunity, a threat, an idea or praise."))
    if not words:
        raise NothingLearnt(_("Write what was learnt, in the words of whoever said it."))
    if (finding.kind, finding.words) == (kind, words):
        raise NothingChanged(_("It reads like this already."))
    fact = FindingReworded(**finding.named, sort=kind, reworded=finding.words != words)
    finding.kind, finding.words = kind, words
    finding.save(update_fields=["kind", "words"])
    writing.write(fact, by=by.actor, at=at)
    return finding
