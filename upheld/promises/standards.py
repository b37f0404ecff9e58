"""Standards: a promise to everyone, as numbers with a clock. A changed standard is a new row beside the old one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from upheld.clock.counting import add_business
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.models import Calendar, Department
from upheld.promises.facts import StandardEnded, StandardSet
from upheld.promises.models import Standard
from upheld.refusals import Refusal

MOST_MINUTES = 100 * 24 * 60
"""What takes longer than a hundred days is not a standard; make a promise with a date."""


class NotMeasurable(Refusal):
    """A standard is a number that a clock can check."""


class SameStandard(Refusal):
    """This standard holds already."""


class BeforeTheLastChange(Refusal):
    """A standard cannot change before the moment of its last change."""


class SetMeanwhile(Refusal):
    """Somebody else set this standard at the same moment."""


class NoLongerHolds(Refusal):
    """This standard has ended already."""


@transaction.atomic
def set(  # the trade's verb, and read as standards.set
    measure: str, *, department: Department | None, minutes: int, share: int, by: Actor, at: datetime
) -> Standard:
    """From now on: so many of a hundred within so many business minutes, in one department or, with None, in all.

    The version in force so far ends at this moment; clocks that run keep the standard they started with.
    """
    refuse_unmeasurable(measure, minutes, share)
    _refuse_out_of_reach(department, minutes, at)
    old = (
        Standard.objects.select_for_update()
        .filter(measure=measure, department=department, until_at__isnull=True)
        .first()
    )
    if old is not None:
        if (old.minutes, old.share) == (minutes, share):
            raise SameStandard(_("This standard holds already."))
        _end(old, at)
    try:
        with transaction.atomic():
            new = Standard.objects.create(
                measure=measure, department=department, minutes=minutes, share=share, from_at=at
            )
    except IntegrityError:
        raise SetMeanwhile(_("Somebody else set this standard at the same moment; look at it again."))
    fact = StandardSet(
        standard=new.pk, measure=measure, department=new.department_id, minutes=minutes, share=share
    )
    writing.write(fact, by=by, at=at)
    return new


@transaction.atomic
def end(standard: Standard, *, by: Actor, at: datetime) -> Standard:
    """The standard holds no longer; a department falls back to everybody's, where there is one."""
    standard.refresh_from_db(from_queryset=Standard.objects.select_for_update())
    if standard.until_at is not None:
        raise NoLongerHolds(_("This standard has ended already."))
    _end(standard, at)
    fact = StandardEnded(standard=standard.pk, measure=standard.measure, department=standard.department_id)
    writing.write(fact, by=by, at=at)
    return standard


def refuse_unmeasurable(measure: str, minutes: int, share: int) -> None:
    """Refuse what no clock can check, with a suggestion."""
    if measure not in Standard.Measure.values:
        raise NotMeasurable(
            _("Nothing measures this yet. Choose one of: %(measures)s.")
            % {"measures": ", ".join(str(label) for label in Standard.Measure.labels)}
        )
    if not 1 <= minutes <= MOST_MINUTES:
        raise NotMeasurable(
            _("Say within how many business minutes, from 1 to %(most)s: 240, say, for half a working day.")
            % {"most": MOST_MINUTES}
        )
    if not 1 <= share <= 100:
        raise NotMeasurable(_("Say in how many of a hundred cases, from 1 to 100: 90, say."))


def _refuse_out_of_reach(department: Department | None, minutes: int, at: datetime) -> None:
    # Found here, by whoever sets the standard, and not by the next customer's letter.
    calendars = Calendar.objects.filter(departments__closed_at__isnull=True, departments__isnull=False)
    if department is not None:
        calendars = Calendar.objects.filter(pk=department.calendar_id)
    for calendar in calendars.distinct().prefetch_related("frames", "closed_days"):
        add_business(calendar.as_clock(), at, timedelta(minutes=minutes))


def _end(standard: Standard, at: datetime) -> None:
    if at <= standard.from_at:
        raise BeforeTheLastChange(_("A standard cannot change before the moment of its last change."))
    standard.until_at = at
    standard.save(update_fields=["until_at"])
