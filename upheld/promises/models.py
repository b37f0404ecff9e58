"""Promises to one customer, standards to all of them, and the clocks that watch the standards."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils.translation import gettext_lazy as _

from upheld.clock import running
from upheld.customers.models import Customer
from upheld.journal.facts import Subject
from upheld.people.models import Calendar, Department, Person


class State(models.TextChoices):
    """What a promise is, in one word. `late` and `part` count as not kept."""

    DRAFT = "draft", _("Not promised yet")
    OPEN = "open", _("Open")
    DUE = "due", _("Due soon")
    KEPT = "kept", _("Kept")
    BROKEN = "broken", _("Broken")
    LATE = "late", _("Kept late")
    PART = "part", _("Kept in part")
    MOVED = "moved", _("New date agreed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


DEADLINE = Coalesce("agreed_due_at", "due_at", output_field=models.DateTimeField())
"""The date that holds today, as the indexes know it."""


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Filters over promises. None of them is a right: the room that owns the subject says who sees what."""

    def made(self) -> PromiseQuerySet:
        """Said to the customer: the letter that carries it has left."""
        return self.filter(made_at__isnull=False)

    def owed(self) -> PromiseQuerySet:
        """Made, and neither kept, nor withdrawn, nor put right: open, due soon, or broken and unresolved."""
        return self.made().filter(settled_at__isnull=True)

    def running(self) -> PromiseQuerySet:
        """Owed and not broken: the clock still watches it."""
        return self.owed().filter(broken_at__isnull=True)

    def broken_and_owed(self) -> PromiseQuerySet:
        """Broken, and nothing has been done about it yet."""
        return self.owed().filter(broken_at__isnull=False)

    def with_deadline(self) -> PromiseQuerySet:
        """Each with `deadline_at`: the date that holds today, agreed anew or first given."""
        return self.annotate(deadline_at=DEADLINE)

    def by_deadline(self) -> PromiseQuerySet:
        """The earliest deadline first."""
        return self.order_by(DEADLINE, "id")

    def in_time(self, at: datetime) -> PromiseQuerySet:
        """Running, and not yet past its deadline."""
        return self.running().filter(GreaterThanOrEqual(DEADLINE, at))

    def overdue(self, at: datetime) -> PromiseQuerySet:
        """Past its deadline, and the clock has not come to it yet."""
        return self.running().filter(LessThan(DEADLINE, at))

    def kept_on_first_date(self) -> PromiseQuerySet:
        """In full and by the date first given: the same rule as the row's own."""
        return self.filter(outcome="kept", broken_at__isnull=True, done_at__lte=F("due_at"))


