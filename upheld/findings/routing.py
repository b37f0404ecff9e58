"""Sending a finding where its cause can be put right."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.findings import dating, holding
from upheld.findings.facts import FindingRouted
from upheld.findings.models import Finding
from upheld.findings.raising import DepartmentIsClosed
from upheld.journal import writing
from upheld.people.models import Department, Person
from upheld.refusals import Refusal


class AlreadyThere(Refusal):
    """The finding is with this department already."""


@transaction.atomic
def route(finding: Finding, department: Department, *, by: Person, at: datetime) -> Finding:
    """To another department, whose duty owner owns it and whose days count from now. Its age does not begin anew."""
    finding = holding.held_open(finding)
    holding.refuse_others_to_correct(finding, by)
    if finding.department_id == department.pk:
        raise AlreadyThere(_("%(name)s has this finding already.") % {"name": department.name})
    if department.closed_at is not None:
        raise DepartmentIsClosed(_("%(name)s takes nothing new. Choose another.") % {"name": department.name})
    former, finding.department = finding.department_id, department
    finding.owner = department.duty_owner
    finding.answer_by = dating.answer_date(department.calendar.as_clock(), at=at)
    finding.save(update_fields=["department", "owner", "answer_by"])
    fact = FindingRouted(
        **finding.named, former=former, department=department.pk, owner=finding.owner_id,
        answer_by_at=finding.answer_by.isoformat(),
    )  # fmt: skip
    writing.write(fact, by=by.actor, at=at)
    return finding
