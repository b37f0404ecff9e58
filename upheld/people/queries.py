"""Questions across staff: whose login this is, and which company we are."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery, prefetch_related_objects

from upheld.people.models import Attendance, Company, Department, Login, Person
from upheld.questions.asking import Question

SMALL = 5
"""As many as need no word for what each of them does."""


def company() -> Company:
    """The company, or one without a name before anybody has set it up."""
    return Company.objects.first() or Company(name="Upheld")


def person_of(login: Login) -> Person | None:
    """The member of staff who signs in with this login, if they still work here."""
    return Person.objects.working_here().filter(login=login).prefetch_related("departments").first()


def visitor(login: Login) -> tuple[Person | None, datetime | None]:
    """The same for somebody who opens a page, and when they were last seen at work; two queries."""
    found = _VISITOR.first(login.pk)
    if found is None:
        return None, None
    prefetch_related_objects([found], "departments")
    return found, getattr(found, "seen_at", None)


def _visitor(login: int) -> QuerySet[Person]:
    attended = Attendance.objects.filter(person=OuterRef("pk"), left_at__isnull=True)
    people = Person.objects.working_here().filter(login=login)
    return people.annotate(seen_at=Subquery(attended.values("seen_at")[:1]))


_VISITOR = Question(_visitor, int)


def open_departments() -> QuerySet[Department]:
    """The departments that take letters, by name."""
    return (
        Department.objects.filter(closed_at__isnull=True)
        .select_related("duty_owner")
        .order_by("sort_key", "pk")
    )


def only_department() -> Department | None:
    """The one that takes all letters, where the company is not divided; None when there are several, or none."""
    found = list(open_departments()[:2])
    return found[0] if len(found) == 1 else None


def is_divided() -> bool:
    """Whether there are several departments, so that pages must say which."""
    return open_departments().count() > 1


def rights_differ() -> bool:
    """Whether pages speak of roles: when not everybody does the same, or more than five work here."""
    staff = Person.objects.working_here()
    return staff.exclude(role=Person.Role.AGENT).exists() or staff.count() > SMALL
