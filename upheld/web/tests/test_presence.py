"""At work or not: signing in is coming, and one click says otherwise."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from upheld.people import hiring
from upheld.people.models import Person
from upheld.people.tests.makers import make_agent, make_company, make_department

pytestmark = pytest.mark.django_db
PASSWORD = "deck-shoe-kiel-39"


def make_ada() -> Person:
    make_company()
    ada = make_agent("Ada Okafor", make_department(), present=False)
    hiring.let_in(ada, email="ada@harbour.example", password=PASSWORD, at=timezone.now())
    return ada


def sign_in(client: Client) -> None:
    answer = client.post(reverse("account_login"), {"login": "ada@harbour.example", "password": PASSWORD})
    assert answer.status_code == 302


def test_whoever_signs_in_has_come_to_work_and_whoever_signs_out_has_gone(client: Client) -> None:
    ada = make_ada()
    assert not ada.is_present(timezone.now())
    sign_in(client)
    assert ada.is_present(timezone.now())
    client.post(reverse("account_logout"))
    assert not ada.is_present(timezone.now())


def test_today_says_that_nothing_new_comes_until_one_is_here(client: Client) -> None:
    ada = make_ada()
    sign_in(client)
    assert "You are not at work." not in client.get(reverse("today")).content.decode()
    client.post(reverse("going"))
    assert not ada.is_present(timezone.now())
    assert "You are not at work." in client.get(reverse("today")).content.decode()
    client.post(reverse("coming"))
    assert ada.is_present(timezone.now())


def test_going_twice_is_no_error(client: Client) -> None:
    make_ada()
    sign_in(client)
    for _turn in range(2):
        assert client.post(reverse("going")).status_code == 302


def test_looking_makes_nobody_come(client: Client) -> None:
    ada = make_ada()
    sign_in(client)
    client.post(reverse("going"))
    client.get(reverse("today"))
    assert not ada.is_present(timezone.now())
