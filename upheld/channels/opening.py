"""What became of a letter that arrived: one outcome each, given by whoever looked inside, and counted for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from upheld.channels.facts import LetterAttended, LetterOpened
from upheld.channels.models import Arrival
from upheld.journal import writing
from upheld.journal.facts import CLOCK, Actor
from upheld.people.models import Person
from upheld.refusals import Refusal

_OPENED = """
UPDATE channels_arrival AS arrival SET opened_at = %s, outcome = found.outcome, kind = found.kind, why = found.why,
    message_id = found.message_id, same_letter = found.same_letter, duplicate_of_id = found.duplicate_of_id
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::bigint[])
    AS found(id, outcome, kind, why, message_id, same_letter, duplicate_of_id)
WHERE arrival.id = found.id AND arrival.opened_at IS NULL
"""


class AlreadyOpened(Refusal):
    """This letter was opened before."""


class NeedsNobody(Refusal):
    """This letter does not wait for a person, or somebody has dealt with it already."""


@dataclass(frozen=True)
class Found:
    """What a letter was and where it went. `kind` is screening's word; `why` a sentence for people."""

    arrival: Arrival
    outcome: Arrival.Outcome | str
    kind: str = ""
    why: str = ""
    message_id: str = ""
    same_letter: bytes | None = None
    duplicate_of: Arrival | None = None


def mark(
    arrival: Arrival,
    *,
    outcome: Arrival.Outcome | str,
    kind: str = "",
    why: str = "",
    message_id: str = "",
    by: Actor = CLOCK,
    at: datetime,
) -> Arrival:
    """Say what became of one letter."""
    mark_all([Found(arrival, outcome, kind, why, message_id)], by=by, at=at)
    return arrival


def mark_all(found: Sequence[Found], *, by: Actor = CLOCK, at: datetime) -> None:
    """Say what became of each of these letters: one statement for all, one fact for each."""
    with transaction.atomic(savepoint=False):
        for one in found:
            arrival = one.arrival
            arrival.opened_at, arrival.outcome, arrival.kind = at, str(one.outcome), one.kind
            arrival.why, arrival.message_id = one.why[:300], one.message_id[:998]
            arrival.same_letter, arrival.duplicate_of = one.same_letter, one.duplicate_of
        _write_down([one.arrival for one in found], at)
        for one in found:
            writing.write(LetterOpened(one.arrival.pk, one.arrival.outcome, one.kind), by=by, at=at)


def _write_down(arrivals: Sequence[Arrival], at: datetime) -> None:
    columns = ("id", "outcome", "kind", "why", "message_id", "same_letter", "duplicate_of_id")
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, [at, *([getattr(one, name) for one in arrivals] for name in columns)])
        if cursor.rowcount != len(arrivals):
            raise AlreadyOpened


def anybody_waits() -> bool:
    """Whether letters are here that nobody has tried to open yet."""
    return Arrival.objects.unopened().filter(tries=0).exists()


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
