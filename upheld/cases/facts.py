"""What happens to cases, as facts: ids and closed words only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from upheld.journal.facts import Fact, Names, Subject


@dataclass(frozen=True)
class CaseOpened(Fact):
    """A request came in and has an owner."""

    kind: ClassVar[str] = "cases.CaseOpened/1"
    case: int
    customer: int
    department: int
    owner: int
    owner_was: str  # present, duty, chosen

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("customer", self.customer))

    def sentence(self, names: Names) -> str:
        if self.owner_was == "duty":
            text = _("Opened in %(department)s. Nobody was present, so %(owner)s owns it: on duty.")
        else:
            text = _("Opened in %(department)s. %(owner)s owns it.")
        return text % {
            "department": names("department", self.department),
            "owner": names("person", self.owner),
        }


@dataclass(frozen=True)
class MessageReceived(Fact):
    """A letter joined a case."""

    kind: ClassVar[str] = "cases.MessageReceived/1"
    case: int
    customer: int
    message: int
    letter: str  # person, auto-reply, list

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("customer", self.customer))

    def sentence(self, names: Names) -> str:
        if self.letter == "person":
            return _("%(who)s wrote.") % {"who": names("customer", self.customer)}
        return _("An automatic letter came from %(who)s.") % {"who": names("customer", self.customer)}


@dataclass(frozen=True)
class AnswerWritten(Fact):
    """Somebody wrote an answer; it leaves after the time to change one's mind."""

    kind: ClassVar[str] = "cases.AnswerWritten/1"
    case: int
    customer: int
    message: int
    promises: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("customer", self.customer))

    def sentence(self, names: Names) -> str:
        return _("An answer to %(who)s was written.") % {"who": names("customer", self.customer)}


@dataclass(frozen=True)
class AnswerTakenBack(Fact):
    """An answer was stopped before it left; its promises were never made."""

    kind: ClassVar[str] = "cases.AnswerTakenBack/1"
    case: int
    message: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case),)

    def sentence(self, names: Names) -> str:
        return _("The answer was taken back before it left.")


@dataclass(frozen=True)
class AnswerLeft(Fact):
    """A person's answer is on its way: what the first-answer standard waits for."""

    kind: ClassVar[str] = "cases.AnswerLeft/1"
    case: int
    customer: int
    message: int
    first: bool

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("customer", self.customer))

    def sentence(self, names: Names) -> str:
        who = {"who": names("customer", self.customer)}
        return (
            _("The first answer left for %(who)s.") % who
            if self.first
            else _("The answer left for %(who)s.") % who
        )


@dataclass(frozen=True)
class AnswerUndelivered(Fact):
    """An answer did not reach the customer."""

    kind: ClassVar[str] = "cases.AnswerUndelivered/1"
    case: int
    message: int
    owner: int
    why: str  # failed, bounced, held

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case),)

    def sentence(self, names: Names) -> str:
        return {
            "failed": _("The letter could not be sent."),
            "bounced": _("The letter came back: it was not delivered."),
            "held": _("It is not certain that the letter left. A person decides whether to send it again."),
        }[self.why]


@dataclass(frozen=True)
class AcknowledgementSent(Fact):
    """The automatic acknowledgement was written."""

    kind: ClassVar[str] = "cases.AcknowledgementSent/1"
    case: int
    customer: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("customer", self.customer))

    def sentence(self, names: Names) -> str:
        return _("Automatic acknowledgement with the number and the link of %(who)s's page.") % {
            "who": names("customer", self.customer)
        }


@dataclass(frozen=True)
class CaseHandedOver(Fact):
    """Another person owns the case."""

    kind: ClassVar[str] = "cases.CaseHandedOver/1"
    case: int
    former: int
    owner: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("person", self.owner))

    def sentence(self, names: Names) -> str:
        return _("%(owner)s owns the case now; before, %(former)s did.") % {
            "owner": names("person", self.owner),
            "former": names("person", self.former),
        }


