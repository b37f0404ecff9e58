"""The automatic acknowledgement: it says that it is automatic, and never answers anything automatic.

A letter that starts a loop all the same is stopped by counting: few acknowledgements to one address in a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation

from upheld.cases import numbering, tokens, wording
from upheld.cases.facts import AcknowledgementSent
from upheld.cases.models import Case, Message
from upheld.cases.preparing import Desk
from upheld.channels import composing, sending
from upheld.channels.keys import keys_for
from upheld.channels.letter import Address, Letter
from upheld.channels.models import Departure
from upheld.channels.own import OwnIds
from upheld.journal import writing
from upheld.journal.facts import CLOCK, Subject

MOST_A_DAY = 5
"""Acknowledgements to one address within a day; the next letters are filed all the same."""


def acknowledge(
    case: Case, message: Message, letter: Letter, *, by_when: datetime | None, desk: Desk, at: datetime
) -> Message | None:
    """Tell the customer that the letter is here: number, date, page. None when it would only feed a loop.

    It is written down when the desk has opened all its letters (`leave`): all of them together.
    """
    receiver, company = message.answer_to, desk.company
    if case.mailbox is None or not receiver or _answers_a_machine(letter):
        return None
    if desk.acknowledged[receiver] >= MOST_A_DAY:
        return None
    desk.acknowledged[receiver] += 1
    language = wording.language_for(case.customer)
    with translation.override(language):
        words = wording.acknowledgement(case, company, by_when=by_when)
        subject_line = wording.subject_of_answer(case, company)
    message_id = OwnIds(keys_for("message-id")).make(
        case.mailbox.domain, ["acknowledgement", str(case.number)]
    )
    sent = Message(
        case=case, way=Message.Way.AUTOMATIC, kind="own", customer=case.customer, at=at, answer_to=receiver,
        subject_line=subject_line, text=words, own_words=words, message_id=message_id,
    )  # fmt: skip
    content = composing.acknowledgement(
        sender=Address(company.name, case.mailbox.address), to=Address("", receiver), subject=subject_line,
        text=words, reply_to=tokens.reply_address(case.number, case.mailbox), message_id=message_id,
        in_reply_to=letter.message_id or "", references=letter.references, language=language, at=at,
    )  # fmt: skip
    sent.departure = sending.plan(
        mailbox=case.mailbox, kind=Departure.Kind.ACKNOWLEDGEMENT, subject=Subject("message", 0),
        recipients=[receiver], message_id=message_id, content=content, leaves_at=at, at=at,
    )  # fmt: skip
    desk.acknowledgements.append(sent)
    return sent


def leave(acknowledgements: Sequence[Message], *, at: datetime) -> None:
    """Write them down and let them leave, in the transaction of the letters that they acknowledge."""
    if not acknowledgements:
        return
    departures = []
    for sent, key in zip(acknowledgements, numbering.next_messages(len(acknowledgements)), strict=True):
        sent.pk = key
        if sent.departure:
            sent.departure.subject_id = key
            departures.append(sent.departure)
    sending.queue_all(departures, by=CLOCK, at=at)
    Message.objects.bulk_create(acknowledgements)
    for sent in acknowledgements:
        writing.write(AcknowledgementSent(case=sent.case_id, customer=sent.case.customer_id), by=CLOCK, at=at)


def _answers_a_machine(letter: Letter) -> bool:
    """Whether it answers an acknowledgement of ours: a machine that takes a new sender each time does so for ever."""
    ours = [one for one in letter.ancestors if OwnIds(keys_for("message-id"))(one)]
    return Message.objects.filter(way=Message.Way.AUTOMATIC, message_id__in=ours).exists()
