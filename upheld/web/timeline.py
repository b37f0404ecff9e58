"""What happened on a case, as its page draws it: letters with their folds and files, notes, and facts as events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from upheld.cases import likening
from upheld.cases.models import Call, Case, Message
from upheld.cases.queries import Entry
from upheld.channels.models import File
from upheld.journal.facts import Names, restore
from upheld.journal.models import Record
from upheld.people.models import Person
from upheld.promises import words
from upheld.promises.models import Promise, State
from upheld.web import delivery, moments
from upheld.web.facts import FACTS
from upheld.web.naming import names_for

QUIET = frozenset(
    {
        "promises.ClockStarted/1", "promises.ClockDueSoon/1", "promises.PromiseDueSoon/1", "cases.AnswerUndelivered/1",
    }
)  # fmt: skip
"""Facts that the page says already in another place: at the head of the case, or on the letter itself."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser draws and nothing in it can run."""
SIGN = 10 * 1024
"""A picture inside a letter's HTML that has fewer bytes is a logo or a spacer; the letter's own HTML shows it."""
LONGEST = 60_000
"""So many signs of a letter are shown on its case; the letter itself is always there whole."""


def views(
    case: Case,
    entries: Sequence[Entry],
    promises: Sequence[Promise],
    *,
    viewer: Person,
    at: datetime,
    zone: str,
) -> list[dict[str, Any]]:
    """The entries, newest first, each with the day on the first entry of that day only. Three queries for names
    at most."""
    names = names_for(
        [entry.record for entry in entries if entry.record],
        met=[viewer, case.owner, case.department, case.customer, *(one.keeper for one in promises)],
    )
    known = {promise.pk: promise for promise in promises}
    chasers = {entry.message.pk for entry in entries if entry.message and is_chaser(entry.message)}
    several = sum(_is_letter(entry.message) for entry in entries) > 1
    told = {promise.pk for entry in entries if entry.message for promise in entry.promises}
    shown, day = [], ""
    for entry in entries:
        view: dict[str, Any] | None = None
        if entry.message:
            view = _message(case, entry.message, entry.promises, viewer=viewer, at=at, zone=zone)
            view = view and view | {
                "asks_again": entry.message.pk in chasers,
                "added": entry.message.added,
                "apart": _apart(entry.message) if several or entry.message.came_from_id else "",
                "joined_words": _(entry.message.why_here)
                if entry.message.why_here in likening.JOINED_BY_LIKENESS
                else _("It came with another case that was joined."),
            }
        elif entry.note:
            note = entry.note
            view = {"kind": "note", "who": note.author.name, "text": note.text, "id": f"note-{note.pk}"}
        elif entry.call:
            view = _call(entry.call, case)
        elif entry.record:
            view = _event(entry.record, names, known, told, at=at, zone=zone)
        if not view:
            continue
        this = moments.day(entry.at, zone=zone)
        time = moments.time_of_day(entry.at, zone=zone)
        shown.append(view | {"day": this if this != day else None, "time": time, "at": entry.at})
        day = this
    return shown


def is_chaser(message: Message) -> bool:
    """Whether this letter was written down as one with which the customer had to ask again."""
    return hasattr(message, "chaser")


def _is_letter(message: Message | None) -> bool:
    return message is not None and message.way == Message.Way.IN and message.kind == "person"


def _apart(message: Message) -> str:
    """Where a letter that joined without naming its case is given a case of its own; empty for all others."""
    joined = message.came_from_id is not None or message.why_here in likening.JOINED_BY_LIKENESS
    return reverse("separating", args=[message.pk]) if joined and _is_letter(message) else ""


def _call(call: Call, case: Case) -> dict[str, Any]:
    """A call among the letters; its words are for colleagues."""
    who = case.customer.name.split(" ", 1)[0]
    said = _("spoke with %(who)s. For colleagues.") if call.reached else _("called %(who)s, not reached")
    return {
        "kind": "call",
        "id": f"call-{call.pk}",
        "who": call.author.name,
        "says": said % {"who": who},
        "text": call.words,
    }


def due(instant: datetime, *, at: datetime, zone: str) -> str:
    """A date for a chit: also of a day that has passed with its time, because a promise holds to the minute."""
    short = moments.short(instant, at=at, zone=zone)
    passed = (
        instant < at and short != moments.time_of_day(instant, zone=zone) and not any(map(str.isdigit, short))
    )
    return f"{short} {moments.time_of_day(instant, zone=zone)}" if passed else short


