"""A letter that arrived is opened: it joins its case or opens one, is known as a duplicate, or needs a person.

Whatever happens, the arrival ends in exactly one outcome, in the same transaction as what was made of it; a crash in
between leaves it unopened, and it is opened again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from upheld.cases import acknowledging, awaiting, chasing, closing, filing, finding, opening, scheduling
from upheld.cases.finding import Found
from upheld.cases.models import Case
from upheld.channels import bouncing, composing, reading, screening
from upheld.channels import opening as arrivals
from upheld.channels.keys import keys_for
from upheld.channels.letter import Letter
from upheld.channels.models import Arrival, Mailbox
from upheld.channels.own import OwnIds
from upheld.channels.screening import Verdict
from upheld.customers import meeting
from upheld.customers.models import Customer
from upheld.people import queries as people_queries
from upheld.people.models import Department

NO_SENDER = gettext_noop("The letter does not say who wrote it.")
NO_ADDRESS = gettext_noop("The address of whoever wrote it is none that can be answered.")
NO_CASE_AUTOMATIC = gettext_noop("An automatic letter that belongs to no case.")
FROM_OURSELVES = gettext_noop("It says that we wrote it ourselves, and we did not.")
SAME_LETTER = gettext_noop("The same letter came before.")
OUR_OWN = gettext_noop("A letter of our own came back.")
UNKNOWN_BOUNCE = gettext_noop("News of a letter that we do not know.")
A_REPORT = gettext_noop("A report from another mail system.")
NOBODY_SET_UP = gettext_noop("There is no department to take it.")
COULD_NOT_OPEN = gettext_noop("Upheld failed to open this letter. Its bytes are safe.")
TRIES = 3


@dataclass(frozen=True)
class Opened:
    """An arrival with its letter read and judged. `kind` is what we treat it as."""

    arrival: Arrival
    letter: Letter
    verdict: Verdict

    @property
    def kind(self) -> str:
        """Screening's word, but a list that is our own address brings what persons write."""
        own_list = through_our_own_list(self.letter, self.verdict, self.arrival.mailbox)
        return "person" if own_list else self.verdict.kind


def receive(arrival_id: int, *, at: datetime) -> Arrival:
    """Open one arrival and account for it. One that is already open is left as it is: two doors may knock."""
    arrival = Arrival.objects.select_related("raw", "mailbox__department").get(pk=arrival_id)
    # Reading a large letter takes its time; no row is held meanwhile, and the journal waits for nobody.
    letter = reading.read(bytes(arrival.raw.content))
    verdict = screening.screen(letter, own=OwnIds(keys_for("message-id")))
    return _account_for(Opened(arrival, letter, verdict), at=at)


@transaction.atomic
def _account_for(opened: Opened, *, at: datetime) -> Arrival:
    """Hold the arrival, find out whether the same letter came before, and give it its one outcome."""
    arrival = Arrival.objects.select_for_update(of=("self",)).get(pk=opened.arrival.pk)
    if arrival.opened_at:
        return arrival
    letter, kind = opened.letter, opened.verdict.kind
    digest = same_letter(letter, bytes(arrival.raw_id))
    _wait_for_copies(digest)
    first = Arrival.objects.filter(same_letter=digest).exclude(pk=arrival.pk).order_by("pk").first()
    if first:
        return arrivals.mark(
            arrival, outcome="duplicate", kind=kind, why=SAME_LETTER, duplicate_of=first,
            message_id=letter.message_id or "", at=at,
        )  # fmt: skip
    outcome, why = _outcome(opened, at=at)
    return arrivals.mark(
        arrival, outcome=outcome, kind=kind, why=why, message_id=letter.message_id or "",
        same_letter=digest, at=at,
    )  # fmt: skip


