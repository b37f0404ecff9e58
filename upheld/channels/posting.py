"""Handing one letter to a mail server, and knowing afterwards whether it has it: yes, not yet, no, or nobody knows."""

from __future__ import annotations

import contextlib
import re
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from upheld.channels import dialling, explaining
from upheld.channels.composing import wire_address
from upheld.channels.dialling import Server

LAST_WORD = 300.0  # seconds for the server's word after the last byte: it may be scanning a large letter
PIECE = 64 * 1024  # bytes handed over at once
PIECE_PATIENCE = 180.0  # seconds for one of them, as SMTP recommends


@dataclass(frozen=True)
class Taken:
    """The server has it. `refused`: the recipients that it did not want, with its words."""

    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotYet:
    """The server does not have it, and may take it later."""

    words: str


@dataclass(frozen=True)
class Refused:
    """The server does not have it and will not take it."""

    words: str
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Doubtful:
    """The last byte went out and no word came back. Sending again might send twice."""

    words: str


Word = Taken | NotYet | Refused | Doubtful


def post(
    server: Server, *, sender: str, otherwise: str, recipients: Sequence[str], content: bytes, patient: bool
) -> Word:
    """One dialogue over SMTP. An empty `sender` is the null return path; a server that will not have that from a
    client gets `otherwise`. `patient`: one recipient's *later* postpones the letter for all of them."""
    sent_all = False
    try:
        with dialling.smtp(server, name=otherwise.rpartition("@")[2]) as line:
            opened = _open(line, sender, otherwise, recipients, content)
            if opened is not None:
                return opened
            refused = _name_recipients(line, recipients, patient)
            if not isinstance(refused, dict):
                return refused
            code, said = line.docmd("DATA")
            if code != 354:
                return _no(code, said)
            _hand_over(line, _stuffed(content))
            sent_all = True
            if line.sock is not None:
                line.sock.settimeout(LAST_WORD)
            line.send(b".\r\n")
            code, said = line.getreply()
            word = Taken(refused) if 200 <= code < 300 else _no(code, said)
            _take_leave(line)
            return word
    except smtplib.SMTPServerDisconnected as error:
        # The library says "disconnected" of a silent line, too; what happened stands behind it.
        cause = error.__context__ if isinstance(error.__context__, OSError) else error
        return Doubtful(_doubt()) if sent_all else NotYet(explaining.explain(cause, server))
    except explaining.LINE_ERRORS as error:
        return Doubtful(_doubt()) if sent_all else NotYet(explaining.explain(error, server))


def _open(
    line: smtplib.SMTP, sender: str, otherwise: str, recipients: Sequence[str], content: bytes
) -> Word | None:
    """MAIL FROM, with the letter's size where the server wants to know it. None means: go on."""
    options = [f"size={len(content)}"] if line.has_extn("size") else []
    if (
        not all(address.isascii() for address in recipients)
        or not content.partition(b"\r\n\r\n")[0].isascii()
    ):
        if not line.has_extn("smtputf8"):
            return Refused(
                _("The server cannot send to an address with letters outside A to Z before the @.")
            )
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    code, said = line.mail(wire_address(sender) if sender else "", options)
    if code >= 500 and not sender:
        line.rset()
        code, said = line.mail(wire_address(otherwise), options)
    return None if code == 250 else _no(code, said)


def _name_recipients(line: smtplib.SMTP, recipients: Sequence[str], patient: bool) -> dict[str, str] | Word:
    """RCPT TO for each. The refused among them when at least one is accepted, else the word for the letter."""
    accepted, refused, later = 0, {}, ""
    for address in recipients:
        code, said = line.rcpt(wire_address(address))
        if code in {250, 251, 252}:
            accepted += 1
            continue
        refused[address] = f"{code} {explaining.words_of(said)}"
        later = later or (refused[address] if 400 <= code < 500 else "")
    if later and (patient or not accepted):
        return NotYet(_said(later))
    if not accepted:
        return Refused(_said("; ".join(dict.fromkeys(refused.values()))), tuple(refused))
    return refused


def _hand_over(line: smtplib.SMTP, content: bytes) -> None:
    """The letter, piece by piece: a timeout counts for all that is sent at once, however slow the line is."""
    if line.sock is not None:
        line.sock.settimeout(PIECE_PATIENCE)
    for start in range(0, len(content), PIECE):
        line.send(content[start : start + PIECE])


def _take_leave(line: smtplib.SMTP) -> None:
    """QUIT. The server has said its word: whatever happens now changes nothing."""
    with contextlib.suppress(OSError):
        if line.sock is not None:
            line.sock.settimeout(10)
        line.quit()


def _stuffed(content: bytes) -> bytes:
    """The letter with its lines ended and its dots doubled as SMTP wants them; it ends with a line's end."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _no(code: int, said: bytes) -> Word:
    words = _said(f"{code} {explaining.words_of(said)}")
    if code == -1 or not 400 <= code < 600:
        raise smtplib.SMTPServerDisconnected(words)
    # 530 and 535 are about our login, which a person can mend while the letter waits.
    return NotYet(words) if code < 500 or code in {530, 534, 535, 538} else Refused(words)


def _said(words: str) -> str:
    return (_("The server said: %(words)s") % {"words": words})[:500]


def _doubt() -> str:
    return _(
        "The connection broke after the whole letter was handed over, before the server said that it has it."
    )
