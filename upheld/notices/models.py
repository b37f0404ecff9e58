"""Notices: one line to one person about one fact."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from upheld.people.models import Person


class Notice(models.Model):
    """Something a person should know now, with the page it leads to."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    position = models.BigIntegerField(help_text="The fact's position in the journal.")
    kind = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_unseen", condition=Q(seen_at__isnull=True))
        ]
        constraints = [models.UniqueConstraint(fields=["person", "position"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"


class AlarmPlan(models.Model):
    """Who is called when the house itself is unwell: addresses, and a page of another program. One row, or none."""

    only = models.BooleanField(default=True, unique=True, editable=False)
    addresses = models.JSONField(default=list)
    webhook = models.CharField(max_length=500, blank=True)
    secret = models.BinaryField(default=b"", help_text="Sealed; signs what the webhook is told.")

    class Meta:
        constraints = [models.CheckConstraint(name="alarm_plan_only_one", condition=Q(only=True))]

    def __str__(self) -> str:
        return "whom to call"


class Alarm(models.Model):
    """Something that is wrong with the house, from when it was first seen until it was over."""

    name = models.CharField(max_length=400, help_text="The check, and what it was about.")
    sentence = models.TextField()
    began_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="A short trouble is told to nobody.")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-began_at", "-id"], name="alarm_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(ended_at__isnull=True), name="alarm_one_at_a_time"
            ),
            models.CheckConstraint(
                name="alarm_forward", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"alarm {self.pk}"


class Call(models.Model):
    """One word to the webhook that an alarm was raised or is over: tried until it is taken, or given up."""

    class Event(models.TextChoices):
        RAISED = "raised", "raised"
        OVER = "over", "over"
        TEST = "test", "test"

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, null=True, related_name="calls")
    event = models.CharField(max_length=10, choices=Event.choices)
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="call_newest")]

    def __str__(self) -> str:
        return f"call {self.pk}"
