"""Before anything was set up: the link by which the first person begins, and a department for letters from files.

The link needs no account, so it is told at the terminal, and in a file that only the installation's account can read.
Letters from files need no settings, so that a look at one's own old letters takes two commands.
"""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from upheld.config import places
from upheld.journal.facts import CLOCK
from upheld.people import beginning, hiring, organising
from upheld.people.beginning import OFFICE_HOURS
from upheld.people.models import Company, Department


def leave_link(var: Path) -> None:
    """Write down where the first person begins; nothing once somebody can sign in, and none in a demo."""
    note = places.first_link(var)
    note.unlink(missing_ok=True)
    if settings.DEMO or beginning.is_over():
        return
    var.mkdir(parents=True, exist_ok=True)
    note.touch(mode=0o600)
    note.write_text(f"{settings.PUBLIC_URL}{reverse('begin', args=[beginning.new_word()])}\n")


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
