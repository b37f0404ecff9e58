"""What the bulk loader leaves is as whole as what the verbs leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from bench import loading, matters, words, workplace
from upheld.cases import opening
from upheld.cases.models import Case, Message
from upheld.config import sweeps
from upheld.customers.models import Customer
from upheld.journal import numbering, sealing
from upheld.journal.facts import CLOCK
from upheld.journal.models import Bookmark, ChainEnd
from upheld.people.models import Department, Person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
COUNT = 120


@pytest.fixture
def place():
    return workplace.open_up(NOW)


@pytest.fixture
def loaded(place):
    numbering.after_restore()
    loading.load(COUNT, workplace=place, until=NOW, say=lambda line: None)
    return place


def test_the_same_seed_gives_the_same_matters():
    first, second = (list(matters.matters(50, seed=3, until=NOW)) for _turn in range(2))
    assert first == second
    assert first != list(matters.matters(50, seed=4, until=NOW))


def test_matters_are_two_letters_each_and_a_fifth_is_open():
    found = list(matters.matters(2000, seed=1, until=NOW))
    assert 1.9 < sum(len(one.said) for one in found) / 2000 < 2.1
    assert 0.17 < sum(one.closed_at is None for one in found) / 2000 < 0.23
    assert sum(any(words.RARE in said.text for said in one.said) for one in found) == 7
    assert all(one.said[0].at < one.said[-1].at <= NOW for one in found if len(one.said) > 1)


def test_the_journal_is_numbered_sealed_and_read(loaded):
    assert sealing.verify() is None
    end = ChainEnd.objects.get()
    assert set(
        Bookmark.objects.filter(reader__in=["cases.leaving", "notices"]).values_list("position", flat=True)
    ) == {end.position}


def test_nothing_that_fell_due_is_unsaid(loaded):
    assert [one.do(NOW) for one in sweeps.of_the_clock()] == [0, 0, 0]


def test_verbs_go_on_where_the_loader_ended(loaded):
    newest = Case.objects.latest("pk")
    case = opening.open_case(
        "One more", customer=Customer.objects.latest("pk"), department=Department.objects.earliest("pk"),
        mailbox=None, waiting_since=NOW, by=CLOCK, at=NOW,
    )  # fmt: skip
    assert case.pk == newest.pk + 1
    assert case.number == newest.number + 1


def test_a_second_load_goes_on_after_the_first(loaded):
    loading.load(30, workplace=loaded, until=NOW, seed=2, say=lambda line: None)
    assert Case.objects.count() == COUNT + 30
    assert sealing.verify() is None


def test_pages_show_what_was_loaded(loaded):
    browser = Client()
    browser.force_login(loaded.manager, backend="django.contrib.auth.backends.ModelBackend")
    message = Message.objects.filter(way="out", promise_places__isnull=False).latest("pk")
    page = browser.get(f"/cases/{message.case.number}").content.decode()
    assert message.text[:60] in page
    assert "A new pair" in page
    assert browser.get("/letters?view=ours").status_code == 200


def test_what_waits_falls_due_one_a_second(place):
    numbering.after_restore()
    due = NOW + timedelta(days=1)
    loading.load_waiting(20, workplace=place, until=NOW, due=due, warned=timedelta(hours=12))
    assert [one.do(NOW) for one in sweeps.of_the_clock()] == [0, 0, 0]
    broken = sweeps.of_the_clock()[0].do(due + timedelta(seconds=4.5))
    assert broken == 5
    assert Person.objects.count() == matters.DEPARTMENTS * (matters.PEOPLE + 1) + 1
