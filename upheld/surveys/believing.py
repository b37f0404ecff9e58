"""What staff believe customers would answer: the same questions, on ballots that nobody can trace.

Somebody takes a ballot, which is written down so that nobody takes two. The ballot itself is a signed random word; it
is stored nowhere and says only the round and the group it counts in. Filling it in stores the answers under a random
key, without a moment. A group in which a person could be recognised is not even written on the ballot. When a round
closes, both lists are shuffled, so that their order in the database tells nothing either.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import re
import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from upheld.channels.keys import keys_for
from upheld.journal import writing
from upheld.journal.facts import CLOCK, Actor
from upheld.people.models import Department, Person
from upheld.refusals import Refusal
from upheld.surveys import bank as banks
from upheld.surveys.facts import RoundClosed, RoundOpened
from upheld.surveys.models import Belief, Drawn, Round
from upheld.surveys.suppressing import nameable
from upheld.surveys.tallying import results as results

PURPOSE = "ballot"
LONGEST = timedelta(days=366)
_SHAPE = re.compile(r"(\d{1,18})\.(front|leads|managers|others)\.(\d{1,18})\.([a-z2-7]{26})\.([a-z2-7]{32})")
_LEVELS = {
    Person.Role.AGENT: Belief.Level.FRONT,
    Person.Role.LEAD: Belief.Level.LEADS,
    Person.Role.MANAGER: Belief.Level.MANAGERS,
}
_CHANCE = random.SystemRandom()


class RoundAlreadyOpen(Refusal):
    """A round is open already: let it end first."""


class ClosesTooEarly(Refusal):
    """A round closes later than it opens."""


class ClosesTooLate(Refusal):
    """A round lasts a year at most."""


class RoundOver(Refusal):
    """This round is over."""


class AlreadyDrawn(Refusal):
    """You have taken your ballot of this round."""


class NotOnTheStaff(Refusal):
    """A ballot is for somebody who works here."""


class UnknownBallot(Refusal):
    """This is no ballot of ours."""


class AlreadyCast(Refusal):
    """This ballot was filled in before."""


class Group(NamedTuple):
    """Where a ballot counts. Level and department are left out where fewer than five could have filled it in."""

    level: Belief.Level
    department: int | None


@transaction.atomic
def open_round(*, closes_at: datetime, bank: int = banks.SHORT, by: Actor, at: datetime) -> Round:
    """Ask staff, until then. One round of the same questions at a time."""
    banks.items(bank)
    if closes_at <= at:
        raise ClosesTooEarly(_("A round closes later than it opens."))
    if closes_at > at + LONGEST:
        raise ClosesTooLate(_("Choose a day within a year: what was said is read when the round is over."))
    try:
        with transaction.atomic():
            opened = Round.objects.create(bank=bank, opened_at=at, closes_at=closes_at)
    except IntegrityError:
        raise RoundAlreadyOpen(_("A round is open already: let it end first."))
    fact = RoundOpened(round=opened.pk, bank=bank, closes_at=closes_at.isoformat())
    writing.write(fact, by=by, at=at)
    return opened


@transaction.atomic
def close_round(round: Round, *, by: Actor, at: datetime) -> Round:
    """Take no more ballots, and shuffle what there is: rows written anew, in no order, by one transaction."""
    round = Round.objects.select_for_update().get(pk=round.pk)
    if round.closed_at is not None:
        raise RoundOver(_("This round is over."))
    round.closed_at = at
    round.save(update_fields=["closed_at"])
    _shuffle(round)
    writing.write(RoundClosed(round=round.pk), by=by, at=at)
    return round


def sweep(at: datetime) -> int:
    """Close the rounds whose time is over."""
    over = list(Round.objects.filter(closed_at__isnull=True, closes_at__lte=at))
    for one in over:
        close_round(one, by=CLOCK, at=at)
    return len(over)


def open_now(at: datetime) -> Round | None:
    """The round in which ballots can be taken now."""
    return Round.objects.filter(closed_at__isnull=True, closes_at__gt=at).order_by("pk").first()


def has_drawn(round: Round, person: Person) -> bool:
    """Whether this person has taken their ballot; whether they filled it in, nobody knows."""
    return Drawn.objects.filter(round=round, person=person).exists()


@transaction.atomic(durable=True)
def draw(round: Round, *, person: Person, at: datetime) -> str:
    """The person's ballot, given once and kept nowhere: whoever loses it has none. In a transaction of its own."""
    round = Round.objects.select_for_update().get(pk=round.pk)
    if round.closed_at is not None or at >= round.closes_at:
        raise RoundOver(_("This round is over."))
    if not person.works_here:
        raise NotOnTheStaff(_("A ballot is for somebody who works here."))
    _drawn, new = Drawn.objects.get_or_create(round=round, person=person)
    if not new:
        raise AlreadyDrawn(_("You have taken your ballot of this round."))
    group = group_of(person)
    nonce = base64.b32encode(secrets.token_bytes(16)).decode("ascii").lower().rstrip("=")
    told = f"{round.pk}.{group.level}.{group.department or 0}.{nonce}"
    return f"{told}.{_tag(told, keys_for(PURPOSE)[0])}"


