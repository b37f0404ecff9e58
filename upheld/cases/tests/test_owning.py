"""One owner at every moment: by rule when a case opens, by a person's word afterwards."""

from datetime import timedelta

import pytest

from upheld.cases import attending, noting, owning
from upheld.cases.models import Case
from upheld.cases.tests.makers import arrive, letter, make_case, make_house
from upheld.channels.opening import NeedsNobody
from upheld.people import attending as presence
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
HOUR = timedelta(hours=1)


def open_cases(house, count):
    return [
        make_case(house, subject=f"Matter {i}", message_id=f"<{i}@harbour.example>", at=MONDAY)
        for i in range(count)
    ]


def test_the_person_present_with_the_fewest_open_cases_owns_the_next():
    house = make_house()
    emil = make_agent("Emil Aalto", house.service)
    owners = [case.owner for case in open_cases(house, 4)]
    assert sorted(owner.pk for owner in owners) == sorted([house.ada.pk, emil.pk] * 2)


def test_when_nobody_is_present_the_duty_owner_takes_it():
    house = make_house(present=False)
    assert make_case(house).owner == house.bruno


def test_somebody_of_another_department_is_not_asked():
    house = make_house(present=False)
    make_agent("Carla Mendes", make_department("Billing", duty=make_person("Nils", role="lead")))
    assert make_case(house).owner == house.bruno


def test_whoever_has_gone_home_gets_nothing():
    house = make_house()
    presence.leave(house.ada, at=MONDAY - timedelta(minutes=1) + HOUR)
    assert make_case(house, at=MONDAY + HOUR).owner == house.bruno


def test_a_case_is_handed_over_to_one_who_serves():
    house = make_house()
    case = make_case(house)
    handed = owning.hand_over(case, to=house.bruno, by=house.ada.actor, at=MONDAY + HOUR)
    assert handed.owner == house.bruno
    assert handed.unread_at is not None
    with pytest.raises(owning.AlreadyTheOwner):
        owning.hand_over(case, to=house.bruno, by=house.ada.actor, at=MONDAY + HOUR)
    with pytest.raises(owning.CannotOwn):
        owning.hand_over(case, to=make_person("Mia", role="manager"), by=house.ada.actor, at=MONDAY + HOUR)


def test_who_sees_a_case():
    house = make_house()
    case = make_case(house)
    billing = make_department("Billing", duty=make_person("Nils", role="lead"))
    carla = make_agent("Carla Mendes", billing)
    sees = {
        person.name: Case.objects.visible_to(person).filter(pk=case.pk).exists()
        for person in (
            house.ada, house.bruno, carla, make_person("Mia", role="manager"),
            make_person("Otto", role="administrator"), make_person("Pia", role="colleague"),
        )
    }  # fmt: skip
    assert sees == {
        "Ada Okafor": True, "Bruno Keller": True, "Carla Mendes": False, "Mia": True, "Otto": False, "Pia": False
    }  # fmt: skip


def test_a_letter_that_needed_a_person_becomes_a_case_once():
    house = make_house()
    arrival = arrive(house, letter(sender="", message_id=None))
    case = attending.open_case(
        arrival, email="dora@harbour.example", department=house.service, by=house.ada, at=MONDAY + HOUR
    )
    assert (case.owner, case.messages.count()) == (house.ada, 1)
    with pytest.raises(NeedsNobody):
        attending.set_aside(arrival, by=house.ada, at=MONDAY + HOUR)


def test_a_case_is_not_made_for_nobody():
    house = make_house()
    arrival = arrive(house, letter(sender="", message_id=None))
    with pytest.raises(attending.NoAddress):
        attending.open_case(arrival, email=" ", department=house.service, by=house.ada, at=MONDAY + HOUR)
    assert attending.set_aside(arrival, by=house.ada, at=MONDAY + HOUR).attended_by == house.ada


def test_a_note_has_words_and_stands_in_its_own_table():
    house = make_house()
    case = make_case(house)
    written = noting.note(case, text=" Ask Carla. ", by=house.ada, at=MONDAY + HOUR)
    assert written.text == "Ask Carla."
    assert not case.messages.filter(text__contains="Carla").exists()
    with pytest.raises(noting.NothingWritten):
        noting.note(case, text="  ", by=house.ada, at=MONDAY + HOUR)