class Promise(models.Model):
    """What we told a customer that we would do, and by when. The first date is never overwritten."""

    class Outcome(models.TextChoices):
        KEPT = "kept", _("Kept in full")
        PART = "part", _("Kept in part")
        MADE_GOOD = "made-good", _("Put right in another way")
        WITHDRAWN = "withdrawn", _("Withdrawn by the customer")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="promises")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="promises")
    keeper = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="promises")
    words = models.CharField(_("what we promise"), max_length=500)
    due_at = models.DateTimeField(_("by"))
    zone = models.CharField(max_length=60)
    drafted_by_kind = models.CharField(max_length=10)
    drafted_by_id = models.BigIntegerField(null=True)
    drafted_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    agreed_due_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_how = models.CharField(max_length=200, blank=True)
    warn_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True, help_text=_("When the keeper recorded how it ended."))
    settled_by_kind = models.CharField(max_length=10, blank=True)
    settled_by_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    outcome_words = models.CharField(_("what was done"), max_length=500, blank=True)
    done_at = models.DateTimeField(_("when"), null=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="promise_subject"),
            models.Index(fields=["customer", "id"], name="promise_customer"),
            models.Index(
                Coalesce("agreed_due_at", "due_at"),
                F("id"),
                name="promise_running",
                condition=Q(made_at__isnull=False, settled_at__isnull=True, broken_at__isnull=True),
            ),
            models.Index(
                fields=["warn_at"],
                name="promise_to_warn",
                condition=Q(
                    made_at__isnull=False,
                    settled_at__isnull=True,
                    broken_at__isnull=True,
                    warned_at__isnull=True,
                ),
            ),
            models.Index(
                Coalesce("agreed_due_at", "due_at"),
                F("id"),
                name="promise_owed",
                condition=Q(made_at__isnull=False, settled_at__isnull=True),
            ),
            models.Index(fields=["keeper", "settled_at"], name="promise_keeper"),
            models.Index(fields=["due_at", "department"], name="promise_due"),
        ]
        constraints = [
            models.CheckConstraint(name="promise_has_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="promise_due_after_made", condition=Q(made_at__isnull=True) | Q(due_at__gt=F("made_at"))
            ),
            models.CheckConstraint(
                name="promise_settled_with_outcome",
                condition=Q(settled_at__isnull=True, outcome="", done_at__isnull=True)
                | (
                    Q(settled_at__isnull=False, made_at__isnull=False, done_at__isnull=False) & ~Q(outcome="")
                ),
            ),
            models.CheckConstraint(
                name="promise_agreed_whole",
                condition=Q(agreed_due_at__isnull=True, agreed_at__isnull=True)
                | (Q(agreed_due_at__isnull=False, agreed_at__isnull=False) & ~Q(agreed_how="")),
            ),
            models.CheckConstraint(
                name="promise_broken_only_when_made",
                condition=Q(broken_at__isnull=True) | Q(made_at__isnull=False),
            ),
            models.CheckConstraint(
                name="promise_broken_at_its_deadline",
                condition=Q(broken_at__isnull=True) | Q(broken_at=Coalesce("agreed_due_at", "due_at")),
            ),
            models.CheckConstraint(
                name="promise_made_good_only_when_broken",
                condition=~Q(outcome="made-good") | Q(broken_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def subject(self) -> Subject:
        """What the promise is about, as the room above knows it."""
        return Subject(self.subject_kind, self.subject_id)

    @property
    def deadline(self) -> datetime:
        """The date that holds today: the one agreed anew, else the first."""
        return self.agreed_due_at or self.due_at

    @property
    def is_owed(self) -> bool:
        """Made and not settled."""
        return self.made_at is not None and self.settled_at is None

    def state(self, at: datetime) -> State:
        """The promise in one word at a moment; the same table in the pages, the letters and the measures.

        The due moment itself is still in time. What was broken and then put right, or withdrawn only after that,
        stays broken: nothing that follows takes it back.
        """
        if self.made_at is None:
            return State.DRAFT
        if self.outcome == self.Outcome.PART:
            return State.PART
        if self.outcome == self.Outcome.KEPT:
            return State.LATE if self.broken_at else State.KEPT
        if self.broken_at:
            return State.BROKEN
        if self.outcome == self.Outcome.WITHDRAWN:
            return State.WITHDRAWN
        if at > self.deadline:
            return State.BROKEN
        if at >= self.warn_at:
            return State.DUE
        return State.MOVED if self.agreed_due_at else State.OPEN

    @property
    def kept_on_first_date(self) -> bool:
        """In full and by the date first given: what the kept share counts."""
        return (
            self.outcome == self.Outcome.KEPT
            and self.broken_at is None
            and self.done_at is not None
            and self.done_at <= self.due_at
        )


class Standard(models.Model):
    """A measurable promise to everyone: so much within so long, counted by a calendar. A new version is a new row."""

    class Measure(models.TextChoices):
        """What the clocks know how to measure; a wish outside this list cannot be a standard."""

        FIRST_ANSWER = "first-answer", _("First answer by a person")

    measure = models.CharField(max_length=20, choices=Measure.choices)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="standards")
    minutes = models.PositiveIntegerField(help_text=_("Business minutes by the department's calendar."))
    share = models.PositiveSmallIntegerField(help_text=_("In so many of a hundred cases."))
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="standard_measurable", condition=Q(minutes__gt=0, share__gte=1, share__lte=100)
            ),
            models.UniqueConstraint(
                fields=["measure", "department"],
                condition=Q(until_at__isnull=True),
                nulls_distinct=False,
                name="standard_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share} % within {self.minutes} min"


class FrozenHours(models.Model):
    """A calendar as it was when a clock started. Opening hours change; the deadline of a running clock does not.

    One row a version, found by its digest, however many clocks were started by it.
    """

    digest = models.CharField(max_length=64, unique=True)
    zone = models.CharField(max_length=60)
    weekly = models.JSONField(
        help_text=_("Weekday, from and until as local times; 00:00 at the end is midnight.")
    )
    closed = models.JSONField(help_text=_("The closed days, as dates."))

    def __str__(self) -> str:
        return self.digest[:8]


class StandardClockQuerySet(models.QuerySet["StandardClock"]):
    """Filters over clocks."""

    def on(self, subject: Subject) -> StandardClockQuerySet:
        """Those of one subject."""
        return self.filter(subject_kind=subject.kind, subject_id=subject.id)

    def watched(self) -> StandardClockQuerySet:
        """Running, not paused, not missed: the sweeps look at these."""
        return self.filter(
            met_at__isnull=True, missed_at__isnull=True, dropped_at__isnull=True, paused_at__isnull=True
        )


class StandardClock(models.Model):
    """One standard's clock on one subject: started, perhaps paused, met by an event or missed by the clock."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="clocks")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="clocks")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="clocks")
    hours = models.ForeignKey(FrozenHours, on_delete=models.PROTECT, related_name="clocks")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(
        null=True, help_text=_("When what the standard asks for happened, late or not.")
    )
    missed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text=_("Ended without counting: nobody was waiting."))

    objects = StandardClockQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="clock_subject"),
            models.Index(
                fields=["due_at"],
                name="clock_running",
                condition=Q(
                    met_at__isnull=True,
                    missed_at__isnull=True,
                    dropped_at__isnull=True,
                    paused_at__isnull=True,
                ),
            ),
            models.Index(
                fields=["warn_at"],
                name="clock_to_warn",
                condition=Q(
                    met_at__isnull=True,
                    missed_at__isnull=True,
                    dropped_at__isnull=True,
                    paused_at__isnull=True,
                    warned_at__isnull=True,
                ),
            ),
            models.Index(fields=["started_at", "department"], name="clock_started"),
            models.Index(fields=["due_at", "department"], name="clock_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "standard"],
                name="clock_once_a_subject",
                condition=Q(dropped_at__isnull=True),
            ),
            models.CheckConstraint(name="clock_due_after_start", condition=Q(due_at__gt=F("started_at"))),
            models.CheckConstraint(
                name="clock_missed_or_dropped",
                condition=Q(missed_at__isnull=True) | Q(dropped_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard_id} on {self.subject_kind}:{self.subject_id}"

    @property
    def subject(self) -> Subject:
        """What is being waited for."""
        return Subject(self.subject_kind, self.subject_id)

    @property
    def is_running(self) -> bool:
        """Nobody has answered yet, and somebody waits."""
        return self.met_at is None and self.dropped_at is None

    @property
    def history(self) -> list[running.Event]:
        """What happened to it, in order; one query, unless its pauses were prefetched."""
        events: list[running.Event] = [running.Started(self.started_at)]
        for pause in sorted(self.pauses.all(), key=lambda p: p.paused_at):
            events.append(running.Paused(pause.paused_at))
            if pause.resumed_at:
                events.append(running.Resumed(pause.resumed_at))
        return events

    @property
    def attained(self) -> bool | None:
        """In time, or not; None while it is open."""
        if self.missed_at is not None:
            return False
        return self.met_at <= self.due_at if self.met_at else None


class ClockPause(models.Model):
    """A stretch that does not count: the customer was asked for something, say."""

    clock = models.ForeignKey(StandardClock, on_delete=models.CASCADE, related_name="pauses")
    paused_at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(resumed_at__isnull=True), name="pause_one_open"
            ),
            models.CheckConstraint(
                name="pause_forward",
                condition=Q(resumed_at__isnull=True) | Q(resumed_at__gte=F("paused_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"pause of {self.clock_id}"
