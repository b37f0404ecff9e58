"""Harbour Shoes with a mailbox and a standard, and letters as Dora would write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from upheld.cases import jobs, leaving, replying
from upheld.cases.models import Case, Message
from upheld.channels import receiving as channels_receiving
from upheld.channels import sending
from upheld.channels.models import Arrival, Mailbox
from upheld.journal import numbering
from upheld.journal.facts import CLOCK
from upheld.people.models import Department, Person
from upheld.people.tests.makers import MONDAY, make_agent, make_company, make_department
from upheld.promises import standards

SERVICE = "service@harbour-shoes.example"
DORA = "Dora Lindqvist <dora@harbour.example>"
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class House:
    """The company at work: Ada is present, Bruno on duty."""

    service: Department
    ada: Person
    bruno: Person
    mailbox: Mailbox


def make_house(*, present: bool = True) -> House:
    """Harbour Shoes; its first answer within four business hours in 95 of a hundred cases."""
    make_company()
    service = make_department()
    ada = make_agent("Ada Okafor", service, present=present)
    mailbox = Mailbox.objects.create(name="Service", address=SERVICE, department=service)
    standards.set(
        "first-answer", department=None, minutes=240, share=95, by=CLOCK, at=MONDAY - timedelta(days=90)
    )
    return House(service, ada, service.duty_owner, mailbox)


def letter(
    words: str = "The sole has come off again.",
    *,
    subject: str = "Größe 39",
    sender: str = DORA,
    to: str = SERVICE,
    message_id: str | None = "<first@harbour.example>",
    headers: str = "",
) -> bytes:
    """The bytes of a letter. A subject with umlauts goes as raw UTF-8, as many programs send it."""
    lines = [f"From: {sender}"] if sender else []
    lines += [f"To: {to}", f"Subject: {subject}", "Date: Mon, 16 Nov 2026 08:51:00 +0100"]
    lines += [f"Message-ID: {message_id}"] if message_id else []
    lines += [headers] if headers else []
    lines += ["Content-Type: text/plain; charset=utf-8", "", words, ""]
    return "\r\n".join(lines).encode()


def arrive(house: House, raw: bytes, *, at: datetime = MONDAY, silent: bool = False) -> Arrival:
    """A letter comes through the mailbox and is opened."""
    count = Arrival.objects.count()
    stored = channels_receiving.store(
        raw, way="imap", mailbox=house.mailbox, source_id=f"1:{count + 1}", silent=silent, at=at
    )
    opened = jobs.open_or_give_up(stored.pk, at=at)
    assert opened is not None
    return opened


def make_case(house: House, *, at: datetime = MONDAY, **other: str) -> Case:
    """A case that Dora's letter opened."""
    arrival = arrive(house, letter(**other), at=at)
    return Message.objects.get(arrival=arrival).case


def answer(
    case: Case, *, by: Person, at: datetime, html: str = "<p>A new pair comes.</p>", pledges=()
) -> Message:
    """An answer that was written and has left."""
    message = replying.answer(case, html=html, pledges=pledges, delay=timedelta(0), by=by, at=at)
    leave(message, at=at)
    message.refresh_from_db()
    return message


def leave(message: Message, *, at: datetime) -> None:
    """The letter leaves (for the outbox, in tests without servers), and the case hears of it."""
    assert message.departure is not None
    sending.send(message.departure, at=at)
    hear()


def hear() -> None:
    """What the journal's readers do within moments."""
    numbering.after_restore()
    while leaving.follow():
        pass
