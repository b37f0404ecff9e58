"""A letter's place on its case: a message with the customer's own words, and a row for each of its files."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from upheld.cases.facts import MessageReceived
from upheld.cases.models import Case, Message
from upheld.channels import filing as files
from upheld.channels import folding
from upheld.channels.letter import Letter
from upheld.channels.models import Arrival
from upheld.customers.models import Customer
from upheld.journal import writing


@transaction.atomic
def file(
    case: Case,
    letter: Letter,
    *,
    arrival: Arrival,
    customer: Customer,
    kind: str,
    why_here: str,
    at: datetime,
) -> Message:
    """Put a letter on a case. Only a person's letter makes the case unread and moves its last letter's date."""
    text = letter.text or ""
    earlier = (
        case.messages.filter(withdrawn_at__isnull=True).order_by("-pk").values_list("text", flat=True)[:20]
    )
    folded = folding.fold(text, earlier=list(earlier))
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
        trouble=list(letter.trouble),
        why_here=why_here,
        message_id=(letter.message_id or "")[:998],
        answer_to=(letter.answer_to.address if letter.answer_to else "")[:320],
    )
    files.list_received(arrival, letter)
    if kind == "person":
        case.last_letter_at = max(case.last_letter_at, arrival.arrived_at)
        case.unread_at = case.unread_at or at
        case.save(update_fields=["last_letter_at", "unread_at"])
    fact = MessageReceived(case=case.pk, customer=customer.pk, message=message.pk, letter=kind)
    writing.write(fact, by=customer.actor, at=at)
    return message


def _written_at(letter: Letter, arrival: Arrival) -> datetime:
    """When it came; for a letter from the past, when it was written, unless its date lies in the future."""
    written = letter.date if arrival.silent else None
    return min(written, arrival.arrived_at) if written else arrival.arrived_at


def _piece(piece: str | folding.Fold) -> tuple[str, str, bool]:
    return ("", piece, False) if isinstance(piece, str) else (piece.kind, piece.text, piece.holds_new)
