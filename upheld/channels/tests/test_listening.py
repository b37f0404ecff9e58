"""A mail server hands letters over: real sockets, and whatever may come through them."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import random
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import OperationalError, connections

from tests.servers.certificate import make_certificate
from upheld.channels import admitting, endpoints, listening, reading, speaking, tracing
from upheld.channels.endpoints import Endpoint
from upheld.channels.listening import Door
from upheld.channels.models import Arrival, Mailbox, Raw
from upheld.people.tests.makers import make_department

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE = "service@harbour-shoes.example"
BILLING = "billing@harbour-shoes.example"
DORA = "dora@harbour.example"
PLAIN = (
    b"From: dora@harbour.example\r\nSubject: Shoes\r\nMessage-ID: <1@harbour.example>\r\n\r\nThey leak.\r\n"
)


T = TypeVar("T")


def eventually(ask: Callable[[], T], *, patience: float = 30) -> T:
    """Ask until the answer is true; the last answer when patience ends."""
    deadline = time.monotonic() + patience
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return answer


class Listener:
    """A door open in a thread of this process, at a port of its own."""

    def __init__(self, protocol: str = "LMTP", *, path: str = "", **limits) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.endpoint = Endpoint(protocol, "" if path else "127.0.0.1", 0 if path else self.port, path)
        self.door = Door(host="mail.harbour-shoes.example", **limits)
        self._ready = threading.Event()
        self.thread = threading.Thread(target=asyncio.run, args=(self._run(),))

    async def _run(self) -> None:
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        self.loop.call_soon(self._ready.set)
        await listening.listen([self.endpoint], self.door, self.stop)

    def __enter__(self) -> Listener:
        self.thread.start()
        self._ready.wait(10)
        assert eventually(self.endpoint.greeting, patience=10).startswith("220 ")
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(20)
        assert not self.thread.is_alive()
        for pool, threads in ((self.door.asking, 2), (self.door.storing, 4)):
            together = threading.Barrier(threads)
            for _ in range(threads):
                pool.submit(_leave, together)
            pool.shutdown()

    def lmtp(self) -> smtplib.LMTP:
        if self.endpoint.path:
            return smtplib.LMTP(self.endpoint.path, 0, local_hostname="mx.example", timeout=30)
        return smtplib.LMTP("127.0.0.1", self.port, local_hostname="mx.example", timeout=30)

    def smtp(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, local_hostname="mx.example", timeout=30)

    def raw(self) -> Talk:
        return Talk(self.port)


def _leave(together: threading.Barrier) -> None:
    """Each thread of a pool once, for each has a connection of its own."""
    together.wait(10)
    connections.close_all()


class Talk:
    """A line on which anything may be said."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.file = self.socket.makefile("rb")
        assert self.hear().startswith("220 ")

    def hear(self) -> str:
        while True:
            line = self.file.readline().decode("utf-8", "replace")
            if line[3:4] != "-":
                return line.strip()

    def say(self, *lines: bytes) -> list[str]:
        """All of them at once; an answer for each."""
        self.socket.sendall(b"".join(line + b"\r\n" for line in lines))
        return [self.hear() for _ in lines]

    def begin(self, *recipients: str) -> None:
        said = self.say(b"LHLO mx.example", b"MAIL FROM:<dora@harbour.example>")
        said += [self.say(f"RCPT TO:<{one}>".encode())[0] for one in recipients or (SERVICE,)]
        assert [line[:3] for line in said] == ["250"] * len(said)
        assert self.say(b"DATA")[0].startswith("354")

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.fixture(autouse=True)
def mailboxes():
    department = make_department()
    for name in (SERVICE, BILLING):
        Mailbox.objects.create(name=name, address=name, department=department)


@pytest.fixture
def listener():
    with Listener() as running:
        yield running


@pytest.fixture
def by_smtp():
    with Listener("SMTP") as running:
        yield running


def below_the_lines(arrival: Arrival) -> bytes:
    """What was handed over, without what we wrote above it."""
    raw = bytes(arrival.raw.content)
    head, found, rest = raw.partition(b" +0000\r\n")
    assert found
    assert head.startswith(b"Return-Path: <")
    return rest


