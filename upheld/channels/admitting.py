"""Letters that a mail server hands over: for whom we take them, and that each is kept before anybody says so.

A server that has not heard our answer brings the letter again. It is known by its bytes and its recipient, so that
the second time is the same arrival, although the lines above it name another moment.
"""

from __future__ import annotations

import contextlib
import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from upheld.channels import receiving, tracing
from upheld.channels.models import Arrival, Mailbox
from upheld.channels.tracing import Envelope
from upheld.refusals import Refusal


class NotOurs(Refusal):
    """No mailbox of ours has this address."""


@dataclass(frozen=True)
class Recipient:
    """An address from an envelope, and the mailbox of ours that it leads to."""

    address: str
    mailbox_id: int


def recognise(address: str) -> Recipient:
    """The open mailbox that this address is of, with or without a +word, in any case."""
    local, at_sign, domain = canonical(address).rpartition("@")
    if at_sign and tracing.is_writable(address):
        wanted = f"{local}@{domain}", f"{local.partition('+')[0]}@{domain}"
        ours = {
            canonical(known): pk
            for pk, known in Mailbox.objects.filter(closed_at__isnull=True).values_list("pk", "address")
        }
        for one in wanted:
            if one in ours:
                return Recipient(address, ours[one])
    raise NotOurs


def take_in(
    raw: bytes, recipients: Sequence[Recipient], envelope: Envelope, *, at: datetime
) -> list[Arrival]:
    """Keep a letter for all of these recipients or for none. Once this has returned the other side may be told."""
    with transaction.atomic(durable=True):
        return [_take_in(raw, one, envelope, at=at) for one in recipients]


def canonical(address: str) -> str:
    """An address as it is compared: lower case, composed signs, and its domain as name servers know it."""
    local, _at, domain = unicodedata.normalize("NFC", address).lower().rpartition("@")
    with contextlib.suppress(UnicodeError):  # a name that no name server knows equals only itself
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"


def _take_in(raw: bytes, recipient: Recipient, envelope: Envelope, *, at: datetime) -> Arrival:
    mailbox = Mailbox.objects.filter(pk=recipient.mailbox_id, closed_at__isnull=True).first()
    if mailbox is None:
        raise NotOurs
    source = hashlib.sha256(raw)
    source.update(b"\0" + canonical(recipient.address).encode())
    known = Arrival.objects.filter(
        way=Arrival.Way.LISTENER, mailbox=mailbox, source_id=source.hexdigest()
    ).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():  # of its own, so that the bytes of a second one do not stay behind
            return receiving.store(
                tracing.above(envelope, recipient.address, at=at) + raw,
                way=Arrival.Way.LISTENER,
                mailbox=mailbox,
                source_id=source.hexdigest(),
                at=at,
            )
    except receiving.SourceTaken:  # brought twice at the same moment; the other one has just been kept
        return Arrival.objects.get(way=Arrival.Way.LISTENER, mailbox=mailbox, source_id=source.hexdigest())
