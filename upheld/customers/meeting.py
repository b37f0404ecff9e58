"""Recognising who writes by their address, and meeting those whom we do not know yet."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from upheld.customers.facts import CustomerMet
from upheld.customers.models import Account, Address, Customer
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.names import sort_key
from upheld.refusals import Refusal


class AddressMissing(Refusal):
    """We know a customer by an e-mail address."""


class AlreadyKnown(Refusal):
    """This address belongs to a customer we know."""


def as_stored(email: str) -> str:
    """An address as it is kept and looked up: in lower case, at the length that mail allows."""
    return email.strip().lower()[:320]


def recognise(email: str) -> Customer | None:
    """The customer whose address this is; a joined one leads to the one that was kept."""
    address = Address.objects.select_related("customer").filter(email=as_stored(email)).first()
    if address is None:
        return None
    customer = address.customer
    while customer.joined_into is not None:
        customer = customer.joined_into
    return customer


@transaction.atomic
def meet(
    name: str, *, email: str, account: Account | None = None, by: Actor | None, at: datetime
) -> Customer:
    """Write down somebody new. `by` is None when they introduced themselves by writing: then it is they who did it."""
    email = as_stored(email)
    if not email:
        raise AddressMissing(str(_("Write an e-mail address.")))
    name = name.strip()[:200] or email.partition("@")[0][:200]
    customer = Customer.objects.create(name=name, sort_key=sort_key(name), account=account, met_at=at)
    try:
        with transaction.atomic():
            Address.objects.create(customer=customer, email=email, added_at=at)
    except IntegrityError:
        raise AlreadyKnown(str(_("This address belongs to a customer we know.")))
    writing.write(CustomerMet(customer=customer.pk), by=by or customer.actor, at=at)
    return customer