def hand_over(listener: Listener, raw: bytes, *recipients: str, sender: str = DORA) -> Arrival:
    with listener.lmtp() as line:
        assert line.sendmail(sender, recipients or [SERVICE], raw) == {}
    return Arrival.objects.latest("pk")


# -- letters ---------------------------------------------------------------------------------------------------------


def test_a_letter_is_kept_with_its_way_written_above_it(listener):
    arrival = hand_over(listener, PLAIN)
    assert (arrival.way, arrival.mailbox.address, arrival.silent) == ("listener", SERVICE, False)
    assert below_the_lines(arrival) == PLAIN
    assert bytes(arrival.raw.content).startswith(
        b"Return-Path: <dora@harbour.example>\r\nDelivered-To: service@harbour-shoes.example\r\n"
        b"Received: from mx.example ([127.0.0.1])\r\n\tby mail.harbour-shoes.example with LMTP;\r\n\t"
    )
    assert arrival.source_id == hashlib.sha256(PLAIN + b"\0" + SERVICE.encode()).hexdigest()


def test_the_address_in_the_envelope_alone_can_be_read_from_the_letter(listener):
    token = "Service+c1042.abcdefghijklmnop@Harbour-Shoes.example"
    arrival = hand_over(listener, PLAIN, token)
    assert arrival.mailbox.address == SERVICE
    assert reading.read(bytes(arrival.raw.content)).delivered_to == (token,)


def test_the_same_letter_again_is_the_same_arrival(listener):
    first = hand_over(listener, PLAIN)
    assert hand_over(listener, PLAIN) == first
    assert hand_over(listener, PLAIN, SERVICE.upper()) == first
    assert Arrival.objects.count() == Raw.objects.count() == 1


def test_the_same_letter_brought_many_times_at_once_is_one_arrival(listener):
    def bring(_number: int) -> None:
        with listener.lmtp() as line:
            line.sendmail(DORA, [SERVICE], PLAIN)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(bring, range(16)))
    assert Arrival.objects.count() == Raw.objects.count() == 1


@pytest.mark.parametrize(
    "stranger", ["nobody@harbour-shoes.example", "service@elsewhere.example", "service", "xservice@x"]
)
def test_an_address_that_is_no_mailbox_is_refused_when_it_is_named(listener, stranger):
    with listener.lmtp() as line, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        line.sendmail(DORA, [stranger], PLAIN)
    code, words = refused.value.recipients[stranger]
    assert (code, words) == (550, b"5.1.1 No mailbox of ours has this address")
    assert not Arrival.objects.exists()


def test_a_closed_mailbox_takes_nothing(listener):
    Mailbox.objects.filter(address=SERVICE).update(closed_at="2026-11-16T08:00Z")
    with listener.lmtp() as line:
        line.ehlo_or_helo_if_needed()
        assert line.mail(DORA)[0] == 250
        assert line.rcpt(SERVICE)[0] == 550
        assert line.rcpt(BILLING)[0] == 250


def test_a_mailbox_that_closes_while_the_letter_comes_refuses_it():
    recipient = admitting.recognise(SERVICE)
    Mailbox.objects.update(closed_at="2026-11-16T08:00Z")
    with pytest.raises(admitting.NotOurs):
        admitting.take_in(PLAIN, [recipient], tracing.Envelope(), at=Mailbox.objects.first().closed_at)
    assert not Arrival.objects.exists()


def test_in_lmtp_every_recipient_has_an_answer(listener):
    talk = listener.raw()
    talk.begin(SERVICE, BILLING)
    talk.socket.sendall(PLAIN + b".\r\n")
    assert [talk.hear()[:9], talk.hear()[:9]] == ["250 2.0.0"] * 2
    assert {arrival.mailbox.address for arrival in Arrival.objects.all()} == {SERVICE, BILLING}
    assert talk.say(b"QUIT")[0].startswith("221")
    talk.close()


