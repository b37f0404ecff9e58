"""What somebody writes into a form of ours becomes a letter like any other: bytes that are stored before they are read.

The form carries a token, so that sending it twice is one letter; other words under the same token are another letter,
because somebody went back and wrote more. How much one visitor may send is counted on what has arrived.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpRequest

from upheld.channels import composing, receiving
from upheld.channels.composing import Enclosure
from upheld.channels.keys import keys_for
from upheld.channels.letter import Address
from upheld.channels.models import Arrival, Mailbox
from upheld.web.signing_in.visiting import address_of

WITHIN = timedelta(hours=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,40}")


def new_token() -> str:
    """What a fresh form carries."""
    return secrets.token_urlsafe(18)


def token_or_new(given: str) -> str:
    """The form's own token, or another when somebody put junk there."""
    return given if _TOKEN.fullmatch(given) else new_token()


def visitor_of(request: HttpRequest) -> str:
    """A word for the network address that a request came from; the address itself is kept nowhere."""
    return hmac.new(keys_for("form-visitor")[0], address_of(request).encode(), hashlib.sha256).hexdigest()[
        :16
    ]


def sent_lately(mark: str, *, at: datetime) -> int:
    """How many letters came under this mark within the hour."""
    lately = Arrival.objects.filter(way=Arrival.Way.FORM, arrived_at__gt=at - WITHIN)
    return lately.filter(source_id__startswith=f"{mark}:").count()


def send_in(
    *,
    sender: Address,
    to: str,
    subject: str,
    text: str,
    files: Sequence[Enclosure] = (),
    mailbox: Mailbox | None,
    mark: str,
    token: str,
    at: datetime,
) -> Arrival:
    """Store the letter as if it had come by mail. Refuses BadAddress; the same form sent twice is the same arrival."""
    digest = _digest(sender, subject, text, files, token)
    content = composing.answer(
        sender=sender,
        to=[Address("", to)],
        subject=subject,
        text=text,
        message_id=f"<form.{digest}@{to.rpartition('@')[2]}>",
        at=at,
        files=files,
    )
    source_id = f"{mark}:{token}:{digest}"
    known = Arrival.objects.filter(way=Arrival.Way.FORM, mailbox=mailbox, source_id=source_id).first()
    if known:
        return known
    try:
        return receiving.store(content, way=Arrival.Way.FORM, mailbox=mailbox, source_id=source_id, at=at)
    except receiving.SourceTaken:
        # The same words twice at the same moment: only the date and the boundaries between parts differ.
        return Arrival.objects.get(way=Arrival.Way.FORM, mailbox=mailbox, source_id=source_id)


def _digest(sender: Address, subject: str, text: str, files: Sequence[Enclosure], token: str) -> str:
    whole = hashlib.sha256()
    for part in (token, sender.name, sender.address, subject, text):
        whole.update(hashlib.sha256(part.encode("utf-8", "replace")).digest())
    for file in files:
        whole.update(hashlib.sha256(file.name.encode("utf-8", "replace")).digest())
        whole.update(hashlib.sha256(file.content).digest())
    return whole.hexdigest()[:40]
