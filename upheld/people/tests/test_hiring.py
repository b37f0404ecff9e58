"""Somebody starts, gets a way in, and leaves."""

import pytest

from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.people import attending, hiring, organising, queries
from upheld.people.models import Person
from upheld.people.tests.makers import MONDAY, make_department, make_person

pytestmark = pytest.mark.django_db


def test_a_colleague_is_written_down_with_a_fact_that_holds_no_name():
    ada = hiring.hire("Ada Okafor", role="agent", by=CLOCK, at=MONDAY)
    fact = Record.objects.get(kind="people.PersonHired/1")
    assert fact.about == [f"person:{ada.pk}"]
    assert "Ada" not in str(fact.data)


def test_a_colleague_without_a_name_is_refused():
    with pytest.raises(hiring.NameMissing):
        hiring.hire("  ", role="agent", by=CLOCK, at=MONDAY)


def test_whoever_is_let_in_is_found_by_their_login_whatever_the_case():
    ada = make_person()
    login = hiring.let_in(ada, email="Ada@Harbour.Example", password="deck-shoe-kiel-39", at=MONDAY)
    assert login.email == "ada@harbour.example"
    assert login.check_password("deck-shoe-kiel-39")
    assert queries.person_of(login) == ada


def test_one_address_lets_in_one_person_and_one_person_has_one_login():
    ada, bruno = make_person(), make_person("Bruno Keller")
    hiring.let_in(ada, email="ada@harbour.example", password="deck-shoe-kiel-39", at=MONDAY)
    with pytest.raises(hiring.AddressTaken):
        hiring.let_in(bruno, email="ADA@harbour.example", password="deck-shoe-kiel-39", at=MONDAY)
    with pytest.raises(hiring.HasALogin):
        hiring.let_in(ada, email="other@harbour.example", password="deck-shoe-kiel-39", at=MONDAY)


def test_whoever_left_cannot_sign_in_is_not_present_and_takes_no_duty():
    ada = make_person()
    login = hiring.let_in(ada, email="ada@harbour.example", password="deck-shoe-kiel-39", at=MONDAY)
    attending.come(ada, at=MONDAY)
    hiring.leave(ada, by=CLOCK, at=MONDAY)
    login.refresh_from_db()
    assert not login.is_active
    assert queries.person_of(login) is None
    assert not Person.objects.present(MONDAY).exists()
    gone = Person.objects.get(pk=ada.pk)
    with pytest.raises(organising.CannotBeOnDuty):
        make_department(duty=gone)
    with pytest.raises(hiring.HasLeft):
        hiring.leave(gone, by=CLOCK, at=MONDAY)
    with pytest.raises(hiring.HasLeft):
        hiring.let_in(gone, email="again@harbour.example", password="deck-shoe-kiel-39", at=MONDAY)


def test_a_duty_owner_hands_the_duty_over_before_leaving():
    ada = make_person()
    service = make_department()
    with pytest.raises(organising.CannotBeOnDuty):
        organising.hand_duty(service, to=make_person("Sven", role="administrator"), by=CLOCK, at=MONDAY)
    bruno = service.duty_owner
    with pytest.raises(hiring.StillOnDuty):
        hiring.leave(bruno, by=CLOCK, at=MONDAY)
    assert organising.hand_duty(service, to=ada, by=CLOCK, at=MONDAY).duty_owner == ada
    assert hiring.leave(bruno, by=CLOCK, at=MONDAY).left_at == MONDAY
