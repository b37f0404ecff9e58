"""A colleague's way in, from the terminal: the first one has nobody to ask for it in the pages."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from upheld.journal.facts import CLOCK
from upheld.people import hiring
from upheld.people.models import Department, Login, Person
from upheld.refusals import Refusal


class NoSuchDepartment(Refusal):
    """There is no department of this name."""


class PasswordTooWeak(Refusal):
    """The password is too easy to guess."""


class NotAnAddress(Refusal):
    """This is not an e-mail address."""


@transaction.atomic
def let_in(name: str, *, email: str, role: str, departments: list[str], password: str) -> Person:
    """Hire, and give a login; both or neither."""
    at = timezone.now()
    try:
        validate_email(email)
    except ValidationError:
        raise NotAnAddress(f"{email} is not an e-mail address.") from None
    try:
        password_validation.validate_password(password, Login(email=email))
    except ValidationError as no:
        raise PasswordTooWeak(" ".join(no.messages)) from None
    found = [_department(one) for one in departments]
    person = hiring.hire(name, role=role, departments=found, by=CLOCK, at=at)
    hiring.let_in(person, email=email, password=password, at=at)
    return Person.objects.select_related("login").get(pk=person.pk)


def _department(name: str) -> Department:
    department = Department.objects.filter(name__iexact=name.strip(), closed_at__isnull=True).first()
    if department is None:
        names = ", ".join(Department.objects.filter(closed_at__isnull=True).values_list("name", flat=True))
        raise NoSuchDepartment(
            f"There is no department “{name}”. There {'are: ' + names if names else 'is none yet'}."
        )
    return department