@dataclass(frozen=True)
class NoteWritten(Fact):
    """Words among colleagues."""

    kind: ClassVar[str] = "cases.NoteWritten/1"
    case: int
    note: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case),)

    def sentence(self, names: Names) -> str:
        return _("A note for colleagues.")


@dataclass(frozen=True)
class CaseClosed(Fact):
    """The request is resolved and nothing is owed."""

    kind: ClassVar[str] = "cases.CaseClosed/1"
    case: int
    customer: int
    answered: bool

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("customer", self.customer))

    def sentence(self, names: Names) -> str:
        return _("Closed: nothing is owed.") if self.answered else _("Closed: no answer was needed.")


@dataclass(frozen=True)
class CaseReopened(Fact):
    """The customer wrote again, or somebody saw that it was not resolved."""

    kind: ClassVar[str] = "cases.CaseReopened/1"
    case: int
    customer: int
    why: str  # letter, promise, verdict, person

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("customer", self.customer))

    def sentence(self, names: Names) -> str:
        who = {"who": names("customer", self.customer)}
        if self.why == "letter":
            return _("Open again: %(who)s wrote.") % who
        if self.why == "verdict":
            return _("Open again: %(who)s was served below what they expected.") % who
        return _("Open again.")


@dataclass(frozen=True)
class CustomerChased(Fact):
    """The customer had to ask again while we owed an answer or a promise."""

    kind: ClassVar[str] = "cases.CustomerChased/1"
    case: int
    customer: int
    message: int
    department: int
    owed: str  # answer, promise, both
    waited_since_at: str
    nth: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("customer", self.customer))

    def sentence(self, names: Names) -> str:
        text = {
            "answer": _("%(who)s had to ask again: nobody had answered."),
            "promise": _("%(who)s had to ask again: a promise was still owed."),
            "both": _("%(who)s had to ask again: an answer and a promise were owed."),
        }[self.owed]
        return text % {"who": names("customer", self.customer)}


@dataclass(frozen=True)
class CallMade(Fact):
    """Somebody called the customer. Reached, it is an answer: what the first-answer standard waits for."""

    kind: ClassVar[str] = "cases.CallMade/1"
    case: int
    customer: int
    call: int
    reached: bool

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("customer", self.customer))

    def sentence(self, names: Names) -> str:
        text = (
            _("Somebody spoke with %(who)s by telephone.")
            if self.reached
            else _("A call to %(who)s reached nobody.")
        )
        return text % {"who": names("customer", self.customer)}


@dataclass(frozen=True)
class CasesJoined(Fact):
    """Two cases were one matter: the first goes on, the second leads to it."""

    kind: ClassVar[str] = "cases.CasesJoined/1"
    case: int
    joined: int
    customer: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("case", self.case), Subject("case", self.joined), Subject("customer", self.customer))

    def sentence(self, names: Names) -> str:
        return _("Joined with another case of %(who)s: the same matter.") % {
            "who": names("customer", self.customer)
        }


@dataclass(frozen=True)
class MessageSeparated(Fact):
    """A letter was not about this matter: it stands on a case of its own."""

    kind: ClassVar[str] = "cases.MessageSeparated/1"
    case: int
    own_case: int
    customer: int
    message: int

    def about(self) -> tuple[Subject, ...]:
        return (
            Subject("case", self.case),
            Subject("case", self.own_case),
            Subject("customer", self.customer),
        )

    def sentence(self, names: Names) -> str:
        return _("A letter of %(who)s was about another matter and has a case of its own.") % {
            "who": names("customer", self.customer)
        }


@dataclass(frozen=True)
class HabitsSet(Fact):
    """How soon after the one before it a letter is added to it, rather than asking again."""

    kind: ClassVar[str] = "cases.HabitsSet/1"
    habits: int
    addendum_minutes: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("habits", self.habits),)

    def sentence(self, names: Names) -> str:
        return _("A letter within %(minutes)s minutes of the one before it is added to it.") % {
            "minutes": self.addendum_minutes
        }