def test_in_lmtp_a_recipient_who_cannot_be_served_does_not_stop_the_others():
    def take_in(raw, recipients, envelope, *, at):
        if recipients[0].address == SERVICE:
            raise OperationalError("no space left on device")
        return admitting.take_in(raw, recipients, envelope, at=at)

    with Listener(take_in=take_in) as listener:
        talk = listener.raw()
        talk.begin(SERVICE, BILLING)
        talk.socket.sendall(PLAIN + b".\r\n")
        assert [talk.hear()[:3], talk.hear()[:3]] == ["451", "250"]
        talk.close()
    assert [arrival.mailbox.address for arrival in Arrival.objects.all()] == [BILLING]


def test_in_smtp_all_recipients_are_served_or_none(by_smtp):
    with by_smtp.smtp() as line:
        assert line.sendmail(DORA, [SERVICE, BILLING], PLAIN) == {}
    assert Arrival.objects.count() == 2
    one, other = admitting.recognise(SERVICE), admitting.recognise(BILLING)
    Mailbox.objects.filter(address=BILLING).update(closed_at="2026-11-16T08:00Z")
    at = Mailbox.objects.get(address=BILLING).closed_at
    with pytest.raises(admitting.NotOurs):
        admitting.take_in(PLAIN + b"more", [one, other], tracing.Envelope(), at=at)
    assert Arrival.objects.count() == 2


def test_news_of_machines_has_no_sender(listener):
    arrival = hand_over(listener, PLAIN, sender="")
    assert bytes(arrival.raw.content).startswith(b"Return-Path: <>\r\n")


# -- bytes -----------------------------------------------------------------------------------------------------------

ODD = {
    "nothing": b"",
    "one line break": b"\r\n",
    "only a dot's line": b".\r\n",
    "dots": b".\r\n..\r\n...\r\n.a\r\n\r\n.\r\n",
    "a line of a megabyte": b"Subject: x\r\n\r\n" + b"a" * 1_100_000 + b"\r\nend\r\n",
    "a line of a megabyte of dots": b"\r\n" + b"." * 1_100_000 + b"\r\n",
    "bare line feeds": b"Subject: x\n\nOne\nTwo\n.\nThree\n" + b"long\n" * 100_000 + b"\r\n",
    "bare returns": b"Subject: x\r\rOne\r.\rTwo\r\r\n",
    "mixed ends": b"a\n.\r\nb\r.\r\nc\r\r\n.\n.\r\nd\r\n",
    "zeros": b"Subject: \0\r\n\r\n\0\0\0\r\n",
    "every byte": bytes(range(256)) * 300 + b"\r\n",
    "eight bits": "Subject: Größe 39\r\n\r\nÄÖÜ 靴\r\n".encode(),
    "not even text": random.Random(39).randbytes(3_000_000) + b"\r\n",
}


@pytest.mark.parametrize("name", ODD)
def test_every_byte_arrives_as_it_was_sent(listener, name):
    raw = ODD[name]
    # As RFC 5321 says: a dot at the beginning of a line, which ends in CR LF, is doubled.
    wire = (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]
    talk = listener.raw()
    talk.begin()
    chance = random.Random(name)
    while wire:  # in pieces that end anywhere
        piece = chance.choice([1, 2, 3, 7, 100_000, 1_000_000])
        talk.socket.sendall(wire[:piece])
        wire = wire[piece:]
    talk.socket.sendall(b".\r\n")
    assert talk.hear().startswith("250")
    talk.close()
    assert below_the_lines(Arrival.objects.get()) == raw


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r\r\n.\n"])
def test_only_a_dot_between_whole_line_ends_ends_a_letter(listener, end):
    inside = b"RSET\r\nMAIL FROM:<eve@x.example>\r\n"
    talk = listener.raw()
    talk.begin()
    talk.socket.sendall(PLAIN + b"x" + end + inside + b".\r\n")
    assert talk.hear().startswith("250 2.0.0")
    talk.close()
    assert inside in bytes(Arrival.objects.get().raw.content)


