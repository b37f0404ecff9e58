"""Letters as customers' mail programs write them: text and HTML, files, quotations in their language, as raw bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_datetime as spelled

_QUOTED = {
    "en": ("EEE, d MMM y 'at' HH:mm", "On {when}, {who} wrote:"),
    "de": ("dd.MM.y 'um' HH:mm", "Am {when} schrieb {who}:"),
    "fr": ("d MMM y 'à' HH:mm", "Le {when}, {who} a écrit :"),
    "es": ("d MMM y 'a las' HH:mm", "El {when}, {who} escribió:"),
    "nl": ("d MMM y 'om' HH:mm", "Op {when} schreef {who}:"),
    "sv": ("d MMM y 'kl.' HH:mm", "Den {when} skrev {who}:"),
    "da": ("d. MMM y 'kl.' HH.mm", "Den {when} skrev {who}:"),
    "it": ("d MMM y 'alle' HH:mm", "Il {when} {who} ha scritto:"),
}
_PROGRAMS = ("Apple Mail (2.3774.600)", "Microsoft Outlook 16.0", "Mozilla Thunderbird", "", "")


@dataclass(frozen=True)
class Correspondent:
    """Somebody who writes: the name and address as their mail program knows them."""

    name: str
    email: str
    language: str = "en"
    zone: str = "Europe/Berlin"


@dataclass(frozen=True)
class Enclosed:
    """A file that comes with a letter."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Quoted:
    """The letter that is being answered: what stands below the answer, and which thread it belongs to."""

    message_id: str
    references: tuple[str, ...]
    who: str
    at: datetime
    text: str


def compose(
    sender: Correspondent,
    *,
    to: str,
    subject: str,
    text: str,
    number: int,
    files: Sequence[Enclosed] = (),
    answering: Quoted | None = None,
    plain: bool = False,
    headers: Sequence[tuple[str, str]] = (),
    at: datetime,
) -> bytes:
    """The bytes of one letter. `number` makes its Message-ID and its mail program; `plain` leaves the HTML out."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = formataddr((sender.name, sender.email)) if sender.name.isascii() else _named(sender)
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = format_datetime(at.astimezone(ZoneInfo(sender.zone)))
    letter["Message-ID"] = f"<{at:%Y%m%d%H%M%S}.{number:06d}@{sender.email.rpartition('@')[2]}>"
    if answering is not None:
        letter["In-Reply-To"] = answering.message_id
        letter["References"] = " ".join(dict.fromkeys([*answering.references, answering.message_id]))
    if program := _PROGRAMS[number % len(_PROGRAMS)]:
        letter["X-Mailer"] = program
    for name, value in headers:
        letter[name] = value
    below = quotation(answering, sender) if answering else ""
    letter.set_content(f"{text}\n\n{below}".rstrip() + "\n", charset="utf-8", cte="quoted-printable")
    if not plain:
        html = _html(text, answering, sender)
        letter.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    for file in files:
        main, _slash, sub = file.type.partition("/")
        letter.add_attachment(file.content, main, sub, filename=file.name)
    return letter.as_bytes()


def quotation(answered: Quoted, by: Correspondent) -> str:
    """What a mail program puts below an answer, in its owner's language."""
    quoted = "\n".join(f"> {line}".rstrip() for line in answered.text.splitlines())
    return f"{_introduction(answered, by)}\n{quoted}"


def _introduction(answered: Quoted, by: Correspondent) -> str:
    pattern, words = _QUOTED.get(by.language, _QUOTED["en"])
    when = spelled(answered.at, pattern, tzinfo=ZoneInfo(by.zone), locale=by.language)
    return words.format(when=when, who=answered.who)


def _html(text: str, answered: Quoted | None, by: Correspondent) -> str:
    said = _paragraphs(text)
    if answered is not None:
        said += f"<p>{escape(_introduction(answered, by))}</p>"
        said += f'<blockquote type="cite">{_paragraphs(answered.text)}</blockquote>'
    return f'<html><body style="font-family: Helvetica, sans-serif; font-size: 14px">{said}</body></html>'


def _paragraphs(text: str) -> str:
    return "\n".join(
        "<p>" + escape(part).replace("\n", "<br>\n") + "</p>" for part in text.split("\n\n") if part.strip()
    )


def _named(sender: Correspondent) -> str:
    return f'"{sender.name}" <{sender.email}>'
