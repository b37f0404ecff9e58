"""Hours: a clock that does not know the holidays of next year would promise them as working days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from upheld.people.models import Calendar
from upheld.web.checking.check import Check

AHEAD = timedelta(days=60)


def holidays(at: datetime) -> Iterator[Check]:
    """For each country's calendar that an open department works by: how far its public holidays are known."""
    kept = Calendar.objects.exclude(country="").filter(departments__closed_at__isnull=True)
    calendars = list(kept.filter(departments__isnull=False).distinct().order_by("name"))
    ending = [
        one for one in calendars if one.holidays_until is None or one.holidays_until < (at + AHEAD).date()
    ]
    for one in ending:
        until = one.holidays_until
        sentence = (
            _(
                "The hours “%(hours)s” know the public holidays until the end of %(year)s only: save them again."
            )
            if until
            else _("The hours “%(hours)s” know no public holidays: save them again.")
        )
        told = {"hours": one.name, "year": until and until.year}
        yield Check(
            "holidays",
            False,
            sentence % told,
            {"calendar": one.pk, "until": until.isoformat() if until else None},
        )
    if calendars and not ending:
        yield Check("holidays", True, _("The public holidays of the coming weeks are known."))
