"""Customers, the accounts they belong to, and the addresses by which we know them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from upheld.journal.facts import Actor, Subject
from upheld.people.models import Person


class Account(models.Model):
    """A company or household that buys from us; its people are customers."""

    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200, db_index=True)
    since_date = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Filters over customers."""

    def visible_to(self, viewer: Person) -> CustomerQuerySet:
        """Whoever serves sees every customer, and so does a manager; nobody else needs to."""
        return self.filter(joined_into__isnull=True) if viewer.serves or viewer.reads_all else self.none()


class Customer(models.Model):
    """One person who writes to us. What they told us about reaching them is kept once and honoured everywhere."""

    name = models.CharField(max_length=200, blank=True)
    sort_key = models.CharField(max_length=200)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="customers")
    language = models.CharField(max_length=10, blank=True)
    zone = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    best_time = models.CharField(_("best time to call"), max_length=100, blank=True)
    joined_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="joined")
    met_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["sort_key", "id"], name="customer_by_name")]
        constraints = [
            models.CheckConstraint(
                name="customer_not_joined_into_itself",
                condition=Q(joined_into__isnull=True) | ~Q(joined_into=F("id")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> Actor:
        """This customer as the `by` of a verb."""
        return Actor("customer", self.pk)

    @property
    def subject(self) -> Subject:
        """This customer as a fact's subject."""
        return Subject("customer", self.pk)


class Address(models.Model):
    """An e-mail address, in lower case, and whose it is. One address belongs to one customer."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="addresses")
    email = models.CharField(max_length=320, unique=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="address_not_empty", condition=~Q(email=""))]

    def __str__(self) -> str:
        return f"address {self.pk}"
