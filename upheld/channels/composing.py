"""Letters of ours as bytes: an answer that a person wrote, and the acknowledgement that says plainly it is automatic.

Headers are written here and not by the standard library's folding, which takes encoded words in a subject apart and
encodes long Message-IDs so that no mail program finds the conversation again. Every header is ASCII and on lines of
its own making: a line break in a name or subject becomes a space, so that nobody writes headers of theirs into ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from upheld.channels.letter import Address
from upheld.refusals import Refusal

MOST_ANCESTORS = 30  # Message-IDs kept in References; the first and the nearest matter to mail programs

_ID = re.compile(r"<[!-;=?-~]{3,900}>")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\@\x00-\x1f\x7f]{1,200}@[^\s<>()\[\],;:\"\\@\x00-\x1f\x7f]{1,253}")
_TOKEN = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")


class BadAddress(Refusal):
    """This is not an address that a letter can be sent to."""


class BadMessageId(Refusal):
    """This is not a Message-ID in angle brackets."""


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a letter. With a `content_id` the HTML shows it (`cid:`) and it is no separate file."""

    name: str
    type: str
    content: bytes
    content_id: str = ""


def answer(
    *,
    sender: Address,
    to: Sequence[Address],
    subject: str,
    text: str,
    message_id: str,
    at: datetime,
    html: str = "",
    cc: Sequence[Address] = (),
    reply_to: str = "",
    in_reply_to: str = "",
    references: Iterable[str] = (),
    language: str = "",
    files: Sequence[Enclosure] = (),
) -> bytes:
    """A person's letter as it goes over the wire. `references` are the conversation's Message-IDs, eldest first;
    `reply_to` is the address that brings an answer to the right case."""
    head = _head(sender, to, cc, reply_to, subject, message_id, in_reply_to, references, language, at)
    return _whole(head, text, html, files)


def acknowledgement(
    *,
    sender: Address,
    to: Address,
    subject: str,
    text: str,
    message_id: str,
    in_reply_to: str,
    at: datetime,
    html: str = "",
    reply_to: str = "",
    references: Iterable[str] = (),
    language: str = "",
) -> bytes:
    """An automatic letter that names itself as one (RFC 3834) and asks other automata to keep silent.

    It must leave with an empty envelope sender, so that neither a bounce nor an automatic answer finds a way back.
    `Precedence` is for vacation programs older than the standard; the word is not `bulk`, which would be untrue.
    """
    head = _head(sender, [to], (), reply_to, subject, message_id, in_reply_to, references, language, at)
    head += [
        ("Auto-Submitted", "auto-replied"),
        ("X-Auto-Response-Suppress", "All"),
        ("Precedence", "auto_reply"),
    ]
    return _whole(head, text, html, ())


def notification(
    *,
    sender: Address,
    to: Address,
    subject: str,
    text: str,
    message_id: str,
    at: datetime,
    html: str = "",
    reply_to: str = "",
    language: str = "",
) -> bytes:
    """An automatic letter that answers none (RFC 3834, `auto-generated`). Absence notices are asked to keep silent;
    a bounce is welcome, because it says that nobody is there."""
    head = _head(sender, [to], (), reply_to, subject, message_id, "", (), language, at)
    head += [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "OOF, AutoReply")]
    return _whole(head, text, html, ())


def address_ok(address: str) -> bool:
    """Whether a letter can be addressed to it at all; only sending shows whether it arrives."""
    return _ADDRESS.fullmatch(address) is not None and _in_ascii(address) is not None


def wire_address(address: str) -> str:
    """The address as a server is told it: a domain with an umlaut in its ASCII form."""
    plain = _in_ascii(address) if _ADDRESS.fullmatch(address) else None
    if plain is None:
        raise BadAddress
    return plain


def _in_ascii(address: str) -> str | None:
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None


