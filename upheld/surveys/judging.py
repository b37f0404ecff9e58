"""Whether a customer may be asked now, and if not, why. Questions only: whoever asks them holds the customer's row.

A customer who was joined with another is one customer with them: what is owed to one, or was asked of one, counts for
all. Nobody is asked what we know: while we owe an answer or a promise, there is no need to ask how it goes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from psycopg.types.range import TimestamptzRange

from upheld.cases import awaiting
from upheld.cases.models import Case, CasePromise, Message
from upheld.channels import admitting, composing
from upheld.channels.models import Mailbox
from upheld.customers.models import Address, Customer
from upheld.promises.models import Promise
from upheld.surveys.models import REST, Asking, Decision, Invitation, Pair, Spared

Reason = Decision.Reason
LATEST = timedelta(days=7)
"""A closing whose moment to ask passed longer ago is not asked about any more: nobody remembers."""


def kept(customer: Customer) -> Customer:
    """The customer whom joined ones were joined into."""
    while customer.joined_into is not None:
        customer = customer.joined_into
    return customer


def family(customer: Customer) -> list[int]:
    """The keys of the kept customer and of everybody joined into them."""
    found, newest = [customer.pk], [customer.pk]
    while newest:
        newest = list(Customer.objects.filter(joined_into__in=newest).values_list("pk", flat=True))
        found += newest
    return found


def of_closing(case: Case, closed_at: datetime, asking: Asking, *, at: datetime) -> Reason | None:
    """What the case itself says against asking about this closing of it; None for nothing."""
    if not asking.verdicts:
        return Reason.OFF
    if case.closed_at != closed_at:
        return Reason.REOPENED
    if _from_the_past(case):
        return Reason.FROM_THE_PAST
    if case.answered_at is None:
        return Reason.NO_ANSWER_NEEDED
    if at - closed_at > timedelta(hours=asking.wait_hours) + LATEST:
        return Reason.TOO_LATE
    if awaiting.unsent(case).exists() or awaiting.undelivered(case):
        return Reason.ANSWER_OWED
    return None


def of_customer(customers: Sequence[int], *, at: datetime) -> Reason | None:
    """What the customer wants, is owed, or was asked; None when nothing stands against asking."""
    if Spared.objects.filter(customer__in=customers).exists():
        return Reason.SPARED
    cases = _open_cases(customers)
    if any(awaiting.unanswered(case) or awaiting.undelivered(case) for case in cases):
        return Reason.ANSWER_OWED
    if _promise_owed(customers):
        return Reason.PROMISE_OWED
    if cases:
        return Reason.OPEN_CASE
    return Reason.ASKED_LATELY if asked_lately(customers, at=at) else None


def asked_lately(customers: Sequence[int], *, at: datetime) -> bool:
    """Whether one of them rests from being asked, or would while another asking's rest lasts."""
    rest = TimestamptzRange(at, at + REST)
    return Invitation.objects.filter(customer__in=customers, resting__overlap=rest).exists()


def open_pair(customers: Sequence[int]) -> Pair | None:
    """The pair that one of them is in."""
    return Pair.objects.filter(customer__in=customers, ended_at__isnull=True).order_by("pk").first()


def address_of(customers: Sequence[int], case: Case | None) -> str:
    """Where the question goes: the address that the case's answers went to, else the newest that we know; else "".

    An address from which a letter of ours came back is not used, nor one of our own: nobody would be asked there.
    """
    known = list(_addresses(customers, case))
    dead = _dead(customers) if known else set()
    usable = (
        one for one in known if one.lower() not in dead and composing.address_ok(one) and not _is_ours(one)
    )
    return next(usable, "")


def mailbox_for(case: Case | None) -> Mailbox | None:
    """The mailbox that the question leaves from: the case's, else one of its department, else the first."""
    boxes = Mailbox.objects.filter(closed_at__isnull=True).select_related("department__calendar")
    if case is None:
        return boxes.order_by("pk").first()
    ours = [
        Q(pk=case.mailbox_id) if case.mailbox_id else None,
        Q(department=case.department_id),
        Q(),
    ]
    return next(
        (box for which in ours if which is not None and (box := boxes.filter(which).order_by("pk").first())),
        None,
    )


def _from_the_past(case: Case) -> bool:
    letters = case.messages.filter(way=Message.Way.IN, kind="person")
    return letters.exists() and not letters.exclude(arrival__silent=True).exists()


def _open_cases(customers: Sequence[int]) -> list[Case]:
    """The open cases that they began or wrote in."""
    began = Case.objects.open().filter(customer__in=customers)
    wrote = Case.objects.open().filter(
        pk__in=Message.objects.filter(customer__in=customers, way=Message.Way.IN).values("case")
    )
    return list(began.union(wrote)[:50])


def _addresses(customers: Sequence[int], case: Case | None) -> Iterable[str]:
    if case is not None:
        letters = case.messages.filter(way=Message.Way.IN, kind="person", customer__in=customers)
        yield from (
            letters.exclude(answer_to="").order_by("-at", "-pk").values_list("answer_to", flat=True)[:5]
        )
    theirs = Address.objects.filter(customer__in=customers).order_by("-added_at", "-pk")
    yield from theirs.values_list("email", flat=True)[:50]


def _is_ours(address: str) -> bool:
    with contextlib.suppress(admitting.NotOurs):
        return bool(admitting.recognise(address))
    return False


def _promise_owed(customers: Sequence[int]) -> bool:
    """Made to one of them, or on a case of theirs. Asked separately: together, every promise would have to be read."""
    owed = Promise.objects.owed()
    on_theirs = CasePromise.objects.filter(case__customer__in=customers).values("promise")
    return owed.filter(customer__in=customers).exists() or owed.filter(pk__in=on_theirs).exists()


def _dead(customers: Sequence[int]) -> set[str]:
    """The addresses from which one of our letters to these customers came back, in lower case."""
    letters = Message.objects.filter(case__customer__in=customers, departure__isnull=False)
    questions = Invitation.objects.filter(customer__in=customers, departure__isnull=False)
    found = [
        *letters.values_list("departure__refused", "departure__recipients", "departure__bounced_at"),
        *questions.values_list("departure__refused", "departure__recipients", "departure__bounced_at"),
    ]
    return {
        address.lower()
        for refused, recipients, bounced_at in found
        for address in (refused or (recipients if bounced_at else []))
    }
