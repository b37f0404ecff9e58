"""Letters out: queued in the transaction that wrote them, claimed before a server hears of them, sent once or held.

A claim is committed before the dialogue begins. Whoever finds a claim without an end, after a crash or a broken
line, must not send again, for the customer may have the letter: it is held, and a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from upheld.channels import composing, concluding, dialling, filing, posting
from upheld.channels.composing import BadAddress, Enclosure
from upheld.channels.facts import LetterCancelled, LetterQueued, LetterResent, LetterSettled
from upheld.channels.models import Departure, Mailbox
from upheld.journal.facts import CLOCK, Actor, Subject
from upheld.refusals import Refusal

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480, 720))
"""How long a letter that the server put off waits before each new attempt: 27 hours in all."""
PATIENT_TRIES = 3
"""As long as this one recipient's *later* keeps the whole letter back; then those who can have it get it."""
UNHURRIED = "unhurried"
"""The queue of what no person waits for at the other end: letters that came in are opened before that."""
_UNHURRIED = frozenset({Departure.Kind.ACKNOWLEDGEMENT, Departure.Kind.INVITATION})
DOUBT_AFTER = timedelta(minutes=15)
"""A claim this old without a word belongs to a sender that no longer lives."""


class NoRecipient(Refusal):
    """A letter needs somebody to go to."""


class NotWaiting(Refusal):
    """This letter does not wait to be sent, or its moment has not come."""


class AlreadyLeft(Refusal):
    """The letter has left, or is leaving at this very moment: it can no longer be taken back."""


class AlreadyCancelled(Refusal):
    """The letter was taken back before."""


class NotInTrouble(Refusal):
    """Nothing is wrong with this letter, or somebody has dealt with it."""


class NotHeld(Refusal):
    """Nobody is in doubt about this letter."""


def plan(
    *,
    mailbox: Mailbox,
    kind: Departure.Kind | str,
    subject: Subject,
    recipients: Sequence[str],
    message_id: str,
    content: bytes,
    leaves_at: datetime,
    at: datetime,
) -> Departure:
    """A composed letter that nobody has queued yet. `recipients` are the envelope's."""
    if not recipients:
        raise NoRecipient
    for address in recipients:
        if not composing.address_ok(address):
            raise BadAddress(
                _("%(address)s is not an address that a letter can be sent to.") % {"address": address}
            )
    return Departure(
        mailbox=mailbox,
        kind=str(kind),
        subject_kind=subject.kind,
        subject_id=subject.id,
        recipients=list(dict.fromkeys(recipients)),
        message_id=message_id,
        content=content,
        created_at=at,
        leaves_at=leaves_at,
    )


def queue(
    *,
    mailbox: Mailbox,
    kind: Departure.Kind | str,
    subject: Subject,
    recipients: Sequence[str],
    message_id: str,
    content: bytes,
    leaves_at: datetime,
    files: Sequence[Enclosure] = (),
    by: Actor = CLOCK,
    at: datetime,
) -> Departure:
    """Let a composed letter leave at its moment. `recipients` are the envelope's; `files` those inside `content`."""
    departure = plan(
        mailbox=mailbox, kind=kind, subject=subject, recipients=recipients, message_id=message_id,
        content=content, leaves_at=leaves_at, at=at,
    )  # fmt: skip
    with transaction.atomic(savepoint=False):
        departure.save(force_insert=True)
        if files:
            filing.list_sent(departure, files)
        ask_to_send_all([departure])
        concluding.tell(LetterQueued, departure, by=by, at=at)
    return departure


def queue_all(planned: Sequence[Departure], *, by: Actor = CLOCK, at: datetime) -> None:
    """Let letters without files leave, each at its moment, with one statement for all rows and one for all words."""
    with transaction.atomic(savepoint=False):
        Departure.objects.bulk_create(planned)
        ask_to_send_all(planned)
        for departure in planned:
            concluding.tell(LetterQueued, departure, by=by, at=at)


def send(departure: Departure, *, at: datetime) -> Departure:
    """One attempt, outside any transaction: claim, hand over, write down how it ended."""
    with transaction.atomic(durable=True):
        claimed = Departure.objects.waiting().filter(pk=departure.pk, leaves_at__lte=at)
        if not claimed.update(claimed_at=at, tries=F("tries") + 1):
            raise NotWaiting
    departure = Departure.objects.select_related("mailbox").get(pk=departure.pk)
    return _conclude(departure, _post(departure), at)


def _post(departure: Departure) -> posting.Word:
    if settings.OUTGOING == "outbox":
        return posting.Taken()
    mailbox = departure.mailbox
    if not mailbox.smtp_host:
        return posting.Refused(
            _("No server is set for letters that leave from %(box)s.") % {"box": mailbox.address}
        )
    try:
        server = dialling.outgoing(mailbox)
    except Refusal as refusal:
        return posting.NotYet(refusal.sentence)
    automatic = departure.kind == Departure.Kind.ACKNOWLEDGEMENT
    return posting.post(
        server,
        sender="" if automatic else mailbox.address,
        otherwise=mailbox.address,
        recipients=departure.refused or departure.recipients,
        content=bytes(departure.content or b""),
        patient=departure.tries <= PATIENT_TRIES,
    )