def _head(
    sender: Address,
    to: Sequence[Address],
    cc: Sequence[Address],
    reply_to: str,
    subject: str,
    message_id: str,
    in_reply_to: str,
    references: Iterable[str],
    language: str,
    at: datetime,
) -> list[tuple[str, str]]:
    if not _ID.fullmatch(message_id):
        raise BadMessageId
    head = [("From", _mailboxes("From", [sender])), ("To", _mailboxes("To", to))]
    if cc:
        head.append(("Cc", _mailboxes("Cc", cc)))
    if reply_to:
        head.append(("Reply-To", _mailboxes("Reply-To", [Address("", reply_to)])))
    head += [
        ("Subject", _words("Subject", subject)),
        ("Date", format_datetime(at.astimezone(UTC))),
        ("Message-ID", message_id),
    ]
    parent = in_reply_to if _ID.fullmatch(in_reply_to) else ""
    chain = [one for one in dict.fromkeys(references) if _ID.fullmatch(one) and one != parent]
    chain += [parent] if parent else []
    if len(chain) > MOST_ANCESTORS:
        chain = [chain[0], *chain[1 - MOST_ANCESTORS :]]
    if parent:
        head.append(("In-Reply-To", parent))
    if chain:
        head.append(("References", "\r\n ".join(chain)))
    if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", language):
        head.append(("Content-Language", language))
    return head


def _one_line(text: str) -> str:
    """The text without line breaks, control characters and lone surrogates, each gap a single space."""
    printable = text.encode("utf-8", "replace").decode()
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", printable).strip()


def _words(header: str, text: str) -> str:
    plain = _one_line(text)
    if plain.isascii() and "=?" not in plain and all(len(word) < 900 for word in plain.split(" ")):
        return _folded(header, plain.split(" "), " ")
    return Header(plain, "utf-8", maxlinelen=76, header_name=header).encode(linesep="\r\n")


def _mailboxes(header: str, addresses: Sequence[Address]) -> str:
    return _folded(header, [_mailbox(header, one) for one in addresses], ", ")


def _mailbox(header: str, one: Address) -> str:
    address = wire_address(one.address)
    name = _one_line(one.name)
    if not name:
        return address
    if not name.isascii() or "=?" in name or len(name) > 200:
        encoded = Header(name, "utf-8", maxlinelen=70, header_name=header).encode(linesep="\r\n")
        return f"{encoded} <{address}>"
    if re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+", name):
        return f"{name} <{address}>"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{address}>'


def _folded(header: str, pieces: Sequence[str], between: str) -> str:
    """Pieces joined, broken between two of them where a line would pass 76 characters."""
    lines, used = [""], len(header) + 2
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        written = piece + ("" if last else between.rstrip(" "))
        if lines[-1] and used + 1 + len(written) > 76:
            lines.append(written)
            used = 1 + len(written)
        else:
            lines[-1] += (" " if lines[-1] else "") + written
            used += 1 + len(written)
    return "\r\n ".join(lines)


def _whole(head: list[tuple[str, str]], text: str, html: str, files: Sequence[Enclosure]) -> bytes:
    body = EmailMessage(policy=SMTP)
    body.set_content(_lines(text), charset="utf-8", cte="quoted-printable")
    shown = [file for file in files if file.content_id and html]
    if html:
        body.add_alternative(_lines(html), subtype="html", charset="utf-8", cte="quoted-printable")
        rich = body.get_payload(1)
        for file in shown:
            main, _, sub = _media_type(file.type).partition("/")
            rich.add_related(  # type: ignore[union-attr]
                file.content,
                main,
                sub,
                cid=f"<{_content_id(file)}>",
                filename=_file_name(file),
                disposition="inline",
            )
    for file in files:
        if file not in shown:
            main, _, sub = _media_type(file.type).partition("/")
            body.add_attachment(file.content, main, sub, filename=_file_name(file))
    lines = b"".join(f"{name}: {value}\r\n".encode() for name, value in head)
    return lines + body.as_bytes()


def _lines(text: str) -> str:
    """Text whose every line ends alike, without the characters that no mail may hold."""
    sound = text.encode("utf-8", "replace").decode().replace("\x00", "")
    return "\n".join(re.split(r"\r\n|\r|\n", sound.rstrip())) + "\n"


def _media_type(given: str) -> str:
    """The type if it is one. A whole letter or a multipart inside would have to be taken apart: it goes as bytes."""
    given = given.partition(";")[0].strip().lower()
    composite = given.startswith(("multipart/", "message/"))
    return given if _TOKEN.fullmatch(given) and not composite else "application/octet-stream"


def _file_name(file: Enclosure) -> str:
    return _one_line(file.name).replace("/", "_").replace("\\", "_")[:200] or "file"


def _content_id(file: Enclosure) -> str:
    return re.sub(r"[^A-Za-z0-9._@-]+", "-", file.content_id)[:200]
