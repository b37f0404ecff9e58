"""Recognising who writes by their address, and meeting those whom we do not know yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
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
    return Known([email]).recognise(email)


class Known:
    """Customers by their addresses, looked up together: one question for many letters."""

    def __init__(self, emails: Iterable[str] = ()) -> None:
        self._found: dict[str, Customer | None] = {}
        self._look_up({as_stored(email) for email in emails})

    def recognise(self, email: str) -> Customer | None:
        """The customer whose address this is; an address that nobody has asked for yet is looked up now."""
        email = as_stored(email)
        if email not in self._found:
            self._look_up({email})
        return self._found[email]

    def add(self, customer: Customer, email: str) -> None:
        """Somebody whom we have met in the meantime."""
        self._found[as_stored(email)] = customer

    def _look_up(self, emails: set[str]) -> None:
        self._found.update(dict.fromkeys(emails))
        if wanted := sorted(emails - {""}):
            for address in Address.objects.select_related("customer").filter(email__in=wanted):
                self._found[address.email] = _kept(address.customer)


def _kept(customer: Customer) -> Customer:
    while customer.joined_into is not None:
        customer = customer.joined_into
    return customer


def meet(
    name: str, *, email: str, account: Account | None = None, by: Actor | None, at: datetime
) -> Customer:
    """Write down somebody new. `by` is None when they introduced themselves by writing: then it is they who did it."""
    email = as_stored(email)
    if not email:
        raise AddressMissing(str(_("Write an e-mail address.")))
    name = name.strip()[:200] or email.partition("@")[0][:200]
    with transaction.atomic(savepoint=False):
        customer = Customer(name=name, sort_key=sort_key(name), account=account, met_at=at)
        if _take(email, customer, at=at):
            writing.write(CustomerMet(customer=customer.pk), by=by or customer.actor, at=at)
            return customer
    # Refused outside: nothing was changed, and whoever asked may go on in a transaction of their own.
    raise AlreadyKnown(str(_("This address belongs to a customer we know.")))


def _take(email: str, customer: Customer, *, at: datetime) -> bool:
    """Keep the address, and the customer under a new key; False if it is taken.

    The address decides who comes first when somebody's first two letters are opened at once. The database looks
    whether its customer is there only when the transaction ends.
    """
    fields = [field for field in Customer._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    values = [field.get_db_prep_save(getattr(customer, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH taken AS (INSERT INTO customers_address (customer_id, email, added_at) "
            "VALUES (nextval(pg_get_serial_sequence('customers_customer', 'id')), %s, %s) "
            "ON CONFLICT (email) DO NOTHING RETURNING customer_id) "
            f"INSERT INTO customers_customer (id, {columns}) "
            f"SELECT customer_id, {', '.join(['%s'] * len(fields))} FROM taken RETURNING id",
            [email, at, *values],
        )
        row = cursor.fetchone()
    if row is None:
        return False
    customer.pk = row[0]
    customer._state.adding, customer._state.db = False, connection.alias
    return True
