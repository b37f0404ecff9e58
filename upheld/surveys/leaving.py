"""What became of the letter that asked: read from the journal. An address that it came back from is not asked again.

A case that is open again before the letter has left, because a mail server was away perhaps, is not asked about: the
letter is taken back, and the customer may be asked once the case is closed again.
"""

from __future__ import annotations

from psycopg.types.range import TimestamptzRange

from upheld.channels import sending
from upheld.journal import reading, writing
from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.surveys.facts import InvitationUndelivered
from upheld.surveys.models import Decision, Invitation

READER = "surveys.leaving"
LEFT = "channels.LetterLeft/1"
REOPENED = "cases.CaseReopened/1"
UNDELIVERED = {"channels.LetterFailed/1": "failed", "channels.LetterBounced/1": "bounced"}


def follow(*, limit: int = 200) -> int:
    """Read on from the bookmark; returns how many facts were read."""
    return reading.follow(READER, handle, limit, kinds=[LEFT, REOPENED, *UNDELIVERED])


def handle(record: Record) -> None:
    """One fact: the letter of an invitation left, or did not arrive; or the case that it asks about is open again."""
    if record.kind == REOPENED:
        _take_back(record)
        return
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


def _take_back(record: Record) -> None:
    """The letters about this case that wait to leave; one that is leaving at this moment cannot be taken back."""
    waiting = Invitation.objects.filter(
        case=record.data["case"],
        asked_at__lte=record.at,
        answered_at__isnull=True,
        departure__sent_at__isnull=True,
        departure__failed_at__isnull=True,
    )
    for invitation in waiting.select_related("departure", "decision").select_for_update(of=("self",)):
        if invitation.departure is None:
            continue
        try:
            sending.cancel(invitation.departure, by=CLOCK, at=record.at)
        except (sending.AlreadyLeft, sending.AlreadyCancelled):
            continue
        invitation.resting = TimestamptzRange(empty=True)
        invitation.save(update_fields=["resting"])
        invitation.decision.reason = Decision.Reason.REOPENED
        invitation.decision.save(update_fields=["reason"])
