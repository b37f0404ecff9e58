"""What went wrong on the line to a mail server, in a sentence that tells its reader what to do; never a traceback."""

from __future__ import annotations

import imaplib
import re
import smtplib
import socket
import ssl

from django.utils.translation import gettext as _
from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxLoginError,
    MailboxStarttlsError,
)

from upheld.channels.dialling import Server
from upheld.refusals import Refusal

LINE_ERRORS = (
    OSError,
    EOFError,
    imaplib.IMAP4.error,
    ImapToolsError,
    smtplib.SMTPException,
    UnicodeError,
    Refusal,
)
"""All that a line to a mail server is known to raise, secrets that cannot be unsealed among it."""


def explain(error: BaseException, server: Server, *, folder: str = "") -> str:
    """One sentence in plain words, at most 300 characters. It holds no password."""
    return _sentence(error, server, folder)[:300]


def words_of(said: bytes | str) -> str:
    """A server's own words on one line, trimmed."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()[:400]


def _sentence(error: BaseException, server: Server, folder: str) -> str:
    place: dict[str, str | int] = {"host": server.host or "?", "port": server.port}
    if isinstance(error, Refusal):
        return error.sentence
    if isinstance(error, MailboxLoginError | smtplib.SMTPAuthenticationError) or _says_login(error):
        return (
            _("%(host)s refuses the user name or the password. Check both, or make an app password there.")
            % place
        )
    if isinstance(error, MailboxFolderSelectError):
        return _("There is no folder called %(folder)s on %(host)s.") % {**place, "folder": folder}
    if isinstance(error, smtplib.SMTPNotSupportedError | MailboxStarttlsError):
        return (
            _(
                "%(host)s on port %(port)s does not offer what the settings ask for. Choose another protection, "
                "or leave the user name empty where no login is wanted."
            )
            % place
        )
    if isinstance(error, UnicodeError):
        return _("%(host)s is not the name of a server.") % place
    return _trouble_on_the_line(error, place)


def _trouble_on_the_line(error: BaseException, place: dict[str, str | int]) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = {**place, "reason": error.verify_message or _("unknown reason")}
        return (
            _("The certificate of %(host)s cannot be trusted (%(reason)s). Check the server's name.") % reason
        )
    if isinstance(error, ssl.SSLError):
        return (
            _("%(host)s does not speak TLS on port %(port)s. Choose another port or another protection.")
            % place
        )
    if isinstance(error, socket.gaierror):
        return _("There is no server called %(host)s. Check the name.") % place
    if isinstance(error, TimeoutError):
        return _("%(host)s does not answer on port %(port)s. Check the port, or try again later.") % place
    if isinstance(error, ConnectionRefusedError):
        return _("Nothing answers on %(host)s at port %(port)s. Check the port, or try again later.") % place
    if isinstance(error, smtplib.SMTPResponseException):
        said = words_of(error.smtp_error)
        return _("%(host)s said: %(said)s") % {**place, "said": f"{error.smtp_code} {said}"}
    if isinstance(error, imaplib.IMAP4.abort | smtplib.SMTPServerDisconnected | ConnectionError | EOFError):
        return _("%(host)s ended the connection on port %(port)s. Check the port and the protection.") % place
    return _("%(host)s said: %(said)s") % {**place, "said": words_of(str(error))}


def _says_login(error: BaseException) -> bool:
    return (
        isinstance(error, imaplib.IMAP4.error)
        and re.search(r"AUTHENTICATIONFAILED|authenticat", str(error)) is not None
    )
