"""A service department with a mailbox, letters to put into it, and departures to send from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from upheld.channels import composing, secrets, sending
from upheld.channels.letter import Address
from upheld.channels.models import Departure, Mailbox
from upheld.journal.facts import Actor, Subject
from upheld.people.models import Calendar, Department, Person

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DORA = Address("Dora Schäfer", "dora@harbour.example")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def make_person(name: str = "Ada Brandt") -> Person:
    return Person.objects.create(name=name, sort_key=name.lower(), role=Person.Role.AGENT, joined_at=AT)


def make_department(name: str = "Service") -> Department:
    calendar, _ = Calendar.objects.get_or_create(name="Weekdays", defaults={"zone": "Europe/Berlin"})
    owner = Person.objects.first() or make_person()
    department, _ = Department.objects.get_or_create(
        name=name, defaults={"sort_key": name.lower(), "calendar": calendar, "duty_owner": owner}
    )
    return department


def make_mailbox(address: str = "service@shop.example", **fields: Any) -> Mailbox:
    return Mailbox.objects.create(name="Service", address=address, department=make_department(), **fields)


def mailbox_on(dovecot: Any, address: str, **fields: Any) -> Mailbox:
    """A mailbox of ours whose letters lie on the test's Dovecot, behind a line without TLS."""
    dovecot.add_mailbox(address)
    incoming = {
        "imap_host": dovecot.host,
        "imap_port": dovecot.imap_port,
        "imap_security": "none",
        "imap_user": address,
        "imap_secret": secrets.seal("secret"),
    }
    return make_mailbox(address, **{**incoming, **fields})


def through(exim: Any) -> dict[str, Any]:
    """The settings with which a mailbox sends through the test's Exim."""
    return {"smtp_host": exim.host, "smtp_port": exim.port, "smtp_security": "none"}


def raw_letter(number: int = 1, *, size: int = 0) -> bytes:
    """A small letter of Dora's, different for each number, or one of about `size` bytes."""
    padding = (b"x" * 76 + b"\r\n") * (size // 78)
    return (
        b"From: Dora <dora@harbour.example>\r\nTo: service@shop.example\r\nSubject: Shoes %d\r\n"
        b"Message-ID: <%d@harbour.example>\r\n\r\nThey leak. (%d)\r\n" % (number, number, number)
    ) + padding


def queue(mailbox: Mailbox, *, number: int = 1, to: list[str] | None = None, **more: Any) -> Departure:
    """An answer to Dora that waits to leave at AT."""
    message_id = f"<case.{number}.{mailbox.pk}@{mailbox.domain}>"
    content = composing.answer(
        sender=Address("Ada", mailbox.address),
        to=[DORA],
        subject=f"Re: Shoes {number}",
        text="New ones are on their way.\n",
        message_id=message_id,
        at=AT,
        files=more.get("files", ()),
    )
    defaults: dict[str, Any] = {
        "kind": Departure.Kind.ANSWER,
        "leaves_at": AT,
        "by": Actor("staff", 1),
        "at": AT,
    }
    return sending.queue(
        mailbox=mailbox,
        subject=Subject("message", number),
        recipients=to or [DORA.address],
        message_id=message_id,
        content=more.pop("content", content),
        **{**defaults, **more},
    )
