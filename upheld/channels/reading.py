"""Raw bytes to a Letter. It never raises: what could not be read is said in the letter's `trouble`.

Each header is guarded by itself, so that one nonsense address costs nothing but itself. The outermost guard gives a
letter without words rather than none, for a letter that nothing understands must still reach a person.
"""

from __future__ import annotations

import re
from datetime import datetime

from upheld.channels import addresses, bodies, charsets, headers, parts
from upheld.channels.letter import Address, Letter
from upheld.channels.parts import Part

_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to")
_HEADERS_KEPT = 400
_HEADER_LENGTH = 10_000
_WINMAIL = ("application/ms-tnef", "application/vnd.ms-tnef")


def read(raw: bytes) -> Letter:
    """The letter in these bytes, whatever they are."""
    try:
        root = parts.split(bytes(raw))
        return _letter(root)
    except Exception:  # unknown malice: the raw bytes are stored, a person looks at them
        return Letter(trouble=("The letter could not be read; its raw text is kept.",))


def _letter(root: Part) -> Letter:
    trouble = [sentence for part in root.walk() for sentence in part.trouble]
    if not root.lines and not bytes(root.body[:1000]).strip():
        return Letter(trouble=("The letter is empty.",))
    hint = _own_charset(root)
    body = bodies.gather(root, hint)
    lines = tuple(_decoded_headers(root, hint))
    heads = _Heads(root, hint, trouble)
    letter = Letter(
        from_=heads.people("from", required=True),
        to=heads.people("to"),
        cc=heads.people("cc"),
        reply_to=heads.people("reply-to"),
        subject=heads.text("subject"),
        date=heads.date(),
        message_id=heads.message_id(),
        in_reply_to=next(iter(heads.ids("in-reply-to")), None),
        references=heads.ids("references"),
        text=body.text,
        html=body.html,
        attachments=body.attachments,
        delivered_to=heads.delivered_to(),
        headers=lines,
    )
    trouble += body.trouble + _sealed(root, letter)
    return Letter(
        **{name: getattr(letter, name) for name in Letter.__slots__ if name != "trouble"},
        trouble=tuple(dict.fromkeys(charsets.tidy(sentence) for sentence in trouble)),
    )


class _Heads:
    """The headers that every letter should have, each read under its own guard."""

    def __init__(self, root: Part, hint: str | None, trouble: list[str]) -> None:
        self.root, self.hint, self.trouble = root, hint, trouble

    def _all(self, name: str) -> list[bytes]:
        return [value for key, value in self.root.lines if key == name]

    def people(self, name: str, *, required: bool = False) -> tuple[Address, ...]:
        values = self._all(name)
        title = name.title()
        if required and not values:
            self.trouble.append(f"The letter has no {title}.")
        if required and len(values) > 1:
            self.trouble.append(f"The letter has several {title} headers.")
        found: list[Address] = []
        for raw in values[:50]:
            some, sound = addresses.mailboxes(raw, self.hint)
            found += [one for one in some if one.address or required]
            if not sound or (required and not some):
                shown = headers.decoded(raw, self.hint)[0]
                self.trouble.append(
                    f"The {title} header could not be read in full: {charsets.printable(shown)}"
                )
        return tuple(dict.fromkeys(found))

    def text(self, name: str) -> str | None:
        values = self._all(name)
        if not values:
            return None
        value, trouble = headers.decoded(values[0], self.hint)
        if trouble:
            self.trouble.append(f"{name.title()}: {trouble}")
        return value

    def date(self) -> datetime | None:
        values = self._all("date")
        if not values:
            self.trouble.append("The letter has no Date.")
            return None
        shown = headers.decoded(values[0])[0]
        found = headers.moment(shown)
        if found is None:
            self.trouble.append(f"The Date is no moment that can be trusted: {charsets.printable(shown)}")
        return found

    def ids(self, name: str) -> tuple[str, ...]:
        return headers.message_ids(" ".join(headers.decoded(raw)[0] for raw in self._all(name)[:20]))

    def message_id(self) -> str | None:
        values = self._all("message-id")
        if not values:
            return None
        shown = headers.decoded(values[0])[0]
        found = headers.message_ids(shown)
        if found:
            return found[0]
        self.trouble.append(f"The Message-ID could not be read: {charsets.printable(shown)}")
        plain = shown.strip("<> ")
        return f"<{plain}>" if re.search(r"\w", plain) else None

    def delivered_to(self) -> tuple[str, ...]:
        found: list[str] = []
        for name in _DELIVERED:
            for raw in self._all(name)[:20]:
                found += [one.address for one in addresses.mailboxes(raw)[0] if "@" in one.address]
        return tuple(dict.fromkeys(found))


def _decoded_headers(root: Part, hint: str | None) -> list[tuple[str, str]]:
    return [
        (name, headers.decoded(value[:_HEADER_LENGTH], hint)[0]) for name, value in root.lines[:_HEADERS_KEPT]
    ]


def _own_charset(root: Part) -> str | None:
    """The charset that the letter's text is in: the best hint for raw 8-bit headers."""
    for part in root.walk():
        label = part.content_type.items.get("charset", "") if part.type.startswith("text/") else ""
        if label and label.lower() not in ("us-ascii", "utf-8", "ascii"):
            return label
    return None


def _sealed(root: Part, letter: Letter) -> list[str]:
    """What the letter holds that no reading opens."""
    said = []
    if root.type == "multipart/encrypted":
        said.append("The letter is encrypted; only its recipient's key opens it.")
    if root.type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        said.append("The letter is sealed with S/MIME; its words are inside the attached file.")
    if any(
        file.type in _WINMAIL or (file.name or "").lower() == "winmail.dat" for file in letter.attachments
    ):
        said.append("Files are wrapped in Microsoft's own winmail.dat, which is kept as it came.")
    return said
