"""What became of the letter that asked: read from the journal. An address that it came back from is not asked again."""

from __future__ import annotations

from upheld.journal import reading, writing
from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.surveys.facts import InvitationUndelivered
from upheld.surveys.models import Invitation

READER = "surveys.leaving"
LEFT = "channels.LetterLeft/1"
UNDELIVERED = {"channels.LetterFailed/1": "failed", "channels.LetterBounced/1": "bounced"}


def follow(*, limit: int = 200) -> int:
    """Read on from the bookmark; returns how many facts were read."""
    return reading.follow(READER, handle, limit, kinds=[LEFT, *UNDELIVERED])


def handle(record: Record) -> None:
    """One fact: the letter of an invitation left, or did not arrive."""
    if record.data["subject_kind"] != "invitation":
        return
    invitations = Invitation.objects.select_for_update(of=("self",))
    invitation = invitations.filter(departure=record.data["departure"]).first()
    if invitation is None:
        return
    if record.kind not in UNDELIVERED:
        invitation.undelivered_at = None
        invitation.save(update_fields=["undelivered_at"])
    elif invitation.undelivered_at is None:
        invitation.undelivered_at = record.at
        invitation.save(update_fields=["undelivered_at"])
        fact = InvitationUndelivered(
            invitation=invitation.pk,
            customer=invitation.customer_id,
            case=invitation.case_id,
            why=UNDELIVERED[record.kind],
        )
        writing.write(fact, by=CLOCK, at=record.at)
