"""What is said on one connection of a mail server that hands letters over, by LMTP or SMTP.

The protocol is aiosmtpd's; ours are the answers that count. The loop only speaks and collects bytes, and everything
that asks the database does so in a few threads: a large letter holds up nobody. What cannot be kept now is answered
with 451, so that the other side keeps it and comes again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from django.db import Error as DatabaseError
from django.db import close_old_connections

from upheld.channels import admitting, receiving, tracing
from upheld.channels.admitting import NotOurs, Recipient
from upheld.channels.receiving import LetterTooLarge

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST_CLIENTS = 100
MOST_RECIPIENTS = 100
MOST_REFUSED = 500
"""Recipients whom we do not know, in one connection: more than a mail server's mistakes."""
IDLE = 300.0  # seconds, as RFC 5321 asks for
STORING = 900.0  # seconds; no server waits longer for an answer
_END = b"\r\n.\r\n"
_ALL = 2**30
LARGEST = receiving.LARGEST - 8 * 1024  # bytes; the rest is for the lines that we write above a letter
_ROOM_BESIDE = 100 * 1024 * 1024  # bytes of other letters beside one of the largest

LATER = "451 4.3.0 The letter cannot be kept at the moment: please try again later"
TOO_LARGE = "552 5.3.4 The letter is larger than is taken here"
UNKNOWN = "550 5.1.1 No mailbox of ours has this address"


@dataclass
class Door:
    """What all connections share: the limits, the threads that ask and store, and the bytes held at the moment."""

    largest: int = LARGEST
    most_clients: int = MOST_CLIENTS
    idle: float = IDLE
    tls: ssl.SSLContext | None = None
    host: str = field(default_factory=socket.gethostname)
    take_in: Callable[..., object] = admitting.take_in
    clients: int = 0
    held: int = 0
    busy: int = 0
    asking: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "asking"))
    storing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, "storing"))

    @property
    def is_full(self) -> bool:
        """More bytes are held than memory is meant for."""
        return self.held > self.largest + _ROOM_BESIDE

    async def in_thread(self, pool: ThreadPoolExecutor, ask: Callable[[], T]) -> T:
        """Something that asks the database, on a connection that still works."""
        self.busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _connected, ask)
        finally:
            self.busy -= 1


