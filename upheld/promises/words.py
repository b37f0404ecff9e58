"""The state words: one table for colleagues, one for the customer, so that no page or letter has its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from upheld.clock.zones import zone_named
from upheld.promises.models import Promise, State

Word = str | LazyText

STAFF: Mapping[State, Word] = {state: state.label for state in State}
"""What colleagues read; the labels of the states themselves."""

CUSTOMER: Mapping[State, Word] = {
    State.DRAFT: _("Not promised yet"),
    State.OPEN: _("Still to come"),
    State.DUE: _("Due today"),
    State.KEPT: _("Kept"),
    State.BROKEN: _("Not kept"),
    State.LATE: _("Kept late"),
    State.PART: _("Kept in part"),
    State.MOVED: _("New date agreed"),
    State.WITHDRAWN: _("Withdrawn"),
}
"""What the customer reads."""


def to_staff(promise: Promise, at: datetime) -> str:
    """The promise's state in the colleagues' word."""
    return str(STAFF[promise.state(at)])


def to_customer(promise: Promise, at: datetime) -> str:
    """The promise's state in the customer's word.

    "Due soon" is our own alarm. The customer reads "Due today" when that is true where they are, and otherwise what
    they would have read without the alarm.
    """
    state = promise.state(at)
    if state is State.DUE:
        zone = zone_named(promise.zone)
        if promise.deadline.astimezone(zone).date() != at.astimezone(zone).date():
            state = State.MOVED if promise.agreed_due_at else State.OPEN
    return str(CUSTOMER[state])
