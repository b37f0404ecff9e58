"""Notes: words among colleagues, in their own table, of their own type, on no page that a customer can open."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from upheld.cases.facts import NoteWritten
from upheld.cases.models import Case, Note
from upheld.journal import writing
from upheld.people.models import Person
from upheld.refusals import Refusal


class NothingWritten(Refusal):
    """A note has words."""


@transaction.atomic
def note(case: Case, *, text: str, by: Person, at: datetime) -> Note:
    """Add a note. The customer never sees it."""
    if not text.strip():
        raise NothingWritten(str(_("Write the note first.")))
    written = Note.objects.create(case=case, author=by, at=at, text=text.strip())
    writing.write(NoteWritten(case=case.pk, note=written.pk), by=by.actor, at=at)
    return written
