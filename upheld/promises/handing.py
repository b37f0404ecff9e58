"""Handing over: another colleague keeps what was promised. The words and the dates stay."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.models import Person
from upheld.promises import breaking
from upheld.promises.facts import PromiseHandedOver
from upheld.promises.models import Promise
from upheld.refusals import Refusal


class KeeperHasLeft(Refusal):
    """Somebody who has left keeps no promises."""


class AlreadyTheirs(Refusal):
    """This colleague keeps the promise already."""


def refuse_who_has_left(keeper: Person) -> None:
    """Ask the database, not the caller's copy: the colleague may have left while a page was open."""
    if not Person.objects.working_here().filter(pk=keeper.pk).exists():
        raise KeeperHasLeft(_("%(who)s no longer works here; choose somebody else.") % {"who": keeper.name})


@transaction.atomic
def hand_to(promise: Promise, *, keeper: Person, by: Actor, at: datetime) -> Promise:
    """Give an owed promise, also a broken one, to another keeper. A draft may be given too, without a fact."""
    breaking.lock(promise)
    if promise.made_at is not None:
        breaking.hold(promise, at=at)
    if keeper.pk == promise.keeper_id:
        raise AlreadyTheirs(_("%(who)s keeps this promise already.") % {"who": keeper.name})
    refuse_who_has_left(keeper)
    before = promise.keeper_id
    promise.keeper = keeper
    promise.save(update_fields=["keeper"])
    if promise.made_at is not None:
        writing.write(PromiseHandedOver.of(promise, from_keeper=before), by=by, at=at)
    return promise
