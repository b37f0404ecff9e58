"""A case's own line, from its first letter to its next date, and what makes a person reach for the telephone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upheld.cases.models import Case, Chaser, Message
from upheld.promises.models import Promise, State
from upheld.web import moments, timeline

MOST_LETTERS = 12
"""Above this the line shows the first letter and the newest ones."""


def points(
    case: Case, messages: Sequence[Message], promises: Sequence[Promise], *, at: datetime, zone: str
) -> dict[str, Any] | None:
    """The points of the macro `caseline`, in order, and where now stands. None while there is nothing to show."""
    letters = sorted(
        (one for one in messages if not one.withdrawn_at and one.kind == "person"), key=lambda one: one.at
    )
    asks = {one.pk for one in letters if timeline.is_chaser(one)}
    if len(letters) > MOST_LETTERS:
        letters = [letters[0], *letters[1 - MOST_LETTERS :]]
    found = [(one.at, _letter(one, one.pk in asks, zone=zone)) for one in letters]
    found += [(one.deadline, _promise(one, at=at, zone=zone)) for one in promises if one.made_at]
    if case.is_open and not any(moment == case.next_at for moment, _point in found):
        found.append((case.next_at, {"kind": "out", "label": _next(case, at=at, zone=zone), "keep": True}))
    if not found:
        return None
    found.sort(key=lambda one: one[0])
    start = min(found[0][0], case.opened_at)
    end = max(found[-1][0], case.closed_at or at)
    if end - start < timedelta(minutes=1):
        return None

    def place(moment: datetime) -> int:
        return round(100 * ((moment - start) / (end - start)))

    return {
        "points": [{"at": place(moment), **point} for moment, point in found],
        "now": _("now") if case.is_open else _("closed"),
        "now_at": place(case.closed_at or at),
    }


def _letter(message: Message, again: bool, *, zone: str) -> dict[str, Any]:
    day = moments.day(message.at, zone=zone)
    if again:
        return {"kind": "chaser", "label": _("asks again"), "keep": True}
    theirs = message.way == Message.Way.IN
    who = message.customer if theirs else message.author
    name = (who.name if who else "").split(" ", 1)[0]
    words = _("%(day)s, %(who)s writes") if theirs else _("%(day)s, %(who)s answers")
    return {"kind": "in" if theirs else "out", "label": words % {"day": day, "who": name}}


def _promise(promise: Promise, *, at: datetime, zone: str) -> dict[str, Any]:
    state = promise.state(at)
    when = {"when": timeline.due(promise.deadline, at=at, zone=zone)}
    label = _("%(when)s, broken") % when if state == State.BROKEN else when["when"]
    keep = state in {State.BROKEN, State.DUE, State.OPEN, State.MOVED}
    return {"kind": "promise", "state": state.value, "label": label, "keep": keep}


def _next(case: Case, *, at: datetime, zone: str) -> str:
    return _("next: %(when)s") % {"when": moments.short(case.next_at, at=at, zone=zone)}


def speak_first(
    case: Case,
    chasers: Sequence[Chaser],
    promises: Sequence[Promise],
    files: Sequence[str],
    *,
    at: datetime,
    zone: str,
) -> dict[str, Any] | None:
    """What to have in mind on the telephone, when a promise is broken or the customer had to ask again.

    `chasers` are those to which nobody has answered yet, the oldest first.
    """
    broken = [one for one in promises if one.is_owed and one.state(at) == State.BROKEN]
    if not case.is_open or not (broken or chasers):
        return None
    customer = case.customer
    sorry = [_("the date that was missed")] if broken else []
    if chasers:
        sorry.append(
            ngettext(
                "that they had to write again", "that they had to write again, %(n)s times", len(chasers)
            )
            % {"n": len(chasers)}
        )
    owed = [one for one in promises if one.is_owed and one not in broken]
    sent = {"files": ", ".join(files[:4])}
    since = min((one.waited_since for one in chasers), default=None)
    return {
        "who": customer.name.split(" ", 1)[0],
        "number": customer.phone,
        "tel": "".join(sign for sign in customer.phone if sign.isdigit() or sign == "+"),
        "best": _("Best: %(when)s") % {"when": customer.best_time} if customer.best_time else "",
        "why": _why(chasers),
        "facts": [
            (_("Waiting since"), moments.when(since, at=at, zone=zone) if since else ""),
            (_("We promised"), "; ".join(_told(one, at=at, zone=zone) for one in broken[:3])),
            (_("Say sorry for"), _(", and ").join(sorry)),
            (_("Have ready"), "; ".join(_told(one, at=at, zone=zone) for one in owed[:3])),
            (_("Do not ask"), _("for what was sent already: %(files)s") % sent if files else ""),
        ],
    }


def _why(chasers: Sequence[Chaser]) -> str:
    """In one sentence why somebody speaks first."""
    if not chasers:
        return ""
    if any(one.owed != Chaser.Owed.PROMISE for one in chasers):
        return _("Asked again, and nobody has answered.")
    return _("Asked again while a promise is owed.")


def _told(promise: Promise, *, at: datetime, zone: str) -> str:
    return _("“%(words)s” by %(when)s") % {
        "words": promise.words.rstrip("."),
        "when": moments.when(promise.deadline, at=at, zone=zone),
    }
