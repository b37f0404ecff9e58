"""Listening for letters that a mail server hands over, by LMTP or SMTP: our 250 means that the letter is stored."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections.abc import Sequence

from upheld.channels.endpoints import Endpoint
from upheld.channels.speaking import LARGEST, Door, LmtpTalk, Talk
from upheld.refusals import Refusal

__all__ = ["LARGEST", "Door", "NotToBeHeardThere", "certificate", "listen"]

log = logging.getLogger(__name__)

_LAST_WORDS = 10.0  # seconds for what is being stored when we are asked to stop


class NotToBeHeardThere(Refusal):
    """Nobody can listen there."""


class _Turned(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(b"421 4.3.2 Too many connections: please try again later\r\n")
        transport.close()


async def listen(endpoints: Sequence[Endpoint], door: Door, stop: asyncio.Event) -> None:
    """Take letters at these places until asked to stop; then those being stored are stored and answered for."""
    servers = [await _open(endpoint, door) for endpoint in endpoints]
    for endpoint in endpoints:
        log.info("letters are taken by %s at %s", endpoint.protocol, endpoint)
    await stop.wait()
    for server in servers:
        server.close()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _LAST_WORDS
    while door.busy and loop.time() < deadline:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.05)  # for the answer to reach the line


async def _open(endpoint: Endpoint, door: Door) -> asyncio.Server:
    def connection() -> asyncio.Protocol:
        if door.clients >= door.most_clients:
            return _Turned()
        return LmtpTalk(door) if endpoint.protocol == "LMTP" else Talk(door)

    loop = asyncio.get_running_loop()
    try:
        if endpoint.path:
            server = await loop.create_unix_server(connection, endpoint.path)
            # Its folder says who may come in, as it does for a mail server's own sockets.
            os.chmod(endpoint.path, 0o666)  # noqa: S103
            return server
        return await loop.create_server(connection, endpoint.host, endpoint.port)
    except OSError as error:
        raise NotToBeHeardThere(f"Nobody can listen at {endpoint}: {error.strerror or error}.") from None


def certificate(chain: str, key: str) -> ssl.SSLContext:
    """TLS with the certificate in these files."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(chain, key or None)
    except (OSError, ssl.SSLError) as error:
        raise NotToBeHeardThere(f"The certificate in {chain} cannot be used: {error}.") from None
    return context
