"""The company, departments with their calendars and duty owners, staff, logins and attendance."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from upheld.clock import calendars
from upheld.journal.facts import Actor, Subject

PRESENT_FOR = timedelta(hours=10)
"""Whoever has come and shown no sign for this long has gone home and forgotten to say so."""


def frame_of(opens: int, closes: int) -> calendars.Frame:
    """Minutes after local midnight as a frame; refuses one that ends before it begins."""
    return calendars.Frame(time(opens // 60, opens % 60), time(closes // 60 % 24, closes % 60))


class Login(AbstractBaseUser):
    """A way in: an address and a password or passkey. It has no role; a member of staff or a customer may own one."""

    email = models.EmailField(_("e-mail"), unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[BaseUserManager[Any]] = BaseUserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="login_email_whatever_case")]

    def __str__(self) -> str:
        return f"login {self.pk}"

    @property
    def is_staff(self) -> bool:
        """Libraries ask; there is no framework admin, so nobody is."""
        return False


class Calendar(models.Model):
    """When a department works: weekly frames in its own time zone, and the days on which it is closed."""

    name = models.CharField(max_length=100, unique=True)
    zone = models.CharField(max_length=60)
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=10, blank=True)
    holidays_until = models.DateField(
        null=True, help_text=_("The last day for which the country's public holidays are written down.")
    )

    def __str__(self) -> str:
        return self.name

    def as_clock(self) -> calendars.Calendar:
        """The same calendar for arithmetic. Two queries, unless frames and closed days were prefetched."""
        weekly: dict[int, tuple[calendars.Frame, ...]] = {}
        for frame in self.frames.all():
            weekly[frame.weekday] = (*weekly.get(frame.weekday, ()), frame.as_clock())
        closed = frozenset(day.day for day in self.closed_days.all())
        return calendars.Calendar(zone=self.zone, weekly=weekly, holidays=closed)


class OpeningFrame(models.Model):
    """One stretch of a weekday, in local minutes after midnight; a day may have several (lunch)."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="frames")
    weekday = models.PositiveSmallIntegerField(help_text=_("Monday is 0."))
    opens_minute = models.PositiveSmallIntegerField()
    closes_minute = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="frame_within_a_day",
                condition=Q(weekday__lte=6, opens_minute__lt=F("closes_minute"), closes_minute__lte=1440),
            ),
            models.UniqueConstraint(fields=["calendar", "weekday", "opens_minute"], name="frame_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.as_clock()}"

    def as_clock(self) -> calendars.Frame:
        """The same frame for arithmetic, where an end at midnight is written 00:00."""
        return frame_of(self.opens_minute, self.closes_minute)


class ClosedDay(models.Model):
    """A day on which the calendar's people do not work: a public holiday or the company's own."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="closed_days")
    day = models.DateField()
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="closed_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Company(models.Model):
    """The one company that this installation serves: its name, its zone, the letters before a case's number."""

    only = models.BooleanField(default=True, unique=True, editable=False)
    name = models.CharField(max_length=100)
    zone = models.CharField(max_length=60, default="UTC")
    prefix = models.CharField(max_length=6, default="C")
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="company_only_one", condition=Q(only=True))]

    def __str__(self) -> str:
        return self.name


class PersonQuerySet(models.QuerySet["Person"]):
    """Filters over staff."""

    def working_here(self) -> PersonQuerySet:
        """Those who have not left."""
        return self.filter(left_at__isnull=True)

    def present(self, at: datetime) -> PersonQuerySet:
        """Those who have come, have not gone, and were seen lately."""
        return self.working_here().filter(
            attendances__left_at__isnull=True,
            attendances__came_at__lte=at,
            attendances__seen_at__gte=at - PRESENT_FOR,
        )

    def setting_up(self) -> PersonQuerySet:
        """Those who can sign in and change the settings."""
        sets_up = Q(role=Person.Role.ADMINISTRATOR) | Q(sets_up_too=True)
        return self.working_here().filter(sets_up, login__isnull=False)

    def visible_to(self, viewer: Person) -> PersonQuerySet:
        """Colleagues know one another's names; an outsider has no Person and never comes here."""
        return self.all() if viewer.works_here else self.none()


class Person(models.Model):
    """A member of staff. The role says what the pages show; departments say whose cases."""

    class Role(models.TextChoices):
        AGENT = "agent", _("Agent")
        LEAD = "lead", _("Team lead")
        COLLEAGUE = "colleague", _("Colleague")
        MANAGER = "manager", _("Manager")
        ADMINISTRATOR = "administrator", _("Administrator")

    login = models.OneToOneField(Login, on_delete=models.PROTECT, null=True, related_name="person")
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200, db_index=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    departments: models.ManyToManyField[Department, models.Model] = models.ManyToManyField(
        "Department", related_name="people", blank=True
    )
    sets_up_too = models.BooleanField(
        default=False, help_text=_("Changes the settings beside their own work, as in a small company.")
    )
    zone = models.CharField(max_length=60, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_role_known",
                condition=Q(role__in=["agent", "lead", "colleague", "manager", "administrator"]),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> Actor:
        """This person as the `by` of a verb."""
        return Actor("staff", self.pk)

    @property
    def subject(self) -> Subject:
        """This person as a fact's subject."""
        return Subject("person", self.pk)

    @property
    def works_here(self) -> bool:
        """Has not left."""
        return self.left_at is None

    @property
    def first_name(self) -> str:
        """What colleagues call them."""
        return self.name.split(" ", 1)[0]

    @property
    def initials(self) -> str:
        """For a small round face."""
        parts = self.name.split()
        return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper()

    @property
    def serves(self) -> bool:
        """Answers customers: agents and leads, in their departments."""
        return self.works_here and self.role in {self.Role.AGENT, self.Role.LEAD}

    def is_present(self, at: datetime) -> bool:
        """At work now: new cases may be theirs."""
        return Person.objects.present(at).filter(pk=self.pk).exists()

    @property
    def reads_all(self) -> bool:
        """Managers read every case."""
        return self.works_here and self.role == self.Role.MANAGER

    @property
    def sets_up(self) -> bool:
        """Changes the settings: administrators, and whoever does so beside their own work."""
        return self.works_here and (self.role == self.Role.ADMINISTRATOR or self.sets_up_too)

    @property
    def only_sets_up(self) -> bool:
        """Administrators see settings and health, not letters."""
        return self.works_here and self.role == self.Role.ADMINISTRATOR


class Department(models.Model):
    """A part of the company, also called a function, with its opening hours and somebody always answerable."""

    name = models.CharField(max_length=100, unique=True)
    sort_key = models.CharField(max_length=200)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="departments")
    duty_owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="on_duty_for")
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        """This department as a fact's subject."""
        return Subject("department", self.pk)


class Attendance(models.Model):
    """From when to when somebody was at work, and when they were last seen."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="attendances")
    came_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(left_at__isnull=True), name="attendance_one_open"
            ),
            models.CheckConstraint(
                name="attendance_forward",
                condition=Q(seen_at__gte=F("came_at"))
                & (Q(left_at__isnull=True) | Q(left_at__gte=F("came_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} from {self.came_at:%Y-%m-%d %H:%M}"
