"""Somebody starts to work here, gets a way in, and one day leaves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.facts import PersonHired, PersonLeft
from upheld.people.models import Department, Login, Person
from upheld.people.names import sort_key
from upheld.refusals import Refusal


class NameMissing(Refusal):
    """A colleague has a name."""


class AddressTaken(Refusal):
    """Somebody already signs in with this address."""


class HasALogin(Refusal):
    """This person can already sign in."""


class StillOnDuty(Refusal):
    """Somebody else must take the duty of their departments first."""


class HasLeft(Refusal):
    """This person no longer works here."""


@transaction.atomic
def hire(
    name: str,
    *,
    role: str,
    departments: list[Department] | None = None,
    zone: str = "",
    by: Actor,
    at: datetime,
) -> Person:
    """Write a colleague down. Without `let_in` they cannot sign in yet."""
    if not name.strip():
        raise NameMissing(str(_("Write the colleague's name.")))
    person = Person.objects.create(
        name=name.strip(), sort_key=sort_key(name), role=role, zone=zone, joined_at=at
    )
    person.departments.set(departments or [])
    writing.write(PersonHired(person=person.pk, role=role), by=by, at=at)
    return person


@transaction.atomic
def let_in(person: Person, *, email: str, password: str, at: datetime) -> Login:
    """Give a colleague a way in. The password is stored only as a hash."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    email = email.strip().lower()
    if person.left_at:
        raise HasLeft
    if person.login_id:
        raise HasALogin
    if Login.objects.filter(email__iexact=email).exists():
        raise AddressTaken(str(_("Somebody already signs in with this address.")))
    login = Login(email=email, created_at=at)
    login.set_password(password)
    login.save()
    person.login = login
    person.save(update_fields=["login"])
    return login


@transaction.atomic
def leave(person: Person, *, by: Actor, at: datetime) -> Person:
    """Somebody leaves the company: no more signing in, no more new cases. What they hold is handed over first."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.left_at:
        raise HasLeft
    if Department.objects.filter(duty_owner=person, closed_at__isnull=True).exists():
        raise StillOnDuty(str(_("Name another duty owner for their departments first.")))
    person.left_at = at
    person.save(update_fields=["left_at"])
    person.attendances.filter(left_at__isnull=True).update(left_at=at)
    if person.login_id:
        Login.objects.filter(pk=person.login_id).update(is_active=False)
    writing.write(PersonLeft(person=person.pk), by=by, at=at)
    return person
