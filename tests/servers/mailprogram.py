"""An ordinary mail program in the hands of a person: writes, sends, reads, replies and threads.

    dora = MailProgram("dora@harbour.example", name="Dora Schäfer", dovecot=dovecot, exim=exim)
    asked = dora.send(dora.write("service@shop.example", "Schuhe sind undicht", "Bitte umtauschen.", photo=photo()))
    answer = dora.wait_for_letters()[0]
    dora.send(dora.reply(answer, "Danke!"))
    assert [len(letters) for letters in dora.conversations()] == [3]

It quotes as one of four programs does, because what arrives at a company was written with all of them.
"""

from __future__ import annotations

import hashlib
import html
import random
import smtplib
import struct
import textwrap
import uuid
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import format_datetime, getaddresses, parsedate_to_datetime
from typing import Literal

from imap_tools import MailBox, MailBoxUnencrypted

from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim

Style = Literal["thunderbird", "apple", "gmail", "outlook"]

_SIGNS: dict[Style, dict[str, str]] = {
    "thunderbird": {"User-Agent": "Mozilla Thunderbird"},
    "apple": {"X-Mailer": "Apple Mail (2.3826.200.121)"},
    "gmail": {},
    "outlook": {"X-Mailer": "Microsoft Outlook 16.0", "Content-Language": "en-us"},
}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def photo(width: int = 64, height: int = 48, *, seed: int = 1) -> bytes:
    """A real PNG: a coloured slope with some grain. Larger sizes hardly compress, as photographs do not."""
    grain = random.Random(seed)
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            noise = grain.getrandbits(4)
            rows += bytes((255 * x // width ^ noise, 255 * y // height ^ noise, 96 ^ noise))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(rows)))
        + chunk(b"IEND", b"")
    )


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


@dataclass(frozen=True)
class Letter:
    """One letter as the program sees it in a folder."""

    uid: str
    raw: bytes
    message: EmailMessage

    @classmethod
    def read(cls, uid: str, raw: bytes) -> Letter:
        return cls(uid, raw, BytesParser(EmailMessage, policy=policy.default).parsebytes(raw))

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"] or "").strip()

    @property
    def identity(self) -> str:
        """The Message-ID, or something else of its own for a letter that came without."""
        return self.message_id or hashlib.sha256(self.raw).hexdigest()

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        """The address of the From line."""
        return getaddresses([str(self.message["From"] or "")])[0][1]

    @property
    def date(self) -> datetime:
        return parsedate_to_datetime(str(self.message["Date"]))

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        return body.get_content() if body is not None else ""

    @property
    def html(self) -> str:
        body = self.message.get_body(("html",))
        return body.get_content() if body is not None else ""

    @property
    def attachments(self) -> list[tuple[str, str, bytes]]:
        """File name, media type and bytes of each file, pictures within the text among them."""
        return [
            (part.get_filename() or "", part.get_content_type(), _content(part))
            for part in self.message.walk()
            if part.get_filename()
        ]

    @property
    def ancestors(self) -> list[str]:
        """The Message-IDs it says it follows, eldest first."""
        named = f"{self.message['References'] or ''} {self.message['In-Reply-To'] or ''}".split()
        return list(dict.fromkeys(named))


def conversations(letters: Iterable[Letter]) -> list[list[Letter]]:
    """Letters grouped as a mail program shows them: what refers to the same letter, also to one that is not here,
    belongs together; a subject alone joins nothing. Eldest first, within and among the groups."""
    leader: dict[str, str] = {}

    def leader_of(identity: str) -> str:
        while leader.setdefault(identity, identity) != identity:
            identity = leader[identity]
        return identity

    # A Date has whole seconds: within one, who has more ancestors came later.
    ordered = sorted(letters, key=lambda letter: (letter.date, len(letter.ancestors)))
    for letter in ordered:
        for ancestor in letter.ancestors:
            leader[leader_of(ancestor)] = leader_of(letter.identity)
    groups: dict[str, list[Letter]] = {}
    for letter in ordered:
        groups.setdefault(leader_of(letter.identity), []).append(letter)
    return list(groups.values())


class MailProgram:
    """One person's program with one mailbox, which it makes when it is not there yet."""

    def __init__(
        self,
        address: str,
        *,
        name: str,
        dovecot: Dovecot,
        exim: Exim,
        style: Style = "thunderbird",
        password: str = "secret",
    ) -> None:
        self.address, self.name, self.style = address, name, style
        self.dovecot, self.exim, self.password = dovecot, exim, password
        dovecot.add_mailbox(address, password)

    # -- writing -------------------------------------------------------------------------------------------------

    def write(
        self,
        to: str | Sequence[str],
        subject: str,
        text: str,
        *,
        cc: Sequence[str] = (),
        photo: bytes | None = None,
        files: Sequence[tuple[str, str, bytes]] = (),
        at: datetime | None = None,
    ) -> EmailMessage:
        """A letter in plain text and HTML. The photo stands in the HTML; files are (name, media type, bytes)."""
        message = self._envelope([to] if isinstance(to, str) else to, cc, subject, at)
        paragraphs = "".join(f"<p>{html.escape(part)}</p>\n" for part in text.split("\n\n"))
        self._fill(message, text, paragraphs, photo)
        for file_name, media_type, content in files:
            kind, _, subtype = media_type.partition("/")
            message.add_attachment(content, maintype=kind, subtype=subtype, filename=file_name)
        return message

    def reply(
        self, letter: Letter, text: str, *, at: datetime | None = None, to_all: bool = False
    ) -> EmailMessage:
        """An answer above the quoted letter, to its Reply-To or sender, in this program's manner."""
        asked = str(letter.message["Reply-To"] or letter.message["From"])
        others = [str(letter.message[name]) for name in ("To", "Cc") if to_all and letter.message[name]]
        cc = [address for _, address in getaddresses(others) if address.lower() != self.address.lower()]
        subject = letter.subject if letter.subject.lower().startswith("re:") else f"Re: {letter.subject}"
        message = self._envelope([asked], cc, subject, at)
        if letter.message_id:
            message["In-Reply-To"] = letter.message_id
            message["References"] = " ".join(dict.fromkeys([*letter.ancestors, letter.message_id]))
        plain, rich = self._quotation(letter)
        answer = f"<div>{html.escape(text)}</div><br>"
        self._fill(message, f"{text}\n\n{plain}", answer + rich, None)
        return message

    def _envelope(
        self, to: Sequence[str], cc: Sequence[str], subject: str, at: datetime | None
    ) -> EmailMessage:
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = Address(self.name, addr_spec=self.address)
        message["To"] = ", ".join(to)
        if cc:
            message["Cc"] = ", ".join(cc)
        message["Subject"] = subject
        message["Date"] = format_datetime(at or datetime.now(UTC))
        message["Message-ID"] = f"<{uuid.uuid4()}@{self.address.partition('@')[2]}>"
        for name, value in _SIGNS[self.style].items():
            message[name] = value
        return message

    def _fill(self, message: EmailMessage, text: str, rich: str, picture: bytes | None) -> None:
        message.set_content(text)
        shown = '<p><img src="cid:photo@mail.program" alt="Photo"></p>' if picture else ""
        message.add_alternative(f"<html><body>{rich}{shown}</body></html>", subtype="html")
        if picture:
            body = message.get_payload(1)
            assert isinstance(body, EmailMessage)
            body.add_related(
                picture,
                maintype="image",
                subtype="png",
                cid="<photo@mail.program>",
                filename="photo.png",
                disposition="inline",
            )

    def _quotation(self, letter: Letter) -> tuple[str, str]:
        """What this program puts below an answer: as plain text and as HTML."""
        marked = textwrap.indent(letter.text.rstrip(), "> ", lambda line: True)
        inner = letter.html or f"<pre>{html.escape(letter.text)}</pre>"
        sent, sender = letter.date, letter.sender
        name = getaddresses([str(letter.message["From"])])[0][0] or sender
        month, weekday = _MONTHS[sent.month - 1], _WEEKDAYS[sent.weekday()]
        if self.style == "thunderbird":
            line = f"On {sent.month}/{sent.day}/{sent:%y} {sent:%H:%M}, {name} wrote:"
            quoted = (
                f'<blockquote type="cite" cite="mid:{letter.message_id.strip("<>")}">{inner}</blockquote>'
            )
            return f"{line}\n{marked}", f'<div class="moz-cite-prefix">{line}<br></div>{quoted}'
        if self.style == "apple":
            line = f"On {sent.day} {month} {sent.year}, at {sent:%H:%M}, {name} <{sender}> wrote:"
            quoted = f'<blockquote type="cite"><div>{html.escape(line)}</div><br>{inner}</blockquote>'
            return f"> {line}\n> \n{marked}", f"<div><br>{quoted}</div>"
        if self.style == "gmail":
            clock = f"{sent.hour % 12 or 12}:{sent:%M}\u202f{'AM' if sent.hour < 12 else 'PM'}"
            line = f"On {weekday}, {month} {sent.day}, {sent.year} at {clock} {name} <{sender}> wrote:"
            # It breaks the line at 78 characters, within the sentence that a reader looks for.
            broken = "\n".join(textwrap.wrap(line, 78, break_long_words=False))
            return f"{broken}\n\n{marked}", (
                f'<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
                f"{html.escape(line)}<br></div>"
                f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;padding-left:1ex">{inner}'
                f"</blockquote></div>"
            )
        head = {
            "From": f"{name} <{sender}>",
            "Sent": f"{sent:%A, %d %B %Y %H:%M}",
            "To": str(letter.message["To"]),
            "Subject": letter.subject,
        }
        plain = "\n".join(f"{key}: {value}" for key, value in head.items())
        rich = "<br>".join(f"<b>{key}:</b> {html.escape(value)}" for key, value in head.items())
        return f"________________________________\n{plain}\n\n{letter.text.rstrip()}", (
            f'<hr tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">{rich}<div>&nbsp;</div></div><div>{inner}</div>'
        )

    # -- sending and reading ---------------------------------------------------------------------------------------

    def send(self, message: EmailMessage, *, login: bool = True) -> str:
        """Hands the letter to Exim, logged in with TLS as programs do, or as a stranger's server would; keeps a copy
        in Sent; returns the Message-ID. A refusal raises smtplib.SMTPException."""
        if login:
            with smtplib.SMTP(self.exim.host, self.exim.submission_port, timeout=10) as smtp:
                smtp.starttls()
                smtp.login(self.address, self.password)
                smtp.send_message(message)
        else:
            with smtplib.SMTP(self.exim.host, self.exim.port, timeout=10) as smtp:
                smtp.send_message(message)
        self.dovecot.put(self.address, message.as_bytes(policy=policy.SMTP), folder="Sent", flags="\\Seen")
        return str(message["Message-ID"])

    def mailbox(self, folder: str = "INBOX") -> MailBox | MailBoxUnencrypted:
        """An open IMAP connection of imap-tools, to be used with `with`."""
        box = MailBoxUnencrypted(self.dovecot.host, self.dovecot.imap_port, timeout=15)
        box.login(self.address, self.password, initial_folder=folder)
        return box

    def letters(self, *, folder: str = "INBOX") -> list[Letter]:
        """The letters of a folder in the order of their arrival."""
        with self.mailbox(folder) as box:
            found = []
            for uid in box.uids():
                _, parts = box.client.uid("FETCH", uid, "(BODY.PEEK[])")
                raw = next(part[1] for part in parts if isinstance(part, tuple))
                found.append(Letter.read(uid, raw))
            return found

    def wait_for_letters(
        self, *, count: int = 1, folder: str = "INBOX", within: float = 60.0
    ) -> list[Letter]:
        """The letters of a folder as soon as there are `count`; raises with the server's log when there are not."""
        self.dovecot.wait_for_messages(self.address, count=count, folder=folder, within=within)
        return self.letters(folder=folder)

    def conversations(self) -> list[list[Letter]]:
        """What it received and sent, as it shows them to its person."""
        return conversations([*self.letters(), *self.letters(folder="Sent")])
