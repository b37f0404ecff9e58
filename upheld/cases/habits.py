"""How letters join, as the company set it: how soon after the one before it a letter is added to it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from upheld.cases import chasing
from upheld.cases.facts import HabitsSet
from upheld.cases.models import Habits
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.refusals import Refusal

MOST_MINUTES = 24 * 60


class LongerThanADay(Refusal):
    """Whoever writes again a day later does ask again."""


class AsItWas(Refusal):
    """These habits hold already."""


@transaction.atomic
def set_addendum(minutes: int, *, by: Actor, at: datetime) -> Habits:
    """From now on a letter within so many minutes of the one before is added to it, and no chaser. 0: none is.

    What was counted stays counted.
    """
    if not 0 <= minutes <= MOST_MINUTES:
        raise LongerThanADay(str(_("Choose at most a day: whoever writes again after that asks again.")))
    habits = Habits.objects.select_for_update().first() or Habits(addendum_minutes=chasing.USUAL_MINUTES)
    if habits.pk and habits.addendum_minutes == minutes:
        raise AsItWas(str(_("That is how it is already.")))
    habits.addendum_minutes = minutes
    habits.save()
    writing.write(HabitsSet(habits=habits.pk, addendum_minutes=minutes), by=by, at=at)
    return habits
