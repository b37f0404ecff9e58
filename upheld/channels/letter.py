"""A letter as Upheld understands it: who wrote what to whom, with its files and what could not be read.

Frozen values without behaviour of their own; `reading.read` makes them, everybody else looks at them.
No string in a letter holds a NUL or a lone surrogate, so that each may be stored, printed and sent as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox as the header gives it; a name or an address that the header lacks is an empty string."""

    name: str
    address: str

    def __str__(self) -> str:
        if self.name and self.address:
            return f"{self.name} <{self.address}>"
        return self.address or self.name


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a letter. `inline` says that the writer placed it inside the text; `embedded` that the HTML
    shows it by its content id, so that a list of files may leave out the embedded ones and nothing else."""

    name: str | None
    type: str
    size: int
    inline: bool
    content_id: str | None
    content: bytes
    sha256: str
    embedded: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that was read. `text` and `html` are None when the letter has neither a text nor an HTML part;
    `html` is cleaned and loads nothing from afar. `trouble` lists in plain sentences what could not be read."""

    from_: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str | None = None
    date: datetime | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    text: str | None = None
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    delivered_to: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    trouble: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """The first header of that name, decoded and on one line."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)

    def headers_named(self, name: str) -> tuple[str, ...]:
        """Every header of that name, in the letter's order: the newest `Received` comes first."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)

    @property
    def sender(self) -> Address | None:
        """The first From that has an address; a letter without one has no sender to answer."""
        return next((address for address in self.from_ if address.address), None)

    @property
    def answer_to(self) -> Address | None:
        """Whom an answer goes to: the first usable Reply-To, else the sender."""
        return next((address for address in self.reply_to if address.address), self.sender)

    @property
    def ancestors(self) -> tuple[str, ...]:
        """The Message-IDs this letter answers, nearest first, each once."""
        nearest = (self.in_reply_to,) if self.in_reply_to else ()
        return tuple(dict.fromkeys((*nearest, *reversed(self.references))))
