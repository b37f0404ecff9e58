"""A company's own mail server hands letters over: none is lost or doubled, whatever happens in between."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from tests.servers.exim import Exim
from tests.servers.running import free_ports
from upheld.cases import tokens
from upheld.cases.models import Case, Message
from upheld.cases.tests.makers import SERVICE, House, make_house
from upheld.channels.endpoints import Endpoint
from upheld.channels.models import Arrival, Raw
from upheld.config.tests.running import Serving, environment, eventually, free_port, serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
LETTER = "From: Dora <dora{n}@harbour.example>\r\nSubject: {n}\r\nMessage-ID: <{n}@harbour.example>\r\n\r\nLeaks.\r\n"


@dataclass(frozen=True)
class Behind:
    """What stands behind an Exim: who has a mailbox there, and the port where letters are handed over."""

    passwords_path: Path
    domains_path: Path
    lmtp_port: int


@pytest.fixture
def exim(servers_folder: Path) -> Iterator[Exim]:
    """A mail server of this company, in front of the listener."""
    folder = servers_folder / "in-front"
    folder.mkdir(exist_ok=True)
    (folder / "passwords").write_text(f"{SERVICE}: secret\n")
    (folder / "domains").write_text(f"{SERVICE.partition('@')[2]}:\n")
    behind = Behind(folder / "passwords", folder / "domains", *free_ports(1))
    with Exim(folder / "exim", deliver_to=behind) as server:  # type: ignore[arg-type]
        yield server


@contextlib.contextmanager
def open_behind(exim: Exim, var: Path) -> Iterator[Serving]:
    """`upheld serve` with its listener where the mail server brings its letters."""
    port = free_port()
    place = f"127.0.0.1:{exim.dovecot.lmtp_port}"
    env = environment(var, UPHELD_LISTEN_LMTP=place, UPHELD_OUTGOING="outbox", UPHELD_LOG="INFO")
    words = ("--port", str(port), "--live-port", str(port + 1), "--workers", "1")
    with serving(var, *words, env=env) as server:
        server.url()
        assert eventually(lambda: f"by LMTP at {place}" in server.said), server.said
        yield server


def send(exim: Exim, number: object, *recipients: str) -> None:
    with smtplib.SMTP(exim.host, exim.port, timeout=20) as line:
        line.sendmail("dora@harbour.example", recipients or [SERVICE], LETTER.format(n=number).encode())


def listener_of(server: Serving) -> int:
    return next((pid for pid, name in server.children().items() if name == "listener"), 0)


@pytest.fixture
def house() -> House:
    return make_house()


def test_a_letter_goes_from_the_mail_server_to_a_case_and_an_answer_finds_it_by_its_envelope(
    exim: Exim, house: House, tmp_path: Path
) -> None:
    with open_behind(exim, tmp_path / "var") as server:
        send(exim, 1)
        assert eventually(Case.objects.exists), server.said
        case = Case.objects.get()
        # In no header of the letter: a hidden copy, or a customer's program that forwards.
        send(exim, "quite another subject", tokens.reply_address(case.number, house.mailbox))
        assert eventually(lambda: case.messages.filter(way="in").count() == 2), server.said
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(exim, 3, "nobody@harbour-shoes.example")
    assert Case.objects.count() == 1
    assert [one.way for one in Arrival.objects.all()] == ["listener"] * 2


def test_a_letter_that_cannot_be_kept_waits_with_the_mail_server_and_comes_again(
    exim: Exim, house: House, tmp_path: Path
) -> None:
    with open_behind(exim, tmp_path / "var") as server:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE channels_raw RENAME TO channels_raw_away")
        try:
            send(exim, 1)
            assert eventually(lambda: "451 4.3.0" in exim.log), exim.log
            assert len(exim.queue()) == 1
            assert not Arrival.objects.exists()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE channels_raw_away RENAME TO channels_raw")
        assert eventually(Case.objects.exists), server.said
        assert eventually(lambda: not exim.queue())
    assert Arrival.objects.count() == Raw.objects.count() == Case.objects.count() == 1


def test_a_listener_killed_again_and_again_loses_and_doubles_nothing(
    exim: Exim, house: House, tmp_path: Path
) -> None:
    count, chance = 40, random.Random(39)
    with open_behind(exim, tmp_path / "var") as server:
        for number in range(count):
            send(exim, number)
            if number % 8 == 3:
                time.sleep(chance.random() / 20)
                if pid := listener_of(server):
                    os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: Arrival.objects.count() >= count, patience=120), exim.log
        assert eventually(lambda: not exim.queue(), patience=60)
        assert eventually(lambda: not Arrival.objects.unopened().exists())
    subjects = sorted(int(case.subject_line) for case in Case.objects.all())
    assert subjects == list(range(count))
    assert Arrival.objects.count() == Message.objects.filter(way="in").count() == count


def test_the_listener_ends_with_its_parent(exim: Exim, house: House, tmp_path: Path) -> None:
    with open_behind(exim, tmp_path / "var") as server:
        pid = listener_of(server)
        server.kill()
        assert eventually(lambda: not Path(f"/proc/{pid}").exists(), patience=20)


DIES = """
import os, sys, asyncio, django
django.setup()
from upheld.channels import admitting, listening
from upheld.channels.endpoints import Endpoint

def take_in(*words, **more):
    admitting.take_in(*words, **more)
    os.kill(os.getpid(), 9)

async def run():
    door = listening.Door(take_in=take_in)
    await listening.listen([Endpoint("LMTP", "127.0.0.1", int(sys.argv[1]))], door, asyncio.Event())

asyncio.run(run())
"""


def test_a_listener_killed_after_it_stored_and_before_it_said_so_makes_no_second_letter(
    house: House, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    env = environment(tmp_path, DJANGO_SETTINGS_MODULE="upheld.config.settings")

    def bring() -> None:
        with smtplib.LMTP("127.0.0.1", port, timeout=20) as line:
            line.sendmail("dora@harbour.example", [SERVICE], LETTER.format(n=1).encode())

    for begins in (DIES, DIES.replace("os.kill", "print")):
        listener = subprocess.Popen([sys.executable, "-c", begins, str(port)], env=env)
        try:
            assert eventually(Endpoint("LMTP", "127.0.0.1", port).greeting).startswith("220")
            if begins == DIES:
                with pytest.raises((smtplib.SMTPException, OSError)):
                    bring()
                assert listener.wait(20) == -signal.SIGKILL
            else:
                bring()
        finally:
            listener.kill()
            listener.wait()
        assert Arrival.objects.count() == Raw.objects.count() == 1
