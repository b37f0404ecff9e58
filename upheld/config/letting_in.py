"""A colleague's way in, from the terminal: the first one has nobody to ask for it in the pages."""

from __future__ import annotations

from axes import utils as axes
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from upheld.journal.facts import CLOCK
from upheld.people import hiring
from upheld.people import queries as people
from upheld.people.models import Department, Login, Person
from upheld.refusals import Refusal


class NoSuchDepartment(Refusal):
    """There is no department of this name."""


class NoSuchPerson(Refusal):
    """Nobody who works here signs in with this address."""


class OtherTables(Refusal):
    """The database's tables are not those of this version: run `upheld migrate`, or start `upheld serve`."""


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
    _refuse_weak(password, email)
    found = [department_named(one) for one in departments]
    if not found and (only := people.only_department()):
        found = [only]  # where there is one, nobody need know its name
    person = hiring.hire(name, role=role, departments=found, by=CLOCK, at=at)
    hiring.let_in(person, email=email, password=password, at=at)
    return Person.objects.select_related("login").get(pk=person.pk)


@transaction.atomic
def new_password(email: str, password: str) -> Person:
    """Another password for whoever signs in with this address; eight wrong ones before are forgiven."""
    person = Person.objects.working_here().filter(login__email__iexact=email.strip()).first()
    if person is None:
        raise NoSuchPerson(f"Nobody who works here signs in as {email}.")
    _refuse_weak(password, email)
    hiring.new_password(person, password, by=CLOCK, at=timezone.now())
    axes.reset(username=email.strip())
    return person


def there_are_none() -> bool:
    """Whether nobody has ever made tables in this database."""
    return not connection.introspection.table_names()


def refuse_other_tables() -> None:
    """Say so in a sentence when the tables are missing or older than this program."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise OtherTables


def department_named(name: str) -> Department:
    """The open department with this name, whatever the case; else a refusal that names those there are."""
    department = Department.objects.filter(name__iexact=name.strip(), closed_at__isnull=True).first()
    if department is None:
        names = ", ".join(Department.objects.filter(closed_at__isnull=True).values_list("name", flat=True))
        raise NoSuchDepartment(
            f"There is no department “{name}”. There {'are: ' + names if names else 'is none yet'}."
        )
    return department


def _refuse_weak(password: str, email: str) -> None:
    try:
        password_validation.validate_password(password, Login(email=email))
    except ValidationError as no:
        raise PasswordTooWeak(" ".join(no.messages)) from None
