"""What happens to promises, standards and their clocks, as facts: ids and closed words, never what was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _

from upheld.journal.facts import Fact, Names, Subject
from upheld.promises.models import Promise, Standard, StandardClock


@dataclass(frozen=True)
class PromiseFact(Fact):
    """Whatever concerns one promise stands on its own timeline, its customer's, and that of what it is about."""

    promise: int
    customer: int
    keeper: int
    department: int
    subject_kind: str
    subject_id: int

    @classmethod
    def of(cls, promise: Promise, **more: Any) -> Self:
        """The fact with the promise's ids as they are now."""
        return cls(
            promise=promise.pk,
            customer=promise.customer_id,
            keeper=promise.keeper_id,
            department=promise.department_id,
            subject_kind=promise.subject_kind,
            subject_id=promise.subject_id,
            **more,
        )

    def about(self) -> tuple[Subject, ...]:
        return (
            Subject("promise", self.promise),
            Subject("customer", self.customer),
            Subject(self.subject_kind, self.subject_id),
        )


@dataclass(frozen=True)
class PromiseMade(PromiseFact):
    """It was said to the customer."""

    kind: ClassVar[str] = "promises.PromiseMade/1"
    due_at: str

    def sentence(self, names: Names) -> str:
        return _("Promised to %(customer)s; %(keeper)s keeps it.") % {
            "customer": names("customer", self.customer),
            "keeper": names("person", self.keeper),
        }


@dataclass(frozen=True)
class PromiseDueSoon(PromiseFact):
    """Most of its time has passed."""

    kind: ClassVar[str] = "promises.PromiseDueSoon/1"
    due_at: str

    def sentence(self, names: Names) -> str:
        return _("The clock: it falls due soon, and %(keeper)s keeps it.") % {
            "keeper": names("person", self.keeper)
        }


@dataclass(frozen=True)
class PromiseKept(PromiseFact):
    """Done in full; `late` when the clock had said broken before."""

    kind: ClassVar[str] = "promises.PromiseKept/1"
    done_at: str
    late: bool

    def sentence(self, names: Names) -> str:
        if self.late:
            return _("Recorded as done in full, after it was broken: kept late.")
        return _("Recorded as kept, in full and in time.")


@dataclass(frozen=True)
class PromiseKeptInPart(PromiseFact):
    """Not all of it was done, and no more will be; `late` when the clock had said broken before."""

    kind: ClassVar[str] = "promises.PromiseKeptInPart/1"
    done_at: str
    late: bool

    def sentence(self, names: Names) -> str:
        if self.late:
            return _("Recorded as done in part, after it was broken.")
        return _("Recorded as kept in part; that counts as not kept.")


@dataclass(frozen=True)
class PromiseBroken(PromiseFact):
    """The due moment passed, and nobody had recorded it as kept."""

    kind: ClassVar[str] = "promises.PromiseBroken/1"
    due_at: str

    def sentence(self, names: Names) -> str:
        return _("The clock: not recorded as kept when it fell due.")


@dataclass(frozen=True)
class PromiseRenegotiated(PromiseFact):
    """The customer agreed to another date before the one that held had come."""

    kind: ClassVar[str] = "promises.PromiseRenegotiated/1"
    old_due_at: str
    due_at: str

    def sentence(self, names: Names) -> str:
        return _("%(customer)s agreed to a new date; it is still counted on the first.") % {
            "customer": names("customer", self.customer)
        }


@dataclass(frozen=True)
class PromiseWithdrawn(PromiseFact):
    """The customer no longer wants it."""

    kind: ClassVar[str] = "promises.PromiseWithdrawn/1"
    broken: bool

    def sentence(self, names: Names) -> str:
        customer = {"customer": names("customer", self.customer)}
        if self.broken:
            return _("%(customer)s no longer wants it; it had been broken and stays so.") % customer
        return _("%(customer)s no longer wants it.") % customer


@dataclass(frozen=True)
class PromiseMadeGood(PromiseFact):
    """Broken, and then put right in another way."""

    kind: ClassVar[str] = "promises.PromiseMadeGood/1"

    def sentence(self, names: Names) -> str:
        return _("Broken, and put right in another way.")


@dataclass(frozen=True)
class PromiseHandedOver(PromiseFact):
    """Somebody else keeps it from now on."""

    kind: ClassVar[str] = "promises.PromiseHandedOver/1"
    from_keeper: int

    def sentence(self, names: Names) -> str:
        return _("%(keeper)s keeps it now, in place of %(before)s.") % {
            "keeper": names("person", self.keeper),
            "before": names("person", self.from_keeper),
        }


@dataclass(frozen=True)
class PromiseMoved(PromiseFact):
    """It is about another case from now on: two were joined, or one was separated."""

    kind: ClassVar[str] = "promises.PromiseMoved/1"
    from_subject_id: int

    def sentence(self, names: Names) -> str:
        return _("A promise to %(customer)s moved here with its letter.") % {
            "customer": names("customer", self.customer)
        }


