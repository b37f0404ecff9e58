"""Cases, the messages, calls and notes on them, which promise was made where, and who had to ask again."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from upheld.channels.models import Arrival, Departure, Mailbox
from upheld.customers.models import Customer
from upheld.journal.facts import Subject
from upheld.people.models import Department, Person
from upheld.promises.models import Promise

MESSAGE_ID = 600
"""As much of a Message-ID as is kept and looked up: an index has room for it in any alphabet."""


def sees_cases(viewer: Person) -> bool:
    """Whether there are cases that this person may see, their own at least."""
    return viewer.reads_all or (viewer.works_here and not viewer.only_sets_up)


class CaseQuerySet(models.QuerySet["Case"]):
    """Filters over cases; `visible_to` is the only rule about who sees which."""

    def visible_to(self, viewer: Person) -> CaseQuerySet:
        """Those who serve see their departments' cases and their own; managers read all; administrators none."""
        if viewer.reads_all:
            return self.all()
        if not sees_cases(viewer):
            return self.none()
        # Asked for one row at a time: a list reads a page of an index, not every case that one ever promised on.
        promised = CasePromise.objects.filter(case=OuterRef("pk"), promise__keeper=viewer)
        mine = Q(owner=viewer) | Q(Exists(promised))
        if viewer.serves:
            ours = [department.pk for department in viewer.departments.all()]
            return self.filter(Q(department__in=ours) | mine)
        return self.filter(mine)

    def owned_by(self, viewer: Person) -> CaseQuerySet:
        """Of those that the viewer may see, their own: what they ever promised on others' need not be asked."""
        return self.filter(owner=viewer) if sees_cases(viewer) else self.none()

    def open(self) -> CaseQuerySet:
        """Not resolved yet."""
        return self.filter(closed_at__isnull=True, joined_into__isnull=True)


