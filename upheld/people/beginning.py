"""The first day of an installation: whose it is, who begins, and a department that takes the letters from then on.

What is chosen here is what a shop of two needs and nobody is asked for: one department, its usual hours, one person
who serves and sets up beside it. Everything of it can be changed afterwards.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.core import signing
from django.db import connection, transaction
from django.utils.translation import gettext as _

from upheld.journal.facts import CLOCK
from upheld.people import hiring, organising
from upheld.people.models import Department, Login, Person
from upheld.people.queries import open_departments
from upheld.refusals import Refusal

DEPARTMENT = "Service"
HOURS = "Opening hours"
OFFICE_HOURS = {weekday: [(9 * 60, 17 * 60)] for weekday in range(5)}
VALID_FOR = timedelta(days=1)
"""How long the word in the first link holds; each start of the installation makes another one."""
_SALT = "upheld.people.beginning"
_FIRST = int.from_bytes(b"upheld 1")


class HasBegun(Refusal):
    """Somebody can sign in already: from now on, they let others in."""


class WordTooOld(Refusal):
    """This link is too old: start Upheld again, and it prints another one."""


class NotTheWord(Refusal):
    """This is not the link that Upheld printed."""


def is_over() -> bool:
    """Whether somebody can sign in, so that no word opens anything any more."""
    return Login.objects.exists()


def new_word() -> str:
    """The word in the first link, which needs no account: whoever reads it at the terminal may begin."""
    return _signer().sign(secrets.token_hex(8))


def check(word: str) -> None:
    """Refuses a word that is not ours, or no longer."""
    try:
        _signer().unsign(word, max_age=VALID_FOR)
    except signing.SignatureExpired:
        raise WordTooOld(_("This link is too old: start Upheld again, and it prints another one.")) from None
    except signing.BadSignature:
        raise NotTheWord from None


@transaction.atomic
def begin(company: str, *, zone: str, name: str, email: str, password: str, at: datetime) -> Person:
    """The company, and the one who begins: they serve, set up, and are on duty. Only while nobody can sign in.

    What was taken in before, by the command, stays where it is: they work there from now on.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST])
    if Login.objects.exists():
        raise HasBegun(_("Somebody can sign in already: from now on, they let others in."))
    organising.found(company, zone=zone, prefix=prefix_of(company))
    person = hiring.hire(name, role=Person.Role.AGENT, by=CLOCK, at=at)
    hiring.let_in(person, email=email, password=password, at=at)
    departments = list(open_departments()) or [_open(person, zone, at)]
    for one in departments:
        if one.duty_owner_id != person.pk and one.duty_owner.login_id is None:
            organising.hand_duty(one, to=person, by=CLOCK, at=at)
    return hiring.change(
        person, name=person.name, role=person.role, departments=departments, sets_up_too=True, by=CLOCK, at=at
    )


def prefix_of(company: str) -> str:
    """The letters before a case's number: the company's initials, as far as they are of the English alphabet."""
    initials = "".join(word[0] for word in company.split() if word[0].isascii() and word[0].isalpha())
    return initials[:3].upper() or "C"


def _open(person: Person, zone: str, at: datetime) -> Department:
    hours = organising.keep_hours(HOURS, zone=zone, weekly=OFFICE_HOURS)
    return organising.open_department(DEPARTMENT, calendar=hours, duty_owner=person, by=CLOCK, at=at)


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_SALT, sep=".")
