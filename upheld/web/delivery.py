"""How a letter of ours stands: taken back, leaving in so many seconds, sent, not delivered, or in doubt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from upheld.cases.models import Message
from upheld.channels.models import Departure
from upheld.people.models import Person
from upheld.web import moments


def view(message: Message, *, viewer: Person, at: datetime, zone: str) -> dict[str, Any]:
    """How a letter of ours stands, in words; while it waits to leave, with the way to take it back."""
    letter = message.departure
    if letter is None or letter.cancelled_at:
        return {"state": "withdrawn", "word": _("taken back"), "leaving": False}
    if letter.held_at or letter.failed_at or letter.bounced_at:
        return _trouble(message, letter, viewer=viewer)
    if letter.sent_at:
        when = {"when": moments.when(letter.sent_at, at=at, zone=zone)}
        return {"state": "sent", "word": _("sent %(when)s") % when, "leaving": False}
    return _leaving(message, letter, viewer=viewer, at=at, zone=zone)


def _trouble(message: Message, letter: Departure, *, viewer: Person) -> dict[str, Any]:
    """A letter that did not arrive, or perhaps did: a person decides, and says so once."""
    held = bool(letter.held_at)
    word = _("held: it is not certain that it left") if held else _("not delivered")
    if letter.settled_at:
        word = _("not delivered; dealt with")
    verbs = [(_("Send it again"), "resending"), (_("Dealt with otherwise"), "settling")]
    verbs += [(_("It did arrive"), "confirming")] if held else []
    decides = letter.in_trouble and (viewer.serves or viewer.reads_all)
    return {
        "state": "settled" if letter.settled_at else ("held" if held else "failed"),
        "word": word,
        "detail": letter.trouble,
        "leaving": False,
        "verbs": [{"label": label, "url": reverse(name, args=[message.pk])} for label, name in verbs]
        if decides
        else [],
    }


def _leaving(
    message: Message, letter: Departure, *, viewer: Person, at: datetime, zone: str
) -> dict[str, Any]:
    seconds = int((letter.leaves_at - at).total_seconds())
    if letter.claimed_at or seconds <= 0:
        word = _("leaving now")
    elif letter.tries:
        word = _("put off until %(when)s") % {"when": moments.when(letter.leaves_at, at=at, zone=zone)}
    else:
        word = _("leaves in %(seconds)s s") % {"seconds": seconds}
    may = (viewer.serves or viewer.reads_all) and not letter.claimed_at
    return {
        "state": "leaving",
        "word": word,
        "detail": letter.trouble,
        "leaving": True,
        "url": reverse("delivery", args=[message.pk]),
        "undo_url": reverse("taking_back", args=[message.pk]) if may else "",
    }
