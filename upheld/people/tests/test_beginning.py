"""The first person begins a company that needs no department, no role and no second login to run."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from upheld.journal.facts import CLOCK
from upheld.people import beginning, hiring, organising, queries
from upheld.people.models import Department, Login, Person
from upheld.people.tests.makers import MONDAY, make_calendar, make_department, make_person

pytestmark = pytest.mark.django_db
PASSWORD = "deck-shoe-kiel-39"


def begin(**said: str) -> Person:
    words = {"zone": "Europe/Berlin", "name": "Ada Okafor", "email": "Ada@harbour-shoes.example"} | said
    return beginning.begin("Harbour Shoes", password=PASSWORD, at=MONDAY, **words)


def test_whoever_begins_serves_sets_up_and_is_on_duty():
    ada = begin()
    assert ada.serves
    assert ada.sets_up
    assert not ada.only_sets_up
    assert ada.login.email == "ada@harbour-shoes.example"
    service = queries.only_department()
    assert service.duty_owner == ada
    assert list(ada.departments.all()) == [service]
    assert service.calendar.zone == "Europe/Berlin"
    assert service.calendar.frames.count() == 5
    assert queries.company().prefix == "HS"


def test_only_the_first_begins():
    begin()
    with pytest.raises(beginning.HasBegun):
        begin(name="Eve Stranger", email="eve@outside.example")
    assert Person.objects.count() == Login.objects.count() == 1


def test_what_was_taken_in_before_anybody_could_sign_in_stays_and_is_theirs():
    terminal = make_person("root", role="lead")
    service = make_department("Letters", duty=terminal)
    ada = begin()
    service.refresh_from_db()
    assert Department.objects.get() == service
    assert service.duty_owner == ada
    assert list(ada.departments.all()) == [service]


def test_a_time_zone_that_does_not_exist_leaves_nothing_behind():
    from upheld.refusals import Refusal

    with pytest.raises(Refusal):
        begin(zone="Moon/Base")
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("company", "prefix"), [("Harbour Shoes", "HS"), ("lund", "L"), ("靴 屋", "C"), ("A B C D", "ABC")]
)
def test_the_letters_before_a_number_are_the_companys_initials(company, prefix):
    assert beginning.prefix_of(company) == prefix


def test_the_last_who_sets_up_beside_their_work_cannot_stop_or_leave():
    ada = begin()
    bruno = make_person("Bruno Keller")
    (service,) = ada.departments.all()
    organising.hand_duty(service, to=bruno, by=CLOCK, at=MONDAY)
    unchanged = {"name": ada.name, "role": ada.role, "departments": [service]}
    with pytest.raises(hiring.LastAdministrator):
        hiring.change(ada, **unchanged, sets_up_too=False, by=CLOCK, at=MONDAY)
    with pytest.raises(hiring.LastAdministrator):
        hiring.leave(ada, by=CLOCK, at=MONDAY)
    hiring.let_in(bruno, email="bruno@harbour-shoes.example", password=PASSWORD, at=MONDAY)
    hiring.change(
        bruno, name=bruno.name, role=bruno.role, departments=[service], sets_up_too=True, by=CLOCK, at=MONDAY
    )
    changed = hiring.change(ada, **unchanged, sets_up_too=False, by=CLOCK, at=MONDAY)
    assert not changed.sets_up
    hiring.leave(ada, by=CLOCK, at=MONDAY)


def test_a_change_that_says_nothing_of_setting_up_leaves_it_as_it_is():
    ada = begin()
    changed = hiring.change(
        ada, name="Ada Okafor-Berg", role=ada.role, departments=[*ada.departments.all()], by=CLOCK, at=MONDAY
    )
    assert changed.sets_up_too


def test_a_company_is_divided_by_its_second_open_department():
    ada = begin()
    assert not queries.is_divided()
    returns = organising.open_department(
        "Returns", calendar=make_calendar(), duty_owner=ada, by=CLOCK, at=MONDAY
    )
    assert queries.is_divided()
    assert queries.only_department() is None
    organising.close(returns, cases=0, promises=0, mailboxes=0, by=CLOCK, at=MONDAY)
    assert queries.only_department().name == "Service"


def test_the_first_word_is_ours_and_holds_for_a_day():
    now = datetime(2026, 11, 16, 8, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        word = beginning.new_word()
        assert word != beginning.new_word()
    with time_machine.travel(now + timedelta(hours=23), tick=False):
        beginning.check(word)
        for wrong in ("", "nothing", word[:-1] + ("a" if word[-1] != "a" else "b")):
            with pytest.raises(beginning.NotTheWord):
                beginning.check(wrong)
    with time_machine.travel(now + timedelta(hours=25), tick=False), pytest.raises(beginning.WordTooOld):
        beginning.check(word)


def test_it_is_over_once_somebody_can_sign_in():
    assert not beginning.is_over()
    begin()
    assert beginning.is_over()
