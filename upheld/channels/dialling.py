"""Opening a line to a mail server, protected as the settings say, its certificate verified, and saying who we are."""

from __future__ import annotations

import base64
import contextlib
import imaplib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address

from django.conf import settings
from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.mailbox import BaseMailBox

from upheld.channels import secrets
from upheld.channels.models import Mailbox, Security

PATIENCE = 60.0  # seconds that a server may take for one answer


@dataclass(frozen=True)
class Server:
    """Where a mail server is and who we are to it. The password is never shown when this is printed."""

    host: str
    port: int
    security: Security | str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """Whether it is this very machine, so that nobody can listen on the line."""
        if self.host.lower() == "localhost":
            return True
        try:
            return ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False

    @property
    def is_open_to_others(self) -> bool:
        """Whether what we say on the line, the password too, could be read on its way."""
        return self.security == Security.NONE and not self.is_here


def incoming(mailbox: Mailbox) -> Server:
    """The server that a mailbox's letters are fetched from."""
    password = secrets.unseal(mailbox.imap_secret)
    return Server(mailbox.imap_host, mailbox.imap_port, mailbox.imap_security, mailbox.imap_user, password)


def outgoing(mailbox: Mailbox) -> Server:
    """The server that a mailbox's letters leave through."""
    password = secrets.unseal(mailbox.smtp_secret)
    return Server(mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security, mailbox.smtp_user, password)


@contextlib.contextmanager
def imap(server: Server, *, patience: float = PATIENCE) -> Iterator[BaseMailBox]:
    """A line on which we are known; no folder is open yet. Hung up afterwards, whatever happened."""
    box: BaseMailBox
    if server.security == Security.TLS:
        box = MailBox(server.host, server.port, timeout=patience, ssl_context=_trust())
    elif server.security == Security.STARTTLS:
        box = MailBoxStartTls(server.host, server.port, timeout=patience, ssl_context=_trust())
    else:
        box = MailBoxUnencrypted(server.host, server.port, timeout=patience)
    try:
        plain = server.user.isascii() and server.password.isascii()
        (box.login if plain else box.login_utf8)(server.user, server.password, initial_folder=None)
        yield box
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error, ValueError):
            box.client.shutdown()


@contextlib.contextmanager
def smtp(server: Server, *, name: str, patience: float = PATIENCE) -> Iterator[smtplib.SMTP]:
    """A line on which we are known, if the settings name a user. `name` is the domain that we greet with."""
    greeting = name.encode("idna").decode("ascii") if not name.isascii() else name
    line: smtplib.SMTP
    if server.security == Security.TLS:
        line = smtplib.SMTP_SSL(server.host, server.port, greeting, timeout=patience, context=_trust())
    else:
        line = smtplib.SMTP(server.host, server.port, greeting, timeout=patience)
    try:
        line.ehlo_or_helo_if_needed()
        if server.security == Security.STARTTLS:
            line.starttls(context=_trust())
            line.ehlo()
        if server.user:
            _log_in(line, server)
        yield line
    finally:
        line.close()


def _log_in(line: smtplib.SMTP, server: Server) -> None:
    if server.user.isascii() and server.password.isascii():
        line.login(server.user, server.password)
        return
    # The standard library knows ASCII only; servers have taken UTF-8 here since RFC 4616.
    known = base64.b64encode(f"\0{server.user}\0{server.password}".encode()).decode()
    code, said = line.docmd("AUTH", f"PLAIN {known}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _trust() -> ssl.SSLContext:
    """The machine's certificate authorities and, where the installation names one, its own."""
    context = ssl.create_default_context()
    own = settings.CA_FILE
    if own:
        context.load_verify_locations(cafile=str(own))
    return context
