"""Notices: one line to one person about one fact."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

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
