"""Somebody starts to work here, gets a way in, takes on another role, and one day leaves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.people.facts import PasswordRenewed, PersonChanged, PersonHired, PersonLeft
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


class NoLogin(Refusal):
    """This person has no way in yet: give them an address to sign in with."""


class LastAdministrator(Refusal):
    """Nobody else can change the settings: let somebody else change them first."""


class NothingChanged(Refusal):
    """That is how it is already."""


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
def new_password(person: Person, password: str, *, by: Actor, at: datetime) -> Person:
    """Another password for somebody who forgot theirs. Wherever they are signed in, they are asked for it."""
    person = _locked(person)
    if person.login_id is None:
        raise NoLogin
    login = Login.objects.select_for_update().get(pk=person.login_id)
    login.set_password(password)
    login.save(update_fields=["password"])
    writing.write(PasswordRenewed(person=person.pk), by=by, at=at)
    return person


@transaction.atomic
def change(
    person: Person,
    *,
    name: str,
    role: str,
    departments: Collection[Department],
    sets_up_too: bool | None = None,
    by: Actor,
    at: datetime,
) -> Person:
    """Another name, role or other departments, and whether they set up beside their work; None leaves that as it is.

    What they own and keep stays with them.
    """
    person = _locked(person)
    sets_up = person.sets_up
    too = person.sets_up_too if sets_up_too is None else sets_up_too
    before = {
        "name": person.name,
        "role": person.role,
        "departments": _keys(person.departments.all()),
        "sets_up_too": person.sets_up_too,
    }
    after = {"name": name.strip(), "role": role, "departments": _keys(departments), "sets_up_too": too}
    changed = tuple(field for field in before if before[field] != after[field])
    if not changed:
        raise NothingChanged
    if not after["name"]:
        raise NameMissing(str(_("Write the colleague's name.")))
    person.name, person.sort_key, person.role = name.strip(), sort_key(name), role
    person.sets_up_too = too
    if not person.serves:
        _refuse_on_duty(person)
    if sets_up and not person.sets_up and person.login_id:
        _refuse_last_administrator(person)
    person.save(update_fields=["name", "sort_key", "role", "sets_up_too"])
    person.departments.set(departments)
    writing.write(PersonChanged(person=person.pk, role=role, fields=changed), by=by, at=at)
    return person


@transaction.atomic
def leave(person: Person, *, by: Actor, at: datetime) -> Person:
    """Somebody leaves the company: no more signing in, no more new cases. What they hold is handed on by rule."""
    person = _locked(person)
    _refuse_on_duty(person)
    if person.sets_up and person.login_id:
        _refuse_last_administrator(person)
    person.left_at = at
    person.save(update_fields=["left_at"])
    person.attendances.filter(left_at__isnull=True).update(left_at=at)
    if person.login_id:
        Login.objects.filter(pk=person.login_id).update(is_active=False)
    writing.write(PersonLeft(person=person.pk), by=by, at=at)
    return person


def _locked(person: Person) -> Person:
    found = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if found.left_at:
        raise HasLeft
    return found


def _keys(departments: Collection[Department]) -> list[int]:
    return sorted(one.pk for one in departments)


def _refuse_on_duty(person: Person) -> None:
    # Closed departments too: a customer may take up an old case there, and somebody answers for it.
    names = list(
        Department.objects.filter(duty_owner=person).order_by("sort_key").values_list("name", flat=True)
    )
    if names:
        told = {"departments": ", ".join(names)}
        raise StillOnDuty(str(_("Name another duty owner first, for: %(departments)s.") % told))


def _refuse_last_administrator(person: Person) -> None:
    # Locked in one order, so that of two who go at once only one can be the last.
    rows = Person.objects.setting_up()
    if {one.pk for one in rows.select_for_update(of=("self",)).order_by("pk")} <= {person.pk}:
        raise LastAdministrator
