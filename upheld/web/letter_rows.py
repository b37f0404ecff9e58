"""The letters as their list draws them: rows with who wrote, what is owed, and groups by urgency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from upheld.cases import queries as cases
from upheld.cases.queries import Row
from upheld.promises import words
from upheld.promises.models import Promise, State
from upheld.web import moments, timeline

SPEAK, LOOK, TODAY, LATER, CLOSED = ORDER = "speak", "look", "today", "later", "closed"


@dataclass(frozen=True)
class Group:
    """Rows under one heading. `key` lets the next page go on without saying the heading twice."""

    key: str
    title: str
    rows: list[dict[str, Any]] = field(default_factory=list)


def groups(rows: Sequence[Row], *, at: datetime, zone: str, dense: bool = False) -> list[Group]:
    """The rows of one page under their headings; what is broken or overdue comes first. One more query in all."""
    found = [row.case for row in rows]
    begins = cases.latest_words(found)

    def keyed(row: Row) -> str:
        return urgency(row, at=at, zone=zone)

    def rank(row: Row) -> int:
        return ORDER.index(keyed(row))

    titles = {
        SPEAK: _("Speak first"),
        LOOK: _("Look again"),
        TODAY: _("Due today"),
        LATER: _("Later"),
        CLOSED: _("Closed"),
    }
    return [
        Group(key, titles[key], [view(row, begins, at=at, zone=zone, dense=dense) for row in together])
        for key, together in groupby(sorted(rows, key=rank), key=keyed)
    ]


def plain(rows: Sequence[Row], *, at: datetime, zone: str) -> list[dict[str, Any]]:
    """The rows without headings, for a list that is not about urgency."""
    found = [row.case for row in rows]
    begins = cases.latest_words(found)
    return [view(row, begins, at=at, zone=zone) for row in rows]


def urgency(row: Row, *, at: datetime, zone: str) -> str:
    """Somebody had to ask again, or something owed is overdue; only the date for a look has passed; today; later."""
    if not row.case.is_open:
        return CLOSED
    if row.chasers:
        return SPEAK
    if any(one.broken_at or one.deadline < at for one in row.promises) or (
        row.clock and row.clock.due_at < at
    ):
        return SPEAK
    if row.case.next_at < at:
        return LOOK
    here = ZoneInfo(zone)
    return TODAY if row.case.next_at.astimezone(here).date() == at.astimezone(here).date() else LATER


def view(
    row: Row,
    begins: Mapping[int, str],
    *,
    at: datetime,
    zone: str,
    dense: bool = False,
) -> dict[str, Any]:
    """One row for the macro `letter_row`."""
    case = row.case
    promise = most_urgent(row.promises)
    when = case.last_letter_at
    return {
        "number": case.number,
        "url": reverse("case", args=[case.number]),
        "sender": case.customer.name,
        "company": case.customer.account.name if case.customer.account else "",
        "subject": case.subject_line or _("(no subject)"),
        "snippet": " ".join(begins.get(case.pk, "").split()),
        "at": moments.short(when, at=at, zone=zone),
        "at_iso": when.isoformat(),
        "unread": case.unread_at is not None,
        "chaser_times": row.chasers,
        "owner": case.owner.name,
        "owner_initials": case.owner.initials,
        "promise": chit(promise, at=at, zone=zone) if promise else None,
        "answer_by": answer_by(row, at=at, zone=zone, dense=dense),
    }


def most_urgent(promises: Sequence[Promise]) -> Promise | None:
    """The broken one that was due first, else the next due."""
    return min(promises, key=lambda one: (one.broken_at is None, one.deadline, one.pk), default=None)


def chit(promise: Promise, *, at: datetime, zone: str) -> dict[str, Any]:
    """A promise for the macro `chit`: its state, its date, and the first date when it was moved."""
    state = promise.state(at)
    moved = state == State.MOVED
    return {
        "state": state.value,
        "when": timeline.due(promise.deadline, at=at, zone=zone),
        "was": timeline.due(promise.due_at, at=at, zone=zone) if moved else None,
        "at": promise.deadline.isoformat(),
        "title": promise.words,
        "word": words.to_staff(promise, at),
    }


def answer_by(row: Row, *, at: datetime, zone: str, dense: bool = False) -> str:
    """Until when the first answer is due, while somebody waits for it."""
    if row.clock is None or row.promises or not row.case.is_open:
        return ""
    when = {"when": timeline.due(row.clock.due_at, at=at, zone=zone)}
    if dense:
        return _("by %(when)s") % when
    return _("answer was due %(when)s") % when if row.clock.due_at < at else _("answer by %(when)s") % when
