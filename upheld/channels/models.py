"""Mailboxes, what arrived through them (raw bytes first), files, and what leaves."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from upheld.journal.facts import Subject
from upheld.people.models import Department, Person


class Security(models.TextChoices):
    """How the line to a mail server is protected."""

    TLS = "tls", _("TLS from the first byte")
    STARTTLS = "starttls", _("TLS after greeting (STARTTLS)")
    NONE = "none", _("None (only on this machine)")


class Mailbox(models.Model):
    """One address of ours, the server it is fetched from and the server its answers leave through."""

    class Past(models.TextChoices):
        LEAVE = "leave", _("Take only letters that arrive from now on")
        SILENT = "silent", _("Take the letters already there, and send nothing automatic for them")
        ANSWER = "answer", _("Take the letters already there, and acknowledge them")

    name = models.CharField(max_length=100)
    address = models.CharField(max_length=320, unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="mailboxes")
    imap_host = models.CharField(max_length=255, blank=True)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    imap_user = models.CharField(max_length=320, blank=True)
    imap_secret = models.BinaryField(default=b"", help_text=_("Sealed with the installation's key."))
    folder = models.CharField(max_length=255, default="INBOX")
    past = models.CharField(max_length=10, choices=Past.choices, default=Past.LEAVE)
    smtp_host = models.CharField(max_length=255, blank=True)
    smtp_port = models.PositiveIntegerField(default=587)
    smtp_security = models.CharField(max_length=10, choices=Security.choices, default=Security.STARTTLS)
    smtp_user = models.CharField(max_length=320, blank=True)
    smtp_secret = models.BinaryField(default=b"")
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    first_uid = models.BigIntegerField(
        null=True, help_text=_("The first that counts as new; the past lies below.")
    )
    past_below = models.BigIntegerField(
        null=True, help_text=_("The past below this number was asked for after the connection: it is silent.")
    )
    connected_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    on_server = models.PositiveIntegerField(
        null=True, help_text=_("Letters on the server that should be here.")
    )
    gone = models.PositiveIntegerField(
        default=0, help_text=_("Letters that are here and have since left the server's folder.")
    )
    unfetched = models.JSONField(default=list, help_text=_("Uids that the server did not hand out."))
    trouble = models.CharField(max_length=300, blank=True)
    trouble_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mailbox_in_lower_case", condition=Q(address=models.functions.Lower("address"))
            )
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def domain(self) -> str:
        """What stands after the @."""
        return self.address.rpartition("@")[2]

    @property
    def subject(self) -> Subject:
        """This mailbox as a fact's subject."""
        return Subject("mailbox", self.pk)

    @property
    def is_open(self) -> bool:
        """Letters are fetched from it and leave through it."""
        return self.closed_at is None


class Raw(models.Model):
    """The bytes as they came, once, whatever anybody makes of them later."""

    sha256 = models.BinaryField(max_length=32, primary_key=True)
    content = models.BinaryField()
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return bytes(self.sha256).hex()


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    """Filters over what arrived."""

    def unopened(self) -> ArrivalQuerySet:
        """Stored, and nobody has looked inside."""
        return self.filter(opened_at__isnull=True)

    def needing_attention(self) -> ArrivalQuerySet:
        """Opened, not filed, and waiting for a person."""
        return self.filter(outcome=Arrival.Outcome.ATTENTION, attended_at__isnull=True)


