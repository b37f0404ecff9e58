"""Lists by key and figures over findings."""

from datetime import timedelta

import pytest

from upheld.cases.tests.makers import make_case, make_house
from upheld.findings import answering, dropping, queries, routing, telling
from upheld.findings.models import Finding
from upheld.findings.tests.makers import letter_of, make_finding
from upheld.methods.share import Share
from upheld.people.tests.makers import MONDAY, make_department, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LATER = MONDAY + 60 * DAY


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def case(house):
    return make_case(house)


def answer(finding, *, by, at, change="changed"):
    return answering.answer(finding, change=change, answer="Sewn from now on.", by=by, at=at)


def raise_one(house, case, number, **other):
    return make_finding(case, by=house.ada, words=f"Sole number {number}", **other)


def test_the_unanswered_come_oldest_first_page_by_page_and_nobody_is_lost(house, case):
    every = [raise_one(house, case, n, at=MONDAY + n // 3 * MINUTE).pk for n in range(23)]
    seen, after = [], ""
    while True:
        listed = queries.listed(house.ada, state="unanswered")
        page = queries.page(listed, state="unanswered", after=after, limit=10)
        seen += [one.pk for one in page.rows]
        after = page.after
        if not after:
            break
    assert seen == every


def test_the_answered_come_newest_first(house, case):
    every = [raise_one(house, case, n) for n in range(5)]
    for n, finding in enumerate(every):
        answer(finding, by=house.bruno, at=MONDAY + n * DAY)
    listed = queries.listed(house.ada, state="answered")
    first = queries.page(listed, state="answered", limit=3)
    rest = queries.page(listed, state="answered", after=first.after, limit=3)
    assert [*first.rows, *rest.rows] == every[::-1]
    assert queries.count(listed) == 5


def test_a_key_that_makes_no_sense_begins_at_the_top(house, case):
    finding = raise_one(house, case, 1)
    listed = queries.listed(house.ada, state="unanswered")
    for after in ("x", "2026-11-16~1", f"{MONDAY.isoformat()}~", f"{MONDAY.isoformat()}~{'9' * 30}"):
        assert queries.page(listed, state="unanswered", after=after).rows == (finding,)


def test_a_list_is_narrowed_by_kind_department_and_whose(house, case):
    issue = raise_one(house, case, 1)
    idea = make_finding(by=house.bruno, department=house.service)
    ada, bruno = house.ada, house.bruno
    assert list(queries.listed(ada, state="unanswered", kind="idea")) == [idea]
    assert list(queries.listed(ada, state="unanswered", mine=True)) == [issue]
    assert set(queries.listed(bruno, state="unanswered", mine=True)) == {issue, idea}
    assert queries.count(queries.listed(ada, state="unanswered", department=house.service.pk)) == 2
    assert queries.count(queries.listed(ada, state="unanswered", department=house.service.pk + 1)) == 0


def test_an_owner_minds_what_is_near_or_over(house, case):
    finding = raise_one(house, case, 1)
    assert queries.to_mind(house.bruno, at=finding.answer_by - 4 * DAY) == []
    assert queries.to_mind(house.bruno, at=finding.answer_by - 2 * DAY) == [finding]
    assert queries.to_mind(house.bruno, at=finding.answer_by + 20 * DAY) == [finding]
    assert queries.to_mind(house.ada, at=LATER) == []


def test_nothing_speaks_of_findings_before_there_is_one(house, case):
    assert not queries.exist()
    finding = raise_one(house, case, 1)
    assert queries.exist()
    dropping.drop(finding, by=house.ada, at=MONDAY)
    assert not queries.exist()


def test_what_was_raised_is_counted_by_kind_and_department(house, case):
    carla = make_person("Carla Weiss", role="lead")
    billing = make_department("Billing", duty=carla)
    raise_one(house, case, 1)
    raise_one(house, case, 2, kind="praise")
    routing.route(raise_one(house, case, 3), billing, by=house.ada, at=MONDAY)
    dropping.drop(raise_one(house, case, 4), by=house.ada, at=MONDAY)
    raise_one(house, case, 5, at=MONDAY + DAY)
    day = (MONDAY, MONDAY + DAY)
    assert queries.raised_by_kind(*day) == {
        ("issue", house.service.pk): 1,
        ("praise", house.service.pk): 1,
        ("issue", billing.pk): 1,
    }
    assert queries.raised_by_kind(*day, department=billing.pk) == {("issue", billing.pk): 1}


def test_what_waits_is_as_old_as_it_was_at_that_moment(house, case):
    at = MONDAY + 10 * DAY
    assert queries.waiting(at) == queries.Waiting(0, None, None)
    for n in range(3):
        raise_one(house, case, n, at=MONDAY + n * DAY)
    gone = raise_one(house, case, 9, at=MONDAY)
    answer(gone, by=house.bruno, at=MONDAY + 9 * DAY)
    assert queries.waiting(at) == queries.Waiting(3, 10 * DAY, 9 * DAY)
    assert queries.waiting(MONDAY + 8 * DAY).n == 4  # as it was then
    assert queries.waiting(at, department=house.service.pk + 1).n == 0


def test_the_share_answered_in_time_counts_those_whose_date_has_come(house, case):
    in_time, late, never = (raise_one(house, case, n) for n in range(3))
    due = in_time.answer_by
    answer(in_time, by=house.bruno, at=due)
    answer(late, by=house.bruno, at=due + MINUTE)
    dropping.drop(raise_one(house, case, 4), by=house.ada, at=MONDAY)
    period = (MONDAY, due + DAY)
    assert queries.answered_in_time(*period, at=LATER) == Share(1, 3)
    assert queries.answered_in_time(*period, at=due) == Share(0, 0)
    assert queries.answered_in_time(MONDAY, due, at=LATER) == Share(0, 0)
    assert never.is_open


def test_the_told_share_is_of_what_customers_said(house, case):
    told, untold = raise_one(house, case, 1), raise_one(house, case, 2)
    idea = make_finding(by=house.bruno, department=house.service)
    for finding in (told, untold, idea):
        answer(finding, by=house.bruno, at=MONDAY + DAY)
    telling.told_by_voice(told, by=house.ada, at=MONDAY + 2 * DAY)
    assert queries.told(MONDAY, LATER) == Share(1, 2)
    assert queries.told(MONDAY, MONDAY + DAY) == Share(0, 0)


def test_you_said_we_did_is_for_everybody_but_what_was_said_is_not(house, case):
    eve = make_person("Eve Bloom", role="colleague")
    finding = answer(raise_one(house, case, 1), by=house.bruno, at=MONDAY)
    praise = answering.answer(raise_one(house, case, 2, kind="praise"), by=house.bruno, at=MONDAY)
    found = list(queries.you_said())
    assert found == [finding]
    assert praise not in found
    assert queries.seen_among(eve, found) == set()
    assert queries.seen_among(house.ada, found) == {finding.pk}
    assert queries.cases_seen(eve, found) == set()
    assert queries.cases_seen(house.ada, found) == {case.pk}
    assert queries.on_case(house.ada, case)[0] in Finding.objects.filter(message=letter_of(case))
