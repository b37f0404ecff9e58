"""The automatic acknowledgement: it says that it is automatic, and never answers anything automatic.

A letter that starts a loop all the same is stopped by counting: few acknowledgements to one address in a day.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from upheld.cases import tokens, wording
from upheld.cases.facts import AcknowledgementSent
from upheld.cases.models import Case, Message
from upheld.channels import composing, sending
from upheld.channels.keys import keys_for
from upheld.channels.letter import Address, Letter
from upheld.channels.models import Departure
from upheld.channels.own import OwnIds
from upheld.journal import writing
from upheld.journal.facts import CLOCK
from upheld.people import queries as people_queries
from upheld.promises import clocks
from upheld.promises.models import Standard

MOST_A_DAY = 5
"""Acknowledgements to one customer within a day; from the next on they get none, and their letters are filed all the
same."""


@transaction.atomic
def acknowledge(case: Case, message: Message, letter: Letter, *, at: datetime) -> Message | None:
    """Tell the customer that the letter is here: number, date, page. None when it would only feed a loop."""
    receiver = letter.answer_to
    if case.mailbox is None or receiver is None or _enough(case, at):
        return None
    company = people_queries.company()
    clock = clocks.waiting(Standard.Measure.FIRST_ANSWER, subject=case.subject)
    with translation.override(case.customer.language or "en"):
        words = wording.acknowledgement(case, company, by_when=clock.due_at if clock else None)
        subject_line = wording.subject_of_answer(case, company)
    message_id = OwnIds(keys_for("message-id")).make(
        case.mailbox.domain, ["acknowledgement", str(case.number)]
    )
    sent = Message.objects.create(
        case=case, way=Message.Way.AUTOMATIC, kind="own", customer=case.customer, at=at,
        subject_line=subject_line, text=words, own_words=words, message_id=message_id,
    )  # fmt: skip
    content = composing.acknowledgement(
        sender=Address(company.name, case.mailbox.address), to=Address("", receiver.address), subject=subject_line,
        text=words, reply_to=tokens.reply_address(case.number, case.mailbox), message_id=message_id,
        in_reply_to=letter.message_id or "", references=letter.references, language=case.customer.language, at=at,
    )  # fmt: skip
    sent.departure = sending.queue(
        mailbox=case.mailbox, kind=Departure.Kind.ACKNOWLEDGEMENT, subject=sent.subject,
        recipients=[receiver.address], message_id=message_id, content=content, leaves_at=at, by=CLOCK, at=at,
    )  # fmt: skip
    sent.save(update_fields=["departure"])
    writing.write(AcknowledgementSent(case=case.pk, customer=case.customer_id), by=CLOCK, at=at)
    return sent


def _enough(case: Case, at: datetime) -> bool:
    lately = Message.objects.filter(
        customer=case.customer, way=Message.Way.AUTOMATIC, at__gt=at - timedelta(days=1)
    )
    return lately.count() >= MOST_A_DAY
