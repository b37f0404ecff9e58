"""What happens to findings, as facts: ids and closed words only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from upheld.journal.facts import Fact, Names, Subject


@dataclass(frozen=True)
class FindingFact(Fact):
    """Every fact about a finding says which, and about whose case, if it came from one."""

    finding: int
    case: int | None
    customer: int | None

    def about(self) -> tuple[Subject, ...]:
        """The finding, and the case and the customer that it came from."""
        subjects = [Subject("finding", self.finding)]
        if self.case is not None:
            subjects.append(Subject("case", self.case))
        if self.customer is not None:
            subjects.append(Subject("customer", self.customer))
        return tuple(subjects)


@dataclass(frozen=True)
class FindingRaised(FindingFact):
    """Somebody wrote down what was learnt; it has a department, an owner and an answer date."""

    kind: ClassVar[str] = "findings.FindingRaised/1"
    department: int
    owner: int
    sort: str  # issue, opportunity, threat, idea, praise
    source: str  # case, letter, verdict, colleague
    answer_by_at: str

    def sentence(self, names: Names) -> str:
        said = {
            "issue": _("A finding, an issue: %(department)s answers it. %(owner)s owns it."),
            "opportunity": _("A finding, an opportunity: %(department)s answers it. %(owner)s owns it."),
            "threat": _("A finding, a threat: %(department)s answers it. %(owner)s owns it."),
            "idea": _("A finding, an idea: %(department)s answers it. %(owner)s owns it."),
            "praise": _("A finding, praise: %(department)s passes it on. %(owner)s owns it."),
        }[self.sort]
        return said % {
            "department": names("department", self.department),
            "owner": names("person", self.owner),
        }


@dataclass(frozen=True)
class FindingReworded(FindingFact):
    """Its kind or its words are others now; what they were before is not kept."""

    kind: ClassVar[str] = "findings.FindingReworded/1"
    sort: str
    reworded: bool

    def sentence(self, names: Names) -> str:
        kind = {
            "issue": _("an issue"),
            "opportunity": _("an opportunity"),
            "threat": _("a threat"),
            "idea": _("an idea"),
            "praise": _("praise"),
        }[self.sort]
        if self.reworded:
            return _("The finding has other words: %(kind)s.") % {"kind": kind}
        return _("The finding counts as %(kind)s now.") % {"kind": kind}


@dataclass(frozen=True)
class FindingRouted(FindingFact):
    """It went to the department that can put the cause right, whose days are counted from now."""

    kind: ClassVar[str] = "findings.FindingRouted/1"
    former: int
    department: int
    owner: int
    answer_by_at: str

    def sentence(self, names: Names) -> str:
        return _("The finding went to %(department)s. %(owner)s owns it.") % {
            "department": names("department", self.department),
            "owner": names("person", self.owner),
        }


@dataclass(frozen=True)
class FindingHandedOver(FindingFact):
    """Another person of the house looks into it."""

    kind: ClassVar[str] = "findings.FindingHandedOver/1"
    former: int
    owner: int

    def sentence(self, names: Names) -> str:
        return _("%(owner)s owns the finding now; before, %(former)s did.") % {
            "owner": names("person", self.owner),
            "former": names("person", self.former),
        }


@dataclass(frozen=True)
class FindingAnswered(FindingFact):
    """Somebody said what changes, in time or not."""

    kind: ClassVar[str] = "findings.FindingAnswered/1"
    department: int
    raised_by: int
    change: str  # changed, will-change, stays, passed-on
    in_time: bool

    def sentence(self, names: Names) -> str:
        return {
            "changed": _("The finding is answered: something has changed."),
            "will-change": _("The finding is answered: something will change."),
            "stays": _("The finding is answered: it stays as it is, for a reason."),
            "passed-on": _("The praise was passed on."),
        }[self.change]


@dataclass(frozen=True)
class FindingTold(FindingFact):
    """Whoever said it knows what came of it: a letter left, or somebody spoke to them."""

    kind: ClassVar[str] = "findings.FindingTold/1"
    how: str  # letter, spoken
    message: int | None

    def sentence(self, names: Names) -> str:
        who = {"who": names("customer", self.customer)}
        if self.how == "letter":
            return _("The letter that tells %(who)s what came of the finding left.") % who
        return _("%(who)s was told what came of the finding.") % who


@dataclass(frozen=True)
class FindingUntold(FindingFact):
    """The letter that told of it came back: nobody has been told by it."""

    kind: ClassVar[str] = "findings.FindingUntold/1"
    message: int

    def sentence(self, names: Names) -> str:
        return _("The letter about the finding did not arrive: %(who)s is still to be told.") % {
            "who": names("customer", self.customer)
        }


@dataclass(frozen=True)
class FindingDropped(FindingFact):
    """It had been raised by mistake."""

    kind: ClassVar[str] = "findings.FindingDropped/1"

    def sentence(self, names: Names) -> str:
        return _("The finding was raised by mistake and is taken back.")


@dataclass(frozen=True)
class FindingTakenUpAgain(FindingFact):
    """It was no mistake."""

    kind: ClassVar[str] = "findings.FindingTakenUpAgain/1"

    def sentence(self, names: Names) -> str:
        return _("The finding was no mistake and waits for its answer again.")
