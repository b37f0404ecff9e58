"""How a company asks its customers: whether, after how long, how many are drawn, and since when.

The moment is kept because whoever begins to ask does not write to last year's customers.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.refusals import Refusal
from upheld.surveys import bank as banks
from upheld.surveys.facts import AskingChanged
from upheld.surveys.models import Asking

LONGEST_WAIT = 720


class WaitWrong(Refusal):
    """Wait between 0 and 720 hours."""


class ShareWrong(Refusal):
    """A share lies between 0 and 1."""


class NothingChanged(Refusal):
    """You ask in this way already."""


def ours() -> Asking:
    """How this company asks; the defaults before anybody has looked at them."""
    return Asking.objects.first() or Asking()


@transaction.atomic
def set_up(
    *, verdicts: bool, wait_hours: int, pairs_share: float, bank: int = banks.SHORT, by: Actor, at: datetime
) -> Asking:
    """How customers are asked from now on."""
    if not 0 <= wait_hours <= LONGEST_WAIT:
        raise WaitWrong(_("Wait between 0 and %(most)s hours.") % {"most": LONGEST_WAIT})
    if not 0 <= pairs_share <= 1:
        raise ShareWrong(_("A share lies between 0 and 1."))
    banks.items(bank)
    asking = begun(at)
    wanted = (verdicts, wait_hours, pairs_share, bank)
    if (asking.verdicts, asking.wait_hours, asking.pairs_share, asking.bank) == wanted:
        raise NothingChanged(_("You ask in this way already."))
    asking.verdicts, asking.wait_hours, asking.pairs_share, asking.bank = wanted
    asking.save(update_fields=["verdicts", "wait_hours", "pairs_share", "bank"])
    writing.write(AskingChanged(*wanted), by=by, at=at)
    return asking


@transaction.atomic
def begun(at: datetime) -> Asking:
    """The one row, which says since when closings are asked about; its row held."""
    found = Asking.objects.filter(since__isnull=False).first()
    if found is not None:
        return found
    Asking.objects.get_or_create(only=True)
    asking = Asking.objects.select_for_update().get(only=True)
    if asking.since is None:
        asking.since = at
        asking.save(update_fields=["since"])
    return asking
