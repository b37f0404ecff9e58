"""The journal's rows: a record for each fact, the end of their chain, and a bookmark for each reader."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Q


class CurrentTransaction(Func):
    """The number of the transaction that writes: what the order of the journal is made from."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Now(Func):
    """The server's wall clock: when a fact was written down, whatever moment it is about."""

    template = "clock_timestamp()"
    output_field = models.DateTimeField()


class Record(models.Model):
    """A fact as it was written. `position` and `seal` are given afterwards, by the one who numbers.

    The database itself refuses any other change, and removal (migration 0002).
    """

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
            models.Index(fields=["id"], condition=Q(position__isnull=True), name="record_unnumbered"),
        ]
        constraints = [
            models.CheckConstraint(
                name="record_by_known",
                condition=Q(by_kind__in=["staff", "customer", "partner"], by_id__isnull=False)
                | Q(by_kind="clock", by_id__isnull=True),
            ),
            models.CheckConstraint(
                name="record_sealed_when_numbered",
                condition=Q(position__isnull=True, seal__isnull=True)
                | Q(position__gte=1, seal__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class ChainEnd(models.Model):
    """Where the chain of seals ends: one row. Without it nobody would see that the newest facts were removed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField()
    seal = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(name="chain_has_one_end", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"the chain's end at {self.position}"


class Bookmark(models.Model):
    """How far one reader has read. A reader moves it in the transaction that does what the facts ask for.

    A fact that the reader failed on stands here too, with the kind of failure, until it has been read.
    """

    reader = models.CharField(max_length=80, unique=True)
    position = models.BigIntegerField(default=0)
    stuck_at = models.BigIntegerField(null=True)
    stuck_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bookmark_stuck_or_not",
                condition=Q(stuck_at__isnull=True, stuck_since__isnull=True, failures=0, trouble="")
                | Q(stuck_at__gt=models.F("position"), stuck_since__isnull=False, failures__gt=0),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reader} at {self.position}"
