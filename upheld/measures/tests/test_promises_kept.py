"""The kept share, by the promises' own rule, with every count backed by a list of that length."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases.models import CasePromise
from upheld.cases.tests.makers import make_case, make_house
from upheld.measures import promises_kept
from upheld.measures.periods import Period
from upheld.methods.share import Share
from upheld.people.tests.makers import MONDAY, make_department, make_person
from upheld.promises import breaking, keeping, mending, renegotiating, withdrawing
from upheld.promises.models import Promise
from upheld.promises.tests.makers import CASE, DAY, DUE, HOUR, Cast, make_cast, make_draft, make_promise

pytestmark = pytest.mark.django_db
WEEK = Period(MONDAY, MONDAY + 7 * DAY, "Europe/Berlin")
END = WEEK.until_at


def kept(cast, **other):
    promise = make_promise(cast, **other)
    return keeping.keep(promise, what="Done.", by=cast.by, at=promise.due_at)


def broken(cast, **other):
    promise = make_promise(cast, **other)
    breaking.break_due(promise.due_at + HOUR)
    promise.refresh_from_db()
    return promise


def moved(cast, to, **other):
    promise = make_promise(cast, **other)
    return renegotiating.renegotiate(promise, due_at=to, how="By telephone", by=cast.by, at=MONDAY + HOUR)


def everything(cast):
    """One promise of every fate; which of them counts as kept, missed or not at all."""
    by = cast.by
    late, part, good, gone = (broken(cast) for _n in range(4))
    keeping.keep(late, what="Done.", by=by, at=DUE + HOUR)
    keeping.keep(part, what="One of two.", in_full=False, by=by, at=DUE + HOUR)
    mending.make_good(good, what="Refunded.", by=by, at=DUE + HOUR)
    withdrawing.withdraw(gone, why="Found another.", by=by, at=DUE + HOUR)
    early_part = keeping.keep(make_promise(cast), what="One.", in_full=False, by=by, at=MONDAY + HOUR)
    on_new_date = keeping.keep(moved(cast, DUE + DAY), what="Done.", by=by, at=DUE + HOUR)
    before_all_dates = keeping.keep(moved(cast, DUE + DAY), what="Done.", by=by, at=DUE)
    waits = moved(cast, END + DAY)
    owed = broken(cast)
    unswept = make_promise(cast, due_at=DUE + HOUR)
    withdrawing.withdraw(make_promise(cast), why="Not needed.", by=by, at=MONDAY + HOUR)
    make_promise(cast, due_at=END)
    make_draft(cast)
    return (
        {kept(cast).pk, before_all_dates.pk},
        {one.pk for one in (late, part, good, gone, early_part, on_new_date, waits, owed, unswept)},
    )


def pks(promises):
    return {one.pk for one in promises}


def test_every_fate_is_counted_as_the_ledger_says():
    wanted_kept, wanted_missed = everything(make_cast())
    figure = promises_kept.measure(WEEK)
    assert figure.share == Share(2, 11)
    assert pks(promises_kept.kept(WEEK)) == wanted_kept
    assert pks(promises_kept.missed(WEEK)) == wanted_missed
    assert pks(promises_kept.due(WEEK)) == wanted_kept | wanted_missed
    assert pks(promises_kept.kept(WEEK)) == {p.pk for p in promises_kept.due(WEEK) if p.kept_on_first_date}


def test_what_was_missed_adds_up():
    everything(make_cast())
    figure = promises_kept.measure(WEEK)
    assert figure.missed == promises_kept.Missed(
        in_part=2, late=1, by_new_date=1, put_right=1, withdrawn=1, owed=3
    )
    assert figure.missed.total == figure.share.missed == promises_kept.missed(WEEK).count()
    assert figure.missed.owed == promises_kept.still_owed(WEEK).count()


def test_the_share_by_the_dates_agreed_anew_stands_beside_and_waits_for_them():
    everything(make_cast())
    figure = promises_kept.measure(WEEK)
    assert figure.revised == Share(3, 10)  # one more was kept by its new date, one new date is still to come
    assert figure.agreed_anew == 3


def test_the_period_is_half_open():
    cast = make_cast()
    kept(cast, due_at=MONDAY + HOUR)
    assert promises_kept.measure(Period(MONDAY + HOUR, END, "UTC")).share == Share(1, 1)
    assert promises_kept.measure(Period(MONDAY, MONDAY + HOUR, "UTC")).share == Share(0, 0)


def test_nothing_promised_is_no_share_and_no_division_by_zero():
    figure = promises_kept.measure(WEEK)
    assert figure.share.empty
    assert figure.interval is figure.lead is figure.a_case is None
    assert figure.by_department == ()
    assert [row.share.n for row in figure.by_week] == [0, 0]


def test_weeks_and_departments_add_up_and_their_lists_have_their_lengths():
    cast = make_cast()
    billing = make_department("Billing", duty=make_person("Carla Brandt"))
    three = Period(MONDAY, MONDAY + 21 * DAY, "Europe/Berlin")
    for days in (1, 2, 9, 20):
        kept(cast, due_at=MONDAY + days * DAY)
        broken(cast, department=billing, due_at=MONDAY + days * DAY)
    figure = promises_kept.measure(three)
    assert [(row.name, row.share) for row in figure.by_department] == [
        ("Billing", Share(0, 4)),
        ("Service", Share(4, 4)),
    ]
    assert [row.share for row in figure.by_week] == [Share(2, 4), Share(1, 2), Share(1, 2), Share(0, 0)]
    for week in figure.by_week:
        assert promises_kept.due(week.week).count() == week.share.n
        assert promises_kept.missed(week.week).count() == week.share.missed
    for row in figure.by_department:
        assert promises_kept.kept(three, department=row.department).count() == row.share.kept
        assert promises_kept.measure(three, department=row.department).share == row.share


def test_a_week_belongs_to_the_readers_monday():
    cast = make_cast()
    kept(cast, due_at=MONDAY + 7 * DAY - 9 * HOUR)  # Sunday 23:00 in UTC, Monday 00:00 in Berlin
    for zone, monday in (("UTC", 0), ("Europe/Berlin", 1)):
        rows = promises_kept.measure(Period(MONDAY, MONDAY + 9 * DAY, zone)).by_week
        assert [row.share.n for row in rows] == [int(place == monday) for place in range(len(rows))]


def test_the_promised_lead_time_is_the_middle_one():
    cast = make_cast()
    for hours in (1, 2, 100):
        make_promise(cast, due_at=MONDAY + hours * HOUR)
    assert promises_kept.measure(WEEK).lead == timedelta(hours=2)
    make_promise(cast, due_at=MONDAY + 4 * HOUR)
    assert promises_kept.measure(WEEK).lead == timedelta(hours=3)


def test_promises_a_case_count_the_cases_on_which_nothing_was_promised(outbox):
    house = make_house()
    cases = [make_case(house, message_id=f"<{n}@x.example>", sender=f"{n}@x.example") for n in range(4)]
    cast = Cast(ada=house.ada, dora=cases[0].customer, service=house.service)
    promises = [make_promise(cast, subject=cases[0].subject) for _n in range(3)]
    CasePromise.objects.bulk_create(
        [CasePromise(promise=one, case=cases[0]) for one in [*promises, make_draft(cast)]]
    )
    figure = promises_kept.measure(WEEK)
    assert (figure.promised, figure.cases, figure.a_case) == (3, 4, 0.75)


def test_thirty_have_an_interval_and_twenty_nine_are_told_in_words():
    cast = make_cast()
    for _n in range(29):
        kept(cast)
    assert promises_kept.measure(WEEK).interval is None
    kept(cast)
    interval = promises_kept.measure(WEEK).interval
    assert interval is not None
    assert 0.88 < interval.low < 0.89
    assert interval.high == 1


def test_the_number_of_queries_does_not_grow():
    cast = make_cast()
    kept(cast)
    with CaptureQueriesContext(connection) as few:
        promises_kept.measure(WEEK)
    for days in range(1, 6):
        for _n in range(6):
            kept(cast, due_at=MONDAY + days * DAY, subject=CASE)
    with CaptureQueriesContext(connection) as many:
        promises_kept.measure(WEEK)
    assert len(few) == len(many) == 5
    assert Promise.objects.count() == 31
