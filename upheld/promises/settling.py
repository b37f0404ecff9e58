"""Settling: writing down, once, how a promise ended; what keeping, withdrawing and mending have in common."""

from __future__ import annotations

from datetime import datetime

from upheld.journal.facts import Actor
from upheld.promises.models import Promise


def settle(
    promise: Promise, outcome: Promise.Outcome, *, words: str, done_at: datetime, by: Actor, at: datetime
) -> None:
    """Store the end of a promise that the verb holds. The verb has refused what it must, and writes the fact."""
    promise.outcome, promise.outcome_words, promise.done_at = outcome, words, done_at
    promise.settled_at, promise.settled_by_kind, promise.settled_by_id = at, by.kind, by.id
    promise.save(
        update_fields=[
            "outcome",
            "outcome_words",
            "done_at",
            "settled_at",
            "settled_by_kind",
            "settled_by_id",
        ]
    )
