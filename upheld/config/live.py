"""The process that carries live news to open pages: one connection to the database, one line to each page.

A page asks with a ticket and from our own origin, and hears `event: news` with a kind of fact and, for cases that its
viewer may see, their ids. No words are sent: the page fetches what it shows through its viewer's rights. What is lost
while the database restarts is told as one piece of news that something may have happened.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvicorn
from django.conf import settings

from upheld.config import hearing
from upheld.config.hearing import Full, Listener, News
from upheld.web import tickets

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEARTBEAT = 15.0
"""Seconds; proxies end lines that are silent for longer, and a page that has gone is noticed."""
_STOP_WITHIN = 2


def run() -> None:
    """Serve until asked to stop."""
    uvicorn.run(
        Application(),
        host=os.environ.get("UPHELD_HOST", "127.0.0.1"),
        port=int(os.environ.get("UPHELD_LIVE_PORT", "8001")),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_STOP_WITHIN,
        server_header=False,
    )


class Application:
    """Plain ASGI: `GET /news?ticket=...`, nothing else."""

    def __init__(self) -> None:
        self.news = News()
        self._hearing: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._hearing = asyncio.create_task(hearing.hear(self.news))
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._hearing:
                    self._hearing.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/news":
            await _refuse(send, 404, "There is nothing here but /news.")
        elif scope["method"] not in ("GET", "HEAD"):
            await _refuse(send, 405, "Only GET.")
        elif not origin_allowed(_header(scope, b"origin")):
            await _refuse(send, 403, "News is for our own pages only.")
        else:
            person = tickets.read(_ticket(scope))
            if person is None or not await hearing.may_listen(person):
                await _refuse(send, 403, "This ticket is too old, or not ours.", headers=_cors())
            else:
                await self._tell(person, receive, send)

    async def _tell(self, person: int, receive: Receive, send: Send) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),  # proxies would keep the news until there is a page full of it
            *_cors(),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(_piece("retry: 3000\n: listening\n\n"))
        gone = asyncio.create_task(_hang_up(receive))
        with self.news.listening(person) as listener:
            while not gone.done():
                piece = await _next(listener, gone)
                if piece is None:
                    break
                await send(_piece(piece))
        gone.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def origin_allowed(origin: str | None) -> bool:
    """Our own pages only. A browser names no origin when the pages and the news share one."""
    if origin is None:
        return urlsplit(settings.LIVE_URL)[:2] == urlsplit(settings.PUBLIC_URL)[:2]
    return origin == _origin_of(settings.PUBLIC_URL)


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _cors() -> list[tuple[bytes, bytes]]:
    return [
        (b"access-control-allow-origin", _origin_of(settings.PUBLIC_URL).encode()),
        (b"vary", b"Origin"),
    ]


def _header(scope: Scope, name: bytes) -> str | None:
    values = [value for key, value in scope["headers"] if key == name]
    return str(values[0], "latin-1") if values else None


def _ticket(scope: Scope) -> str:
    return parse_qs(str(scope["query_string"], "latin-1")).get("ticket", [""])[0]


async def _next(listener: Listener, gone: asyncio.Task[None]) -> str | None:
    """The next event, or a heartbeat; None when the line is to end."""
    waiting = asyncio.create_task(listener.next())
    done, _pending = await asyncio.wait(
        {waiting, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED
    )
    if waiting in done:
        try:
            return waiting.result()
        except Full:
            return None
    waiting.cancel()
    return None if gone in done else ": still here\n\n"


async def _hang_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _piece(text: str) -> MutableMapping[str, Any]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


async def _refuse(
    send: Send, status: int, why: str, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    start = [(b"content-type", b"text/plain; charset=utf-8"), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": why.encode()})
