"""Letting somebody choose their own password: a link that works once, for some days, and for nobody who has left."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from upheld.journal import writing
from upheld.people.facts import PasswordChosen
from upheld.people.hiring import AddressTaken, HasALogin, HasLeft, NoLogin
from upheld.people.models import Login, Person
from upheld.refusals import Refusal

VALID_FOR = timedelta(days=14)
_SALT = "upheld.people.inviting"


class LinkIsOver(Refusal):
    """This link has been used, or is too old: ask for another one."""


class NoSuchLink(LinkIsOver):
    """This is no link of ours."""


@transaction.atomic
def invite(person: Person, *, email: str, at: datetime) -> Login:
    """Give a colleague a way in whose password nobody knows yet: they choose it by the link."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    email = email.strip().lower()
    if person.left_at:
        raise HasLeft
    if person.login_id:
        raise HasALogin
    if Login.objects.filter(email__iexact=email).exists():
        raise AddressTaken(_("Somebody already signs in with this address."))
    login = Login(email=email, created_at=at)
    login.set_unusable_password()
    login.save()
    person.login = login
    person.save(update_fields=["login"])
    return login


def word_for(person: Person) -> str:
    """The word in the link. It holds until a password is chosen, for fourteen days."""
    if person.login is None:
        raise NoLogin
    return _signer().sign_object([person.pk, _mark(person.login)])


def who(word: str) -> Person:
    """Whose link this is; refuses one that was used, is too old, or belongs to somebody who has left."""
    try:
        pk, mark = _signer().unsign_object(word, max_age=VALID_FOR)
    except signing.SignatureExpired:
        raise _over() from None
    except (signing.BadSignature, ValueError, TypeError):
        raise NoSuchLink from None
    person = Person.objects.working_here().select_related("login").filter(pk=pk).first()
    if person is None or person.login is None or not constant_time_compare(str(mark), _mark(person.login)):
        raise _over()
    return person


@transaction.atomic
def choose(word: str, password: str, *, at: datetime) -> Person:
    """Their own password, from now on. The link has done its work."""
    person = who(word)
    assert person.login is not None  # `who` has looked
    person.login = Login.objects.select_for_update().get(pk=person.login.pk)
    if who(word) != person:
        raise _over()
    person.login.set_password(password)
    person.login.save(update_fields=["password"])
    writing.write(PasswordChosen(person=person.pk), by=person.actor, at=at)
    return person


def _signer() -> signing.TimestampSigner:
    # Full stops between its parts: mail programs end a link at fewer of them than at colons.
    return signing.TimestampSigner(salt=_SALT, sep=".")


def _mark(login: Login) -> str:
    return salted_hmac(_SALT, f"{login.pk}.{login.email}.{login.password}").hexdigest()[:20]


def _over() -> LinkIsOver:
    return LinkIsOver(_("This link has been used, or is too old: ask for another one."))
