"""Who looks into a finding: always exactly one person of the house."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.findings import holding
from upheld.findings.facts import FindingHandedOver
from upheld.findings.models import Finding
from upheld.journal import writing
from upheld.journal.facts import CLOCK, Actor
from upheld.people.models import Person
from upheld.refusals import Refusal


class AlreadyTheOwner(Refusal):
    """This person owns the finding already."""


class CannotOwn(Refusal):
    """Somebody who works here owns a finding; administrators set up, and read nothing that customers say."""


@transaction.atomic
def hand_over(finding: Finding, *, to: Person, by: Person, at: datetime) -> Finding:
    """Another person looks into it from now on; the answer date stays."""
    finding = holding.held_open(finding)
    holding.refuse_others_to_answer(finding, by)
    return _give(finding, to, by=by.actor, at=at)


def hand_on(person: int, *, at: datetime) -> int:
    """What somebody held who no longer works here, or sets up from now on, goes to the department's duty owner."""
    holder = Person.objects.get(pk=person)
    if holder.works_here and not holder.only_sets_up:
        return 0
    handed = 0
    left = Finding.objects.unanswered().filter(owner=holder).select_related("department__duty_owner")
    for finding in left.order_by("pk").select_for_update(of=("self",)):
        to = finding.department.duty_owner
        if to.pk != person and to.works_here:
            _give(finding, to, by=CLOCK, at=at)
            handed += 1
    return handed


def _give(finding: Finding, to: Person, *, by: Actor, at: datetime) -> Finding:
    if finding.owner_id == to.pk:
        raise AlreadyTheOwner(_("%(who)s owns the finding already.") % {"who": to.name})
    if not to.works_here or to.only_sets_up:
        raise CannotOwn(_("Choose somebody who works here and reads what customers say."))
    former, finding.owner = finding.owner_id, to
    finding.save(update_fields=["owner"])
    fact = FindingHandedOver(**finding.named, former=former, owner=to.pk)
    writing.write(fact, by=by, at=at)
    return finding
