"""Somebody starts, gets a way in, and leaves."""

import pytest

from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.people import attending, hiring, organising, queries
from upheld.people.models import Department, Login, Person
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


def let_in(person: Person, email: str = "ada@harbour.example") -> Login:
    return hiring.let_in(person, email=email, password="deck-shoe-kiel-39", at=MONDAY)


def test_a_duty_owner_answers_for_a_closed_department_too():
    make_department("Service")
    returns = make_department("Returns", duty=make_person())
    organising.close(returns, cases=0, promises=0, mailboxes=0, by=CLOCK, at=MONDAY)
    with pytest.raises(hiring.StillOnDuty, match="Returns"):
        hiring.leave(returns.duty_owner, by=CLOCK, at=MONDAY)


def test_a_forgotten_password_is_replaced_and_the_fact_holds_nothing_of_it():
    sven, ada = make_person("Sven", role="administrator"), make_person()
    login = let_in(ada)
    before = login.get_session_auth_hash()
    hiring.new_password(ada, "another-deck-shoe-40", by=sven.actor, at=MONDAY)
    login.refresh_from_db()
    assert login.check_password("another-deck-shoe-40")
    assert login.get_session_auth_hash() != before
    fact = Record.objects.get(kind="people.PasswordRenewed/1")
    assert (fact.about, fact.data, fact.by_id) == ([f"person:{ada.pk}"], {"person": ada.pk}, sven.pk)


def test_only_whoever_works_here_and_has_a_way_in_gets_a_new_password():
    ada = make_person()
    with pytest.raises(hiring.NoLogin):
        hiring.new_password(ada, "another-deck-shoe-40", by=CLOCK, at=MONDAY)
    let_in(ada)
    hiring.leave(ada, by=CLOCK, at=MONDAY)
    with pytest.raises(hiring.HasLeft):
        hiring.new_password(ada, "another-deck-shoe-40", by=CLOCK, at=MONDAY)


def change(
    person: Person, *, name: str = "", role: str = "", departments: list[Department] | None = None
) -> Person:
    own = list(person.departments.all()) if departments is None else departments
    told = {"name": name or person.name, "role": role or person.role, "departments": own}
    return hiring.change(person, **told, by=CLOCK, at=MONDAY)


def test_a_colleague_gets_another_name_role_and_departments():
    service, ada = make_department(), make_person()
    changed = change(ada, name="Ada Ärmel", role="lead", departments=[service])
    assert (changed.name, changed.sort_key, changed.role) == ("Ada Ärmel", "ada armel", "lead")
    assert list(changed.departments.all()) == [service]
    fact = Record.objects.get(kind="people.PersonChanged/1")
    assert fact.data == {"person": ada.pk, "role": "lead", "fields": ["name", "role", "departments"]}


def test_a_change_that_changes_nothing_or_takes_the_name_is_refused():
    ada = make_person()
    with pytest.raises(hiring.NothingChanged):
        change(ada)
    with pytest.raises(hiring.NameMissing):
        change(ada, name="  ")
    hiring.leave(ada, by=CLOCK, at=MONDAY)
    with pytest.raises(hiring.HasLeft):
        change(ada, role="lead")


def test_whoever_is_on_duty_goes_on_serving():
    bruno = make_department().duty_owner
    with pytest.raises(hiring.StillOnDuty, match="Service"):
        change(bruno, role="manager")
    assert change(bruno, role="agent").role == "agent"


def test_the_last_administrator_who_can_sign_in_stays_one():
    sven = make_person("Sven", role="administrator")
    let_in(sven, "sven@harbour.example")
    make_person("Nobody Yet", role="administrator")
    with pytest.raises(hiring.LastAdministrator):
        change(sven, role="manager")
    with pytest.raises(hiring.LastAdministrator):
        hiring.leave(sven, by=CLOCK, at=MONDAY)
    otto = make_person("Otto Brandt", role="administrator")
    let_in(otto, "otto@harbour.example")
    assert change(sven, role="manager").role == "manager"
    with pytest.raises(hiring.LastAdministrator):
        hiring.leave(otto, by=CLOCK, at=MONDAY)
