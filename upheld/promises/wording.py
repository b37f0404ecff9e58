"""What people write on a promise: something, in one line, and not a page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from upheld.refusals import Refusal


class TooLong(Refusal):
    """This is too long for one line."""


def one_line(text: str, *, most: int) -> str:
    """The text without line breaks, control characters and doubled spaces; refuses TooLong, never cuts."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) > most:
        raise TooLong(
            _("Write at most %(most)s characters; this has %(has)s.") % {"most": most, "has": len(line)}
        )
    return line