def _connected(ask: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return ask()
    finally:
        close_old_connections()


class _Collected(SmtpEnvelope):
    """An envelope whose recipients are mailboxes of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.recipients: list[Recipient] = []


class _Answers:
    """What is said to each command of whoever brings letters."""

    def __init__(self, door: Door) -> None:
        self.door = door

    async def handle_EHLO(
        self, talk: Talk, session: Session, _envelope: _Collected, name: str, answer: list[str]
    ) -> list[str]:
        session.host_name = name
        able = [line for line in answer if not line.startswith("250-AUTH")]
        return [*able[:1], "250-PIPELINING", *able[1:]]

    async def handle_MAIL(
        self, talk: Talk, _session: Session, envelope: _Collected, address: str, options: list[str]
    ) -> str:
        if self.door.is_full:
            return LATER
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Go on"

    async def handle_RCPT(
        self, talk: Talk, _session: Session, envelope: _Collected, address: str, _options: list[str]
    ) -> str:
        if len(envelope.recipients) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients: bring the letter again for the others"
        try:
            recipient = await self.door.in_thread(self.door.asking, partial(admitting.recognise, address))
        except NotOurs:
            talk.refused += 1
            return UNKNOWN
        except DatabaseError as error:
            log.warning("no recipient can be looked up: %s", str(error).strip())
            return LATER
        envelope.recipients.append(recipient)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Known here"

    async def handle_exception(self, error: Exception) -> str:
        log.error("a command could not be understood", exc_info=error)
        return "451 4.3.0 That was not understood here"


class Talk(SMTP):
    """One connection. Lines have no longest length, for letters in the wild have none either."""

    command_size_limit = 4096
    line_length_limit = 256 * 1024  # what is read at once, not what a line may be
    one_answer_each = False
    protocol = "ESMTP"

    def __init__(self, door: Door) -> None:
        self.door = door
        self.refused = 0
        self.counted = False
        super().__init__(
            _Answers(door),
            data_size_limit=door.largest,
            enable_SMTPUTF8=True,
            hostname=door.host,
            ident="Upheld",
            tls_context=None if self.one_answer_each else door.tls,
            timeout=door.idle,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            loop=asyncio.get_running_loop(),
        )
        # The library's is shared by all connections and grows with each greeting.
        self.command_size_limits = defaultdict(lambda: self.command_size_limit)

    def _create_envelope(self) -> _Collected:
        return _Collected()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self.counted:  # it is made a second time where TLS begins
            self.counted = True
            self.door.clients += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.counted:
            self.counted = False
            self.door.clients -= 1
        super().connection_lost(error)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if self.refused >= MOST_REFUSED:
            await self.push("421 4.7.0 Too many addresses that are not ours")
            assert self.transport is not None
            self.transport.close()
            return
        await super().smtp_RCPT(arg)

    async def smtp_AUTH(self, arg: str | None) -> None:
        await self.push("502 5.5.1 Nobody signs in here")

    async def smtp_VRFY(self, arg: str | None) -> None:
        await self.push("252 2.1.5 Name the address as a recipient")

    async def smtp_DATA(self, arg: str | None) -> None:
        """The letter, and our word for it: one for all recipients, or in LMTP one for each."""
        if await self.check_helo_needed():
            return
        letter = self.envelope
        assert isinstance(letter, _Collected)
        if not letter.recipients or arg:
            await self.push("501 5.5.4 Syntax: DATA" if arg else "503 5.5.1 Name a known recipient first")
            return
        groups = [[one] for one in letter.recipients] if self.one_answer_each else [letter.recipients]
        await self.push("354 Go on, and end with a dot on a line of its own")
        async with self._collect() as (collected, refusal):
            envelope = self._described(letter)
            self.envelope = self._create_envelope()
            self._reset_timeout(STORING)
            for group in groups:
                await self.push(refusal or await self._keep(collected, group, envelope))
        self._reset_timeout()

    @contextlib.asynccontextmanager
    async def _collect(self) -> AsyncIterator[tuple[bytearray, str]]:
        """The bytes up to the dot as they came over the wire, and why they are not to be kept, if so.

        Only a dot between CR LF and CR LF ends a letter: a mail server in front and we must never disagree on that.
        """
        collected, refusal, stuffed = bytearray(b"\r\n"), "", 0
        held = 0
        try:
            while True:
                # Everything there is: what follows the dot goes back into an empty reader, in its order.
                if not (chunk := await self._reader.read(_ALL)):
                    raise ConnectionResetError
                self._reset_timeout()
                seen = len(collected)
                collected += chunk
                end = collected.find(_END, max(0, seen - len(_END) + 1))
                if end >= 0:
                    if rest := bytes(collected[end + len(_END) :]):
                        self._reader.feed_data(rest)
                    del collected[end + 2 :]
                stuffed += collected.count(b"\r\n.", max(0, seen - 2))
                if not refusal and len(collected) - 2 - stuffed > self.door.largest:
                    refusal = TOO_LARGE
                if not refusal and self.door.is_full:
                    refusal = LATER
                if refusal:
                    del collected[: -len(_END) + 1]
                    stuffed = 0
                self.door.held += len(collected) - held
                held = len(collected)
                if end >= 0:
                    break
            yield collected, refusal
        finally:
            self.door.held -= held

    def _described(self, letter: _Collected) -> tracing.Envelope:
        assert self.session is not None
        sender = letter.mail_from or ""
        peer = self.session.peer
        protocol = f"UTF8{self.protocol.removeprefix('E')}" if letter.smtp_utf8 else self.protocol
        return tracing.Envelope(
            sender="" if sender == "<>" else sender,
            helo=self.session.host_name or "",
            peer=f"[{peer[0]}]" if isinstance(peer, tuple) else "",
            protocol=protocol + ("S" if self.session.ssl else ""),
            host=self.hostname,
        )

    async def _keep(
        self, collected: bytearray, group: Sequence[Recipient], envelope: tracing.Envelope
    ) -> str:
        try:
            await self.door.in_thread(
                self.door.storing, partial(_keep, self.door.take_in, collected, group, envelope)
            )
        except LetterTooLarge:
            return TOO_LARGE
        except NotOurs:
            return UNKNOWN
        except DatabaseError as error:
            log.warning("a letter could not be kept, and is asked for again: %s", str(error).strip())
            return LATER
        except Exception:
            log.exception("a letter could not be kept, and is asked for again")
            return LATER
        return "250 2.0.0 Kept"


class LmtpTalk(Talk, LMTP):
    """One connection by LMTP: each recipient has an answer."""

    one_answer_each = True
    protocol = "LMTP"


def _keep(
    take_in: Callable[..., object],
    collected: bytearray,
    group: Sequence[Recipient],
    envelope: tracing.Envelope,
) -> None:
    # The line break before it is ours, and stands for the one that ended the command.
    plain = collected.replace(b"\r\n.", b"\r\n") if b"\r\n." in collected else collected
    take_in(bytes(memoryview(plain)[2:]), group, envelope, at=datetime.now(UTC))
