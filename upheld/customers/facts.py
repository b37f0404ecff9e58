"""What happens to our knowledge of a customer, as facts. Names and addresses stay in their own rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from upheld.journal.facts import Fact, Names, Subject


@dataclass(frozen=True)
class CustomerMet(Fact):
    """Somebody wrote to us for the first time, or was written down by a colleague."""

    kind: ClassVar[str] = "customers.CustomerMet/1"
    customer: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("customer", self.customer),)

    def sentence(self, names: Names) -> str:
        return _("First heard of %(who)s.") % {"who": names("customer", self.customer)}


@dataclass(frozen=True)
class CustomerDescribed(Fact):
    """What we know about reaching a customer changed; which fields, never their content."""

    kind: ClassVar[str] = "customers.CustomerDescribed/1"
    customer: int
    fields: tuple[str, ...]

    def about(self) -> tuple[Subject, ...]:
        return (Subject("customer", self.customer),)

    def sentence(self, names: Names) -> str:
        return _("What we know about %(who)s was written down.") % {"who": names("customer", self.customer)}
