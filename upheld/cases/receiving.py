"""A letter that arrived is opened: it joins its case or opens one, is known as a duplicate, or needs a person.

Whatever happens, the arrival ends in exactly one outcome, in the same transaction as what was made of it; a crash in
between leaves it unopened, and it is opened again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from upheld.cases import (
    acknowledging,
    awaiting,
    chasing,
    closing,
    filing,
    finding,
    likening,
    opening,
    scheduling,
)
from upheld.cases.finding import Found
from upheld.cases.likening import Likeness
from upheld.cases.models import Case
from upheld.cases.preparing import Desk
from upheld.channels import bouncing, composing, reading, screening
from upheld.channels import opening as arrivals
from upheld.channels.keys import keys_for
from upheld.channels.letter import Letter
from upheld.channels.models import Arrival, Mailbox
from upheld.channels.own import OwnIds
from upheld.channels.screening import Verdict
from upheld.customers import meeting
from upheld.customers.models import Customer
from upheld.journal import writing

NO_SENDER = gettext_noop("The letter does not say who wrote it.")
NO_ADDRESS = gettext_noop("The address of whoever wrote it is none that can be answered.")
NO_CASE_AUTOMATIC = gettext_noop("An automatic letter that belongs to no case.")
AUTOMATIC_TO_AUTOMATIC = gettext_noop("An automatic answer to a letter of ours that belongs to no case.")
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
    receive_together([arrival_id], at=at)
    return Arrival.objects.get(pk=arrival_id)


def receive_together(arrival_ids: Sequence[int], *, at: datetime) -> int:
    """Open these arrivals, the eldest first, in one transaction: all of them, or with an error none. How many.

    What they need to know is looked up once for all. One that is open already is left as it is.
    """
    waiting = Arrival.objects.unopened().filter(pk__in=arrival_ids).order_by("pk")
    arrivals_here = list(waiting.select_related("raw", "mailbox__department__calendar"))
    # Reading a large letter takes its time; no row is held meanwhile, and the journal waits for nobody.
    own = OwnIds(keys_for("message-id"))
    opened = []
    for arrival in arrivals_here:
        letter = reading.read(bytes(arrival.raw.content))
        opened.append(Opened(arrival, letter, screening.screen(letter, own=own)))
    return _account_for(opened, at=at) if opened else 0


@transaction.atomic
def _account_for(opened: Sequence[Opened], *, at: datetime) -> int:
    """Hold the arrivals, find out whether the same letters came before, and give each its one outcome."""
    digests = {one.arrival.pk: same_letter(one.letter, bytes(one.arrival.raw_id)) for one in opened}
    held = Arrival.objects.unopened().filter(pk__in=digests).order_by("pk")
    still_closed = set(held.select_for_update(of=("self",)).values_list("pk", flat=True))
    _wait_for_copies([*digests.values(), *map(_writer, opened)])
    came = Arrival.objects.filter(same_letter__in=list(digests.values())).order_by("-pk")
    first = {bytes(arrival.same_letter or b""): arrival for arrival in came}
    desk = Desk([one.letter for one in opened], at=at)
    for one in opened:
        if one.arrival.mailbox:
            one.arrival.mailbox = desk.share(one.arrival.mailbox)
    with writing.together():
        for one in opened:
            if one.arrival.pk in still_closed:
                digest = digests[one.arrival.pk]
                _give_outcome(one, digest, first.get(digest), desk)
                first.setdefault(digest, one.arrival)
        desk.start_clocks()
        acknowledging.leave(desk.acknowledgements, at=at)
        arrivals.mark_all(desk.outcomes, at=at)
    return len(still_closed)


def _give_outcome(opened: Opened, digest: bytes, before: Arrival | None, desk: Desk) -> None:
    arrival, kind, message_id = opened.arrival, opened.verdict.kind, opened.letter.message_id or ""
    if before:
        found = arrivals.Found(arrival, "duplicate", kind, SAME_LETTER, message_id, duplicate_of=before)
    else:
        outcome, why = _outcome(opened, desk)
        found = arrivals.Found(arrival, outcome, kind, why, message_id, same_letter=digest)
    desk.outcomes.append(found)


def _wait_for_copies(digests: Iterable[bytes]) -> None:
    """Two copies of one letter, or two letters of one writer, may be opened at once; the second waits here until the
    first has its outcome, and sees the case that it opened.

    Everybody takes the locks in the same order, so that nobody waits for somebody who waits for them.
    """
    locks = sorted({int.from_bytes(digest[:8], "big", signed=True) for digest in digests})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(pg_advisory_xact_lock(one)) FROM unnest(%s::bigint[]) one", [locks])


def _writer(opened: Opened) -> bytes:
    sender = opened.letter.sender.address.lower() if opened.letter.sender else ""
    return hashlib.sha256(b"writer\0" + sender.encode("utf-8", "replace")).digest()


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


def _outcome(opened: Opened, desk: Desk) -> tuple[str, str]:
    """What becomes of a letter: an outcome and why."""
    letter, kind = opened.letter, opened.verdict.kind
    sender = letter.sender.address.lower() if letter.sender else ""
    ourselves = sender in desk.our_addresses
    if kind == "own" and (ourselves or not sender):
        return "noted", OUR_OWN
    if kind == "bounce":
        return _note_bounce(letter, opened.verdict, at=desk.at)
    if kind == "report":
        return "attention", A_REPORT
    if not sender:
        return "attention", NO_SENDER
    if not composing.address_ok(sender):
        return "attention", NO_ADDRESS
    if ourselves or kind == "own":
        return "attention", FROM_OURSELVES
    return _file(opened, desk)


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


def _file(opened: Opened, desk: Desk) -> tuple[str, str]:
    """On the case it belongs to, or on a new one. Only what a person wrote opens a case or reopens one."""
    arrival, letter, at = opened.arrival, opened.letter, desk.at
    sender = desk.known.recognise(letter.sender.address) if letter.sender else None
    found = finding.find(letter, sender=sender, prefix=desk.company.prefix)
    likeness = Likeness(found)
    if found is None and opened.kind == "person":
        likeness = likening.like(letter, sender, now=arrival.arrived_at, silent=arrival.silent)
    if likeness.found:
        return _join(opened, likeness.found, desk)
    if opened.kind != "person":
        if any(map(OwnIds(keys_for("message-id")), letter.ancestors)):
            return "noted", AUTOMATIC_TO_AUTOMATIC
        return "attention", NO_CASE_AUTOMATIC
    department = arrival.mailbox.department if arrival.mailbox else desk.first_department
    if department is None:
        return "attention", NOBODY_SET_UP
    customer = known_or_met(letter, desk)
    clock = None if arrival.silent else desk.clock_for(department, since=arrival.arrived_at)
    case = opening.open_case(
        letter.subject or "", customer=customer, department=department, mailbox=arrival.mailbox,
        clock=clock, desk=desk, by=customer.actor, at=at,
    )  # fmt: skip
    message = filing.file(
        case, letter, arrival=arrival, customer=customer, kind=opened.kind, why_here="", first=True,
        desk=desk, at=at,
    )  # fmt: skip
    likening.offer(case, likeness.perhaps, at=at)
    if opened.verdict.may_be_answered_by_machine and not arrival.silent:
        by_when = clock.due_at if clock else None
        acknowledging.acknowledge(case, message, letter, by_when=by_when, desk=desk, at=at)
    return "filed", opened.verdict.why


def _join(opened: Opened, found: Found, desk: Desk) -> tuple[str, str]:
    arrival, at = opened.arrival, desk.at
    customer = known_or_met(opened.letter, desk)
    desk.start_clocks()
    clock = None
    case = desk.at_home(Case.objects.select_for_update(of=("self",)).get(pk=found.case.pk))
    if opened.kind == "person":
        if not case.is_open:
            case = closing.reopen(case, why="letter", by=customer.actor, at=at)
        if not arrival.silent:
            clock = awaiting.begin(case, since=arrival.arrived_at, by=customer.actor)
    filing.file(
        case, opened.letter, arrival=arrival, customer=customer, kind=opened.kind, why_here=found.why,
        desk=desk, at=at,
    )  # fmt: skip
    if opened.kind == "person":
        chasing.recount(case, within=desk.addendum, by=customer.actor, at=at)
        scheduling.refresh(case, clock=clock, at=at)
    return "filed", found.why


def known_or_met(letter: Letter, desk: Desk) -> Customer:
    """Whoever wrote: recognised by their address, or met now; two of their first letters may be opened at once."""
    sender = letter.sender
    if sender is None:
        raise ValueError("A letter without a sender is never filed.")
    known = desk.known.recognise(sender.address)
    if known is None:
        try:
            known = meeting.meet(sender.name, email=sender.address, by=None, at=desk.at)
        except meeting.AlreadyKnown:
            known = meeting.recognise(sender.address)
            if known is None:
                raise
        desk.known.add(known, sender.address)
    return known


def through_our_own_list(letter: Letter, verdict: Verdict, mailbox: Mailbox | None) -> bool:
    """Whether a list's letter came by a list that is this mailbox's own address: a group of colleagues behind it."""
    if verdict.kind != "list" or mailbox is None:
        return False
    named = (letter.header("list-post") or "", letter.header("list-id") or "")
    ours = (mailbox.address, mailbox.address.replace("@", "."))
    return any(
        f"<{prefix}{one}>" in header.lower() for header in named for one in ours for prefix in ("", "mailto:")
    )
