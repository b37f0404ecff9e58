"""A finding is told to whoever owns it now, and its answer to whoever raised it."""

from datetime import timedelta

import pytest

from upheld.cases.tests.makers import make_case, make_house
from upheld.findings import answering, dropping, owning, routing
from upheld.findings.tests.makers import make_finding
from upheld.journal.facts import CLOCK
from upheld.notices.models import Notice
from upheld.notices.tests.makers import tell, told
from upheld.people import hiring
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
HOUR = timedelta(hours=1)


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def finding(house):
    case = make_case(house)
    tell()
    Notice.objects.all().delete()
    return make_finding(case, by=house.ada)


def test_the_owner_is_told_when_a_finding_comes_to_them(house, finding):
    tell()
    assert told(house.bruno) == ["A finding came to Service, and it is yours to answer."]
    assert told(house.ada) == []
    notice = Notice.objects.get()
    assert (notice.subject_kind, notice.subject_id) == ("finding", finding.pk)


def test_a_finding_that_was_sent_on_is_told_to_whoever_owns_it_now(house, finding):
    carla = make_person("Carla Weiss", role="lead")
    emil = make_agent("Emil Aalto", house.service)
    routing.route(finding, make_department("Billing", duty=carla), by=house.ada, at=MONDAY + HOUR)
    owning.hand_over(finding, to=emil, by=carla, at=MONDAY + 2 * HOUR)
    tell()
    assert [told(one) for one in (house.bruno, carla)] == [[], []]
    assert told(emil) == ["A finding is yours to answer; before, Carla Weiss owned it."]


def test_whoever_raised_it_is_told_what_changes(house, finding):
    answering.answer(finding, change="changed", answer="Sewn now.", by=house.bruno, at=MONDAY + HOUR)
    tell()
    assert told(house.ada) == ["Something has changed because of what you raised."]


def test_when_the_raiser_has_left_the_cases_owner_is_told(house):
    emil = make_agent("Emil Aalto", house.service, present=False)
    finding = make_finding(make_case(house), by=emil)
    hiring.leave(emil, by=CLOCK, at=MONDAY)
    tell()
    Notice.objects.all().delete()
    answering.answer(finding, change="changed", answer="Sewn now.", by=house.bruno, at=MONDAY + HOUR)
    tell()
    assert len(told(house.ada)) == 1


def test_what_was_raised_by_mistake_is_told_to_nobody(house, finding):
    dropping.drop(finding, by=house.ada, at=MONDAY)
    tell()
    assert told(house.bruno) == []