class Case(models.Model):
    """One request of a customer. `next_at` is the next date on which something is owed: never empty while open."""

    number = models.PositiveIntegerField(unique=True)
    subject_line = models.CharField(max_length=300)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="cases")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="cases")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="cases")
    opened_at = models.DateTimeField()
    next_at = models.DateTimeField()
    last_letter_at = models.DateTimeField(help_text=_("When the customer last wrote."))
    unread_at = models.DateTimeField(
        null=True, help_text=_("Since when something waits to be read by the owner.")
    )
    answered_at = models.DateTimeField(null=True, help_text=_("When a person's first answer left."))
    closed_at = models.DateTimeField(null=True)
    closed_by_kind = models.CharField(max_length=10, blank=True)
    closed_by_id = models.BigIntegerField(null=True)
    joined_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="joined")

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "next_at", "id"], name="case_mine", condition=Q(closed_at__isnull=True)
            ),
            models.Index(
                fields=["department", "next_at", "id"], name="case_ours", condition=Q(closed_at__isnull=True)
            ),
            models.Index(fields=["next_at", "id"], name="case_open", condition=Q(closed_at__isnull=True)),
            models.Index(
                fields=["next_at", "id"],
                name="case_unread",
                condition=Q(closed_at__isnull=True, unread_at__isnull=False),
            ),
            models.Index(fields=["customer", "-id"], name="case_customer"),
            models.Index(
                fields=["-closed_at", "-id"], name="case_closed", condition=Q(closed_at__isnull=False)
            ),
            models.Index(fields=["opened_at", "id"], name="case_opened"),
        ]
        constraints = [
            models.CheckConstraint(
                name="case_closed_by_somebody",
                condition=Q(closed_at__isnull=True, closed_by_kind="")
                | (Q(closed_at__isnull=False) & ~Q(closed_by_kind="")),
            ),
            models.CheckConstraint(
                name="case_not_joined_into_itself",
                condition=Q(joined_into__isnull=True) | ~Q(joined_into=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.number}"

    @property
    def subject(self) -> Subject:
        """This case as a fact's, a promise's or a clock's subject."""
        return Subject("case", self.pk)

    @property
    def is_open(self) -> bool:
        """Not resolved yet."""
        return self.closed_at is None


class Message(models.Model):
    """What was written, in or out. Internal words are never here: a note is another type in another table."""

    class Way(models.TextChoices):
        IN = "in", _("from the customer")
        OUT = "out", _("to the customer")
        AUTOMATIC = "automatic", _("automatic, to the customer")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    way = models.CharField(max_length=10, choices=Way.choices)
    kind = models.CharField(max_length=12, default="person", help_text=_("person, auto-reply, list, own"))
    arrival = models.OneToOneField(Arrival, on_delete=models.PROTECT, null=True, related_name="message")
    departure = models.OneToOneField(Departure, on_delete=models.PROTECT, null=True, related_name="message")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="messages")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="messages")
    at = models.DateTimeField()
    subject_line = models.CharField(max_length=998, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text=_("Cleaned; still shown only inside a sandboxed frame."))
    own_words = models.TextField(blank=True)
    pieces = models.JSONField(
        default=list,
        help_text=_(
            "The text in order: kind (empty for own words), text, whether a fold says something new."
        ),
    )
    trouble = models.JSONField(default=list)
    why_here = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=MESSAGE_ID, blank=True)
    answer_to = models.CharField(
        max_length=320,
        blank=True,
        help_text=_("Where the writer wants the answer; where an automatic letter went."),
    )
    sent_at = models.DateTimeField(null=True)
    undelivered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True, help_text=_("Taken back before it left."))
    added = models.BooleanField(
        default=False, help_text=_("Added shortly after the letter before it: a postscript, never a chaser.")
    )
    came_from = models.ForeignKey(
        Case,
        on_delete=models.PROTECT,
        null=True,
        related_name="messages_given",
        help_text=_("The case that it stood on before that was joined with this one."),
    )

    class Meta:
        indexes = [
            models.Index(fields=["case", "at", "id"], name="message_on_case"),
            models.Index(fields=["message_id"], name="message_by_header"),
            models.Index(fields=["answer_to", "at"], name="message_automatic", condition=Q(way="automatic")),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_in_or_out",
                condition=Q(way="in", departure__isnull=True, author__isnull=True, customer__isnull=False)
                | Q(way="out", arrival__isnull=True, author__isnull=False)
                | Q(way="automatic", arrival__isnull=True, author__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def subject(self) -> Subject:
        """This message as a fact's or a departure's subject."""
        return Subject("message", self.pk)


class Note(models.Model):
    """Words among colleagues. No template or letter for customers can be given one."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    text = models.TextField()
    came_from = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="notes_given")

    class Meta:
        indexes = [models.Index(fields=["case", "at", "id"], name="note_on_case")]
        constraints = [models.CheckConstraint(name="note_has_words", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"note {self.pk}"


class CasePromise(models.Model):
    """Which case a promise belongs to, and in which message it was made."""

    promise = models.OneToOneField(Promise, on_delete=models.CASCADE, related_name="place")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="promise_places")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="promise_places")
    came_from = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="places_given")

    def __str__(self) -> str:
        return f"promise {self.promise_id} on case {self.case_id}"


class Call(models.Model):
    """A call to the customer about a case. Reached, it is an answer; its words are for colleagues."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="calls")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="calls")
    at = models.DateTimeField()
    reached = models.BooleanField()
    words = models.TextField(blank=True)
    came_from = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="calls_given")

    class Meta:
        indexes = [models.Index(fields=["case", "at", "id"], name="call_on_case")]
        constraints = [
            models.CheckConstraint(name="call_reached_has_words", condition=Q(reached=False) | ~Q(words=""))
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"


class ChaserQuerySet(models.QuerySet["Chaser"]):
    """Filters over chasers; they are seen by whoever sees their case."""

    def visible_to(self, viewer: Person) -> ChaserQuerySet:
        """Those on the cases that this viewer may see."""
        if viewer.reads_all:
            return self.all()
        seen = Case.objects.visible_to(viewer).filter(pk=OuterRef("case"))
        return self.filter(Exists(seen))

    def between(self, since: datetime, until: datetime) -> ChaserQuerySet:
        """Those that came in the half-open period."""
        return self.filter(at__gte=since, at__lt=until)

    def waiting(self) -> ChaserQuerySet:
        """Those to which nobody has answered or spoken since."""
        return self.filter(answered_at__isnull=True)


class Chaser(models.Model):
    """A letter with which a customer had to ask again: we owed an answer or a promise. Counted against us."""

    class Owed(models.TextChoices):
        ANSWER = "answer", _("an answer")
        PROMISE = "promise", _("a promise")
        BOTH = "both", _("an answer and a promise")

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="chaser")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="chasers")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="chasers")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="chasers")
    owed = models.CharField(max_length=10, choices=Owed.choices)
    waited_since = models.DateTimeField(help_text=_("Since when the customer waited."))
    at = models.DateTimeField(help_text=_("When the letter came."))
    nth = models.PositiveSmallIntegerField(help_text=_("Which it is since our last answer: 1 for the first."))
    answered_at = models.DateTimeField(
        null=True, help_text=_("When an answer left, somebody spoke with them, or the case was closed.")
    )

    objects = ChaserQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], name="chaser_at"),
            models.Index(fields=["department", "at"], name="chaser_department"),
            models.Index(fields=["case"], name="chaser_waiting", condition=Q(answered_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(name="chaser_counts_from_one", condition=Q(nth__gte=1)),
            models.CheckConstraint(name="chaser_after_waiting", condition=Q(at__gte=F("waited_since"))),
        ]

    def __str__(self) -> str:
        return f"chaser {self.pk} on case {self.case_id}"


class Resemblance(models.Model):
    """Two cases of one customer that may be the same matter: asked once, answered once, remembered."""

    class Answer(models.TextChoices):
        SAME = "same", _("the same matter")
        OTHER = "other", _("another matter")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="resemblances")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="resembled")
    at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_kind = models.CharField(max_length=10, blank=True)
    answered_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], name="resemblance_once"),
            models.CheckConstraint(name="resemblance_of_two", condition=~Q(case=F("other"))),
            models.CheckConstraint(
                name="resemblance_answered_whole",
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.case_id} like case {self.other_id}"


class Habits(models.Model):
    """How letters join, as the company set it. One row; without it the usual habits hold."""

    only = models.BooleanField(default=True, unique=True, editable=False)
    addendum_minutes = models.PositiveSmallIntegerField(
        default=30, help_text=_("A letter within so many minutes of the one before it is added to it.")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="habits_only_one", condition=Q(only=True)),
            models.CheckConstraint(
                name="habits_addendum_within_a_day", condition=Q(addendum_minutes__lte=1440)
            ),
        ]

    def __str__(self) -> str:
        return f"added within {self.addendum_minutes} min"
