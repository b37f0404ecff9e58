"""Browsers: whoever is signed in, and whoever is not."""

from __future__ import annotations

from django.test import Client

from upheld.people.models import Login, Person
from upheld.people.tests.makers import MONDAY


def browser_of(person: Person | None = None, **options: bool) -> Client:
    """A browser in which this colleague is signed in; without one, nobody is."""
    client = Client(**options)
    if person is not None:
        if person.login is None:
            person.login = make_login(f"person{person.pk}@harbour-shoes.example")
            person.save(update_fields=["login"])
        client.force_login(person.login, backend="django.contrib.auth.backends.ModelBackend")
    return client


def make_login(email: str = "eve@outside.example") -> Login:
    """A way in that belongs to nobody who works here."""
    login = Login(email=email, created_at=MONDAY)
    login.set_unusable_password()
    login.save()
    return login


def browser_of_outsider() -> Client:
    """Eve has a login and does not work here."""
    client = Client()
    client.force_login(make_login(), backend="django.contrib.auth.backends.ModelBackend")
    return client
