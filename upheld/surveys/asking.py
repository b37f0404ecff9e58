"""Asking a customer how it went, or not asking them: one decision in one transaction, stored with its reason.

A case is asked about once for each time that it was closed, after a wait, and only those that were closed since this
company asks at all: whoever begins with Upheld, or with this part of it, does not write to last year's customers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation, UniqueViolation

from upheld.cases.models import Case
from upheld.customers.models import Customer
from upheld.refusals import Refusal
from upheld.surveys import inviting, judging
from upheld.surveys.arranging import LONGEST_WAIT as LONGEST_WAIT
from upheld.surveys.arranging import NothingChanged as NothingChanged
from upheld.surveys.arranging import ShareWrong as ShareWrong
from upheld.surveys.arranging import WaitWrong as WaitWrong
from upheld.surveys.arranging import begun
from upheld.surveys.arranging import ours as ours
from upheld.surveys.arranging import set_up as set_up
from upheld.surveys.judging import Reason
from upheld.surveys.models import APART, Decision, Kind, Pair

log = logging.getLogger(__name__)

WINDOW = timedelta(days=30)
"""Closings that came up for asking longer ago are not looked at: no decision is stored for them."""


class NotClosed(Refusal):
    """A verdict is asked for once the case is closed."""


class AlreadyDecided(Refusal):
    """Whether to ask about this closing was decided before."""


class NotInAPair(Refusal):
    """What was received is asked of customers who said before what they expect."""


class NotYet(Refusal):
    """What was received is asked a month after what was expected, once a case was closed in the meantime."""


def decide(
    *,
    case: Case | None = None,
    customer: Customer | None = None,
    kind: Kind = Kind.VERDICT,
    probability: float = 1.0,
    at: datetime,
) -> Decision:
    """Ask, or store why not. A verdict is about a `case` as it was closed when it was read; expectation and perception
    are about a `customer`, who was drawn with this `probability`.

    Refuses NotClosed and AlreadyDecided for a case; NotInAPair and NotYet for a perception.
    """
    if case is not None:
        return _about_closing(case, at=at)
    if customer is None or kind == Kind.VERDICT:
        raise ValueError("A verdict is about a case, anything else about a customer.")
    return _about_customer(customer, Kind(kind), probability, at=at)


def sweep(at: datetime, *, limit: int = 500) -> int:
    """Decide about closings whose wait is over, the oldest first; returns how many were decided."""
    asking = begun(at)
    if asking.since is None:
        return 0
    until = at - timedelta(hours=asking.wait_hours)
    decided = Decision.objects.filter(case=OuterRef("pk"), closed_at=OuterRef("closed_at"))
    waiting = (
        Case.objects.filter(
            joined_into__isnull=True, closed_at__gte=max(asking.since, until - WINDOW), closed_at__lte=until
        )
        .exclude(Exists(decided))
        .order_by("closed_at", "pk")[:limit]
    )
    return sum(tried(partial(decide, case=case, at=at), f"case {case.pk}") for case in waiting)


def tried(do: Callable[[], object], what: str) -> bool:
    """Whether it worked: one that does not is logged, and never keeps the others from their turn."""
    try:
        do()
    except Refusal as refusal:
        log.info("Nothing was decided about %s: %s", what, refusal.code)
        return False
    except Exception:
        log.exception("Deciding about %s failed; it comes again.", what)
        return False
    return True


@transaction.atomic
def _about_closing(case: Case, *, at: datetime) -> Decision:
    # The case before the customer: letters that are filed hold their case and then touch its customer.
    closed_at = case.closed_at
    if closed_at is None:
        raise NotClosed(_("A verdict is asked for once the case is closed."))
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("customer", "department__calendar", "mailbox", "owner")
        .get(pk=case.pk)
    )
    customer = _held(case.customer)
    if Decision.objects.filter(case=case, closed_at=closed_at).exists():
        raise AlreadyDecided(_("Whether to ask about this closing was decided before."))
    customers = judging.family(customer)
    reason = judging.of_closing(case, closed_at, ours(), at=at)
    if reason is None and judging.open_pair(customers):
        reason = Reason.IN_A_PAIR
    decision = Decision(customer=customer, kind=Kind.VERDICT, case=case, closed_at=closed_at, decided_at=at)
    return _conclude(decision, customers, reason or judging.of_customer(customers, at=at), bank=None, at=at)


@transaction.atomic
def _about_customer(customer: Customer, kind: Kind, probability: float, *, at: datetime) -> Decision:
    customer = _held(customer)
    customers = judging.family(customer)
    asking, pair = ours(), judging.open_pair(customers)
    decision = Decision(customer=customer, kind=kind, decided_at=at)
    reason: Reason | None = None
    number = asking.bank
    if kind == Kind.PERCEPTION:
        decision.pair, number = _second_of(pair, customers, at=at)
    elif pair is not None:
        reason = Reason.IN_A_PAIR
    elif not asking.pairs_share:
        reason = Reason.OFF
    reason = reason or judging.of_customer(customers, at=at)
    return _conclude(decision, customers, reason, bank=number, probability=probability, at=at)


def _conclude(
    decision: Decision,
    customers: list[int],
    reason: Reason | None,
    *,
    bank: int | None,
    probability: float = 1.0,
    at: datetime,
) -> Decision:
    """Store the decision and, if nothing stands against it, ask. Losing a race against another asking is a reason."""
    about = decision.case or (last_closed(customers) if bank else None)
    address = judging.address_of(customers, decision.case) if reason is None else ""
    mailbox = judging.mailbox_for(about) if address else None
    if reason is None and mailbox is None:
        reason = Reason.NO_MAILBOX if address else Reason.NO_ADDRESS
    decision.reason = reason or Reason.ASKED
    if reason is not None or mailbox is None:
        decision.save()
        return decision
    try:
        with transaction.atomic():
            if decision.kind == Kind.EXPECTATION:
                decision.pair = Pair.objects.create(
                    customer=decision.customer, chosen_at=at, probability=probability
                )
            decision.save()
            inviting.invite(decision, mailbox=mailbox, address=address, bank=bank, about=about, at=at)
    except IntegrityError as error:
        if not isinstance(error.__cause__, (ExclusionViolation, UniqueViolation)):
            raise
        decision.pk, decision.reason = None, Reason.ASKED_LATELY
        decision.pair = None if decision.kind == Kind.EXPECTATION else decision.pair
        decision.save(force_insert=True)
    return decision


def last_closed(customers: list[int], *, since: datetime | None = None) -> Case | None:
    """The case of theirs that was closed last, with its department and mailbox."""
    closed = Case.objects.filter(customer__in=customers, closed_at__isnull=False, joined_into__isnull=True)
    closed = closed.filter(closed_at__gt=since) if since else closed
    return closed.select_related("department", "mailbox").order_by("-closed_at", "-pk").first()


def _second_of(pair: Pair | None, customers: list[int], *, at: datetime) -> tuple[Pair, int]:
    """The open pair whose first half was answered long enough ago, and which questions that half asked."""
    first = pair.invitations.filter(kind=Kind.EXPECTATION).first() if pair else None
    if pair is None or first is None or pair.invitations.filter(kind=Kind.PERCEPTION).exists():
        raise NotInAPair(_("What was received is asked of customers who said before what they expect."))
    closed_since = first.answered_at and last_closed(customers, since=first.answered_at)
    if first.answered_at is None or at < first.answered_at + APART or not closed_since or not first.bank:
        raise NotYet(
            _(
                "What was received is asked a month after what was expected, once a case was closed in the meantime."
            )
        )
    return pair, first.bank


def _held(customer: Customer) -> Customer:
    """The kept customer's row, held: whoever else decides about them waits."""
    while True:
        customer = Customer.objects.select_for_update().get(pk=judging.kept(customer).pk)
        if customer.joined_into_id is None:
            return customer
