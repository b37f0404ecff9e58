"""Findings: what was learnt, who looks into it by when, what changes, and whether who raised it knows."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from upheld.cases.models import Case, Message
from upheld.customers.models import Customer
from upheld.journal.facts import Subject
from upheld.people.models import Department, Person
from upheld.surveys.models import Verdict


class FindingQuerySet(models.QuerySet["Finding"]):
    """Filters over findings; `visible_to` is the only rule about who sees which."""

    def visible_to(self, viewer: Person) -> FindingQuerySet:
        """Those of one's departments, those one owns or raised; managers see all.

        Administrators see what they thought of themselves, and nothing that a customer said.
        """
        if viewer.reads_all:
            return self.all()
        if not viewer.works_here:
            return self.none()
        if viewer.only_sets_up:
            return self.filter(raised_by=viewer, case__isnull=True)
        ours = [department.pk for department in viewer.departments.all()]
        return self.filter(Q(department__in=ours) | Q(owner=viewer) | Q(raised_by=viewer))

    def standing(self) -> FindingQuerySet:
        """Those that were not raised by mistake."""
        return self.filter(dropped_at__isnull=True)

    def unanswered(self) -> FindingQuerySet:
        """Nobody has said what changes."""
        return self.filter(answered_at__isnull=True, dropped_at__isnull=True)

    def answered(self) -> FindingQuerySet:
        """Somebody has said what changes."""
        return self.filter(answered_at__isnull=False)


class Finding(models.Model):
    """Something learnt from a customer or a colleague. It is answered with what changes, or stays with its age."""

    class Kind(models.TextChoices):
        ISSUE = "issue", _("issue")
        OPPORTUNITY = "opportunity", _("opportunity")
        THREAT = "threat", _("threat")
        IDEA = "idea", _("idea")
        PRAISE = "praise", _("praise")

    class Change(models.TextChoices):
        CHANGED = "changed", _("something has changed")
        WILL_CHANGE = "will-change", _("something will change")
        STAYS = "stays", _("it stays as it is, for a reason")
        PASSED_ON = "passed-on", _("passed on to those whom it is about")

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.ISSUE)
    words = models.TextField(help_text=_("What was learnt, in the words of whoever said it."))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="findings")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="findings")
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, null=True, related_name="findings")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="findings")
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="findings_raised")
    raised_at = models.DateTimeField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="findings")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="findings")
    answer_by = models.DateTimeField(help_text=_("When the department has answered at the latest."))
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    change = models.CharField(max_length=12, choices=Change.choices, blank=True)
    answer = models.TextField(blank=True, help_text=_("What changes, and from when; or why it stays."))
    told_at = models.DateTimeField(null=True)
    told_in = models.OneToOneField(
        Message, on_delete=models.PROTECT, null=True, related_name="tells_of_finding"
    )
    dropped_at = models.DateTimeField(null=True, help_text=_("Raised by mistake, and taken back."))

    objects = FindingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["department", "answer_by", "id"],
                name="finding_unanswered",
                condition=Q(answered_at__isnull=True, dropped_at__isnull=True),
            ),
            models.Index(
                fields=["owner", "answer_by"],
                name="finding_mine",
                condition=Q(answered_at__isnull=True, dropped_at__isnull=True),
            ),
            models.Index(
                fields=["raised_at", "id"],
                name="finding_oldest",
                condition=Q(answered_at__isnull=True, dropped_at__isnull=True),
            ),
            models.Index(
                fields=["-answered_at", "-id"],
                name="finding_answered",
                condition=Q(answered_at__isnull=False),
            ),
            models.Index(fields=["-raised_at", "-id"], name="finding_newest"),
            models.Index(fields=["case", "raised_at"], name="finding_on_case"),
        ]
        constraints = [
            models.CheckConstraint(name="finding_has_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="finding_answered_whole",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, change="", answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(change="") & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="finding_not_dropped_and_answered",
                condition=~Q(dropped_at__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_told_what_was_answered",
                condition=Q(told_at__isnull=True, told_in__isnull=True) | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_from_one_source",
                condition=Q(message__isnull=True, verdict__isnull=True)
                | Q(message__isnull=True, case__isnull=False)
                | Q(verdict__isnull=True, case__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_passed_on_is_praise",
                condition=~Q(change="passed-on") | Q(kind="praise"),
            ),
        ]

    def __str__(self) -> str:
        return f"finding {self.pk}"

    @property
    def subject(self) -> Subject:
        """This finding as a fact's subject."""
        return Subject("finding", self.pk)

    @property
    def named(self) -> dict[str, Any]:
        """What every fact about it says."""
        return {"finding": self.pk, "case": self.case_id, "customer": self.customer_id}

    @property
    def is_open(self) -> bool:
        """Waits to be answered."""
        return self.answered_at is None and self.dropped_at is None

    @property
    def on_its_way(self) -> bool:
        """A letter that tells of it has been written, and has not left or did not arrive."""
        return self.told_in_id is not None and self.told_at is None

    def may_answer(self, person: Person) -> bool:
        """The owner, the department's people and managers say what changes."""
        if person.reads_all or (person.works_here and person.pk == self.owner_id):
            return True
        return (
            person.works_here
            and not person.only_sets_up
            and person.departments.filter(pk=self.department_id).exists()
        )

    def may_correct(self, person: Person) -> bool:
        """The same people and whoever raised it say where it belongs and in which words."""
        return (person.works_here and person.pk == self.raised_by_id) or self.may_answer(person)

    def may_drop(self, person: Person) -> bool:
        """Whoever raised it, and managers: nobody puts away what somebody else has found."""
        return person.reads_all or (person.works_here and person.pk == self.raised_by_id)