def test_commands_behind_a_letter_are_heard_in_their_order(listener):
    talk = listener.raw()
    talk.begin()
    other = PLAIN.replace(b"<1@", b"<2@")
    again = f"MAIL FROM:<{DORA}>\r\nRCPT TO:<{BILLING}>\r\nDATA\r\n".encode()
    talk.socket.sendall(PLAIN + b".\r\n" + again)
    assert [talk.hear()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
    talk.socket.sendall(other + b".\r\nNOOP\r\nQUIT\r\n")
    assert [talk.hear()[:3] for _ in range(3)] == ["250", "250", "221"]
    talk.close()
    assert [below_the_lines(one) for one in Arrival.objects.order_by("pk")] == [PLAIN, other]


def test_addresses_with_umlauts_are_ours_in_either_spelling(listener):
    Mailbox.objects.create(
        name="Grüße", address="grüße@käse.example", department=Mailbox.objects.first().department
    )
    for number, spelling in enumerate(
        [
            "grüße@käse.example",
            "GRÜßE+vip@KÄSE.example",
            "grüße@xn--kse-qla.example",
            "gru\u0308ße@käse.example",
        ]
    ):
        with listener.lmtp() as line:
            line.ehlo_or_helo_if_needed()
            assert line.mail("jürgen@käse.example", ["SMTPUTF8", "BODY=8BITMIME"])[0] == 250
            line.command_encoding = "utf-8"
            assert line.rcpt(spelling)[0] == 250
            assert line.data(f"Subject: {number}\r\n\r\nHallo\r\n".encode())[0] == 250
    arrival = Arrival.objects.earliest("pk")
    assert arrival.mailbox.name == "Grüße"
    assert "Return-Path: <jürgen@käse.example>\r\n".encode() in bytes(arrival.raw.content)
    assert b"with UTF8LMTP;" in bytes(arrival.raw.content)
    assert reading.read(bytes(arrival.raw.content)).delivered_to == ("grüße@käse.example",)


# -- what is promised and what is refused ----------------------------------------------------------------------------


def test_what_is_announced(listener):
    with listener.lmtp() as line:
        line.lhlo() if hasattr(line, "lhlo") else line.ehlo()
        features = line.esmtp_features
    assert {"size", "8bitmime", "smtputf8", "pipelining"} <= set(features)
    assert not {"chunking", "binarymime", "auth", "starttls"} & set(features)
    assert int(features["size"]) == listening.LARGEST


def test_a_letter_too_large_is_refused_by_its_word_or_by_its_bytes():
    with Listener(largest=100_000) as listener:
        largest = b"\r\n" + b"." * 99_993 + b"\r\n.\r\n"
        wire = (b"\r\n" + largest).replace(b"\r\n.", b"\r\n..")[2:]
        talk = listener.raw()
        said = talk.say(b"LHLO mx.example", b"MAIL FROM:<dora@harbour.example> SIZE=100001")
        assert said[1].startswith("552")
        for raw, answer in (
            (wire, "250"),
            (b"x" + wire, "552"),
            (PLAIN, "250"),
        ):
            said = talk.say(
                b"RSET",
                b"MAIL FROM:<dora@harbour.example> SIZE=500",
                f"RCPT TO:<{SERVICE}>".encode(),
                b"DATA",
            )
            assert said[-1].startswith("354")
            talk.socket.sendall(raw + b".\r\n")
            assert talk.hear()[:3] == answer, len(raw)
        said = talk.say(b"MAIL FROM:<dora@harbour.example>", f"RCPT TO:<{SERVICE}>".encode(), b"DATA")
        for _ in range(50):
            talk.socket.sendall(b"y" * 1_000_000)
        talk.socket.sendall(b"\r\n.\r\n")
        assert talk.hear().startswith("552")
        assert eventually(lambda: listener.door.held == 0)
        talk.close()
    assert [below_the_lines(one) for one in Arrival.objects.order_by("pk")] == [largest, PLAIN]


def test_more_letters_at_once_than_memory_holds_are_put_off(monkeypatch):
    monkeypatch.setattr(speaking, "_ROOM_BESIDE", 0)
    with Listener(largest=1_000_000) as listener:
        first, second = listener.raw(), listener.raw()
        first.begin()
        second.begin()
        first.socket.sendall(b"x" * 900_000)
        assert eventually(lambda: listener.door.held >= 900_000)
        second.socket.sendall(b"x" * 200_000 + b"\r\n.\r\n")
        assert second.hear().startswith("451")
        first.socket.sendall(b"\r\n.\r\n")
        assert first.hear().startswith("250")
        assert eventually(lambda: listener.door.held == 0)
        first.close()
        second.close()


def test_without_a_database_the_letter_is_asked_for_again(listener):
    talk = listener.raw()
    talk.begin()

    def no_database(*_words, **_more):
        raise OperationalError("the database system is shutting down")

    listener.door.take_in = no_database
    talk.socket.sendall(PLAIN + b".\r\n")
    assert talk.hear() == speaking.LATER
    listener.door.take_in = admitting.take_in
    talk.close()
    assert not Arrival.objects.exists()
    assert not Raw.objects.exists()
    assert hand_over(listener, PLAIN)


def test_a_database_that_ended_our_connections_costs_one_answer_at_most(listener):
    hand_over(listener, PLAIN)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for _ in range(8):
        with contextlib.suppress(smtplib.SMTPException):
            hand_over(listener, PLAIN.replace(b"<1@", b"<2@"))
            break
    assert Arrival.objects.count() == 2


def test_too_many_recipients_come_in_a_second_letter(listener):
    talk = listener.raw()
    talk.say(b"LHLO mx.example", b"MAIL FROM:<>")
    said = talk.say(*[f"RCPT TO:<service+{n}@harbour-shoes.example>".encode() for n in range(120)])
    assert [line[:3] for line in said] == ["250"] * 100 + ["452"] * 20
    talk.close()


def test_whoever_names_thousands_of_strangers_is_shown_out(listener):
    talk = listener.raw()
    talk.say(b"LHLO mx.example", b"MAIL FROM:<>")
    heard = []
    with contextlib.suppress(OSError):
        for number in range(10_000):
            heard.append(talk.say(f"RCPT TO:<guess{number}@harbour-shoes.example>".encode())[0][:3])
            if not heard[-1]:
                break
    assert heard[: speaking.MOST_REFUSED] == ["550"] * speaking.MOST_REFUSED
    assert heard[speaking.MOST_REFUSED] == "421"
    assert len(heard) <= speaking.MOST_REFUSED + 2
    talk.close()


def test_a_connection_too_many_is_asked_to_come_later():
    with Listener(most_clients=2) as listener:
        # The greeting that said it was ready has gone by now.
        assert eventually(lambda: listener.door.clients == 0)
        first, second = listener.raw(), listener.raw()
        with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as third:
            assert third.makefile("rb").read().startswith(b"421 4.3.2 ")
        first.close()
        assert eventually(lambda: listener.door.clients == 1)
        listener.raw().close()
        second.close()


def test_whoever_says_nothing_is_left_alone():
    with Listener(idle=0.3) as listener:
        talk = listener.raw()
        assert talk.hear() == ""
        talk.close()
        talk = listener.raw()
        talk.begin()
        assert talk.hear() == ""
        talk.close()
    assert not Arrival.objects.exists()


# -- malice ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stuff", [b"", PLAIN, PLAIN + b".", PLAIN + b".\r", b"." * 500_000])
def test_a_line_that_breaks_before_the_dot_leaves_nothing(listener, stuff):
    talk = listener.raw()
    talk.begin()
    talk.socket.sendall(stuff)
    talk.close()
    assert eventually(lambda: listener.door.clients == 0 and listener.door.held == 0)
    assert not Arrival.objects.exists()
    assert not Raw.objects.exists()


GARBAGE = (
    b"", b"\0", b"\xff\xfe\xfd", b"MAIL", b"MAIL FROM", b"MAIL FROM:", b"MAIL FROM:<", b"MAIL FROM:<a@b", b"RCPT TO:<>",
    b"RCPT TO:<<>>", b"MAIL FROM:<" + b"(" * 3000 + b">", b"MAIL FROM:<a@b> SIZE=" + b"9" * 3000, b"RCPT TO:<\xff@x>",
    b"MAIL FROM:<a@b> SIZE=-1", b"MAIL FROM:<a@b> BODY=BINARYMIME", b"DATA", b"DATA x", b"BDAT 5 LAST",
    b"AUTH PLAIN AGEAYg==", b"VRFY \xff", b"EXPN x", b"STARTTLS", b"HELO x", b"EHLO x", b"LHLO", b"HELP",
    b"HELP \0", b"x" * 5000,
    b"x" * 2_000_000, b"QUIT now", b"GET / HTTP/1.1", "RCPT TO:<\udce4@x>".encode("utf-8", "surrogatepass"),
)  # fmt: skip


def test_garbage_is_answered_and_the_next_letter_is_taken(listener):
    for said in GARBAGE:
        for before in ((), (b"LHLO mx.example",), (b"LHLO mx.example", b"MAIL FROM:<a@b.example>")):
            talk = listener.raw()
            talk.say(*before)
            answer = talk.say(said)[0]
            assert answer[:1] in ("2", "4", "5"), said[:40]
            assert "Traceback" not in answer
            assert "Error(" not in answer
            talk.close()
    assert not Arrival.objects.exists()
    assert hand_over(listener, PLAIN)


@pytest.mark.parametrize("evil", [b"a\rBcc: x@y", b"a\0b", b"a\x85b", b"a\tb", b"a\x0bb"])
def test_an_address_begins_no_header_of_its_own(listener, evil):
    talk = listener.raw()
    talk.say(b"LHLO evil\rX-Evil:1")
    talk.say(b'MAIL FROM:<"' + evil + b'"@x.example>')
    talk.say(b"MAIL FROM:<>")
    talk.say(
        b"RCPT TO:<service+" + evil + b"@harbour-shoes.example>", f"RCPT TO:<{SERVICE}>".encode(), b"DATA"
    )
    talk.socket.sendall(PLAIN + b".\r\n")
    eventually(Arrival.objects.exists)
    for arrival in Arrival.objects.all():
        above = bytes(arrival.raw.content).removesuffix(PLAIN)
        names = [line.split(b":")[0] for line in above.split(b"\r\n") if line and not line.startswith(b"\t")]
        assert names == [b"Return-Path", b"Delivered-To", b"Received"]
        assert not set(above) & {0, 0x85, 0x0B}
        assert arrival.source_id.isascii()
        assert above.count(b"\r") == above.count(b"\r\n")
    talk.close()


# -- many at once, places, TLS ---------------------------------------------------------------------------------------


def test_twenty_bring_letters_at_once_and_a_large_one_holds_up_nobody(listener):
    big = (
        b"Subject: big\r\n\r\n" + random.Random(1).randbytes(18_000_000).hex().encode()[:26_000_000] + b"\r\n"
    )
    waited = []

    def bring_big() -> None:
        hand_over(listener, big)

    def bring(number: int) -> None:
        for turn in range(3):
            raw = PLAIN.replace(b"<1@", b"<%d.%d@" % (number, turn))
            began = time.monotonic()
            with listener.lmtp() as line:
                line.sendmail(DORA, [SERVICE], raw)
            waited.append(time.monotonic() - began)

    with ThreadPoolExecutor(22) as pool:
        bigs = [pool.submit(bring_big)]
        list(pool.map(bring, range(20)))
        for one in bigs:
            one.result()
    assert len(waited) == 60
    assert Arrival.objects.count() == 61
    assert {bytes(a.raw.content)[-len(big) :] for a in Arrival.objects.filter(size__gt=1_000_000)} == {big}


def test_letters_are_taken_while_another_is_still_being_stored():
    others = threading.Event()

    def take_in(raw, recipients, envelope, *, at):
        if b"Subject: big" in raw:
            assert others.wait(30)
        return admitting.take_in(raw, recipients, envelope, at=at)

    with Listener(take_in=take_in) as listener, ThreadPoolExecutor(3) as pool:
        bigs = [pool.submit(hand_over, listener, b"Subject: big %d\r\n\r\n" % n) for n in range(3)]
        assert eventually(lambda: listener.door.busy == 3)
        assert below_the_lines(hand_over(listener, PLAIN)) == PLAIN
        others.set()
        for one in bigs:
            one.result()
    assert Arrival.objects.count() == 4


def test_a_letter_being_stored_when_the_listener_is_stopped_is_stored_and_answered_for():
    stored = threading.Event()

    def take_in(raw, recipients, envelope, *, at):
        assert stored.wait(30)
        return admitting.take_in(raw, recipients, envelope, at=at)

    with ThreadPoolExecutor(1) as pool:
        with Listener(take_in=take_in) as listener:
            talk = listener.raw()
            talk.begin()
            talk.socket.sendall(PLAIN + b".\r\n")
            assert eventually(lambda: listener.door.busy)
            pool.submit(lambda: (listener.loop.is_running() and time.sleep(0.3), stored.set()))
        assert talk.hear().startswith("250")
        talk.close()
    assert Arrival.objects.count() == 1


def test_a_socket_in_the_file_system(tmp_path):
    path = tmp_path / "lmtp"
    for _ in range(2):  # one that was left behind is taken over
        with Listener(path=str(path)) as listener:
            arrival = hand_over(listener, PLAIN)
    assert b"Received: from mx.example\r\n" in bytes(arrival.raw.content)


def test_starttls_by_smtp(tmp_path):
    chain, key = make_certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(chain))
    with Listener("SMTP", tls=listening.certificate(str(chain), str(key))) as listener:
        with smtplib.SMTP("localhost", listener.port, local_hostname="mx.example", timeout=20) as line:
            line.ehlo()
            assert line.has_extn("starttls")
            assert line.starttls(context=trusting)[0] == 220
            line.ehlo()
            assert not line.has_extn("auth")
            assert line.sendmail(DORA, [SERVICE], PLAIN) == {}
        assert eventually(lambda: listener.door.clients == 0)
    assert b"with ESMTPS;" in bytes(Arrival.objects.get().raw.content)


