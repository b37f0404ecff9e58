"""What is asked, whether somebody was asked and why not, and what they answered."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from upheld.cases.models import Case
from upheld.channels.models import Departure
from upheld.customers.models import Customer
from upheld.journal.facts import Subject
from upheld.people.models import Department, Person

REST = timedelta(days=30)
"""Nobody is asked anything again within this time, all kinds of questions together."""
APART = timedelta(days=30)
"""What was received is asked at least this long after what was expected."""
VALID = timedelta(days=30)
"""How long an invitation can be answered."""
LEVELS = range(1, 7)
AS_EXPECTED = 3
"""The level on the ladder below which somebody follows up."""


class Kind(models.TextChoices):
    """What a customer can be asked."""

    VERDICT = "verdict", _("the verdict on a case")
    EXPECTATION = "expectation", _("what they expect of a company they would be glad to use")
    PERCEPTION = "perception", _("what they received from us")


class Dimension(models.TextChoices):
    """The five dimensions after Parasuraman, Zeithaml and Berry."""

    RELIABILITY = "reliability", _("Reliability")
    RESPONSIVENESS = "responsiveness", _("Responsiveness")
    ASSURANCE = "assurance", _("Assurance")
    EMPATHY = "empathy", _("Empathy")
    TANGIBLES = "tangibles", _("Tangibles")


class Asking(models.Model):
    """How this company asks. One row; a company that never opened the page asks for verdicts as the defaults say."""

    only = models.BooleanField(default=True, unique=True, editable=False)
    verdicts = models.BooleanField(default=True, help_text=_("Ask for a verdict when a case is closed."))
    wait_hours = models.PositiveSmallIntegerField(
        default=24, help_text=_("Hours between closing a case and asking.")
    )
    pairs_share = models.FloatField(
        default=0.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        help_text=_(
            "The share of customers drawn each quarter, who say what they expect and what they received."
        ),
    )
    bank = models.PositiveSmallIntegerField(default=1, help_text=_("Which questions are asked of them."))
    since = models.DateTimeField(
        null=True, help_text=_("Cases that were closed before are not asked about: nobody asked then.")
    )
    walked_to = models.BigIntegerField(
        default=0, help_text=_("The customer up to whom the draw has come today.")
    )
    walked_on = models.DateField(null=True, help_text=_("The day of that draw."))

    class Meta:
        constraints = [
            models.CheckConstraint(name="asking_only_one", condition=Q(only=True)),
            models.CheckConstraint(
                name="asking_share_of_one", condition=Q(pairs_share__gte=0, pairs_share__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return "how we ask"


class Ladder(models.Model):
    """The names of the six levels of service from some moment on, lowest first. Never changed: a new one follows."""

    labels = models.JSONField(help_text=_("Six labels, the lowest first."))
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-since", "-id"], name="ladder_newest")]
        constraints = [models.UniqueConstraint(fields=["since"], name="ladder_one_a_moment")]

    def __str__(self) -> str:
        return f"ladder {self.pk}"

    def label(self, level: int) -> str:
        """What this level is called; our own names in the reader's language, a company's as it wrote them."""
        return gettext(str(self.labels[level - 1]))

    @property
    def names(self) -> list[str]:
        """The six labels, lowest first."""
        return [self.label(level) for level in LEVELS]


class Pair(models.Model):
    """One customer of whom expectation and perception are asked, and no verdict until the pair is whole or given up."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="pairs")
    chosen_at = models.DateTimeField()
    probability = models.FloatField(help_text=_("How likely this customer was to be chosen."))
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_at__isnull=True), name="pair_one_open"
            ),
            models.CheckConstraint(
                name="pair_probability", condition=Q(probability__gt=0, probability__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"pair {self.pk}"


class Spared(models.Model):
    """A customer who wants to be asked nothing any more. Their letters are answered as before."""

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="spared")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"spared {self.pk}"


class Decision(models.Model):
    """Whether somebody was asked, decided once, with the reason: so that "why was I not asked" has an answer."""

    class Reason(models.TextChoices):
        ASKED = "asked", _("asked")
        OFF = "off", _("we do not ask this")
        SPARED = "spared", _("they want to be asked nothing")
        ANSWER_OWED = "answer-owed", _("an answer was owed")
        PROMISE_OWED = "promise-owed", _("a promise was owed")
        OPEN_CASE = "open-case", _("another request was open")
        ASKED_LATELY = "asked-lately", _("asked within the last 30 days")
        NO_ADDRESS = "no-address", _("no address that a letter can be sent to")
        IN_A_PAIR = "in-a-pair", _("asked about expectation and perception instead")
        REOPENED = "reopened", _("the case was open again")
        FROM_THE_PAST = "from-the-past", _("the letters lie in the past")
        NO_ANSWER_NEEDED = "no-answer-needed", _("nobody of ours had written to them")
        TOO_LATE = "too-late", _("too long ago")
        NO_MAILBOX = "no-mailbox", _("no open mailbox that a letter could leave from")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="decisions")
    closed_at = models.DateTimeField(null=True, help_text=_("Which closing of the case it was about."))
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, null=True, related_name="decisions")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "-decided_at"], name="decision_on_customer")]
        constraints = [
            models.UniqueConstraint(fields=["case", "closed_at"], name="decision_once_a_closing"),
            models.CheckConstraint(
                name="decision_about_a_closing",
                condition=Q(case__isnull=True, closed_at__isnull=True)
                | Q(case__isnull=False, closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"


class Invitation(models.Model):
    """One question to one customer, answered once or never. Opening its link writes nothing."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="invitation")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="invitations")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="invitations")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, null=True, related_name="invitations")
    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, null=True, related_name="+")
    bank = models.PositiveSmallIntegerField(null=True, help_text=_("Version of the items asked."))
    departure = models.OneToOneField(
        Departure, on_delete=models.PROTECT, null=True, related_name="invitation"
    )
    asked_at = models.DateTimeField()
    resting = DateTimeRangeField(help_text=_("While this lasts, the customer is asked nothing else."))
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    undelivered_at = models.DateTimeField(
        null=True, help_text=_("When we learnt that its letter did not arrive.")
    )

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-asked_at"], name="invitation_on_customer"),
            models.Index(fields=["kind", "asked_at"], name="invitation_by_kind"),
        ]
        constraints = [
            ExclusionConstraint(
                name="invitation_one_in_thirty_days",
                expressions=[("customer", RangeOperators.EQUAL), ("resting", RangeOperators.OVERLAPS)],
            ),
            models.UniqueConstraint(
                fields=["pair", "kind"], condition=Q(pair__isnull=False), name="invitation_once_a_pair"
            ),
            models.CheckConstraint(
                name="invitation_answered_in_time",
                condition=Q(answered_at__isnull=True)
                | Q(answered_at__gte=F("asked_at"), answered_at__lt=F("expires_at")),
            ),
            models.CheckConstraint(
                name="invitation_of_its_kind",
                condition=Q(kind="verdict", case__isnull=False, ladder__isnull=False, bank__isnull=True)
                | Q(kind__in=["expectation", "perception"], ladder__isnull=True, bank__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def subject(self) -> Subject:
        """This invitation as a departure's subject."""
        return Subject("invitation", self.pk)


def _seen_by(viewer: Person) -> Q:
    """What is about a case that this viewer sees, or about one that was joined with it."""
    seen = Case.objects.visible_to(viewer)
    return Q(case__in=seen) | Q(case__joined_into__in=seen)


class VerdictQuerySet(models.QuerySet["Verdict"]):
    """Filters over verdicts."""

    def visible_to(self, viewer: Person) -> VerdictQuerySet:
        """Whoever sees the case sees what the customer said of it."""
        return self.filter(_seen_by(viewer))


class Verdict(models.Model):
    """Where a customer placed the service received on the ladder: 1 is the lowest level, 6 the highest."""

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="verdict")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="verdicts")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="verdicts")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="verdicts")
    level = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    objects = VerdictQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "-at"], name="verdict_on_case"),
            models.Index(fields=["at", "id"], name="verdict_by_time"),
            models.Index(fields=["department", "at"], name="verdict_by_department"),
        ]
        constraints = [
            models.CheckConstraint(name="verdict_on_the_ladder", condition=Q(level__gte=1, level__lte=6))
        ]

    def __str__(self) -> str:
        return f"verdict {self.pk}"

    @property
    def subject(self) -> Subject:
        """This verdict as a fact's subject."""
        return Subject("verdict", self.pk)

    @property
    def label(self) -> str:
        """The level as the customer read it."""
        return self.ladder.label(self.level)


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Filters over follow-ups."""

    def visible_to(self, viewer: Person) -> FollowUpQuerySet:
        """Whoever sees the case."""
        return self.filter(_seen_by(viewer))

    def open(self) -> FollowUpQuerySet:
        """Nobody has said yet what came of them."""
        return self.filter(done_at__isnull=True)


class FollowUp(models.Model):
    """A verdict below *as expected* has somebody who goes back to the customer, by a date: whoever owns the case."""

    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="follow_up")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.TextField(blank=True, help_text=_("What came of it, in a few words."))

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="follow_up_open", condition=Q(done_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="follow_up_done_by_somebody",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"follow-up {self.pk}"

    @property
    def subject(self) -> Subject:
        """This follow-up as a fact's subject."""
        return Subject("follow-up", self.pk)

    @property
    def owner(self) -> Person:
        """Who goes back to the customer: the case's owner of today, or whoever is on duty for one who has left."""
        case = self.case.joined_into or self.case
        return case.owner if case.owner.serves else case.department.duty_owner

    @property
    def is_open(self) -> bool:
        """Nobody has said yet what came of it."""
        return self.done_at is None


