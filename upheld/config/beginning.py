"""A first department for whoever takes letters in before anything was set up: whose company it is, who answers for it.

So that a look at one's own old letters needs two commands and no settings. Everything of it can be changed afterwards.
"""

from __future__ import annotations

import getpass
from datetime import datetime

from django.db import transaction

from upheld.journal.facts import CLOCK
from upheld.people import hiring, organising
from upheld.people.models import Company, Department

OFFICE_HOURS = {weekday: [(9 * 60, 17 * 60)] for weekday in range(5)}


@transaction.atomic
def begin(at: datetime) -> str:
    """Open a department, if there is none, on duty whoever is at the terminal; a sentence about it, or nothing."""
    if Department.objects.filter(closed_at__isnull=True).exists():
        return ""
    if not Company.objects.exists():
        organising.found("Our company", zone="UTC", prefix="C")
    person = hiring.hire(_who(), role="lead", by=CLOCK, at=at)
    hours = organising.keep_hours("Office hours", zone="UTC", weekly=OFFICE_HOURS)
    organising.open_department("Service", calendar=hours, duty_owner=person, by=CLOCK, at=at)
    return (
        f"There was no department yet. “Service” was opened, and {person.name} answers for its cases. Change both "
        "under Settings."
    )


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        return "Whoever took them in"
