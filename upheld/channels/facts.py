"""What the journal is told about letters: ids, closed words, moments; never an address or words that were written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from upheld.journal.facts import Fact, Names, Subject


@dataclass(frozen=True)
class _AboutArrival(Fact):
    arrival: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("arrival", self.arrival),)


@dataclass(frozen=True)
class _AboutMailbox(Fact):
    mailbox: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("mailbox", self.mailbox),)


@dataclass(frozen=True)
class AboutDeparture(Fact):
    """`letter` is the departure's kind; the subject is what the room above said that the letter belongs to."""

    departure: int
    letter: str
    subject_kind: str
    subject_id: int

    def about(self) -> tuple[Subject, ...]:
        return (Subject("departure", self.departure), Subject(self.subject_kind, self.subject_id))


@dataclass(frozen=True)
class LetterArrived(_AboutArrival):
    """A letter's bytes are here and safe; nobody has looked inside."""

    kind: ClassVar[str] = "channels.LetterArrived/1"
    way: str
    mailbox: int | None
    silent: bool

    def sentence(self, names: Names) -> str:
        return _("A letter arrived.")


@dataclass(frozen=True)
class LetterOpened(_AboutArrival):
    """What became of an arrival: filed, a duplicate, noted, or waiting for a person."""

    kind: ClassVar[str] = "channels.LetterOpened/1"
    outcome: str
    letter: str

    def sentence(self, names: Names) -> str:
        return {
            "filed": _("A letter was put on its case."),
            "duplicate": _("A letter came a second time."),
            "noted": _("News about a delivery was noted."),
        }.get(self.outcome, _("A letter needs a person's attention."))


@dataclass(frozen=True)
class LetterAttended(_AboutArrival):
    """A person has dealt with a letter that nothing understood."""

    kind: ClassVar[str] = "channels.LetterAttended/1"

    def sentence(self, names: Names) -> str:
        return _("Somebody dealt with a letter that needed attention.")


@dataclass(frozen=True)
class LetterQueued(AboutDeparture):
    """A letter waits for its moment to leave."""

    kind: ClassVar[str] = "channels.LetterQueued/1"

    def sentence(self, names: Names) -> str:
        return _("A letter waits to leave.")


@dataclass(frozen=True)
class LetterLeft(AboutDeparture):
    """The server has taken the letter: from now on the customer may have read it."""

    kind: ClassVar[str] = "channels.LetterLeft/1"

    def sentence(self, names: Names) -> str:
        if self.letter == "acknowledgement":
            return _("The automatic acknowledgement left.")
        return _("The letter left.")


@dataclass(frozen=True)
class LetterFailed(AboutDeparture):
    """The letter did not leave and will not by itself."""

    kind: ClassVar[str] = "channels.LetterFailed/1"

    def sentence(self, names: Names) -> str:
        return _("The letter could not be sent.")


@dataclass(frozen=True)
class LetterHeld(AboutDeparture):
    """Whether the letter left is unknown: a person decides, so that nobody gets it twice."""

    kind: ClassVar[str] = "channels.LetterHeld/1"

    def sentence(self, names: Names) -> str:
        return _("Nobody knows whether the letter left: a person decides whether it is sent again.")


@dataclass(frozen=True)
class LetterBounced(AboutDeparture):
    """The letter left and came back, for one recipient or for all."""

    kind: ClassVar[str] = "channels.LetterBounced/1"

    def sentence(self, names: Names) -> str:
        return _("The letter did not reach everybody it was sent to.")


@dataclass(frozen=True)
class LetterCancelled(AboutDeparture):
    """The letter was taken back before it left."""

    kind: ClassVar[str] = "channels.LetterCancelled/1"

    def sentence(self, names: Names) -> str:
        return _("The letter was taken back before it left.")


@dataclass(frozen=True)
class LetterResent(AboutDeparture):
    """A person decided that the letter goes out again."""

    kind: ClassVar[str] = "channels.LetterResent/1"

    def sentence(self, names: Names) -> str:
        return _("The letter is to be sent again.")


@dataclass(frozen=True)
class LetterSettled(AboutDeparture):
    """A person has dealt with a letter's trouble in another way."""

    kind: ClassVar[str] = "channels.LetterSettled/1"

    def sentence(self, names: Names) -> str:
        return _("Somebody dealt with the letter that did not get through.")


@dataclass(frozen=True)
class MailboxConnected(_AboutMailbox):
    """Letters to one more address are taken in."""

    kind: ClassVar[str] = "channels.MailboxConnected/1"

    def sentence(self, names: Names) -> str:
        return _("The mailbox %(name)s was connected.") % {"name": names("mailbox", self.mailbox)}


@dataclass(frozen=True)
class MailboxChanged(_AboutMailbox):
    """A mailbox's settings are others now. `moved`: its letters lie in another place than before."""

    kind: ClassVar[str] = "channels.MailboxChanged/1"
    moved: bool

    def sentence(self, names: Names) -> str:
        return _("The settings of the mailbox %(name)s were changed.") % {
            "name": names("mailbox", self.mailbox)
        }


@dataclass(frozen=True)
class PastAskedFor(_AboutMailbox):
    """Letters that lay in the mailbox before it was connected are taken in too, silently."""

    kind: ClassVar[str] = "channels.PastAskedFor/1"

    def sentence(self, names: Names) -> str:
        return _("What lay in the mailbox %(name)s before is taken in, silently.") % {
            "name": names("mailbox", self.mailbox)
        }


@dataclass(frozen=True)
class MailboxClosed(_AboutMailbox):
    """Nothing is fetched from the mailbox any more."""

    kind: ClassVar[str] = "channels.MailboxClosed/1"

    def sentence(self, names: Names) -> str:
        return _("The mailbox %(name)s was closed.") % {"name": names("mailbox", self.mailbox)}


@dataclass(frozen=True)
class MailboxReopened(_AboutMailbox):
    """A closed mailbox is fetched from again."""

    kind: ClassVar[str] = "channels.MailboxReopened/1"

    def sentence(self, names: Names) -> str:
        return _("The mailbox %(name)s was opened again.") % {"name": names("mailbox", self.mailbox)}


@dataclass(frozen=True)
class MailboxInTrouble(_AboutMailbox):
    """Letters cannot be fetched; what the server said stands on the mailbox."""

    kind: ClassVar[str] = "channels.MailboxInTrouble/1"

    def sentence(self, names: Names) -> str:
        return _("Letters could not be fetched from %(name)s.") % {"name": names("mailbox", self.mailbox)}


@dataclass(frozen=True)
class MailboxWell(_AboutMailbox):
    """The trouble is over."""

    kind: ClassVar[str] = "channels.MailboxWell/1"

    def sentence(self, names: Names) -> str:
        return _("Letters are fetched from %(name)s again.") % {"name": names("mailbox", self.mailbox)}
