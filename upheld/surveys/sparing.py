"""A customer who wants to be asked nothing any more: said once, by the link in any of our questions, and taken back so.

Their letters are answered as before. Opening the link writes nothing; whoever holds a question of ours may say it, even
when it was answered or its time is over.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.customers.models import Customer
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.refusals import Refusal
from upheld.surveys import judging, linking
from upheld.surveys.answering import UnknownLink
from upheld.surveys.facts import CustomerSpared
from upheld.surveys.models import Invitation, Pair, Spared


class AlreadySpared(Refusal):
    """They are asked nothing any more."""


class NotSpared(Refusal):
    """They never said that they want to be asked nothing."""


def is_spared(customer: Customer) -> bool:
    """Whether this customer, or one who was joined with them, wants to be asked nothing."""
    return Spared.objects.filter(customer__in=judging.family(judging.kept(customer))).exists()


@transaction.atomic
def spare(word: str, *, by: Actor, at: datetime) -> Spared:
    """Ask them nothing more. A pair that they are in is given up."""
    invitation, customer, customers = _held(word)
    if Spared.objects.filter(customer__in=customers).exists():
        raise AlreadySpared(_("We ask you nothing any more."))
    Pair.objects.filter(customer__in=customers, ended_at__isnull=True).update(ended_at=at)
    spared = Spared.objects.create(customer=customer, since=at)
    fact = CustomerSpared(invitation=invitation.pk, customer=customer.pk, spared=True)
    writing.write(fact, by=by, at=at)
    return spared


@transaction.atomic
def ask_again(word: str, *, by: Actor, at: datetime) -> Invitation:
    """They may be asked again."""
    invitation, customer, customers = _held(word)
    gone, _rows = Spared.objects.filter(customer__in=customers).delete()
    if not gone:
        raise NotSpared(_("You may be asked as before."))
    fact = CustomerSpared(invitation=invitation.pk, customer=customer.pk, spared=False)
    writing.write(fact, by=by, at=at)
    return invitation


def _held(word: str) -> tuple[Invitation, Customer, list[int]]:
    """The question, its customer's row held, and everybody who was joined with them."""
    invitation = linking.invitation_of(word)
    if invitation is None:
        raise UnknownLink(
            _("We do not know this link. Open it from our letter again: perhaps a part of it is missing.")
        )
    customer = Customer.objects.select_for_update().get(pk=judging.kept(invitation.customer).pk)
    return invitation, customer, judging.family(customer)
