"""Which port to listen on: the one asked for, or the next free one when anybody will do."""

from __future__ import annotations

import socket
import time

from upheld.config import terminal
from upheld.refusals import Refusal

_TRIES = 100
_PAUSE = 0.2


class PortTaken(Refusal):
    """Another program listens on this port."""


class CannotListen(Refusal):
    """This machine cannot listen on that address."""


class SamePort(Refusal):
    """The pages and the live news cannot share a port: choose another with --live-port."""


def is_free(host: str, port: int) -> bool:
    """Whether this process could listen there now. Refuses what no wait and no other port will help."""
    if not 1 <= port <= 65535:
        raise CannotListen(f"{port} is no port: choose one from 1 to 65535.")
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            # As servers do: an address is not taken because a connection to it was closed a minute ago.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen(1)
    except socket.gaierror as no:
        raise CannotListen(f"{host} is no address of this machine: {no.strerror}.") from None
    except PermissionError:
        raise CannotListen(f"Port {port} is reserved for the system: choose one above 1023.") from None
    except OSError as no:
        if no.errno in (98, 48):  # in use, on Linux and on the BSDs
            return False
        raise CannotListen(f"{host} port {port}: {no.strerror}.") from None
    return True


def wait_for(host: str, port: int, *, patience: float) -> int:
    """The same port once it is free: a server that was killed needs a moment to let go of it."""
    deadline = time.monotonic() + patience
    if not is_free(host, port):
        terminal.remark(f"Port {port} is taken; waiting a moment for it …")
    while not is_free(host, port):
        if time.monotonic() > deadline:
            raise PortTaken(
                f"Another program listens on port {port}: choose another with --port or --live-port."
            )
        time.sleep(_PAUSE)
    return port


def next_free(host: str, port: int, *, but: tuple[int, ...] = ()) -> int:
    """This port, or the first free one after it."""
    for candidate in range(port, min(port + _TRIES, 65536)):
        if candidate not in but and is_free(host, candidate):
            return candidate
    raise PortTaken(f"The ports from {port} on are all taken: choose another with --port.")
