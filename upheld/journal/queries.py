"""Questions across the journal's records."""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS

from upheld.journal.facts import Subject
from upheld.journal.models import Record


def timeline(
    *subjects: Subject, before_id: int | None = None, limit: int = 50, using: str = DEFAULT_DB_ALIAS
) -> list[Record]:
    """What happened to any of these subjects, newest first; the next page begins before the last record's id.

    Also facts without a position: a page shows at once what was just done.
    """
    if not subjects:
        return []
    records = Record.objects.using(using).filter(about__overlap=[str(subject) for subject in subjects])
    if before_id is not None:
        records = records.filter(id__lt=before_id)
    return list(records.order_by("-id")[:limit])
