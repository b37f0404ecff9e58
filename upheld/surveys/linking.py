"""The last part of a link in an invitation: which invitation it is, and a tag that only we can make.

The tag covers the invitation and the moment until which it can be answered. In lower case, because mail systems change
it. A key that was replaced is honoured while it is listed. Who is sent a link may answer: it needs no sign-in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import datetime

from upheld.channels.keys import keys_for
from upheld.surveys.models import Invitation

PURPOSE = "invitation"
# Mail programs and whoever copies a link add what stood behind it: a full stop, a bracket.
_SHAPE = re.compile(r"([0-9]{1,18})-([a-z2-7]{32})[^a-z0-9]{0,8}")


def word_for(invitation: Invitation) -> str:
    """The word under the newest key."""
    return f"{invitation.pk}-{_tag(invitation.pk, invitation.expires_at, keys_for(PURPOSE)[0])}"


def invitation_of(word: str) -> Invitation | None:
    """The invitation that this word was made for; a forged or mistyped one names none."""
    shape = _SHAPE.fullmatch(word.strip().lower())
    found = (
        Invitation.objects.select_related("customer", "case__owner", "ladder", "department", "pair")
        .filter(pk=int(shape[1]))
        .first()
        if shape
        else None
    )
    if shape is None or found is None:
        return None
    tags = (_tag(found.pk, found.expires_at, key) for key in keys_for(PURPOSE))
    return found if any(hmac.compare_digest(shape[2], tag) for tag in tags) else None


def _tag(invitation: int, expires_at: datetime, key: bytes) -> str:
    told = f"{invitation}.{int(expires_at.timestamp())}".encode()
    return base64.b32encode(hmac.new(key, told, hashlib.sha256).digest()).decode("ascii").lower()[:32]
