"""What happens to notices, as facts: ids and closed words only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upheld.journal.facts import Fact, Names, Subject


@dataclass(frozen=True)
class AlarmsDirected(Fact):
    """Somebody said who is called when the installation is unwell."""

    kind: ClassVar[str] = "notices.AlarmsDirected/1"
    addresses: int
    webhook: bool

    def about(self) -> tuple[Subject, ...]:
        return ()

    def sentence(self, names: Names) -> str:
        told = ngettext(
            "Alarms go to one address", "Alarms go to %(n)s addresses", self.addresses
        ) % {"n": self.addresses}  # fmt: skip
        return f"{told}{_(' and to a webhook') if self.webhook else ''}."


@dataclass(frozen=True)
class AlarmRaised(Fact):
    """Something stayed wrong with the installation, and whoever is to be called was called."""

    kind: ClassVar[str] = "notices.AlarmRaised/1"
    alarm: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("alarm", self.alarm),)

    def sentence(self, names: Names) -> str:
        return _("An alarm was raised.")


@dataclass(frozen=True)
class AlarmOver(Fact):
    """What an alarm was about is well again."""

    kind: ClassVar[str] = "notices.AlarmOver/1"
    alarm: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("alarm", self.alarm),)

    def sentence(self, names: Names) -> str:
        return _("The alarm is over.")
