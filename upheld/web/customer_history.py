"""One customer's history across their cases: letters both ways, notes, and promises made, kept and broken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upheld.cases.models import Case, Message, Note
from upheld.people import queries as people
from upheld.promises import words
from upheld.promises.models import Promise, State
from upheld.web import moments, timeline

PAGE = 40
SNIPPET = 280


EVENT, NOTE, LETTER = range(3)
"""At one moment, what was said stands above what it caused."""


class Key(NamedTuple):
    """Where an entry stands among all others; the next older page begins below it."""

    at: datetime
    rank: int
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.rank}~{self.pk}"


def key_of(text: str) -> Key | None:
    """The key in an address, if there is a sound one."""
    moment, _tilde, rest = text.partition("~")
    rank, _tilde, number = rest.partition("~")
    try:
        key = Key(datetime.fromisoformat(moment), int(rank), int(number[:18]))
    except ValueError:
        return None
    return key if key.at.tzinfo else None


def stretch(
    seen: QuerySet[Case], promises: Sequence[Promise], *, before: Key | None, at: datetime, zone: str
) -> tuple[list[dict[str, Any]], str | None]:
    """The newest entries before a moment, and where the next older stretch begins. Two queries."""
    prefix = people.company().prefix
    entries = [
        *_letters(seen, before, prefix),
        *_notes(seen, before, prefix),
        *_events(promises, before, at, zone),
    ]
    entries.sort(key=lambda entry: entry["key"], reverse=True)
    shown, day = entries[:PAGE], ""
    for entry in shown:
        this = moments.day(entry["at"], zone=zone)
        entry |= {"day": this if this != day else None, "time": moments.time_of_day(entry["at"], zone=zone)}
        day = this
    return shown, str(shown[-1]["key"]) if len(entries) > PAGE else None


def kept_in_words(promises: Sequence[Promise], *, at: datetime) -> str:
    """How we did for this customer: kept in full and by the first date, of those that are decided."""
    withdrawn = [one for one in promises if one.state(at) is State.WITHDRAWN]
    decided = [
        one
        for one in promises
        if one not in withdrawn and (one.settled_at or one.broken_at or one.deadline < at)
    ]
    kept = sum(one.kept_on_first_date for one in decided)
    coming = len(promises) - len(decided) - len(withdrawn)
    if not decided and not coming:
        return _("Nothing has been promised yet.")
    said = []
    if decided:
        said.append(
            ngettext("We kept %(kept)s of one promise.", "We kept %(kept)s of %(n)s promises.", len(decided))
            % {"kept": kept, "n": len(decided)}
        )
    if coming:
        said.append(ngettext("One is still to come.", "%(n)s are still to come.", coming) % {"n": coming})
    return " ".join(said)


def _below(key: Key | None, rank: int) -> Q:
    """Rows of this rank that stand below the key."""
    if key is None:
        return Q()
    same = (
        Q(at=key.at) if rank < key.rank else Q(at=key.at, pk__lt=key.pk) if rank == key.rank else Q(pk__in=[])
    )
    return Q(at__lt=key.at) | same


def _letters(seen: QuerySet[Case], before: Key | None, prefix: str) -> list[dict[str, Any]]:
    rows = (
        Message.objects.filter(_below(before, LETTER), case__in=seen, withdrawn_at__isnull=True)
        .exclude(way=Message.Way.AUTOMATIC)
        .select_related("case", "author", "customer")
        .annotate(begins=Substr("own_words", 1, SNIPPET + 1))
        .only(
            "at",
            "way",
            "kind",
            "sent_at",
            "case__number",
            "author__name",
            "customer__name",
            "case__subject_line",
        )
        .order_by("-at", "-pk")[: PAGE + 1]
    )
    return [
        {
            "kind": "theirs" if one.way == Message.Way.IN else "ours",
            "key": Key(one.at, LETTER, one.pk),
            "at": one.at,
            "who": (one.customer.name if one.customer else "")
            if one.way == Message.Way.IN
            else (one.author.name if one.author else _("Automatic")),
            "says": _letter_says(one),
            "words": _short(getattr(one, "begins", "")),
            "number": f"{prefix}-{one.case.number}",
            "url": reverse("case", args=[one.case.number]) + f"#message-{one.pk}",
        }
        for one in rows
    ]


def _letter_says(message: Message) -> str:
    if message.way == Message.Way.IN:
        return "" if message.kind == "person" else _("automatic letter")
    return "" if message.sent_at else _("has not left yet")


def _notes(seen: QuerySet[Case], before: Key | None, prefix: str) -> list[dict[str, Any]]:
    rows = Note.objects.filter(_below(before, NOTE), case__in=seen).select_related("case", "author")
    return [
        {
            "kind": "note",
            "key": Key(one.at, NOTE, one.pk),
            "at": one.at,
            "who": one.author.name,
            "says": _("note for colleagues"),
            "words": _short(one.text),
            "number": f"{prefix}-{one.case.number}",
            "url": reverse("case", args=[one.case.number]) + f"#note-{one.pk}",
        }
        for one in rows.order_by("-at", "-pk")[: PAGE + 1]
    ]


def _events(promises: Sequence[Promise], before: Key | None, at: datetime, zone: str) -> list[dict[str, Any]]:
    """Promised, new date, broken, and how it ended: told from the rows themselves."""
    found = []
    for one in promises:
        happened = [(one.made_at, State.OPEN), (one.agreed_at, State.MOVED), (one.broken_at, State.BROKEN)]
        if one.settled_at and (one.state(at) is not State.BROKEN):
            happened.append((one.settled_at, one.state(at)))
        for place, (moment, state) in enumerate(happened):
            key = Key(moment, EVENT, one.pk * len(State) + place) if moment else None
            if key and (before is None or key < before):
                due = (one.agreed_due_at if state is State.MOVED else None) or one.due_at
                found.append(
                    {
                        "kind": "event",
                        "key": key,
                        "at": moment,
                        "state": state.value,
                        "word": _("Promised") if state is State.OPEN else str(words.STAFF[state]),
                        "when": timeline.due(due, at=at, zone=zone)
                        if state in (State.OPEN, State.MOVED)
                        else "",
                        "words": one.words,
                        "url": reverse("promise", args=[one.pk]),
                    }
                )
    return found


def _short(text: str) -> str:
    # What the database cut is longer than a snippet only before its blanks are closed up.
    line = " ".join(text.split())
    return line if len(text) <= SNIPPET else line[:SNIPPET].rsplit(" ", 1)[0] + " …"
