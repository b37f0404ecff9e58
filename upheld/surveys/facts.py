"""What happens to surveys, as facts: ids and closed words only. What staff believe has none of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from upheld.journal.facts import Fact, Names, Subject


@dataclass(frozen=True)
class InvitationSent(Fact):
    """A customer is asked something; the letter waits to leave."""

    kind: ClassVar[str] = "surveys.InvitationSent/1"
    invitation: int
    customer: int
    case: int | None
    question: str  # verdict, expectation, perception

    def about(self) -> tuple[Subject, ...]:
        return _about(self.customer, self.case)

    def sentence(self, names: Names) -> str:
        who = {"who": names("customer", self.customer)}
        return {
            "verdict": _("%(who)s is asked how it went."),
            "expectation": _("%(who)s is asked what they expect of a company."),
        }.get(self.question, _("%(who)s is asked what they received from us.")) % who


@dataclass(frozen=True)
class InvitationUndelivered(Fact):
    """The letter that asked did not arrive: its address is not asked again."""

    kind: ClassVar[str] = "surveys.InvitationUndelivered/1"
    invitation: int
    customer: int
    case: int | None
    why: str  # failed, bounced

    def about(self) -> tuple[Subject, ...]:
        return _about(self.customer, self.case)

    def sentence(self, names: Names) -> str:
        return _("The letter that asked %(who)s how it went did not arrive.") % {
            "who": names("customer", self.customer)
        }


@dataclass(frozen=True)
class CustomerSpared(Fact):
    """The customer wants to be asked nothing any more, or may be asked again."""

    kind: ClassVar[str] = "surveys.CustomerSpared/1"
    invitation: int
    customer: int
    spared: bool

    def about(self) -> tuple[Subject, ...]:
        return _about(self.customer, None)

    def sentence(self, names: Names) -> str:
        who = {"who": names("customer", self.customer)}
        if self.spared:
            return _("%(who)s wants to be asked nothing any more.") % who
        return _("%(who)s may be asked again.") % who


@dataclass(frozen=True)
class VerdictGiven(Fact):
    """A customer placed the service received on the ladder."""

    kind: ClassVar[str] = "surveys.VerdictGiven/1"
    verdict: int
    case: int
    customer: int
    department: int
    ladder: int
    level: int  # 1 the lowest, 6 the highest

    def about(self) -> tuple[Subject, ...]:
        return _about(self.customer, self.case)

    def sentence(self, names: Names) -> str:
        return _("%(who)s said how it went: level %(level)s of 6.") % {
            "who": names("customer", self.customer),
            "level": self.level,
        }


@dataclass(frozen=True)
class QuestionsAnswered(Fact):
    """A customer answered what they expect, or what they received."""

    kind: ClassVar[str] = "surveys.QuestionsAnswered/1"
    invitation: int
    customer: int
    question: str  # expectation, perception

    def about(self) -> tuple[Subject, ...]:
        return _about(self.customer, None)

    def sentence(self, names: Names) -> str:
        who = {"who": names("customer", self.customer)}
        if self.question == "expectation":
            return _("%(who)s said what they expect of a company.") % who
        return _("%(who)s said what they received from us.") % who


@dataclass(frozen=True)
class FollowUpOpened(Fact):
    """The service was below what the customer expected: somebody goes back to them."""

    kind: ClassVar[str] = "surveys.FollowUpOpened/1"
    follow_up: int
    case: int
    customer: int
    owner: int
    due_at: str

    def about(self) -> tuple[Subject, ...]:
        return _about(self.customer, self.case)

    def sentence(self, names: Names) -> str:
        return _("%(owner)s goes back to %(who)s, who was served below what they expected.") % {
            "owner": names("person", self.owner),
            "who": names("customer", self.customer),
        }


@dataclass(frozen=True)
class FollowUpConcluded(Fact):
    """Somebody went back to the customer and wrote down what came of it."""

    kind: ClassVar[str] = "surveys.FollowUpConcluded/1"
    follow_up: int
    case: int
    customer: int
    late: bool

    def about(self) -> tuple[Subject, ...]:
        return _about(self.customer, self.case)

    def sentence(self, names: Names) -> str:
        return _("Somebody went back to %(who)s about what they had said.") % {
            "who": names("customer", self.customer)
        }


@dataclass(frozen=True)
class LadderRelabelled(Fact):
    """The six levels have other names from now on."""

    kind: ClassVar[str] = "surveys.LadderRelabelled/1"
    ladder: int
    former: int

    def about(self) -> tuple[Subject, ...]:
        return ()

    def sentence(self, names: Names) -> str:
        return _("The levels of service have other names from now on.")


@dataclass(frozen=True)
class AskingChanged(Fact):
    """How the company asks its customers changed."""

    kind: ClassVar[str] = "surveys.AskingChanged/1"
    verdicts: bool
    wait_hours: int
    pairs_share: float
    bank: int

    def about(self) -> tuple[Subject, ...]:
        return ()

    def sentence(self, names: Names) -> str:
        if self.verdicts:
            return _("Customers are asked how it went, %(n)s hours after their case was closed.") % {
                "n": self.wait_hours
            }
        return _("Customers are no longer asked how it went.")


@dataclass(frozen=True)
class RoundOpened(Fact):
    """Staff can say what they believe customers would answer."""

    kind: ClassVar[str] = "surveys.RoundOpened/1"
    round: int
    bank: int
    closes_at: str

    def about(self) -> tuple[Subject, ...]:
        return ()

    def sentence(self, names: Names) -> str:
        return _("Staff are asked what they believe customers would answer.")


@dataclass(frozen=True)
class RoundClosed(Fact):
    """No more ballots are taken; what was said can be read where enough said it."""

    kind: ClassVar[str] = "surveys.RoundClosed/1"
    round: int

    def about(self) -> tuple[Subject, ...]:
        return ()

    def sentence(self, names: Names) -> str:
        return _("What staff believe customers would answer can be read.")


def _about(customer: int, case: int | None) -> tuple[Subject, ...]:
    subjects = (Subject("customer", customer),)
    return (Subject("case", case), *subjects) if case is not None else subjects
