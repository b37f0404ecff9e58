"""Nothing that came in is lost or doubled: not by bad bytes, not by kill -9, not by a mail server that goes away."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.journeys import bad_letters
from tests.journeys.house import all_opened, found, open_for_business
from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from upheld.cases.models import Case, Message
from upheld.channels.models import Arrival, Departure
from upheld.config.tests.running import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
SENDER = "somebody@wild.example"


def test_every_bad_letter_is_accounted_for_and_nothing_automatic_is_answered(
    mail_domain: str, dovecot: Dovecot, exim: Exim, tmp_path: Path
) -> None:
    house = found(mail_domain, dovecot, exim)
    letters = list(bad_letters.all_of(house.address))
    with open_for_business(house, tmp_path / "var") as server:
        for bad in letters:
            dovecot.deliver(house.address, bad.raw, sender="" if bad.name == "bounce" else SENDER)
        assert all_opened(len(letters)), server.said[-4000:]
        eventually(lambda: not Departure.objects.waiting().exists())
    arrived = list(Arrival.objects.order_by("pk"))
    wrong = [
        (bad.name, arrival.outcome, arrival.kind, arrival.why)
        for bad, arrival in zip(letters, arrived, strict=True)
        if arrival.outcome != bad.outcome
    ]
    assert wrong == []
    for bad, arrival in zip(letters, arrived, strict=True):
        # A server adds its own headers above; what was sent stands below them, byte for byte.
        assert bytes(arrival.raw.content).endswith(bad.raw), bad.name
        if arrival.outcome == "filed":
            assert bad.code in arrival.message.text, bad.name
    told = {recipient for departure in Departure.objects.all() for recipient in departure.recipients}
    people = {"dora", "finn", "bob", "carl", "jurgen", "eva", "gina", "hugo"}
    assert told == {f"{who}@wild.example" for who in people}
    assert "PWNED" not in Message.objects.get(text__contains="CODE-script").html


def test_a_fetcher_and_a_worker_killed_again_and_again_lose_and_double_nothing(
    mail_domain: str, dovecot: Dovecot, exim: Exim, tmp_path: Path
) -> None:
    house = found(mail_domain, dovecot, exim)
    dovecot.add_mailbox(f"dora@{mail_domain}")
    count, chance = 60, random.Random(39)
    with open_for_business(house, tmp_path / "var") as server:
        for number in range(count):
            who = f"Customer {number} <dora+{number}@{mail_domain}>"
            head = f"From: {who}\r\nTo: {house.address}\r\nMessage-ID: <{number}@wild.example>\r\nSubject: {number}\r\n"
            padding = "x" * 70 + "\r\n"
            raw = head + "\r\nThey leak.\r\n" + padding * chance.randrange(3000)
            dovecot.deliver(house.address, raw.encode(), sender=SENDER)
            if number % 6 == 3:
                for pid, name in server.children().items():
                    if name == ("fetcher" if number % 12 == 3 else "worker"):
                        os.kill(pid, signal.SIGKILL)
                time.sleep(chance.random() / 5)
        assert all_opened(count), server.said[-4000:]
        assert eventually(lambda: not Departure.objects.waiting().exists(), patience=60)
    assert Arrival.objects.count() == count
    assert Case.objects.count() == Message.objects.filter(way="in").count() == count
    assert sorted(int(case.subject_line) for case in Case.objects.all()) == list(range(count))
    # A letter out that was in doubt when its worker died is held for a person, never sent a second time.
    in_doubt = Departure.objects.filter(sent_at__isnull=True, claimed_at__isnull=False).count()
    told = dovecot.messages(f"dora@{mail_domain}")
    sent = Departure.objects.filter(sent_at__isnull=False).count()
    assert sent + in_doubt == count
    assert sent <= len(told) == len({raw.partition(b"Message-ID: ")[2].split()[0] for raw in told}) <= count


def test_a_mail_server_that_goes_away_is_found_again_and_its_letters_with_it(
    mail_domain: str, dovecot: Dovecot, exim: Exim, tmp_path: Path
) -> None:
    house = found(mail_domain, dovecot, exim)
    raw = "From: dora@wild.example\r\nTo: {to}\r\nSubject: {n}\r\nMessage-ID: <{n}@wild.example>\r\n\r\nHello {n}.\r\n"
    with open_for_business(house, tmp_path / "var") as server:
        dovecot.deliver(house.address, raw.format(to=house.address, n=1).encode(), sender=SENDER)
        assert all_opened(1)
        dovecot.restart()
        dovecot.deliver(house.address, raw.format(to=house.address, n=2).encode(), sender=SENDER)
        assert all_opened(2), server.said[-4000:]
    assert Message.objects.filter(way="in").count() == 2


def test_the_first_look_takes_only_new_letters(
    mail_domain: str, dovecot: Dovecot, exim: Exim, tmp_path: Path
) -> None:
    house = found(mail_domain, dovecot, exim)
    raw = "From: dora@wild.example\r\nTo: {to}\r\nSubject: {n}\r\nMessage-ID: <{n}@wild.example>\r\n\r\nHello.\r\n"
    dovecot.deliver(house.address, raw.format(to=house.address, n="old").encode(), sender=SENDER)
    with open_for_business(house, tmp_path / "var"):
        dovecot.deliver(house.address, raw.format(to=house.address, n="new").encode(), sender=SENDER)
        assert all_opened(1)
    assert [case.subject_line for case in Case.objects.all()] == ["new"]
