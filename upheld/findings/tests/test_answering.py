"""From department to department, from owner to owner, until somebody says what changes."""

from datetime import UTC, datetime, timedelta

import pytest

from upheld.cases.tests.makers import make_case, make_house
from upheld.findings import answering, owning, routing
from upheld.findings.holding import AlreadyAnswered, NotYours
from upheld.findings.models import Finding
from upheld.findings.raising import DepartmentIsClosed
from upheld.findings.tests.makers import facts_of, follow, make_finding
from upheld.journal.facts import CLOCK
from upheld.people import hiring
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
DAY = timedelta(days=1)


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def carla():
    return make_person("Carla Weiss", role="lead")


@pytest.fixture
def billing(carla):
    return make_department("Billing", duty=carla)


@pytest.fixture
def finding(house):
    return make_finding(make_case(house), by=house.ada)


def test_it_goes_where_its_cause_can_be_put_right_and_keeps_its_age(house, carla, billing, finding):
    finding = routing.route(finding, billing, by=house.ada, at=MONDAY + 3 * DAY)
    assert (finding.department, finding.owner, finding.raised_at) == (billing, carla, MONDAY)
    assert finding.answer_by == datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
    assert facts_of(finding) == ["FindingRaised", "FindingRouted"]


def test_routing_wants_another_open_department_and_one_who_may(house, carla, billing, finding):
    with pytest.raises(routing.AlreadyThere):
        routing.route(finding, house.service, by=house.ada, at=MONDAY)
    with pytest.raises(NotYours):
        routing.route(finding, billing, by=carla, at=MONDAY)
    billing.closed_at = MONDAY
    billing.save()
    with pytest.raises(DepartmentIsClosed):
        routing.route(finding, billing, by=house.ada, at=MONDAY)


def test_another_person_can_look_into_it(house, carla, billing, finding):
    finding = owning.hand_over(finding, to=house.ada, by=house.bruno, at=MONDAY)
    assert finding.owner == house.ada
    with pytest.raises(owning.AlreadyTheOwner):
        owning.hand_over(finding, to=house.ada, by=house.bruno, at=MONDAY)
    with pytest.raises(NotYours):
        owning.hand_over(finding, to=carla, by=carla, at=MONDAY)


def test_no_administrator_and_nobody_who_has_left_owns_a_finding(house, finding):
    for nobody in (
        make_person("Iris Admin", role="administrator"),
        hiring.leave(make_person("Emil Aalto"), by=CLOCK, at=MONDAY),
    ):
        with pytest.raises(owning.CannotOwn):
            owning.hand_over(finding, to=nobody, by=house.bruno, at=MONDAY)


def test_whoever_leaves_hands_on_what_they_owned_to_the_one_on_duty(house, finding):
    emil = make_agent("Emil Aalto", house.service)
    owning.hand_over(finding, to=emil, by=house.bruno, at=MONDAY)
    hiring.leave(emil, by=CLOCK, at=MONDAY + DAY)
    follow()
    finding.refresh_from_db()
    assert finding.owner == house.bruno
    assert facts_of(finding) == ["FindingRaised", "FindingHandedOver", "FindingHandedOver"]


def test_somebody_says_what_changes(house, finding):
    finding = answering.answer(
        finding,
        change="will-change",
        answer="Glued soles are sewn from May.",
        by=house.bruno,
        at=MONDAY + DAY,
    )
    assert (finding.answered_by, finding.answered_at) == (house.bruno, MONDAY + DAY)
    assert not Finding.objects.unanswered().exists()
    assert facts_of(finding) == ["FindingRaised", "FindingAnswered"]
    with pytest.raises(AlreadyAnswered):
        answering.answer(finding, change="stays", answer="Or not.", by=house.bruno, at=MONDAY + DAY)


def test_only_those_whose_it_is_answer(house, carla, billing, finding):
    with pytest.raises(NotYours):
        answering.answer(finding, change="changed", answer="Done.", by=carla, at=MONDAY)
    routed = routing.route(finding, billing, by=house.ada, at=MONDAY)
    with pytest.raises(NotYours):  # who raised it does not answer for another department
        answering.answer(routed, change="changed", answer="Done.", by=house.ada, at=MONDAY)
    greta = make_person("Greta Holm", role="manager")
    assert (
        answering.answer(routed, change="changed", answer="Done.", by=greta, at=MONDAY).answered_by == greta
    )


def test_an_answer_has_a_change_and_words(house, finding):
    with pytest.raises(answering.ChangeMissing):
        answering.answer(finding, answer="Done.", by=house.bruno, at=MONDAY)
    with pytest.raises(answering.NothingSaid):
        answering.answer(finding, change="changed", answer=" ", by=house.bruno, at=MONDAY)
    with pytest.raises(answering.OnlyPraise):
        answering.answer(finding, change="passed-on", answer="Thanks.", by=house.bruno, at=MONDAY)


def test_praise_needs_no_change_it_is_passed_on(house):
    praise = make_finding(make_case(house), by=house.ada, kind="praise")
    praise = answering.answer(praise, by=house.bruno, at=MONDAY)
    assert (praise.change, praise.answer) == (
        "passed-on",
        "Passed on to those whom it is about, with thanks.",
    )


def test_who_sees_a_finding(house, carla, billing, finding):
    def seen(person):
        return finding in Finding.objects.visible_to(person)

    eve = make_person("Eve Bloom", role="colleague")
    manager, admin = make_person("Greta Holm", role="manager"), make_person("Iris", role="administrator")
    assert [seen(one) for one in (house.ada, house.bruno, manager)] == [True, True, True]
    assert [seen(one) for one in (carla, eve, admin)] == [False, False, False]
    routing.route(finding, billing, by=house.ada, at=MONDAY)
    assert [seen(one) for one in (house.ada, carla)] == [True, True]  # who raised it still follows it
    hiring.leave(house.ada, by=CLOCK, at=MONDAY)
    house.ada.refresh_from_db()
    assert not seen(house.ada)


def test_an_administrator_sees_their_own_idea_and_no_customers_words(house):
    admin = make_person("Iris Admin", role="administrator")
    idea = make_finding(by=admin, department=house.service)
    make_finding(make_case(house), by=admin)
    assert list(Finding.objects.visible_to(admin)) == [idea]
