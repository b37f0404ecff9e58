"""A letter of ours that came back: noted on the letter, so that whoever wrote it learns that nobody read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from upheld.channels import concluding
from upheld.channels.models import Departure


def mark_bounced(
    message_id: str, *, recipients: Iterable[str] = (), permanent: bool = True, words: str = "", at: datetime
) -> Departure | None:
    """Note what a mail system says about the letter with this Message-ID; None when we sent no such letter.

    Whether the report can be believed is the caller's to judge: only our own keyed Message-IDs should come here. A
    delay (`permanent` false) is written beside the letter and changes nothing else. A report about a letter in doubt
    proves that it left. The same report twice is told once.
    """
    wanted = f"<{message_id.strip().strip('<>')}>"
    with transaction.atomic():
        sent = Departure.objects.without_content().filter(message_id=wanted)
        departure = sent.select_for_update().first()
        if departure is None or departure.is_waiting or departure.cancelled_at is not None:
            return None
        if departure.sent_at is None and departure.claimed_at is not None:
            concluding.left(departure, at=departure.claimed_at)
        if departure.sent_at is None:
            return None
        if not permanent:
            departure.trouble = departure.trouble or words[:500]
            departure.save(update_fields=["trouble"])
            return departure
        ours = {address.lower(): address for address in departure.recipients}
        named = [ours[one.lower()] for one in recipients if one.lower() in ours]
        if departure.bounced_at is None or not set(named) <= set(departure.refused):
            concluding.bounced(departure, named, words, at=at)
    return departure
