"""Message-IDs that only we can make: a keyed tag proves a returning letter ours, a forged one hides nothing.

A Message-ID reads `<words.random.tag@domain>`. The tag is an HMAC-SHA256 over everything else, in lowercase base32,
because some mail systems change the case of what they pass on. Keys rotate: the newest makes, all of them verify.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence

TAG_LENGTH = 26  # base32 letters: 130 bits, beyond guessing

_SHAPE = re.compile(
    r"^<?\s*([a-z0-9.-]{1,120})\.([a-z2-7]{26})@([a-z0-9.-]{1,253}|\[[0-9a-f.:]{1,60}\])\s*>?$"
)


def make(domain: str, subject_words: Iterable[str], key: bytes, *, nonce: str | None = None) -> str:
    """A new Message-ID in angle brackets. `subject_words` say what the letter is about to whoever reads a log
    (`case`, `1042`); they are public. `nonce` is drawn at random unless a test or a repeated sending gives one."""
    if not key:
        raise ValueError("A Message-ID needs a key.")
    words = [re.sub(r"[^a-z0-9-]+", "-", word.lower()).strip("-")[:24] for word in subject_words]
    drawn = nonce if nonce is not None else secrets.token_hex(8)
    left = ".".join([*[word for word in words if word][:4], re.sub(r"[^a-z0-9]", "", drawn.lower()) or "0"])
    host = (
        domain.strip().lower().encode("idna").decode("ascii")
        if not domain.isascii()
        else domain.strip().lower()
    )
    return f"<{left}.{_tag(left, host, key)}@{host}>"


def verify(message_id: str | None, keys: Iterable[bytes]) -> bool:
    """Whether one of the keys made this Message-ID. Anything else, absent or malformed, is simply not ours."""
    shape = _SHAPE.match((message_id or "").strip().lower())
    if shape is None:
        return False
    left, tag, host = shape.groups()
    return any(hmac.compare_digest(tag, _tag(left, host, key)) for key in keys if key)


class OwnIds:
    """Our keys in one hand, newest first: makes Message-IDs and, called with one, says whether it is ours."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = tuple(keys)

    def make(self, domain: str, subject_words: Iterable[str]) -> str:
        """A new Message-ID under the newest key."""
        if not self._keys:
            raise ValueError("A Message-ID needs a key.")
        return make(domain, subject_words, self._keys[0])

    def __call__(self, message_id: str | None) -> bool:
        return verify(message_id, self._keys)


def _tag(left: str, host: str, key: bytes) -> str:
    digest = hmac.new(key, f"message-id\0{left}\0{host}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:TAG_LENGTH]