@transaction.atomic(durable=True)
def cast(ballot: str, *, scores: Mapping[str, int | None], at: datetime | None = None) -> None:
    """Count a filled-in ballot, once. `at` only says whether the round is over; no moment, person or fact is stored.

    In a transaction of its own. Refuses UnknownBallot, RoundOver, AlreadyCast and what `bank.checked` refuses.
    """
    round, group, nonce = _read(ballot)
    if round.closed_at is not None or (at is not None and at >= round.closes_at):
        raise RoundOver(_("This round is over."))
    values = banks.checked(round.bank, scores)
    try:
        with transaction.atomic():
            Belief.objects.create(
                round=round,
                ballot=hashlib.sha256(nonce.encode()).digest(),
                level=group.level,
                department_id=group.department,
                scores=values,
            )
    except IntegrityError:
        raise AlreadyCast(_("This ballot was filled in before."))


def read_round(ballot: str) -> Round:
    """The round of a ballot, for the page that shows its questions; refuses UnknownBallot. Writes nothing."""
    shape = _SHAPE.fullmatch(ballot.strip().lower())
    if shape is None or not _verifies(shape):
        raise UnknownBallot(_("This is no ballot of ours."))
    found = Round.objects.filter(pk=int(shape[1])).first()
    if found is None:
        raise UnknownBallot(_("This is no ballot of ours."))
    return found


def group_of(person: Person) -> Group:
    """The level, and the department if it is the person's only one: each only where it is that of at least five, and
    where those who are left without one are five at least. Else the single manager's ballot would be theirs."""
    staff = list(Person.objects.working_here().prefetch_related("departments"))
    own = {one.pk: _LEVELS.get(Person.Role(one.role), Belief.Level.OTHERS) for one in staff}
    sizes = Counter(own.values())
    others = sizes.pop(Belief.Level.OTHERS, 0)
    levels = nameable(sizes, others)
    counted = {key: level if level in levels else Belief.Level.OTHERS for key, level in own.items()}
    level = counted.get(person.pk, Belief.Level.OTHERS)
    only = {one.pk: _only_department(one) for one in staff if counted[one.pk] == level}
    placed = Counter(only.values())
    without = placed.pop(None, 0)
    department = only.get(person.pk)
    return Group(level, department if department in nameable(placed, without) else None)


def _only_department(person: Person) -> int | None:
    open_ones = [one.pk for one in person.departments.all() if one.closed_at is None]
    return open_ones[0] if len(open_ones) == 1 else None


def _read(ballot: str) -> tuple[Round, Group, str]:
    read_round(ballot)
    shape = _SHAPE.fullmatch(ballot.strip().lower())
    if shape is None:
        raise UnknownBallot(_("This is no ballot of ours."))
    # The round's row is held, so that nobody closes and shuffles it meanwhile.
    round = Round.objects.select_for_update().get(pk=int(shape[1]))
    department = Department.objects.filter(pk=int(shape[3])).values_list("pk", flat=True).first()
    return round, Group(Belief.Level(shape[2]), department), shape[4]


def _verifies(shape: re.Match[str]) -> bool:
    told = ".".join(shape.groups()[:4])
    return any(hmac.compare_digest(shape[5], _tag(told, key)) for key in keys_for(PURPOSE))


def _tag(told: str, key: bytes) -> str:
    return (
        base64.b32encode(hmac.new(key, told.encode(), hashlib.sha256).digest()).decode("ascii").lower()[:32]
    )


def _shuffle(round: Round) -> None:
    beliefs = list(Belief.objects.filter(round=round))
    drawn = [one.person_id for one in Drawn.objects.filter(round=round)]
    Belief.objects.filter(round=round).delete()
    Drawn.objects.filter(round=round).delete()
    _CHANCE.shuffle(beliefs)
    _CHANCE.shuffle(drawn)
    Belief.objects.bulk_create(beliefs)
    Drawn.objects.bulk_create(Drawn(round=round, person_id=person) for person in drawn)
