"""Keys by purpose, made from the installation's secret, so that a tag made for one thing proves nothing else."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def keys_for(purpose: str) -> tuple[bytes, ...]:
    """The purpose's keys, newest first: one from the present secret, one from each earlier one still honoured."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return tuple(
        hmac.new(secret.encode(), f"upheld:{purpose}".encode(), hashlib.sha256).digest() for secret in secrets
    )