class Arrival(models.Model):
    """One letter that reached us by one way: stored before it is understood, and accounted for for ever."""

    class Way(models.TextChoices):
        IMAP = "imap", _("mailbox")
        FORM = "form", _("web form")
        FILE = "file", _("file")
        LISTENER = "listener", _("listener")

    class Outcome(models.TextChoices):
        FILED = "filed", _("On a case")
        DUPLICATE = "duplicate", _("The same letter again")
        NOTED = "noted", _("Delivery news, noted on the letter it is about")
        ATTENTION = "attention", _("Needs attention")

    way = models.CharField(max_length=10, choices=Way.choices)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="arrivals")
    source_id = models.CharField(
        max_length=300, help_text=_("Uid validity and uid; a form's token; a file's hash.")
    )
    raw = models.ForeignKey(Raw, on_delete=models.PROTECT, related_name="arrivals")
    size = models.PositiveIntegerField()
    arrived_at = models.DateTimeField()
    silent = models.BooleanField(
        default=False, help_text=_("From the past: nothing automatic is sent for it.")
    )
    opened_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    why = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=998, blank=True)
    same_letter = models.BinaryField(
        null=True,
        max_length=32,
        help_text=_("Digest of Message-ID, sender and body: equal means the same letter."),
    )
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="duplicates")
    tries = models.PositiveSmallIntegerField(default=0)
    attended_at = models.DateTimeField(null=True)
    attended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="arrival_unopened", condition=Q(opened_at__isnull=True)),
            models.Index(
                fields=["id"],
                name="arrival_attention",
                condition=Q(outcome="attention", attended_at__isnull=True),
            ),
            models.Index(fields=["same_letter"], name="arrival_same_letter"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["way", "mailbox", "source_id"], nulls_distinct=False, name="arrival_once"
            ),
            models.CheckConstraint(
                name="arrival_opened_with_outcome",
                condition=Q(opened_at__isnull=True, outcome="")
                | (Q(opened_at__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"arrival {self.pk}"

    @property
    def subject(self) -> Subject:
        """This arrival as a fact's subject."""
        return Subject("arrival", self.pk)


class File(models.Model):
    """An attachment, in or out: its bytes lie on disk under their own hash, checked when written."""

    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, null=True, related_name="files")
    departure = models.ForeignKey("Departure", on_delete=models.CASCADE, null=True, related_name="files")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=150)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    inline = models.BooleanField(default=False, help_text=_("The letter's HTML shows it."))
    content_id = models.CharField(max_length=255, blank=True)
    stored_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="file_unstored", condition=Q(stored_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(fields=["arrival", "place"], name="file_place_in"),
            models.UniqueConstraint(fields=["departure", "place"], name="file_place_out"),
            models.CheckConstraint(
                name="file_in_or_out", condition=Q(arrival__isnull=True) ^ Q(departure__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DepartureQuerySet(models.QuerySet["Departure"]):
    """Filters over what leaves."""

    def waiting(self) -> DepartureQuerySet:
        """To be sent when its moment comes."""
        return self.filter(
            sent_at__isnull=True,
            claimed_at__isnull=True,
            failed_at__isnull=True,
            held_at__isnull=True,
            cancelled_at__isnull=True,
        )

    def without_content(self) -> DepartureQuerySet:
        """Without the letter itself, which may be large: neither read nor written again with a change of state."""
        return self.defer("content")

    def delayed(self) -> DepartureQuerySet:
        """Still to be sent, after at least one attempt that the server put off; `trouble` says why."""
        return self.waiting().filter(tries__gt=0)

    def in_trouble(self) -> DepartureQuerySet:
        """Given up, bounced, or in doubt: a person decides."""
        return self.filter(settled_at__isnull=True).filter(
            Q(failed_at__isnull=False) | Q(held_at__isnull=False) | Q(bounced_at__isnull=False)
        )


class Departure(models.Model):
    """One letter out. It is sent once or held for a person; never twice because we were unsure."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("answer")
        ACKNOWLEDGEMENT = "acknowledgement", _("automatic acknowledgement")
        INVITATION = "invitation", _("invitation to say how it went")
        WELCOME = "welcome", _("a colleague's way in")
        ALARM = "alarm", _("alarm about this installation")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="departures")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    recipients = models.JSONField(help_text=_("Envelope recipients, as addresses."))
    refused = models.JSONField(default=list, help_text=_("Recipients whose server did not want it."))
    message_id = models.CharField(max_length=300, unique=True)
    content = models.BinaryField(null=True, help_text=_("The letter as it goes over the wire."))
    created_at = models.DateTimeField()
    leaves_at = models.DateTimeField(help_text=_("Not before: the time to change one's mind."))
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, help_text=_("Handed to the server; no word from it yet."))
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True, help_text=_("A person has dealt with the trouble."))
    trouble = models.CharField(max_length=500, blank=True)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["leaves_at"],
                name="departure_waiting",
                condition=Q(
                    sent_at__isnull=True,
                    claimed_at__isnull=True,
                    failed_at__isnull=True,
                    held_at__isnull=True,
                    cancelled_at__isnull=True,
                ),
            ),
            models.Index(
                fields=["id"],
                name="departure_trouble",
                condition=Q(settled_at__isnull=True)
                & (Q(failed_at__isnull=False) | Q(held_at__isnull=False) | Q(bounced_at__isnull=False)),
            ),
            models.Index(fields=["subject_kind", "subject_id"], name="departure_subject"),
            models.Index(fields=["created_at", "id"], name="departure_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                name="departure_one_end",
                condition=~Q(sent_at__isnull=False, cancelled_at__isnull=False)
                & ~Q(sent_at__isnull=False, failed_at__isnull=False),
            ),
            models.CheckConstraint(name="departure_to_somebody", condition=~Q(recipients=[])),
        ]

    def __str__(self) -> str:
        return f"departure {self.pk}"

    @property
    def subject(self) -> Subject:
        """What it belongs to, as the room above knows it."""
        return Subject(self.subject_kind, self.subject_id)

    @property
    def is_waiting(self) -> bool:
        """To be sent when its moment comes."""
        return not (self.claimed_at or self.sent_at or self.failed_at or self.held_at or self.cancelled_at)

    @property
    def in_trouble(self) -> bool:
        """Given up, bounced, or in doubt, and nobody has dealt with it."""
        return self.settled_at is None and bool(self.failed_at or self.held_at or self.bounced_at)