def _conclude(claimed: Departure, word: posting.Word, at: datetime) -> Departure:
    with transaction.atomic():
        departure = Departure.objects.without_content().select_for_update().get(pk=claimed.pk)
        if departure.sent_at is not None:
            return departure
        if isinstance(word, posting.Taken):
            concluding.left(departure, at=at)
            if word.refused:
                concluding.bounced(departure, word.refused, "; ".join(word.refused.values()), at=at)
        elif departure.claimed_at != at or departure.held_at is not None:
            pass  # a person has decided meanwhile, and this attempt did not send
        elif isinstance(word, posting.Doubtful):
            concluding.held(departure, word.words, at=at)
        elif isinstance(word, posting.Refused):
            concluding.failed(departure, word.words, refused=word.refused, at=at)
        elif departure.tries > len(BACK_OFF):
            concluding.failed(departure, word.words, at=at)
        else:
            departure.claimed_at = None
            departure.leaves_at = at + BACK_OFF[departure.tries - 1]
            departure.trouble = word.words[:500]
            departure.save()
            ask_to_send(departure)
    return departure


def ask_to_send(departure: Departure) -> bool:
    """Leave word that the letter is to leave at its moment; False when that word is waiting already."""
    try:
        with transaction.atomic():
            ask_to_send_all([departure])
    except AlreadyEnqueued:
        return False
    return True


def ask_to_send_all(departures: Sequence[Departure]) -> None:
    """Leave word for letters of which nobody was told yet, with one statement; where somebody was, it is refused."""
    words = [
        app.configure_task(
            "channels.send",
            queue=UNHURRIED if departure.kind in _UNHURRIED else "default",
            task_kwargs={"departure_id": departure.pk},
            schedule_at=departure.leaves_at,
            queueing_lock=f"send departure {departure.pk}",
        ).job
        for departure in departures
    ]
    if words:
        app.job_manager.batch_defer_jobs(words)


def sweep(at: datetime, *, after: timedelta = timedelta(minutes=1), limit: int = 500) -> int:
    """Ask again for letters whose moment has passed: a word may get lost, a letter may not."""
    overdue = Departure.objects.waiting().without_content().filter(leaves_at__lt=at - after)
    return sum(ask_to_send(departure) for departure in overdue.order_by("leaves_at")[:limit])


def hold_doubtful(at: datetime, *, after: timedelta = DOUBT_AFTER) -> int:
    """Hold each letter whose sender took it and was never heard of again."""
    lost = {
        "claimed_at__lt": at - after,
        "sent_at": None,
        "failed_at": None,
        "held_at": None,
        "cancelled_at": None,
    }
    held = 0
    for pk in Departure.objects.filter(**lost).values_list("pk", flat=True):
        with transaction.atomic():
            still_lost = Departure.objects.without_content().filter(pk=pk, **lost)
            departure = still_lost.select_for_update(skip_locked=True).first()
            if departure is not None:
                words = _("Upheld stopped while it was handing this letter over.")
                concluding.held(departure, words, at=at)
                held += 1
    return held


def cancel(departure: Departure, *, by: Actor, at: datetime) -> Departure:
    """Take a letter back before it leaves."""
    with transaction.atomic():
        departure = Departure.objects.without_content().select_for_update().get(pk=departure.pk)
        if departure.cancelled_at is not None:
            raise AlreadyCancelled
        if departure.claimed_at or departure.sent_at or departure.held_at:
            raise AlreadyLeft
        departure.cancelled_at = at
        departure.save()
        concluding.tell(LetterCancelled, departure, by=by, at=at)
    return departure


def resend(departure: Departure, *, by: Actor, at: datetime) -> Departure:
    """A person wants it sent again, under the same Message-ID: to those who refused it, or else to all."""
    with transaction.atomic():
        departure = _in_trouble(departure)
        departure.claimed_at = departure.sent_at = departure.failed_at = None
        departure.held_at = departure.bounced_at = None
        departure.tries, departure.leaves_at, departure.trouble = 0, at, ""
        departure.save()
        ask_to_send(departure)
        concluding.tell(LetterResent, departure, by=by, at=at)
    return departure


def settle(departure: Departure, *, by: Actor, at: datetime) -> Departure:
    """A person has dealt with it in another way, by telephone perhaps; it stays as unsent as it was."""
    with transaction.atomic():
        departure = _in_trouble(departure)
        departure.settled_at = at
        departure.save()
        concluding.tell(LetterSettled, departure, by=by, at=at)
    return departure


def confirm(departure: Departure, *, by: Actor, at: datetime) -> Departure:
    """A person has learnt that a letter in doubt did arrive: it left when it was handed over."""
    with transaction.atomic():
        departure = _in_trouble(departure)
        if departure.held_at is None or departure.claimed_at is None:
            raise NotHeld
        concluding.left(departure, by=by, at=departure.claimed_at)
    return departure


def _in_trouble(departure: Departure) -> Departure:
    departure = Departure.objects.without_content().select_for_update().get(pk=departure.pk)
    if not departure.in_trouble:
        raise NotInTrouble
    return departure
