"""What customers say, and what we believed: every count with the list behind it, and nothing told of too few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases.tests.makers import arrive as letter_comes
from upheld.cases.tests.makers import letter, make_case, make_house
from upheld.findings.models import Finding
from upheld.measures import beliefs, chasers, expectations, findings_answered, verdicts
from upheld.measures.periods import Period
from upheld.measures.tests.makers import make_ladder, make_pair, make_verdict
from upheld.methods.share import Share
from upheld.people.tests.makers import MONDAY, make_department, make_person
from upheld.surveys import bank
from upheld.surveys.models import Belief, Dimension, Invitation, Round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = Period(MONDAY, MONDAY + 7 * DAY, "Europe/Berlin")


def test_verdicts_stand_on_the_ladder_and_each_count_has_its_list():
    case = make_case(make_house(), at=MONDAY)
    ladder = make_ladder(MONDAY - DAY)
    for level in (1, 2, 3, 3, 4, 6):
        make_verdict(case, level, ladder=ladder, at=MONDAY + HOUR)
    make_verdict(case, 1, ladder=ladder, at=WEEK.until_at)
    figure = verdicts.measure(WEEK)
    assert figure.share == Share(4, 6)
    (one,) = figure.ladders
    assert one.counts == (1, 1, 2, 1, 0, 1)
    assert [verdicts.given(WEEK, level=level).count() for level in range(1, 7)] == list(one.counts)
    assert (one.below, one.above, one.worst_tenth) == (Share(2, 6), Share(2, 6), 1)
    assert verdicts.below(WEEK).count() == figure.share.missed
    assert verdicts.as_expected(WEEK).count() == figure.share.kept


def test_answers_under_other_labels_make_a_ladder_of_their_own():
    case = make_case(make_house(), at=MONDAY)
    old = make_ladder(MONDAY - DAY)
    new = make_ladder(
        MONDAY + DAY, ["criminal", "basic", "expected", "desired", "surprising", "unbelievable"]
    )
    make_verdict(case, 3, ladder=old, at=MONDAY + HOUR)
    make_verdict(case, 1, ladder=new, at=MONDAY + 2 * DAY)
    found = verdicts.measure(WEEK).ladders
    assert [(one.labels[0], one.n) for one in found] == [("criminal", 1), ("far below what I expected", 1)]


def test_the_worst_tenth_begins_where_a_tenth_is_reached():
    ladder = verdicts.OfLadder(1, ("a", "b", "c", "d", "e", "f"), (0, 3, 20, 5, 1, 1))
    assert ladder.worst_tenth == 2
    assert verdicts.OfLadder(1, ladder.labels, (0, 2, 20, 5, 1, 2)).worst_tenth == 3
    assert verdicts.OfLadder(1, ladder.labels, (0, 0, 0, 0, 0, 0)).worst_tenth is None


def test_verdicts_take_as_many_queries_for_many_as_for_one():
    case = make_case(make_house(), at=MONDAY)
    ladder = make_ladder(MONDAY - DAY)
    make_verdict(case, 3, ladder=ladder, at=MONDAY + HOUR)
    with CaptureQueriesContext(
        connection,
    ) as one:
        verdicts.measure(WEEK)
    for _n in range(20):
        make_verdict(case, 5, ladder=ladder, at=MONDAY + HOUR)
    with CaptureQueriesContext(connection) as many:
        verdicts.measure(WEEK)
    assert len(one) == len(many) == 4


def test_requests_whose_customer_had_to_ask_again():
    house = make_house()
    case = make_case(house, at=MONDAY)
    letter_comes(house, letter("Well?", message_id="<2@x.example>", subject=f"Re: [HS-{case.number}]",
                               headers="In-Reply-To: <first@harbour.example>"), at=MONDAY + DAY)  # fmt: skip
    make_case(house, at=MONDAY, sender="eve@else.example", message_id="<3@x.example>", subject="Laces")
    figure = chasers.measure(WEEK)
    assert (figure.share, figure.letters, figure.waiting) == (Share(1, 2), 1, 1)
    assert [one.pk for one in chasers.chased(WEEK)] == [case.pk]
    assert chasers.letters(WEEK).count() == figure.letters


def test_expected_and_received_are_taken_within_each_customer():
    service = make_house().service
    for number in range(5):
        make_pair(
            service,
            {"*": 6},
            {"*": 5, "kept-date": 3, "right-first": 3 if number else None},
            at=MONDAY + HOUR,
        )
    figure = expectations.measure(WEEK)
    assert (figure.n, expectations.answered(WEEK).count()) == (5, 5)
    rows = {row.dimension: row for row in figure.dimensions}
    assert list(rows) == list(Dimension)
    assert rows[Dimension.RELIABILITY].gap.value == pytest.approx(-3)
    assert rows[Dimension.EMPATHY].gap.value == pytest.approx(-1)
    assert figure.overall.gap.value == pytest.approx(-1.4)
    assert figure.overall.short == Share(5, 5)


def test_other_questions_begin_a_figure_and_its_list_anew():
    """Answers to different questionnaires are never one figure; the list behind n holds as many as n says."""
    service = make_house().service
    for number in range(8):
        pair = make_pair(service, {"*": 6}, {"*": 5}, at=MONDAY + HOUR)
        if number < 3:
            Invitation.objects.filter(pair=pair).update(bank=2)
    figure = expectations.measure(WEEK)
    assert figure.n == expectations.answered(WEEK).count() == 3


def test_of_fewer_than_five_no_mean_is_told():
    service = make_house().service
    for _n in range(4):
        make_pair(service, {"*": 6}, {"*": 5}, at=MONDAY + HOUR)
    figure = expectations.measure(WEEK)
    assert (figure.n, figure.overall, figure.dimensions) == (4, None, ())


def test_who_answers_i_do_not_know_throughout_a_dimension_is_not_counted_in_it():
    service = make_house().service
    for number in range(6):
        unknown = {"*": 5, "works": None, "readable": None} if number == 0 else {"*": 5}
        make_pair(service, {"*": 6}, unknown, at=MONDAY + HOUR)
    figure = expectations.measure(WEEK)
    rows = {row.dimension: row.gap.n for row in figure.dimensions}
    assert (rows[Dimension.TANGIBLES], rows[Dimension.EMPATHY], figure.overall.gap.n) == (5, 6, 5)


def cast(round_, count, value, level="front", department=None):
    scores = {item.key: value for item in bank.items(bank.SHORT)}
    for number in range(count):
        Belief.objects.create(round=round_, ballot=f"{level}{value}{number}".encode(), level=level,
                              department=department, scores=scores)  # fmt: skip


def closed_round():
    return Round.objects.create(
        bank=bank.SHORT, opened_at=MONDAY - 20 * DAY, closes_at=MONDAY, closed_at=MONDAY - DAY
    )


def test_what_we_believe_stands_beside_what_customers_say():
    service = make_house().service
    cast(closed_round(), 8, 7)
    for number in range(10):
        make_pair(service, {"*": 6}, {"*": 6 if number < 2 else 3}, at=MONDAY + HOUR)
    figure = beliefs.measure(WEEK)
    everybody = figure.groups[0]
    assert (everybody.believed, everybody.said) == (Share(8, 8), Share(2, 10))
    assert everybody.gap == pytest.approx(0.8)
    assert everybody.gap in everybody.interval
    assert (figure.customers, beliefs.answers(WEEK, bank.SHORT).count()) == (10, 10)
    assert [one.key for one in figure.questions] == [item.key for item in bank.items(bank.SHORT)]


def test_a_group_of_four_is_not_told_and_neither_are_four_customers():
    service = make_house().service
    round_ = closed_round()
    cast(round_, 12, 7)
    cast(round_, 4, 2, level="managers")
    for _n in range(4):
        make_pair(service, {"*": 6}, {"*": 6}, at=MONDAY + HOUR)
    figure = beliefs.measure(WEEK)
    assert "managers" not in {one.level for one in figure.groups}
    assert all(one.said is None and one.gap is None for one in figure.groups)


def test_an_open_round_tells_nothing_yet():
    make_house()
    Round.objects.create(bank=bank.SHORT, opened_at=MONDAY, closes_at=MONDAY + DAY)
    figure = beliefs.measure(WEEK)
    assert (figure.round, figure.groups) == (None, ())


def test_findings_count_by_their_answer_date_and_wait_with_their_age():
    house = make_house()
    billing = make_department("Billing", duty=make_person("Carla Brandt", role="lead"))

    def finding(answer_by, answered_at=None, department=house.service):
        return Finding.objects.create(
            words="Soles come off.", raised_by=house.ada, raised_at=MONDAY - 10 * DAY, department=department,
            owner=house.bruno, answer_by=answer_by, answered_at=answered_at,
            answered_by=house.bruno if answered_at else None, change="changed" if answered_at else "",
            answer="Another glue." if answered_at else "",
        )  # fmt: skip

    finding(MONDAY + DAY, MONDAY)
    finding(MONDAY + DAY, MONDAY + 2 * DAY)
    finding(MONDAY + DAY, department=billing)
    finding(MONDAY + 30 * DAY)
    figure = findings_answered.measure(WEEK, at=MONDAY + 5 * DAY)
    assert (figure.share, figure.waiting, figure.oldest) == (Share(1, 3), 2, 15 * DAY)
    assert [(row.name, row.share) for row in figure.by_department] == [
        ("Billing", Share(0, 1)),
        ("Service", Share(1, 2)),
    ]
    assert findings_answered.due(WEEK).count() == 3
