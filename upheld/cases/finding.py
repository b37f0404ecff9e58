"""Which case a letter belongs to: by signed token, by what it answers, by the number its own customer wrote.

Each way also asks who is writing. A token was given to the customer and proves itself; a reference or a number can be
copied by a stranger, so they count only from somebody who already takes part in the case, a reference also from their
colleagues and from those to whom they sent a copy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from upheld.cases import tokens
from upheld.cases.models import MESSAGE_ID, Case, Message
from upheld.channels import reading
from upheld.channels.letter import Letter
from upheld.customers.models import Customer

BY_TOKEN = gettext_noop("It was sent to this case's own address.")
BY_TOKEN_NEW_PERSON = gettext_noop("It was sent to this case's own address, by somebody new to the case.")
BY_REFERENCE = gettext_noop("It answers a letter of this case.")
BY_REFERENCE_COLLEAGUE = gettext_noop("It answers a letter of this case that its writer had a copy of.")
BY_NUMBER = gettext_noop("Its subject names this case's number.")
MOST_REFERENCES = 50
MOST_PLACES = 200
MOST_READ_AGAIN = 3


@dataclass(frozen=True)
class Found:
    """A case, and why the letter belongs there."""

    case: Case
    why: str


def find(letter: Letter, *, sender: Customer | None, prefix: str) -> Found | None:
    """The case, or None: then the letter opens one. `prefix` stands before numbers in subjects."""
    return _by_token(letter, sender) or _by_reference(letter, sender) or _by_number(letter, sender, prefix)


def takes_part(customer: Customer | None, case: Case) -> bool:
    """Whether this customer has written or been written to on the case."""
    if customer is None:
        return False
    return case.customer_id == customer.pk or case.messages.filter(customer=customer).exists()


def _by_token(letter: Letter, sender: Customer | None) -> Found | None:
    addresses = [one.address for one in (*letter.to, *letter.cc)]
    number = tokens.number_in([*addresses, *letter.delivered_to])
    case = _case(number) if number else None
    if case is None:
        return None
    return Found(case, BY_TOKEN if takes_part(sender, case) else BY_TOKEN_NEW_PERSON)


def _by_reference(letter: Letter, sender: Customer | None) -> Found | None:
    ancestors = [one[:MESSAGE_ID] for one in letter.ancestors[:MOST_REFERENCES]]
    if not ancestors:
        return None
    # A stranger may write under a Message-ID that is not theirs, so every case that knows one of these is asked.
    known = (
        Message.objects.filter(message_id__in=ancestors).order_by("-pk").values_list("message_id", "case_id")
    )
    places = sorted(set(known[:MOST_PLACES]), key=lambda place: (ancestors.index(place[0]), -place[1]))
    cases = Case.objects.select_related("joined_into__customer", "customer").in_bulk(
        [case for _message_id, case in places]
    )
    for _message_id, key in places:
        case = _kept(cases[key])
        if takes_part(sender, case):
            return Found(case, BY_REFERENCE)
        if _is_colleague(sender, case) or _was_named(letter, case, ancestors):
            return Found(case, BY_REFERENCE_COLLEAGUE)
    return None


def _is_colleague(customer: Customer | None, case: Case) -> bool:
    account = customer.account_id if customer else None
    return account is not None and account == case.customer.account_id


def _was_named(letter: Letter, case: Case, ancestors: Sequence[str]) -> bool:
    """Whether the customer sent a copy of what this letter answers to whoever writes it: that is no stranger."""
    if letter.sender is None:
        return False
    theirs = case.messages.filter(message_id__in=ancestors, way=Message.Way.IN, customer=case.customer_id)
    for message in theirs.select_related("arrival__raw").order_by("-pk")[:MOST_READ_AGAIN]:
        if message.arrival is None:
            continue
        answered = reading.read(bytes(message.arrival.raw.content))
        if letter.sender.address.lower() in {one.address.lower() for one in (*answered.to, *answered.cc)}:
            return True
    return False


def _by_number(letter: Letter, sender: Customer | None, prefix: str) -> Found | None:
    if sender is None or not letter.subject:
        return None
    for number in re.findall(
        rf"(?<![\w-]){re.escape(prefix)}-(\d{{1,9}})(?![\w-])", letter.subject, re.IGNORECASE
    ):
        case = _case(int(number))
        if case and takes_part(sender, case):
            return Found(case, BY_NUMBER)
    return None


def _case(number: int) -> Case | None:
    case = Case.objects.filter(number=number).first()
    return _kept(case) if case else None


def _kept(case: Case) -> Case:
    while case.joined_into is not None:
        case = case.joined_into
    return case
