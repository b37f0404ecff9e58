"""A letter's place on its case: a message with the customer's own words, and a row for each of its files."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from upheld.cases.facts import MessageReceived
from upheld.cases.models import MESSAGE_ID, Case, Message
from upheld.cases.preparing import Desk
from upheld.channels import composing, folding
from upheld.channels import filing as files
from upheld.channels.letter import Letter
from upheld.channels.models import Arrival
from upheld.customers.models import Customer
from upheld.journal import writing

OTHER_WORDS = gettext_noop("Another letter came under the same Message-ID, with other words.")


@transaction.atomic(savepoint=False)
def file(
    case: Case,
    letter: Letter,
    *,
    arrival: Arrival,
    customer: Customer,
    kind: str,
    why_here: str,
    first: bool = False,
    desk: Desk | None = None,
    at: datetime,
) -> Message:
    """Put a letter on a case. Only a person's letter makes the case unread and moves its last letter's date.

    `first`: the case has just been opened, and nothing stands on it.
    """
    desk = desk or Desk([letter], at=at)
    text = letter.text or ""
    folded = folding.fold(text, earlier=() if first else _earlier(case))
    message = Message.objects.create(
        case=case,
        way=Message.Way.IN,
        kind=kind,
        arrival=arrival,
        customer=customer,
        at=_written_at(letter, arrival),
        subject_line=(letter.subject or "")[:998],
        text=text,
        html=letter.html or "",
        own_words=folded.own_words,
        pieces=[_piece(one) for one in folded.pieces],
        trouble=[*letter.trouble, *_same_name_as_another(letter, desk)],
        why_here=why_here,
        message_id=(letter.message_id or "")[:MESSAGE_ID],
        answer_to=_answer_address(letter, customer, desk, on=None if first else case)
        if kind == "person"
        else "",
    )
    files.list_received(arrival, letter)
    if kind == "person":
        _make_unread(case, arrival, at)
    fact = MessageReceived(case=case.pk, customer=customer.pk, message=message.pk, letter=kind)
    writing.write(fact, by=customer.actor, at=at)
    return message


def _earlier(case: Case) -> list[str]:
    written = case.messages.filter(withdrawn_at__isnull=True).order_by("-pk")
    return list(written.values_list("text", flat=True)[:20])


def _make_unread(case: Case, arrival: Arrival, at: datetime) -> None:
    before = (case.last_letter_at, case.unread_at)
    case.last_letter_at = max(case.last_letter_at, arrival.arrived_at)
    case.unread_at = case.unread_at or at
    if before != (case.last_letter_at, case.unread_at):
        case.save(update_fields=["last_letter_at", "unread_at"])


def _same_name_as_another(letter: Letter, desk: Desk) -> list[str]:
    """A mark on a letter that came under another's Message-ID with other words; the same words are a duplicate."""
    message_id = (letter.message_id or "")[:MESSAGE_ID]
    if message_id in desk.names_taken:
        return [OTHER_WORDS]
    if message_id:
        desk.names_taken.add(message_id)
    return []


def _answer_address(letter: Letter, customer: Customer, desk: Desk, *, on: Case | None) -> str:
    """Where an answer to this letter may go: its Reply-To, if that can be believed, else its sender; else nowhere.

    On a case that has letters already, a Reply-To counts only when it is an address of this customer that we know:
    anybody can forge a sender, and the answers would tell them what we told the customer. An address of our own, as
    groups of colleagues put it there, would bring the answer back to us.
    """
    sender = letter.sender.address if letter.sender else ""
    wanted = letter.answer_to.address if letter.answer_to else ""
    known = wanted.lower() == sender.lower() or desk.known.recognise(wanted) == customer
    if not known and on and on.messages.exists():
        wanted = sender
    usable = (one for one in (wanted, sender) if composing.address_ok(one) and not _is_ours(one, desk))
    return next(usable, "")[:320]


def _is_ours(address: str, desk: Desk) -> bool:
    local, _at, domain = address.lower().rpartition("@")
    return not desk.our_addresses.isdisjoint({address.lower(), f"{local.partition('+')[0]}@{domain}"})


def _written_at(letter: Letter, arrival: Arrival) -> datetime:
    """When it came; for a letter from the past, when it was written, unless its date lies in the future."""
    written = letter.date if arrival.silent else None
    return min(written, arrival.arrived_at) if written else arrival.arrived_at


def _piece(piece: str | folding.Fold) -> tuple[str, str, bool]:
    return ("", piece, False) if isinstance(piece, str) else (piece.kind, piece.text, piece.holds_new)