class Score(models.Model):
    """One item of a named answer: 1 (not at all) to 7 (entirely), or empty for *I don't know*."""

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="scores")
    item = models.CharField(max_length=40, help_text=_("The item's key in the bank."))
    value = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "item"], name="score_once_an_item"),
            models.CheckConstraint(
                name="score_one_to_seven", condition=Q(value__isnull=True) | Q(value__gte=1, value__lte=7)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.value}"


class Round(models.Model):
    """A time in which staff say what they believe customers would answer."""

    bank = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bank"], condition=Q(closed_at__isnull=True), name="round_one_open"
            ),
            models.CheckConstraint(name="round_forward", condition=Q(closes_at__gt=F("opened_at"))),
        ]

    def __str__(self) -> str:
        return f"round {self.pk}"


class Drawn(models.Model):
    """That somebody took a ballot of a round: so that nobody takes two. Which ballot it was is nowhere."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="drawn")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="drawn_once")]

    def __str__(self) -> str:
        return f"a ballot of round {self.round_id} was drawn"


class Belief(models.Model):
    """One filled-in ballot. It has no person, no moment and no order: a random key, and the group it counts in."""

    class Level(models.TextChoices):
        FRONT = "front", _("those who serve customers")
        LEADS = "leads", _("team leads")
        MANAGERS = "managers", _("managers")
        OTHERS = "others", _("everybody else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="beliefs")
    ballot = models.BinaryField(max_length=32, unique=True, help_text=_("Hash of the ballot's random part."))
    level = models.CharField(max_length=10, choices=Level.choices)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    scores = models.JSONField(help_text=_("Item's key: 1 to 7, or null for *I don't know*."))

    def __str__(self) -> str:
        return "a belief"
