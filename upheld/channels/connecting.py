"""Mailboxes of ours: connecting one, changing its settings, closing it and opening it again."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from upheld.channels import composing, secrets
from upheld.channels.dialling import Server
from upheld.channels.facts import (
    MailboxChanged,
    MailboxClosed,
    MailboxConnected,
    MailboxReopened,
    PastAskedFor,
)
from upheld.channels.models import Mailbox
from upheld.channels.trying import Outcome
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.models import Department
from upheld.refusals import Refusal


class BadAddress(Refusal):
    """This is not an e-mail address."""


class AddressTaken(Refusal):
    """There is a mailbox with this address already, perhaps a closed one."""


class LineOpenToOthers(Refusal):
    """Without protection the password could be read on its way: choose TLS or STARTTLS."""


class BadFolder(Refusal):
    """This is not the name of a folder."""


class AlreadyClosed(Refusal):
    """This mailbox is closed."""


class NothingToLookInto(Refusal):
    """No server is set from which letters to this mailbox are fetched."""


class PastIsTaken(Refusal):
    """What lay there before has been asked for already."""


class NotClosed(Refusal):
    """This mailbox is not closed."""


def connect(
    *,
    name: str,
    address: str,
    department: Department,
    incoming: Server | None,
    outgoing: Server | None,
    folder: str = "INBOX",
    past: Mailbox.Past | str = Mailbox.Past.LEAVE,
    tried: Outcome | None = None,
    by: Actor,
    at: datetime,
) -> Mailbox:
    """Take in letters to one more address. With the outcome of a good try, letters count as new from that try on;
    without it, from the first look on."""
    address = address.strip().lower()
    if not composing.address_ok(address):
        raise BadAddress
    mailbox = Mailbox(address=address, past=str(past))
    _set(mailbox, name, department, incoming, outgoing, folder)
    if tried is not None and tried.ok and tried.uid_next is not None:
        mailbox.connected_at, mailbox.uid_validity = at, tried.uid_validity
        mailbox.first_uid = tried.uid_next
        mailbox.last_uid = tried.uid_next - 1 if past == Mailbox.Past.LEAVE else 0
    with transaction.atomic():
        try:
            with transaction.atomic():
                mailbox.save()
        except IntegrityError:
            raise AddressTaken from None
        writing.write(MailboxConnected(mailbox.pk), by=by, at=at)
    return mailbox


def change(
    mailbox: Mailbox,
    *,
    name: str,
    department: Department,
    incoming: Server | None,
    outgoing: Server | None,
    folder: str = "INBOX",
    by: Actor,
    at: datetime,
) -> Mailbox:
    """Other settings; an empty password keeps the present one. When the letters lie elsewhere now, everything there
    is looked at, and what came from the old place is recognised."""
    with transaction.atomic():
        mailbox = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if mailbox.closed_at is not None:
            raise AlreadyClosed
        before = (mailbox.imap_host, mailbox.imap_user, mailbox.folder)
        _set(mailbox, name, department, incoming, outgoing, folder)
        moved = bool(before[0]) and before != (mailbox.imap_host, mailbox.imap_user, mailbox.folder)
        if moved:
            mailbox.uid_validity = None
        mailbox.save()
        writing.write(MailboxChanged(mailbox.pk, moved), by=by, at=at)
    return mailbox


def take_in_past(mailbox: Mailbox, *, by: Actor, at: datetime) -> Mailbox:
    """Take in, silently, what lay there before it was connected. Nobody is written to because of it, and what is here
    already stays one letter."""
    with transaction.atomic():
        mailbox = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if mailbox.closed_at is not None:
            raise AlreadyClosed(_("This mailbox is closed."))
        if not mailbox.imap_host:
            raise NothingToLookInto(_("No server is set from which letters to this mailbox are fetched."))
        if mailbox.past != Mailbox.Past.LEAVE:
            raise PastIsTaken(_("What lay there before has been asked for already."))
        mailbox.past, mailbox.past_below = Mailbox.Past.SILENT, mailbox.first_uid
        mailbox.save(update_fields=["past", "past_below"])
        writing.write(PastAskedFor(mailbox.pk), by=by, at=at)
    return mailbox


def close(mailbox: Mailbox, *, by: Actor, at: datetime) -> Mailbox:
    """Fetch nothing from it any more. Letters that wait to leave through it still do."""
    with transaction.atomic():
        mailbox = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if mailbox.closed_at is not None:
            raise AlreadyClosed
        mailbox.closed_at, mailbox.trouble, mailbox.trouble_at = at, "", None
        mailbox.save()
        writing.write(MailboxClosed(mailbox.pk), by=by, at=at)
    return mailbox


def reopen(mailbox: Mailbox, *, by: Actor, at: datetime) -> Mailbox:
    """Fetch from it again, what came in the meantime too."""
    with transaction.atomic():
        mailbox = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if mailbox.closed_at is None:
            raise NotClosed
        mailbox.closed_at = None
        mailbox.save()
        writing.write(MailboxReopened(mailbox.pk), by=by, at=at)
    return mailbox


def _set(
    mailbox: Mailbox,
    name: str,
    department: Department,
    incoming: Server | None,
    outgoing: Server | None,
    folder: str,
) -> None:
    for server in (incoming, outgoing):
        if server is not None and server.is_open_to_others:
            raise LineOpenToOthers
    if not folder.strip() or re.search(r"[\x00-\x1f\x7f]", folder):
        raise BadFolder
    mailbox.name = name.strip()[:100] or _("Mailbox")
    mailbox.department, mailbox.folder = department, folder.strip()
    for prefix, server in (("imap", incoming), ("smtp", outgoing)):
        if server is None:
            server = Server("", getattr(mailbox, f"{prefix}_port"), getattr(mailbox, f"{prefix}_security"))
            setattr(mailbox, f"{prefix}_secret", b"")
        for field in ("host", "port", "security", "user"):
            setattr(mailbox, f"{prefix}_{field}", getattr(server, field))
        if server.password:
            setattr(mailbox, f"{prefix}_secret", secrets.seal(server.password))
