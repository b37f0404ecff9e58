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
class PersonChanged(Fact):
    """A colleague's name, role, departments or right to set up changed: which of them, and the role that holds."""

    kind: ClassVar[str] = "people.PersonChanged/1"
    person: int
    role: str
    fields: tuple[str, ...]

    def about(self) -> tuple[Subject, ...]:
        return (Subject("person", self.person),)

    def sentence(self, names: Names) -> str:
        words = {
            "name": _("name"),
            "role": _("role"),
            "departments": _("departments"),
            "sets_up_too": _("whether they change the settings"),
        }
        return _("What we know about %(who)s changed: %(what)s.") % {
            "who": names("person", self.person),
            "what": ", ".join(words.get(field, field) for field in self.fields),
        }


@dataclass(frozen=True)
class PasswordRenewed(Fact):
    """An administrator gave a colleague another password; where they were signed in, they no longer are."""

    kind: ClassVar[str] = "people.PasswordRenewed/1"
    person: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("person", self.person),)

    def sentence(self, names: Names) -> str:
        return _("%(who)s was given a new password.") % {"who": names("person", self.person)}


@dataclass(frozen=True)
class PasswordChosen(Fact):
    """Somebody opened the link that they were given and chose a password of their own."""

    kind: ClassVar[str] = "people.PasswordChosen/1"
    person: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("person", self.person),)

    def sentence(self, names: Names) -> str:
        return _("%(who)s chose a password.") % {"who": names("person", self.person)}


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


@dataclass(frozen=True)
class DepartmentRenamed(Fact):
    """A department has another name."""

    kind: ClassVar[str] = "people.DepartmentRenamed/1"
    department: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("department", self.department),)

    def sentence(self, names: Names) -> str:
        return _("%(department)s has this name now.") % {"department": names("department", self.department)}


@dataclass(frozen=True)
class DepartmentClosed(Fact):
    """Nothing new comes to a department any more; its duty owner answers for what it did."""

    kind: ClassVar[str] = "people.DepartmentClosed/1"
    department: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("department", self.department),)

    def sentence(self, names: Names) -> str:
        return _("%(department)s closed.") % {"department": names("department", self.department)}


@dataclass(frozen=True)
class DepartmentReopened(Fact):
    """A department that was closed works again."""

    kind: ClassVar[str] = "people.DepartmentReopened/1"
    department: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("department", self.department),)

    def sentence(self, names: Names) -> str:
        return _("%(department)s is open again.") % {"department": names("department", self.department)}