@dataclass(frozen=True)
class ClockFact(Fact):
    """Whatever concerns a standard's clock stands on the timeline of what is being waited for."""

    clock: int
    standard: int
    measure: str
    department: int
    subject_kind: str
    subject_id: int

    @classmethod
    def of(cls, clock: StandardClock, **more: Any) -> Self:
        """The fact with the clock's ids; its standard must be loaded."""
        return cls(
            clock=clock.pk,
            standard=clock.standard_id,
            measure=clock.standard.measure,
            department=clock.department_id,
            subject_kind=clock.subject_kind,
            subject_id=clock.subject_id,
            **more,
        )

    def about(self) -> tuple[Subject, ...]:
        return (Subject(self.subject_kind, self.subject_id),)

    @property
    def measured(self) -> str:
        """What the standard measures, in words."""
        return str(Standard.Measure(self.measure).label)


@dataclass(frozen=True)
class ClockStarted(ClockFact):
    """Somebody waits from now on."""

    kind: ClassVar[str] = "promises.ClockStarted/1"
    due_at: str

    def sentence(self, names: Names) -> str:
        return _("The clock started: %(measured)s.") % {"measured": self.measured}


@dataclass(frozen=True)
class ClockDueSoon(ClockFact):
    """Most of a standard's time has passed."""

    kind: ClassVar[str] = "promises.ClockDueSoon/1"
    due_at: str

    def sentence(self, names: Names) -> str:
        return _("The clock: due soon: %(measured)s.") % {"measured": self.measured}


@dataclass(frozen=True)
class ClockPaused(ClockFact):
    """The time from now on does not count; `why` is a closed word."""

    kind: ClassVar[str] = "promises.ClockPaused/1"
    why: str

    def sentence(self, names: Names) -> str:
        return _("The clock pauses: %(measured)s.") % {"measured": self.measured}


@dataclass(frozen=True)
class ClockResumed(ClockFact):
    """The time counts again."""

    kind: ClassVar[str] = "promises.ClockResumed/1"
    due_at: str

    def sentence(self, names: Names) -> str:
        return _("The clock goes on: %(measured)s.") % {"measured": self.measured}


@dataclass(frozen=True)
class ClockMet(ClockFact):
    """What was waited for has happened."""

    kind: ClassVar[str] = "promises.ClockMet/1"
    in_time: bool

    def sentence(self, names: Names) -> str:
        if self.in_time:
            return _("In time: %(measured)s.") % {"measured": self.measured}
        return _("Later than our standard: %(measured)s.") % {"measured": self.measured}


@dataclass(frozen=True)
class ClockWaitsAgain(ClockFact):
    """What was taken for an answer did not arrive: somebody waits still."""

    kind: ClassVar[str] = "promises.ClockWaitsAgain/1"
    due_at: str

    def sentence(self, names: Names) -> str:
        return _("The answer did not arrive, so the clock runs again: %(measured)s.") % {
            "measured": self.measured
        }


@dataclass(frozen=True)
class ClockMissed(ClockFact):
    """The due moment passed, and it had not happened."""

    kind: ClassVar[str] = "promises.ClockMissed/1"
    due_at: str

    def sentence(self, names: Names) -> str:
        return _("The clock: our standard was missed: %(measured)s.") % {"measured": self.measured}


@dataclass(frozen=True)
class ClockDropped(ClockFact):
    """Nobody was waiting: it ends without counting."""

    kind: ClassVar[str] = "promises.ClockDropped/1"

    def sentence(self, names: Names) -> str:
        return _("The clock ended without counting: %(measured)s.") % {"measured": self.measured}


@dataclass(frozen=True)
class StandardSet(Fact):
    """A standard holds from now on, for one department or for everybody."""

    kind: ClassVar[str] = "promises.StandardSet/1"
    standard: int
    measure: str
    department: int | None
    minutes: int
    share: int

    def about(self) -> tuple[Subject, ...]:
        standard = Subject("standard", self.standard)
        return (standard, Subject("department", self.department)) if self.department else (standard,)

    def sentence(self, names: Names) -> str:
        words = {
            "measured": Standard.Measure(self.measure).label,
            "minutes": self.minutes,
            "share": self.share,
            "department": names("department", self.department) if self.department else "",
        }
        if self.department is None:
            return _("Our standard: %(measured)s in %(minutes)s minutes, %(share)s of 100 times.") % words
        return (
            _("The standard of %(department)s: %(measured)s in %(minutes)s minutes, %(share)s of 100 times.")
            % words
        )


@dataclass(frozen=True)
class StandardEnded(Fact):
    """A standard no longer holds, and none has taken its place."""

    kind: ClassVar[str] = "promises.StandardEnded/1"
    standard: int
    measure: str
    department: int | None

    def about(self) -> tuple[Subject, ...]:
        standard = Subject("standard", self.standard)
        return (standard, Subject("department", self.department)) if self.department else (standard,)

    def sentence(self, names: Names) -> str:
        return _("This standard no longer holds: %(measured)s.") % {
            "measured": Standard.Measure(self.measure).label
        }
