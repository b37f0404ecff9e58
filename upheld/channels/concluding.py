"""How an attempt to send ended, written down: it left, it failed, nobody knows, or it came back.

Each function is handed a departure whose row is locked, inside the transaction of whoever learnt the end, and writes
the one fact about it. What left or came back is told whatever anybody believed before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from upheld.channels.facts import AboutDeparture, LetterBounced, LetterFailed, LetterHeld, LetterLeft
from upheld.channels.models import Departure
from upheld.journal import writing
from upheld.journal.facts import CLOCK, Actor


def left(departure: Departure, *, by: Actor = CLOCK, at: datetime) -> None:
    """The server has it. A doubt that somebody raised meanwhile is over."""
    departure.sent_at = at
    departure.held_at = departure.failed_at = None
    departure.trouble = ""
    departure.refused = []
    departure.save()
    tell(LetterLeft, departure, by=by, at=at)


def failed(departure: Departure, words: str, *, refused: Iterable[str] = (), at: datetime) -> None:
    """It did not leave, and will not by itself."""
    departure.failed_at = at
    departure.claimed_at = None
    departure.trouble = words[:500]
    departure.refused = list(refused)
    departure.save()
    tell(LetterFailed, departure, by=CLOCK, at=at)


def held(departure: Departure, words: str, *, at: datetime) -> None:
    """Nobody knows whether it left. `claimed_at` stays: that is when it left, if it did."""
    departure.held_at = at
    departure.trouble = words[:500]
    departure.save()
    tell(LetterHeld, departure, by=CLOCK, at=at)


def bounced(departure: Departure, recipients: Iterable[str], words: str, *, at: datetime) -> None:
    """It left and came back from these recipients; from whom is unknown when there are none."""
    departure.bounced_at = at
    departure.settled_at = None
    departure.trouble = words[:500]
    departure.refused = list(dict.fromkeys([*departure.refused, *recipients]))
    departure.save()
    tell(LetterBounced, departure, by=CLOCK, at=at)


def tell(fact: type[AboutDeparture], departure: Departure, *, by: Actor, at: datetime) -> None:
    """Write one fact about a departure."""
    told = fact(departure.pk, departure.kind, departure.subject_kind, departure.subject_id)
    writing.write(told, by=by, at=at)
