"""Signed words that lead back to a case: in the address that answers go to, and in the link to the customer's page.

The reply token is in lower case throughout because mail systems change the case of addresses. Neither word expires: a
customer may answer a letter after years. A key that was replaced is still honoured while it is listed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable

from upheld.channels.keys import keys_for
from upheld.channels.models import Mailbox

REPLY = "reply-token"
PAGE = "customer-page"
_ADDRESS = re.compile(r"\+c(\d{1,9})\.([a-z2-7]{16})@", re.IGNORECASE)
_PAGE = re.compile(r"^(\d{1,9})-([a-z2-7]{32})$")
_LOCAL_PART = 64


def reply_address(number: int, mailbox: Mailbox) -> str:
    """Where an answer to this case goes: `service+c1042.k3j…@harbour.example`, or the plain address if that is long."""
    local, _at, domain = mailbox.address.rpartition("@")
    tagged = f"{local}+c{number}.{_tag(REPLY, number, 16)}"
    return f"{tagged}@{domain}" if len(tagged) <= _LOCAL_PART else mailbox.address


def number_in(addresses: Iterable[str]) -> int | None:
    """The case that one of these addresses was made for; a forged or mistyped token names none."""
    for address in addresses:
        for number, tag in _ADDRESS.findall(address):
            if _verifies(REPLY, int(number), tag.lower()):
                return int(number)
    return None


def page_word(number: int) -> str:
    """The last part of the link to the customer's own page."""
    return f"{number}-{_tag(PAGE, number, 32)}"


def number_of_page(word: str) -> int | None:
    """The case whose page this word opens, or none."""
    shape = _PAGE.match(word)
    if shape and _verifies(PAGE, int(shape[1]), shape[2]):
        return int(shape[1])
    return None


def _tag(purpose: str, number: int, length: int, key: bytes | None = None) -> str:
    key = key or keys_for(purpose)[0]
    digest = hmac.new(key, str(number).encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:length]


def _verifies(purpose: str, number: int, tag: str) -> bool:
    return any(hmac.compare_digest(tag, _tag(purpose, number, len(tag), key)) for key in keys_for(purpose))
