"""What became of a letter that arrived: one outcome each, given by whoever looked inside, and counted for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from upheld.channels.facts import LetterAttended, LetterOpened
from upheld.channels.models import Arrival
from upheld.journal import writing
from upheld.journal.facts import CLOCK, Actor
from upheld.people.models import Person
from upheld.refusals import Refusal


class AlreadyOpened(Refusal):
    """This letter was opened before."""


class NeedsNobody(Refusal):
    """This letter does not wait for a person, or somebody has dealt with it already."""


def mark(
    arrival: Arrival,
    *,
    outcome: Arrival.Outcome | str,
    kind: str = "",
    why: str = "",
    message_id: str = "",
    same_letter: bytes | None = None,
    duplicate_of: Arrival | None = None,
    by: Actor = CLOCK,
    at: datetime,
) -> Arrival:
    """Say what the letter was and where it went. `kind` is screening's word; `why` a sentence for people."""
    found = {
        "opened_at": at, "outcome": str(outcome), "kind": kind, "why": why[:300],
        "message_id": message_id[:998], "same_letter": same_letter, "duplicate_of": duplicate_of,
    }  # fmt: skip
    with transaction.atomic(savepoint=False):
        if not Arrival.objects.unopened().filter(pk=arrival.pk).update(**found):
            raise AlreadyOpened
        for name, value in found.items():
            setattr(arrival, name, value)
        writing.write(LetterOpened(arrival.pk, arrival.outcome, kind), by=by, at=at)
    return arrival


def count_try(arrival: Arrival) -> int:
    """One more attempt to open it, counted before the attempt so that a crash counts too. How many there were."""
    with transaction.atomic(durable=True):
        Arrival.objects.filter(pk=arrival.pk).update(tries=F("tries") + 1)
        arrival.refresh_from_db(fields=["tries"])
    return arrival.tries


def count_tries(arrival_ids: Sequence[int]) -> None:
    """The same for letters that are opened together."""
    with transaction.atomic(durable=True):
        Arrival.objects.unopened().filter(pk__in=arrival_ids).update(tries=F("tries") + 1)


def attend(arrival: Arrival, *, person: Person, at: datetime) -> Arrival:
    """A person has dealt with a letter that needed attention."""
    with transaction.atomic():
        arrival = Arrival.objects.select_for_update().get(pk=arrival.pk)
        if arrival.outcome != Arrival.Outcome.ATTENTION or arrival.attended_at is not None:
            raise NeedsNobody
        arrival.attended_at, arrival.attended_by = at, person
        arrival.save(update_fields=["attended_at", "attended_by"])
        writing.write(LetterAttended(arrival.pk), by=person.actor, at=at)
    return arrival
