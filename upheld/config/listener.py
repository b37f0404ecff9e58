"""The process that a mail server hands letters over to, by LMTP or SMTP. It runs only where places for it are set."""

from __future__ import annotations

import asyncio
import signal

from django.conf import settings

from upheld.channels import endpoints, listening


def run() -> None:
    """Listen until asked to stop."""
    places = endpoints.chosen()
    largest = min(settings.LISTEN_LARGEST * 1024 * 1024, listening.LARGEST)
    tls = None
    if settings.LISTEN_CERTIFICATE:
        tls = listening.certificate(settings.LISTEN_CERTIFICATE, settings.LISTEN_KEY)
    asyncio.run(_listen(places, listening.Door(largest=largest, tls=tls)))


async def _listen(places: list[endpoints.Endpoint], door: listening.Door) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await listening.listen(places, door, stop)
