"""What a customer told us about reaching them: kept once, honoured everywhere."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from upheld.clock.zones import zone_named
from upheld.customers.facts import CustomerDescribed
from upheld.customers.models import Customer
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.names import sort_key
from upheld.refusals import Refusal

FIELDS = ("name", "phone", "best_time", "language", "zone")


class NothingNew(Refusal):
    """That is what we already know."""


@transaction.atomic
def describe(customer: Customer, *, by: Actor, at: datetime, **known: str) -> Customer:
    """Write down what changed of name, phone, best_time, language and zone."""
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if known.get("zone"):
        zone_named(known["zone"])
    changed = tuple(
        field for field in FIELDS if field in known and known[field].strip() != getattr(customer, field)
    )
    if not changed:
        raise NothingNew
    for field in changed:
        setattr(customer, field, known[field].strip())
    customer.sort_key = sort_key(customer.name)
    customer.save(update_fields=[*changed, "sort_key"])
    writing.write(CustomerDescribed(customer=customer.pk, fields=changed), by=by, at=at)
    return customer
