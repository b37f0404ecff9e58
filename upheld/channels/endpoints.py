"""Where a mail server hands letters over: a port of this machine or a socket in its files, and whether it answers.

It knows no Django, so that the command can refuse an unsafe place before anything else has begun. A listener believes
whoever speaks to it; so it stands behind a mail server, and only this machine reaches it unless that was asked for.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from upheld.refusals import Refusal

LMTP = "UPHELD_LISTEN_LMTP"
SMTP = "UPHELD_LISTEN_SMTP"
ANYWHERE = "UPHELD_LISTEN_ANYWHERE"
_LONGEST_PATH = 107  # bytes that the kernel keeps for a socket's name


class NoPlace(Refusal):
    """This is no place to listen at."""


class OpenToAnybody(Refusal):
    """Whoever reaches this address could put letters into your mailboxes."""


@dataclass(frozen=True)
class Endpoint:
    """One place to listen at: a socket's path, or a host and its port."""

    protocol: str
    host: str = ""
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.path or f"{host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Only programs of this machine reach it."""
        if self.path or self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def greeting(self, *, patience: float = 2.0) -> str:
        """The first line that is said there, or nothing. For the health page."""
        family = socket.AF_UNIX if self.path else socket.AF_INET6 if ":" in self.host else socket.AF_INET
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        said = b""
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as line:
            line.settimeout(patience)
            line.connect(self.path or (host, self.port))
            said = line.recv(512)
            line.sendall(b"QUIT\r\n")
        return said.decode("ascii", "replace").strip()


def chosen(environment: Mapping[str, str] = os.environ) -> list[Endpoint]:
    """The places that this installation listens at. Refuses what is no place, and what strangers could reach."""
    found = [
        parse(words, protocol)
        for name, protocol in ((LMTP, "LMTP"), (SMTP, "SMTP"))
        if (words := environment.get(name, "").strip())
    ]
    for endpoint in found:
        if not endpoint.is_local and not environment.get(ANYWHERE):
            raise OpenToAnybody(
                f"{endpoint.protocol} at {endpoint} could be reached from other machines, and whoever reaches it can "
                f"put letters into your mailboxes. Choose 127.0.0.1 or a socket, or set {ANYWHERE}=1 if a firewall "
                "lets only your mail server through."
            )
    return found


def in_words(environment: Mapping[str, str] = os.environ) -> str:
    """Where letters are handed over, for a page: "LMTP at 127.0.0.1:2424"; nothing where nobody listens."""
    with contextlib.suppress(Refusal):
        return ", ".join(f"{one.protocol} at {one}" for one in chosen(environment))
    return ""


def parse(words: str, protocol: str) -> Endpoint:
    """`127.0.0.1:24`, `[::1]:24`, `localhost:24`, or the whole path of a socket."""
    if words.startswith(("/", "unix:")):
        path = words.removeprefix("unix:")
        if not Path(path).is_absolute() or len(os.fsencode(path)) > _LONGEST_PATH:
            raise NoPlace(f"{words}: a socket needs its whole path, of {_LONGEST_PATH} bytes at most.")
        return Endpoint(protocol, path=path)
    host, colon, port = words.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if not colon or not host or not (port.isascii() and port.isdigit()) or not 1 <= int(port) <= 65535:
        raise NoPlace(f"{words}: say where to listen as host:port (127.0.0.1:2424) or as a socket's path.")
    return Endpoint(protocol, host=host, port=int(port))