def _wait_for_copies(digest: bytes) -> None:
    """Two copies of one letter may be opened at once; the second waits here until the first has its outcome."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)])


def same_letter(letter: Letter, raw_digest: bytes) -> bytes:
    """What makes two letters the same: Message-ID, sender and words. Without a Message-ID, only the very same bytes."""
    if not letter.message_id:
        return hashlib.sha256(b"raw\0" + raw_digest).digest()
    sender = letter.sender.address.lower() if letter.sender else ""
    files = "\0".join(sorted(one.sha256 for one in letter.attachments))
    parts = (letter.message_id, sender, letter.subject or "", letter.text or "", letter.html or "", files)
    return hashlib.sha256("\0\0".join(parts).encode("utf-8", "replace")).digest()


@transaction.atomic
def give_up(arrival_id: int, *, at: datetime) -> Arrival:
    """After repeated failures of ours: a person looks at it, with the bytes as they came."""
    arrival = Arrival.objects.select_for_update(of=("self",)).get(pk=arrival_id)
    if arrival.opened_at:
        return arrival
    return arrivals.mark(arrival, outcome="attention", why=COULD_NOT_OPEN, at=at)


def _outcome(opened: Opened, *, at: datetime) -> tuple[str, str]:
    """What becomes of a letter: an outcome and why."""
    letter, kind = opened.letter, opened.verdict.kind
    sender = letter.sender.address.lower() if letter.sender else ""
    ourselves = Mailbox.objects.filter(address=sender).exists()
    if kind == "own" and (ourselves or not sender):
        return "noted", OUR_OWN
    if kind == "bounce":
        return _note_bounce(letter, opened.verdict, at=at)
    if kind == "report":
        return "attention", A_REPORT
    if not sender:
        return "attention", NO_SENDER
    if not composing.address_ok(sender):
        return "attention", NO_ADDRESS
    if ourselves or kind == "own":
        return "attention", FROM_OURSELVES
    return _file(opened, at=at)


def _first_department() -> Department | None:
    """Whose letters are that came through no mailbox: files, and a form without one."""
    return Department.objects.filter(closed_at__isnull=True).order_by("pk").first()


def _note_bounce(letter: Letter, verdict: Verdict, *, at: datetime) -> tuple[str, str]:
    bounce, own = verdict.bounce, OwnIds(keys_for("message-id"))
    if bounce is None or not own(bounce.original_message_id):
        return "attention", UNKNOWN_BOUNCE
    departure = bouncing.mark_bounced(
        bounce.original_message_id or "",
        recipients=bounce.recipients,
        permanent=bounce.permanent,
        words=" ".join((letter.text or "").split())[:500],
        at=at,
    )
    return ("noted", verdict.why) if departure else ("attention", UNKNOWN_BOUNCE)


def _file(opened: Opened, *, at: datetime) -> tuple[str, str]:
    """On the case it belongs to, or on a new one. Only what a person wrote opens a case or reopens one."""
    arrival, letter = opened.arrival, opened.letter
    found = finding.find(letter, prefix=people_queries.company().prefix)
    if found:
        return _join(opened, found, at=at)
    if opened.kind != "person":
        return "attention", NO_CASE_AUTOMATIC
    department = arrival.mailbox.department if arrival.mailbox else _first_department()
    if department is None:
        return "attention", NOBODY_SET_UP
    customer = known_or_met(letter, at=at)
    waiting_since = None if arrival.silent else arrival.arrived_at
    case = opening.open_case(
        letter.subject or "", customer=customer, department=department, mailbox=arrival.mailbox,
        waiting_since=waiting_since, by=customer.actor, at=at,
    )  # fmt: skip
    message = filing.file(
        case, letter, arrival=arrival, customer=customer, kind=opened.kind, why_here="", at=at
    )
    if opened.verdict.may_be_answered_by_machine and not arrival.silent:
        acknowledging.acknowledge(case, message, letter, at=at)
    return "filed", opened.verdict.why


def _join(opened: Opened, found: Found, *, at: datetime) -> tuple[str, str]:
    arrival = opened.arrival
    customer = known_or_met(opened.letter, at=at)
    case = Case.objects.select_for_update(of=("self",)).get(pk=found.case.pk)
    if opened.kind == "person":
        if not case.is_open:
            case = closing.reopen(case, why="letter", by=customer.actor, at=at)
        if not arrival.silent:
            awaiting.begin(case, since=arrival.arrived_at, by=customer.actor)
    filing.file(
        case, opened.letter, arrival=arrival, customer=customer, kind=opened.kind, why_here=found.why, at=at
    )
    if opened.kind == "person":
        chasing.recount(case, by=customer.actor, at=at)
        scheduling.refresh(case, at=at)
    return "filed", found.why


def known_or_met(letter: Letter, *, at: datetime) -> Customer:
    """Whoever wrote: recognised by their address, or met now; two of their first letters may be opened at once."""
    sender = letter.sender
    if sender is None:
        raise ValueError("A letter without a sender is never filed.")
    known = meeting.recognise(sender.address)
    if known:
        return known
    try:
        return meeting.meet(sender.name, email=sender.address, by=None, at=at)
    except meeting.AlreadyKnown:
        met_meanwhile = meeting.recognise(sender.address)
        if met_meanwhile is None:
            raise
        return met_meanwhile


def through_our_own_list(letter: Letter, verdict: Verdict, mailbox: Mailbox | None) -> bool:
    """Whether a list's letter came by a list that is this mailbox's own address: a group of colleagues behind it."""
    if verdict.kind != "list" or mailbox is None:
        return False
    named = (letter.header("list-post") or "", letter.header("list-id") or "")
    ours = (mailbox.address, mailbox.address.replace("@", "."))
    return any(
        f"<{prefix}{one}>" in header.lower() for header in named for one in ours for prefix in ("", "mailto:")
    )
