"""The journal's rows: a record for each fact, and a bookmark for each reader."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func


class CurrentTransaction(Func):
    """The number of the transaction that writes: what the order of the journal is made from."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Now(Func):
    """The server's wall clock: when a fact was written down, whatever moment it is about."""

    template = "clock_timestamp()"
    output_field = models.DateTimeField()


class Record(models.Model):
    """A fact as it was written. `position` and `seal` are given afterwards, by the one who numbers."""

    xid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    by_kind = models.CharField(max_length=10)
    by_id = models.BigIntegerField(null=True)
    about = ArrayField(models.CharField(max_length=60))
    data = models.JSONField()
    position = models.BigIntegerField(null=True, unique=True)
    seal = models.BinaryField(null=True, max_length=32)

    class Meta:
        indexes = [
            GinIndex(fields=["about"], name="record_about"),
            models.Index(
                fields=["xid", "id"], condition=models.Q(position__isnull=True), name="record_unnumbered"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="record_by_known",
                condition=models.Q(by_kind__in=["staff", "customer", "partner"], by_id__isnull=False)
                | models.Q(by_kind="clock", by_id__isnull=True),
            ),
            models.CheckConstraint(
                name="record_sealed_when_numbered",
                condition=models.Q(position__isnull=True, seal__isnull=True)
                | models.Q(position__isnull=False, seal__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class Bookmark(models.Model):
    """How far one reader has read. A reader moves it in the transaction that does what the facts ask for."""

    reader = models.CharField(max_length=80, unique=True)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.reader} at {self.position}"
