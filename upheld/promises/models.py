"""Promises to one customer, standards to all of them, and the clocks that watch the standards."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

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
        return self.annotate(deadline_at=Coalesce("agreed_due_at", "due_at"))


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
                Coalesce("agreed_due_at", "due_at"), F("id"), name="promise_running",
                condition=Q(made_at__isnull=False, settled_at__isnull=True, broken_at__isnull=True),
            ),
            models.Index(
                fields=["warn_at"], name="promise_to_warn",
                condition=Q(made_at__isnull=False, settled_at__isnull=True, broken_at__isnull=True,
                            warned_at__isnull=True),
            ),
            models.Index(
                Coalesce("agreed_due_at", "due_at"), F("id"), name="promise_owed",
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
                | (Q(settled_at__isnull=False, made_at__isnull=False, done_at__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="promise_agreed_whole",
                condition=Q(agreed_due_at__isnull=True, agreed_at__isnull=True)
                | Q(agreed_due_at__isnull=False, agreed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="promise_broken_only_when_made",
                condition=Q(broken_at__isnull=True) | Q(made_at__isnull=False),
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
        """The promise in one word at a moment; the same table in the pages, the letters and the measures."""
        if self.made_at is None:
            return State.DRAFT
        if self.outcome == self.Outcome.WITHDRAWN:
            return State.WITHDRAWN
        if self.outcome == self.Outcome.PART:
            return State.PART
        if self.outcome == self.Outcome.KEPT:
            return State.LATE if self.broken_at else State.KEPT
        if self.broken_at or at >= self.deadline:
            return State.BROKEN
        if at >= self.warn_at:
            return State.DUE
        return State.MOVED if self.agreed_due_at else State.OPEN

    @property
    def kept_on_first_date(self) -> bool:
        """In full and by the date first given: what the kept share counts."""
        return self.outcome == self.Outcome.KEPT and self.done_at is not None and self.done_at <= self.due_at and (
            self.broken_at is None
        )


class Standard(models.Model):
    """A measurable promise to everyone: so much within so long, counted by a calendar. A new version is a new row."""

    class Measure(models.TextChoices):
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
                fields=["measure", "department"], condition=Q(until_at__isnull=True),
                nulls_distinct=False, name="standard_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share} % within {self.minutes} min"


class StandardClock(models.Model):
    """One standard's clock on one subject: started, perhaps paused, met by an event or missed by the clock."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="clocks")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="clocks")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="clocks")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True, help_text=_("When what the standard asks for happened, late or not."))
    missed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text=_("Ended without counting: nobody was waiting."))

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="clock_subject"),
            models.Index(
                fields=["due_at"], name="clock_running",
                condition=Q(met_at__isnull=True, missed_at__isnull=True, dropped_at__isnull=True,
                            paused_at__isnull=True),
            ),
            models.Index(fields=["started_at", "department"], name="clock_started"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "standard"], name="clock_once_a_subject"
            ),
            models.CheckConstraint(name="clock_due_after_start", condition=Q(due_at__gt=F("started_at"))),
            models.CheckConstraint(
                name="clock_missed_or_dropped", condition=Q(missed_at__isnull=True) | Q(dropped_at__isnull=True)
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
            )
        ]

    def __str__(self) -> str:
        return f"pause of {self.clock_id}"
