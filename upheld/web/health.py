"""Whether all is well, for the health page and for `upheld health`: the same facts in the same words."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.web.checking import hours, letters, upkeep
from upheld.web.checking.check import Check

log = logging.getLogger(__name__)

Ask = Callable[[datetime], Check | Iterable[Check]]
QUESTIONS: tuple[Ask, ...] = (
    letters.mailboxes, letters.listener, letters.silence, letters.unopened, letters.attention, letters.leaving,
    letters.failed, letters.store, letters.files, upkeep.promises, upkeep.journal, upkeep.readers, upkeep.jobs,
    upkeep.failed_jobs, upkeep.clocks_agree, upkeep.room, hours.holidays,
)  # fmt: skip


@dataclass(frozen=True)
class Health:
    """Every check, in a fixed order."""

    at: datetime
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return all(check.ok for check in self.checks)

    @property
    def wrong(self) -> tuple[Check, ...]:
        """What somebody must see to."""
        return tuple(check for check in self.checks if not check.ok)


def gather(at: datetime) -> Health:
    """Ask every question. One that cannot be answered is something wrong, and the others are asked all the same."""
    return Health(at, tuple(check for ask in QUESTIONS for check in _answers(ask, at)))


def _answers(ask: Ask, at: datetime) -> list[Check]:
    try:
        with transaction.atomic():  # a question that fails must not silence the next one
            found = ask(at)
            return [found] if isinstance(found, Check) else list(found)
    except Exception as failure:
        log.exception("the health check %s failed", ask.__name__)
        name = ask.__name__.replace("_", "-")
        sentence = _("%(check)s could not be checked (%(why)s).") % {
            "check": name,
            "why": type(failure).__name__,
        }
        return [Check(name, False, sentence)]
