"""First answers in time, against the standard that each of them had, with the lists behind every count."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.journal.facts import CLOCK, Subject
from upheld.measures import first_answer
from upheld.measures.periods import Period
from upheld.methods.share import Share
from upheld.people.tests.makers import MONDAY, make_department, make_person
from upheld.promises import clocks
from upheld.promises.models import StandardClock
from upheld.promises.tests.makers import DAY, FIRST_ANSWER, HOUR, make_standard

pytestmark = pytest.mark.django_db
WEEK = Period(MONDAY, MONDAY + 7 * DAY, "Europe/Berlin")
LATER = MONDAY + 6 * DAY


def start(department, number, at=MONDAY):
    clock = clocks.start(
        FIRST_ANSWER, subject=Subject("case", number), department=department, by=CLOCK, at=at
    )
    assert clock is not None
    return clock


def stop(clock, after):
    return clocks.stop(FIRST_ANSWER, subject=clock.subject, by=CLOCK, at=clock.started_at + after)


def everything():
    """A clock of every fate; two business hours are allowed, from nine to eleven in Berlin."""
    service = make_department()
    make_standard(minutes=120)
    running = [start(service, number) for number in range(1, 9)]
    in_time = [stop(running[0], HOUR), stop(running[1], 2 * HOUR)]
    clocks.drop(FIRST_ANSWER, subject=running[4].subject, by=CLOCK, at=MONDAY + HOUR)
    clocks.pause(FIRST_ANSWER, subject=running[5].subject, why="asked", by=CLOCK, at=MONDAY + HOUR)
    late = [stop(running[2], 3 * HOUR)]
    clocks.miss_due(MONDAY + 3 * HOUR)
    late.append(running[3])
    StandardClock.objects.filter(pk=running[6].pk).update(missed_at=None)  # the sweep has not come to it yet
    late.append(running[6])
    late.append(stop(running[7], 5 * HOUR))
    start(service, 20, at=WEEK.until_at - HOUR / 2)
    return {one.pk for one in in_time}, {one.pk for one in late}


def pks(found):
    return {one.pk for one in found}


def test_every_fate_is_counted():
    in_time, late = everything()
    figure = first_answer.measure(WEEK, at=LATER)
    assert figure.share == Share(2, 6)
    assert pks(first_answer.kept(WEEK)) == in_time
    assert pks(first_answer.missed(WEEK)) == late
    assert pks(first_answer.due(WEEK)) == in_time | late
    assert figure.open == first_answer.still_open(WEEK).count() == 2


def test_the_row_and_the_measure_agree():
    everything()
    for clock in first_answer.kept(WEEK):
        assert clock.attained is True
    for clock in first_answer.missed(WEEK):
        assert not clock.attained


def test_versions_of_a_standard_are_not_mixed():
    service = make_department()
    billing = make_department("Billing", duty=make_person("Carla Brandt"))
    make_standard(minutes=120)
    make_standard(minutes=60, department=billing)
    for number in range(10):
        stop(start(service, number), HOUR if number else 3 * HOUR)
    stop(start(billing, 20), 2 * HOUR)
    make_standard(minutes=60, at=MONDAY + DAY)
    stop(start(service, 30, at=MONDAY + DAY), HOUR)
    rows = first_answer.measure(WEEK, at=LATER).against
    told = [(row.minutes, row.wanted, row.share, row.asked_for, row.attained) for row in rows]
    assert told == [
        (120, 90, Share(9, 10), 9, True),
        (60, 90, Share(0, 1), 1, False),
        (60, 90, Share(1, 1), 1, True),
    ]
    assert [row.department for row in rows] == [None, billing.pk, None]


def test_weeks_and_departments_add_up():
    service = make_department()
    billing = make_department("Billing", duty=make_person("Carla Brandt"))
    make_standard(minutes=120)
    two = Period(MONDAY, MONDAY + 10 * DAY, "Europe/Berlin")
    stop(start(service, 1), HOUR)
    stop(start(service, 2, at=MONDAY + 7 * DAY), HOUR)
    stop(start(billing, 3), 5 * HOUR)
    figure = first_answer.measure(two, at=MONDAY + 10 * DAY)
    assert [row.share for row in figure.by_week] == [Share(1, 2), Share(1, 1)]
    assert [(row.name, row.share) for row in figure.by_department] == [
        ("Billing", Share(0, 1)),
        ("Service", Share(2, 2)),
    ]
    for row in figure.by_department:
        assert first_answer.missed(two, department=row.department).count() == row.share.missed
        assert first_answer.measure(two, department=row.department, at=LATER).share == row.share
    for week in figure.by_week:
        assert first_answer.due(week.week).count() == week.share.n


def test_whoever_still_waits_counts_in_the_middle_waiting_time():
    service = make_department()
    make_standard(minutes=120)
    for number, minutes in enumerate((10, 20, 30)):
        stop(start(service, number), timedelta(minutes=minutes))
    figure = first_answer.measure(WEEK, at=LATER)
    assert figure.waited is not None
    assert (figure.waited.time, figure.waited.n, figure.waited.over) == (20, 3, 3)
    for number in range(3, 7):
        start(service, number)
    figure = first_answer.measure(WEEK, at=LATER)
    assert figure.waited is not None
    assert (figure.waited.time, figure.waited.n, figure.waited.over) == (None, 7, 3)


def test_waiting_is_the_customers_time_also_at_night():
    service = make_department()
    make_standard(minutes=120)
    stop(start(service, 1, at=MONDAY + 8 * HOUR), 16 * HOUR)  # written at 17:00, answered at 9:00
    figure = first_answer.measure(WEEK, at=LATER)
    assert figure.waited is not None
    assert figure.waited.time == 16 * 60
    assert figure.share == Share(1, 1)


def test_nobody_waited():
    figure = first_answer.measure(WEEK, at=LATER)
    assert figure.share.empty
    assert figure.waited is figure.interval is None
    assert figure.against == ()


def test_the_number_of_queries_does_not_grow():
    service = make_department()
    make_standard(minutes=120)
    stop(start(service, 1), HOUR)
    with CaptureQueriesContext(connection) as few:
        first_answer.measure(WEEK, at=LATER)
    for number in range(2, 32):
        stop(start(service, number, at=MONDAY + number % 4 * DAY), HOUR)
    with CaptureQueriesContext(connection) as many:
        first_answer.measure(WEEK, at=LATER)
    assert len(few) == len(many) == 4
