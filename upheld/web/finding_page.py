"""What stands on a finding's page: who and by when, whether the customer knows, and what happened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from upheld.cases import queries as cases
from upheld.cases import replying
from upheld.cases.models import Case
from upheld.findings import telling, wording
from upheld.findings.models import Finding
from upheld.journal import queries as journal
from upheld.journal.facts import restore
from upheld.people.models import Company
from upheld.web import delivery, moments
from upheld.web.doors import StaffRequest
from upheld.web.facts import FACTS
from upheld.web.naming import names_for


def case_seen(request: StaffRequest, found: Finding) -> Case | None:
    """The case that it came from, if this viewer may open it."""
    case = telling.case_of(found)
    return cases.case_for(request.person, case.number) if case else None


def facts(request: StaffRequest, found: Finding, zone: str) -> list[tuple[str, str]]:
    """Whose it is and by when, as names and values; empty values are left out."""
    at = request.at
    due = moments.when(found.answer_by, at=at, zone=zone)
    if found.is_open:
        due = f"{due}, {moments.distance(found.answer_by, at=at)}"
    raised = moments.when(found.raised_at, at=at, zone=zone)
    answered = moments.when(found.answered_at, at=at, zone=zone) if found.answered_at else ""
    return [
        (_("Customer"), found.customer.name if found.customer else ""),
        (_("Raised by"), _("%(who)s, %(when)s") % {"who": found.raised_by.name, "when": raised}),
        (_("Department"), found.department.name),
        (_("Owner"), found.owner.name),
        (_("Answer by"), due),
        (
            _("Answered by"),
            _("%(who)s, %(when)s") % {"who": found.answered_by.name, "when": answered}
            if found.answered_by
            else "",
        ),
    ]


def told(
    request: StaffRequest,
    found: Finding,
    case: Case | None,
    company: Company,
    zone: str,
    *,
    typed: str,
    trouble: str,
) -> dict[str, Any]:
    """Whether the customer knows, and the letter by which they may learn it."""
    if found.told_at:
        when = moments.when(found.told_at, at=request.at, zone=zone)
        return {"state": "told", "words": _("The customer was told %(when)s.") % {"when": when}}
    if found.told_in is not None:
        letter = found.told_in
        stands = delivery.view(letter, viewer=request.person, at=request.at, zone=zone)
        return {"state": "leaving", "words": stands["word"], "pk": letter.pk}
    if found.answered_at is None or found.case is None:
        return {"state": ""}
    if case is None or not (request.person.serves or request.person.reads_all):
        return {
            "state": "others",
            "words": _("The customer has not been told yet. Whoever serves them does it."),
        }
    address = replying.answer_address(case)
    return {
        "state": "tell",
        "to": f"{case.customer.name} <{address}>" if address else "",
        "why_not": "" if case.mailbox else _("Connect a mailbox first: an answer leaves through one."),
        "first_name": case.customer.name.split(" ", 1)[0],
        "phone": case.customer.phone,
        "seen": replying.newest(case),
        "text": typed or wording.letter(found, case, by=request.person, company=company),
        "trouble": trouble,
    }


def history(found: Finding, zone: str) -> list[dict[str, Any]]:
    """What happened to it, newest first."""
    records = journal.timeline(found.subject, limit=100)
    names = names_for(records)
    return [
        {
            "at": record.at,
            "day": moments.day(record.at, zone=zone),
            "time": moments.time_of_day(record.at, zone=zone),
            "said": restore(record, FACTS).sentence(names),
            "by": names(record.by_kind, record.by_id) if record.by_kind == "staff" else "",
        }
        for record in records
    ]
