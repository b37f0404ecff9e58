"""The six levels of service and what a company calls them. Other names make a new ladder; old answers keep theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.refusals import Refusal
from upheld.surveys.facts import LadderRelabelled
from upheld.surveys.models import LEVELS, Ladder

DEFAULT = (
    gettext_noop("far below what I expected"),
    gettext_noop("below what I expected"),
    gettext_noop("as expected"),
    gettext_noop("as hoped"),
    gettext_noop("better than hoped"),
    gettext_noop("outstanding"),
)
LONGEST = 40
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


class LabelsWrong(Refusal):
    """A ladder has six names, each of its own and at most 40 characters long."""


class SameLabels(Refusal):
    """The levels have these names already."""


class RelabelledMeanwhile(Refusal):
    """Somebody else has just given the levels other names: look at them first."""


def current(at: datetime) -> Ladder:
    """The ladder in force at this moment. Reading writes nothing: ours is not stored before somebody is asked."""
    newest = Ladder.objects.filter(since__lte=at).order_by("-since", "-pk").first()
    return newest or Ladder(labels=list(DEFAULT), since=_ALWAYS)


def in_force(at: datetime) -> Ladder:
    """The same, stored, for an invitation to hold on to."""
    ladder = current(at)
    if ladder.pk is None:
        ladder, _created = Ladder.objects.get_or_create(since=_ALWAYS, defaults={"labels": list(DEFAULT)})
    return ladder


@transaction.atomic
def relabel(labels: Sequence[str], *, by: Actor, at: datetime) -> Ladder:
    """Other names for the six levels from now on, lowest first."""
    names = [" ".join(label.split()) for label in labels]
    _refuse_names(names)
    former = in_force(at)
    if names == former.names:
        raise SameLabels(_("The levels have these names already."))
    try:
        with transaction.atomic():
            ladder = Ladder.objects.create(labels=names, since=at)
    except IntegrityError:
        raise RelabelledMeanwhile(
            _("Somebody else has just given the levels other names: look at them first.")
        )
    writing.write(LadderRelabelled(ladder=ladder.pk, former=former.pk), by=by, at=at)
    return ladder


def _refuse_names(names: Sequence[str]) -> None:
    different = {name.casefold() for name in names}
    if len(names) != len(LEVELS) or len(different) != len(LEVELS) or "" in different:
        raise LabelsWrong(_("Give each of the six levels a name of its own."))
    if max(map(len, names)) > LONGEST:
        raise LabelsWrong(_("A level's name is at most %(n)s characters long.") % {"n": LONGEST})
