"""Questions across staff: whose login this is, and which company we are."""

from __future__ import annotations

from upheld.people.models import Company, Login, Person


def company() -> Company:
    """The company, or one without a name before anybody has set it up."""
    return Company.objects.first() or Company(name="Upheld")


def person_of(login: Login) -> Person | None:
    """The member of staff who signs in with this login, if they still work here."""
    return Person.objects.working_here().filter(login=login).prefetch_related("departments").first()
