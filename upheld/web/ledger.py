"""A promise as the pages draw it: one view for slips, chits and done lines, in the reader's zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from upheld.promises import words
from upheld.promises.models import Promise, State
from upheld.web import moments

SETTLED = frozenset({State.KEPT, State.LATE, State.PART, State.WITHDRAWN})


def view(
    promise: Promise, *, at: datetime, zone: str, audience: str = "us", url: str = "", who: str = ""
) -> dict[str, Any]:
    """What the macros of `ui/promise.html` ask for. `who` names the customer where the page needs it."""
    state = promise.state(at)
    word = words.to_customer(promise, at) if audience == "customer" else words.to_staff(promise, at)
    told = moments.long if audience == "customer" else _told(at)
    moved = promise.agreed_due_at is not None
    return {
        "state": state.value,
        "word": word,
        "said": promise.words,
        "by": _("by %(when)s") % {"when": told(promise.deadline, zone=zone)},
        "was": told(promise.due_at, zone=zone) if moved else None,
        "due_at": promise.deadline,
        "distance": None if state in SETTLED else moments.distance(promise.deadline, at=at),
        "settled": moments.when(promise.done_at, at=at, zone=zone) if promise.done_at else None,
        "meta": _meta(promise, at=at, zone=zone, audience=audience),
        "who": who or None,
        "url": url or None,
        "id": f"promise-{promise.pk}",
        "pk": promise.pk,
        "owed": promise.is_owed,
        "broken": promise.broken_at is not None,
    }


def _told(at: datetime) -> Any:
    return lambda instant, zone: moments.when(instant, at=at, zone=zone)


def _meta(promise: Promise, *, at: datetime, zone: str, audience: str) -> str:
    lines = []
    if promise.outcome_words:
        lines.append(
            promise.outcome_words if promise.outcome_words.endswith(".") else promise.outcome_words + "."
        )
    if audience == "us":
        lines.append(_("%(who)s keeps it.") % {"who": promise.keeper.first_name})
        if promise.made_at:
            lines.append(_("Promised %(when)s.") % {"when": moments.when(promise.made_at, at=at, zone=zone)})
        if promise.agreed_at:
            lines.append(
                _("Agreed %(when)s: %(how)s Counted on the first date.")
                % {"when": moments.when(promise.agreed_at, at=at, zone=zone), "how": promise.agreed_how + "."}
            )
    return " ".join(lines)
