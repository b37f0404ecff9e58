"""Asking a server for pages over HTTP, as fast as it answers, over connections that stay open.

A visit is all that one look at a page asks for: the page, and what its scripts fetch at once. The driver itself must
not be what is measured: it reads bytes and a length, no more, and says how much CPU it took.
"""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

Visit = Sequence[str]
"""The paths of one visit, asked for one after another."""
PATIENCE = 60.0


class BadAnswer(Exception):
    """The server answered with something else than a page: what is measured would be nothing."""


@dataclass(frozen=True)
class Target:
    """A server and who is signed in there. `check` is given each visit's first body, for what must stand in it."""

    name: str
    port: int
    cookie: str
    host: str = "127.0.0.1"


@dataclass
class Driven:
    """What came of it: the milliseconds of each visit, and what it took the driver."""

    visits: list[float] = field(default_factory=list)
    seconds: float = 0.0
    requests: int = 0
    bytes: int = 0
    driver_cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Visits a second."""
        return len(self.visits) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """The milliseconds within which so many of a hundred visits were answered (0.5 is the median)."""
        if len(self.visits) < 2:
            return self.visits[0] if self.visits else 0.0
        return statistics.quantiles(self.visits, n=100, method="inclusive")[round(share * 100) - 1]

    def add(self, other: Driven) -> None:
        """Another round of the same."""
        self.visits += other.visits
        self.seconds += other.seconds
        self.requests += other.requests
        self.bytes += other.bytes
        self.driver_cpu += other.driver_cpu


class Line:
    """One connection that stays open from page to page."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._socket: socket.socket | None = None
        self._rest = b""

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body. A connection that the server has closed meanwhile is opened again, once."""
        order = (
            f"GET {path} HTTP/1.1\r\nHost: {self._target.host}\r\nCookie: {self._target.cookie}\r\n"
            "Accept: text/html,*/*\r\nConnection: keep-alive\r\n\r\n"
        ).encode()
        for attempt in (1, 2):
            try:
                return self._ask(order)
            except (ConnectionError, EOFError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def close(self) -> None:
        """Hang up."""
        if self._socket:
            self._socket.close()
        self._socket, self._rest = None, b""

    def _ask(self, order: bytes) -> tuple[int, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection((self._target.host, self._target.port), PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(order)
        head = self._until(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        status = int(lines[0].split()[1])
        fields = dict(line.split(b": ", 1) for line in lines[1:] if b": " in line)
        if fields.get(b"transfer-encoding") == b"chunked":
            body = self._chunks()
        elif b"content-length" in fields:
            body = self._exactly(int(fields[b"content-length"]))
        else:
            body = b""
            if status not in (204, 304):
                body = self._to_the_end()
        if fields.get(b"connection") == b"close":
            self.close()
        return status, body

    def _more(self) -> bytes:
        assert self._socket is not None
        got = self._socket.recv(262_144)
        if not got:
            raise EOFError
        return got

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._rest:
            self._rest += self._more()
        found, _mark, self._rest = self._rest.partition(mark)
        return found

    def _exactly(self, length: int) -> bytes:
        parts, missing = [self._rest], length - len(self._rest)
        while missing > 0:
            parts.append(self._more())
            missing -= len(parts[-1])
        whole = b"".join(parts)
        self._rest = whole[length:]
        return whole[:length]

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self._until(b"\r\n").split(b";")[0], 16):
            parts.append(self._exactly(size))
            self._until(b"\r\n")
        self._until(b"\r\n")
        return b"".join(parts)

    def _to_the_end(self) -> bytes:
        parts = [self._rest]
        try:
            while True:
                parts.append(self._more())
        except EOFError:
            self.close()
        return b"".join(parts)


def drive(
    target: Target,
    visits: Sequence[Visit],
    *,
    clients: int,
    seconds: float,
    check: Callable[[bytes], bool] = bool,
) -> Driven:
    """Visit in turn with so many clients at once for so long. A wrong answer ends it with BadAnswer."""
    turn, trouble, all_of_them = count(), list[BaseException](), Driven()
    lock, stop_at = threading.Lock(), time.perf_counter() + seconds

    def client() -> None:
        line, mine = Line(target), Driven()
        try:
            while time.perf_counter() < stop_at and not trouble:
                visit = visits[next(turn) % len(visits)]
                began = time.perf_counter()
                for place, path in enumerate(visit):
                    status, body = line.get(path)
                    mine.requests += 1
                    mine.bytes += len(body)
                    if status != 200 or (place == 0 and not check(body)):
                        raise BadAnswer(f"{target.name}: {path} answered {status}, {len(body)} bytes")
                mine.visits.append(1000 * (time.perf_counter() - began))
        except BaseException as no:
            trouble.append(no)
        finally:
            line.close()
        with lock:
            all_of_them.add(mine)

    began, cpu = time.perf_counter(), time.process_time()
    threads = [threading.Thread(target=client, daemon=True) for _client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + PATIENCE)
    if trouble:
        raise trouble[0]
    all_of_them.seconds = time.perf_counter() - began
    all_of_them.driver_cpu = time.process_time() - cpu
    return all_of_them
