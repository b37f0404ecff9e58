"""Taking back what was raised by mistake, and taking it up again. Nobody puts away what somebody else has found."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.findings import holding
from upheld.findings.facts import FindingDropped, FindingTakenUpAgain
from upheld.findings.models import Finding
from upheld.journal import writing
from upheld.people.models import Person
from upheld.refusals import Refusal


class NotForYouToDrop(Refusal):
    """Whoever raised it, or a manager, takes a finding back."""


class NotDropped(Refusal):
    """The finding was not taken back."""


@transaction.atomic
def drop(finding: Finding, *, by: Person, at: datetime) -> Finding:
    """It was a mistake: no list and no figure counts it any more."""
    finding = holding.held_open(finding)
    _refuse(finding, by)
    finding.dropped_at = at
    finding.save(update_fields=["dropped_at"])
    writing.write(FindingDropped(**finding.named), by=by.actor, at=at)
    return finding


@transaction.atomic
def undrop(finding: Finding, *, by: Person, at: datetime) -> Finding:
    """It was no mistake. It waits again, and is as old as before."""
    finding = holding.held(finding)
    if finding.dropped_at is None:
        raise NotDropped(_("This finding was not taken back."))
    _refuse(finding, by)
    finding.dropped_at = None
    finding.save(update_fields=["dropped_at"])
    writing.write(FindingTakenUpAgain(**finding.named), by=by.actor, at=at)
    return finding


def _refuse(finding: Finding, by: Person) -> None:
    if not finding.may_drop(by):
        raise NotForYouToDrop(
            _("%(who)s raised it: they or a manager take it back. Answer it instead.")
            % {"who": finding.raised_by.name}
        )
