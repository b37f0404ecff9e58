"""What happens among staff, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from upheld.journal.facts import Fact, Names, Subject


@dataclass(frozen=True)
class PersonHired(Fact):
    """Somebody works here from now on."""

    kind: ClassVar[str] = "people.PersonHired/1"
    person: int
    role: str

    def about(self) -> tuple[Subject, ...]:
        return (Subject("person", self.person),)

    def sentence(self, names: Names) -> str:
        return _("%(who)s works here.") % {"who": names("person", self.person)}


@dataclass(frozen=True)
class PersonLeft(Fact):
    """Somebody no longer works here."""

    kind: ClassVar[str] = "people.PersonLeft/1"
    person: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("person", self.person),)

    def sentence(self, names: Names) -> str:
        return _("%(who)s no longer works here.") % {"who": names("person", self.person)}


@dataclass(frozen=True)
class DepartmentOpened(Fact):
    """A department exists, with somebody always answerable."""

    kind: ClassVar[str] = "people.DepartmentOpened/1"
    department: int
    duty_owner: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("department", self.department), Subject("person", self.duty_owner))

    def sentence(self, names: Names) -> str:
        return _("%(department)s opened; %(who)s is on duty when nobody is present.") % {
            "department": names("department", self.department),
            "who": names("person", self.duty_owner),
        }


@dataclass(frozen=True)
class DutyHandedOver(Fact):
    """Somebody else takes what comes when nobody is present."""

    kind: ClassVar[str] = "people.DutyHandedOver/1"
    department: int
    duty_owner: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("department", self.department), Subject("person", self.duty_owner))

    def sentence(self, names: Names) -> str:
        return _("%(who)s is on duty for %(department)s when nobody is present.") % {
            "department": names("department", self.department),
            "who": names("person", self.duty_owner),
        }
