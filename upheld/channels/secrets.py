"""Passwords of mailboxes, sealed before they are stored. The key is the installation's and is never in the database."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from upheld.channels import keys
from upheld.refusals import Refusal


class SecretLost(Refusal):
    """The stored password cannot be read, because the installation's key has changed: enter the password again."""


def seal(text: str) -> bytes:
    """What may be stored. No text, no seal."""
    return _fernet().encrypt(text.encode()) if text else b""


def unseal(sealed: bytes | memoryview) -> str:
    """The text again, whichever of the installation's keys sealed it."""
    token = bytes(sealed)
    if not token:
        return ""
    try:
        return _fernet().decrypt(token).decode()
    except InvalidToken:
        raise SecretLost from None


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys.keys_for("mailbox passwords")])