def _message(
    case: Case, message: Message, promises: Sequence[Promise], *, viewer: Person, at: datetime, zone: str
) -> dict[str, Any] | None:
    if message.withdrawn_at:
        return None
    theirs = message.way == Message.Way.IN
    letter = message.arrival or message.departure
    files = sorted(letter.files.all(), key=lambda file: file.place) if letter else []
    person = message.customer if theirs else message.author
    return {
        "kind": "theirs" if theirs else "ours",
        "id": f"message-{message.pk}",
        "pk": message.pk,
        "who": person.name if person else _("Automatic"),
        "says": _says(case, message),
        "pieces": pieces(message),
        "longer": len(message.text) > LONGEST,
        "frame_url": reverse("letter_frame", args=[message.pk])
        if theirs and getattr(message, "has_html", False)
        else None,
        "raw_url": reverse("raw_letter", args=[message.arrival.pk]) if message.arrival else None,
        "facts": [
            (_("Subject"), message.subject_line),
            (_("Answers go to"), message.answer_to),
            (_("Why it is here"), _(message.why_here) if message.why_here else ""),
        ],
        "trouble": message.trouble,
        "files": [file_view(file) for file in files if not theirs or says_something(file)],
        "promises": [promise_line(promise, at=at, zone=zone) for promise in promises],
        "delivery": None if theirs else delivery.view(message, viewer=viewer, at=at, zone=zone),
    }


def _says(case: Case, message: Message) -> str:
    if message.way != Message.Way.IN:
        return _("to %(who)s") % {"who": message.customer.name if message.customer else case.customer.name}
    if message.kind != "person":
        return _("automatic letter")
    if message.arrival and message.arrival.way == "form":
        return _("by the form")
    return _("by letter")


def pieces(message: Message) -> list[dict[str, Any]]:
    """The text in order, what is folded apart. Of a text as long as a book only the beginning."""
    room, found = LONGEST, []
    for kind, text, new in message.pieces or [("", message.text, False)]:
        found.append({"kind": kind, "text": text[:room], "new": new})
        room -= len(text)
        if room <= 0:
            break
    return found


def says_something(file: File) -> bool:
    """Whether a file counts as sent to us: attached, or a picture in the text that is more than a logo."""
    return not file.inline or file.size >= SIGN or file.type.lower() not in PICTURES


def file_view(file: File) -> dict[str, Any]:
    """A file for a list: where it is, how large, and whether a browser may draw it."""
    stored = file.stored_at is not None
    return {
        "name": file.name,
        "url": reverse("file", args=[file.pk, file.name.replace("/", "_").strip(".") or "file"])
        if stored
        else "",
        "size": filesizeformat(file.size),
        "note": "" if stored else _("It is being stored."),
        "picture": stored and file.type.lower() in PICTURES,
    }


def promise_line(promise: Promise, *, at: datetime, zone: str) -> dict[str, Any]:
    """A promise as one line under its letter: chit and words."""
    moved = promise.agreed_due_at is not None
    return {
        "state": promise.state(at).value,
        "word": words.to_staff(promise, at),
        "when": due(promise.deadline, at=at, zone=zone),
        "was": due(promise.due_at, at=at, zone=zone) if moved else None,
        "said": promise.words,
        "anchor": f"#promise-{promise.pk}",
    }


def _event(
    record: Record, names: Names, known: dict[int, Promise], told: set[int], *, at: datetime, zone: str
) -> dict[str, Any] | None:
    promise = known.get(record.data.get("promise", 0))
    made = record.kind == "promises.PromiseMade/1"
    if record.kind in QUIET or (made and promise and promise.pk in told):
        return None
    state = STATES.get(record.kind)
    if state and record.data.get("late"):
        state = State.LATE if state == State.KEPT else state
    by = names("person", record.by_id) if record.by_kind == "staff" else ""
    moment = record.data.get("due_at") or record.data.get("done_at")
    return {
        "kind": "event",
        "id": f"event-{record.pk}",
        "sentence": restore(record, FACTS).sentence(names),
        "by": by,
        "state": state.value if state else None,
        "said": promise.words if promise else "",
        "when": due(datetime.fromisoformat(moment) if moment else record.at, at=at, zone=zone)
        if state
        else None,
    }


STATES = {
    "promises.PromiseMade/1": State.OPEN,
    "promises.PromiseKept/1": State.KEPT,
    "promises.PromiseKeptInPart/1": State.PART,
    "promises.PromiseBroken/1": State.BROKEN,
    "promises.PromiseRenegotiated/1": State.MOVED,
    "promises.PromiseWithdrawn/1": State.WITHDRAWN,
}
"""The seal that stands beside an event."""