def test_a_certificate_that_is_none_is_refused(tmp_path):
    with pytest.raises(listening.NotToBeHeardThere, match="cannot be used"):
        listening.certificate(str(tmp_path / "nothing.pem"), "")


def test_a_place_that_is_taken_is_refused(listener):
    with pytest.raises(listening.NotToBeHeardThere, match=f"127.0.0.1:{listener.port}"):
        asyncio.run(listening.listen([listener.endpoint], Door(), asyncio.Event()))


@pytest.mark.parametrize(
    ("words", "shown", "local"),
    [
        ("127.0.0.1:2424", "127.0.0.1:2424", True),
        ("[::1]:2424", "[::1]:2424", True),
        ("localhost:24", "localhost:24", True),
        ("/run/upheld/lmtp", "/run/upheld/lmtp", True),
        ("unix:/run/upheld/lmtp", "/run/upheld/lmtp", True),
        ("0.0.0.0:24", "0.0.0.0:24", False),
        ("mail.example:24", "mail.example:24", False),
    ],
)
def test_places_are_read(words, shown, local):
    place = endpoints.parse(words, "LMTP")
    assert (str(place), place.is_local) == (shown, local)


@pytest.mark.parametrize("words", ["24", ":24", "x:", "x:0", "x:99999", "x:²", "lmtp", "/" + "x" * 200])
def test_what_is_no_place_is_refused(words):
    with pytest.raises(endpoints.NoPlace):
        endpoints.chosen({endpoints.LMTP: words})


@pytest.mark.parametrize("name", [endpoints.LMTP, endpoints.SMTP])
def test_a_place_that_strangers_reach_must_be_asked_for(name):
    with pytest.raises(endpoints.OpenToAnybody, match="UPHELD_LISTEN_ANYWHERE=1"):
        endpoints.chosen({name: "0.0.0.0:2525"})
    assert len(endpoints.chosen({name: "0.0.0.0:2525", endpoints.ANYWHERE: "1"})) == 1
    assert endpoints.chosen({}) == []
