"""A company at work in a test: its own mailbox on the real servers, its people, and the real `upheld serve`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from upheld.channels import secrets
from upheld.channels.models import Arrival, Mailbox
from upheld.config.tests.running import Serving, environment, eventually, free_port, serving
from upheld.journal.facts import CLOCK
from upheld.people import attending, hiring, organising
from upheld.people.models import Department, Person
from upheld.promises import standards

PASSWORD = "deck-shoe-kiel-39"
ROUND_THE_CLOCK = {day: [(0, 1440)] for day in range(7)}


@dataclass(frozen=True)
class House:
    """Harbour Shoes: Ada is at work, Bruno leads and is on duty, Otto administers."""

    service: Department
    ada: Person
    bruno: Person
    mailbox: Mailbox

    @property
    def address(self) -> str:
        """Where customers write to."""
        return self.mailbox.address


def found(domain: str, dovecot: Dovecot, exim: Exim, *, at: datetime | None = None) -> House:
    """Set the company up through its verbs, with a mailbox on the test's servers."""
    at = at or timezone.now()
    organising.found("Harbour Shoes", zone="Europe/Berlin", prefix="HS", phone="040 66969 120")
    hours = organising.keep_hours("Always", zone="Europe/Berlin", weekly=ROUND_THE_CLOCK)
    bruno = _person("Bruno Keller", "lead", domain, at)
    service = organising.open_department("Service", calendar=hours, duty_owner=bruno, by=CLOCK, at=at)
    bruno.departments.add(service)
    ada = _person("Ada Okafor", "agent", domain, at)
    ada.departments.add(service)
    _person("Otto Brandt", "administrator", domain, at)
    attending.come(ada, at=at)
    standards.set("first-answer", department=None, minutes=240, share=95, by=CLOCK, at=at - timedelta(days=1))
    address = f"service@{domain}"
    dovecot.add_mailbox(address)
    mailbox = Mailbox.objects.create(
        name="Service", address=address, department=service,
        imap_host=dovecot.host, imap_port=dovecot.imap_port, imap_security="none", imap_user=address,
        imap_secret=secrets.seal("secret"), smtp_host=exim.host, smtp_port=exim.port, smtp_security="none",
    )  # fmt: skip
    return House(service, ada, bruno, mailbox)


def _person(name: str, role: str, domain: str, at: datetime) -> Person:
    person = hiring.hire(name, role=role, by=CLOCK, at=at)
    first = name.split()[0].lower()
    hiring.let_in(person, email=f"{first}@{domain}", password=PASSWORD, at=at)
    return Person.objects.get(pk=person.pk)


@contextlib.contextmanager
def open_for_business(house: House, var: Path, **env: str) -> Iterator[Serving]:
    """`upheld serve` until the block ends; begins once the mailbox is watched, so that what is sent now is new."""
    port = free_port()
    more = {"UPHELD_OUTGOING": "smtp", "UPHELD_UNDO_SECONDS": "1", "UPHELD_LOG": "INFO", **env}
    words = ("--port", str(port), "--live-port", str(port + 1), "--workers", "1")
    with serving(var, *words, env=environment(var, **more)) as server:
        server.url()
        assert eventually(lambda: _watched(house)), server.said
        try:
            yield server
        except BaseException:
            sys.stderr.write(server.said[-20_000:])
            raise


def _watched(house: House) -> bool:
    return Mailbox.objects.filter(pk=house.mailbox.pk, connected_at__isnull=False).exists()


def all_opened(count: int, *, patience: float = 90) -> bool:
    """Whether so many letters have arrived and each has its outcome."""
    return bool(
        eventually(
            lambda: Arrival.objects.count() >= count and not Arrival.objects.unopened().exists(),
            patience=patience,
        )
    )
