"""The panel: customers drawn at random, who say what they expect and, a month or more later, what they received.

Drawn means drawn: neither those who complain nor those whom somebody picks, and the silent ones as well. The draw is
made anew each quarter and depends on nothing but the customer, the quarter and our key, so that two who draw at once
draw alike. Somebody who is owed something on that day is asked on a later day of the quarter.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from upheld.cases.models import Case
from upheld.channels.keys import keys_for
from upheld.customers.models import Customer
from upheld.surveys import asking, judging
from upheld.surveys.models import APART, Asking, Invitation, Kind, Pair

PURPOSE = "pairs"
GIVEN_UP = timedelta(days=180)
"""A pair that is not whole by then is given up: what was expected half a year ago is another question."""
STRIDE = 20_000
"""Customers that one look passes by."""
MOST = 20
"""Customers whom one look asks: letters leave in drops."""


def sweep(at: datetime, *, limit: int = MOST) -> int:
    """End what is over, ask what was received, draw who is asked next. Returns how many were asked or ended."""
    return _give_up(at) + _ask_second(at, limit=limit) + draw(at, limit=limit)


def is_drawn(customer: int, share: float, on: date) -> bool:
    """Whether this customer is drawn in the quarter of this day: one chance in 1/share, the same for everybody."""
    told = f"{customer}.{on.year}.{(on.month - 1) // 3}".encode()
    # The eldest key that is honoured: a new secret must not draw another panel in the middle of a quarter.
    digest = hmac.new(keys_for(PURPOSE)[-1], told, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def draw(at: datetime, *, limit: int = MOST, stride: int = STRIDE) -> int:
    """Pass by the next customers, each once a day, and ask those who are drawn and may be asked now."""
    drawn, share = _next(at, limit=limit, stride=stride)
    if not drawn:
        return 0
    customers = Customer.objects.filter(pk__in=drawn, joined_into__isnull=True).order_by("pk")
    return sum(_asked(customer, Kind.EXPECTATION, share, at=at) for customer in customers)


@transaction.atomic
def _next(at: datetime, *, limit: int, stride: int) -> tuple[list[int], float]:
    """Those drawn among the next customers, whom the bookmark moves past. Whoever finds it held leaves it."""
    own = Asking.objects.select_for_update(skip_locked=True).first()
    if own is None or own.pairs_share <= 0:
        return [], 0.0
    today = at.date()
    if own.walked_on != today:
        own.walked_on, own.walked_to = today, 0
    keys = list(
        Customer.objects.filter(pk__gt=own.walked_to).order_by("pk").values_list("pk", flat=True)[:stride]
    )
    drawn = [key for key in keys if is_drawn(key, own.pairs_share, today)][:limit]
    if keys:
        own.walked_to = drawn[-1] if len(drawn) == limit else keys[-1]
        own.save(update_fields=["walked_on", "walked_to"])
    return drawn, own.pairs_share


def _ask_second(at: datetime, *, limit: int) -> int:
    """Ask what was received of those whose expectation is a month old and who have had to do with us since."""
    first = Invitation.objects.filter(kind=Kind.EXPECTATION, answered_at__lte=at - APART)
    second = Invitation.objects.filter(pair=OuterRef("pk"), kind=Kind.PERCEPTION)
    wait = timedelta(hours=asking.ours().wait_hours)
    closed = Case.objects.filter(
        closed_at__gt=OuterRef("invitations__answered_at"), closed_at__lte=at - wait, joined_into__isnull=True
    )
    theirs = closed.filter(customer=OuterRef("customer"))
    joined = closed.filter(customer__joined_into=OuterRef("customer"))
    pairs = (
        Pair.objects.filter(ended_at__isnull=True, invitations__in=first)
        .exclude(Exists(second))
        .filter(Exists(theirs) | Exists(joined))
        .select_related("customer")
        .order_by("pk")
    )
    done = 0
    for pair in pairs.iterator(chunk_size=500):
        if done >= limit:
            break
        done += _asked(pair.customer, Kind.PERCEPTION, pair.probability, at=at)
    return done


def _asked(customer: Customer, kind: Kind, probability: float, *, at: datetime) -> int:
    """1 if they were asked. Somebody who may not be asked today is looked at again tomorrow, and nothing is stored."""
    customers = judging.family(judging.kept(customer))
    if judging.of_customer(customers, at=at) or not judging.address_of(customers, None):
        return 0
    if kind == Kind.EXPECTATION and judging.open_pair(customers):
        return 0
    ask = partial(asking.decide, customer=customer, kind=kind, probability=probability, at=at)
    return int(asking.tried(ask, f"customer {customer.pk}"))


def _give_up(at: datetime) -> int:
    """Pairs that will not be whole: unanswered in time, never arrived, or half a year old."""
    missed = Invitation.objects.filter(pair=OuterRef("pk"), answered_at__isnull=True).filter(
        Q(expires_at__lte=at) | Q(undelivered_at__isnull=False)
    )
    over = Pair.objects.filter(ended_at__isnull=True).filter(
        Q(chosen_at__lte=at - GIVEN_UP) | Q(Exists(missed))
    )
    return over.update(ended_at=at)
