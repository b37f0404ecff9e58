"""A finding's row, held for a verb, and the reasons for which every verb says no."""

from __future__ import annotations

from django.utils.translation import gettext as _

from upheld.findings.models import Finding
from upheld.people.models import Person
from upheld.refusals import Refusal


class AlreadyAnswered(Refusal):
    """The finding is answered."""


class WasDropped(Refusal):
    """The finding was raised by mistake and taken back."""


class NotYours(Refusal):
    """Its owner, its department and managers answer a finding; who raised it may correct it."""


def held(finding: Finding) -> Finding:
    """The row as it stands now, until the verb ends."""
    return Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)


def held_open(finding: Finding) -> Finding:
    """The same for a verb that wants it unanswered; refuses AlreadyAnswered and WasDropped."""
    finding = held(finding)
    if finding.answered_at is not None:
        raise AlreadyAnswered(_("This finding is answered already. Read what was said."))
    if finding.dropped_at is not None:
        raise WasDropped(_("This finding was taken back as a mistake. Take it up again first."))
    return finding


def refuse_others_to_answer(finding: Finding, by: Person) -> None:
    """The owner, the department's people and managers may go on; refuses NotYours to all others."""
    if not finding.may_answer(by):
        raise NotYours(
            _("%(department)s answers this one: its people, its owner %(owner)s or a manager.")
            % {"department": finding.department.name, "owner": finding.owner.name}
        )


def refuse_others_to_correct(finding: Finding, by: Person) -> None:
    """The same, and whoever raised it."""
    if not finding.may_correct(by):
        raise NotYours(_("Whoever raised it, its department, its owner or a manager corrects a finding."))
