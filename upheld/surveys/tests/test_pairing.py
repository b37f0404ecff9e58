"""The panel: drawn by chance alone, asked twice a month apart, and asked nothing else in between."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.cases.tests.makers import make_case
from upheld.customers import meeting
from upheld.customers.models import Customer
from upheld.journal.facts import CLOCK
from upheld.people.tests.makers import MONDAY
from upheld.surveys import answering, asking, bank, pairing, queries
from upheld.surveys.judging import Reason
from upheld.surveys.models import APART, Asking, Decision, Dimension, Invitation, Kind, Pair
from upheld.surveys.tests.makers import (
    ASKED,
    DAY,
    HOUR,
    draw_everybody,
    make_closed,
    make_scene,
    scores,
    word,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]


def fill(invitation, said, *, at):
    return answering.fill_in(word(invitation), scores=said, by=invitation.customer.actor, at=at)


def silent(number):
    return meeting.meet("", email=f"silent{number}@silent.example", by=CLOCK, at=MONDAY - 900 * DAY)


def a_pair_half_answered():
    """Dora said what she expects a day after she was asked."""
    scene = make_scene()
    draw_everybody(MONDAY)
    pairing.sweep(ASKED)
    fill(Invitation.objects.get(), scores(value=7), at=ASKED + DAY)
    return scene


def test_nobody_is_drawn_until_the_company_says_how_many():
    make_scene()
    assert pairing.sweep(ASKED) == 0
    assert Asking.objects.get().walked_on is None


def test_the_silent_are_drawn_like_everybody_else_and_the_chance_is_written_down():
    scene = make_scene()
    other = silent(1)
    draw_everybody(MONDAY)
    assert pairing.sweep(ASKED) == 2
    assert set(Pair.objects.values_list("customer", flat=True)) == {scene.dora.pk, other.pk}
    assert set(Pair.objects.values_list("probability", flat=True)) == {1.0}
    assert {one.kind for one in Invitation.objects.all()} == {"expectation"}
    assert pairing.sweep(ASKED + DAY) == 0


def test_whoever_is_owed_something_is_asked_on_a_later_day():
    scene = make_scene()
    draw_everybody(MONDAY)
    case = make_case(scene.house, message_id="<open@harbour.example>", subject="Laces")
    assert pairing.sweep(ASKED) == 0
    assert not Decision.objects.exists()
    type(case).objects.filter(pk=case.pk).update(joined_into=scene.case)
    assert pairing.sweep(ASKED) == 0
    assert pairing.sweep(ASKED + DAY) == 1


def test_a_look_passes_by_a_stretch_and_asks_a_few_and_goes_on_where_it_stopped():
    make_scene()
    for number in range(6):
        silent(number)
    draw_everybody(MONDAY)
    assert [pairing.draw(ASKED, limit=2, stride=100) for _look in range(5)] == [2, 2, 2, 1, 0]
    Asking.objects.update(walked_to=0)
    assert pairing.draw(ASKED, limit=9, stride=3) == 0
    assert Asking.objects.get().walked_to == list(Customer.objects.order_by("pk"))[2].pk


def test_joined_customers_are_drawn_once():
    scene = make_scene()
    twin = silent(1)
    Customer.objects.filter(pk=twin.pk).update(joined_into=scene.dora)
    draw_everybody(MONDAY)
    assert pairing.sweep(ASKED) == 1
    assert Pair.objects.get().customer == scene.dora


def test_a_closing_within_a_pair_brings_no_verdict_and_a_month_later_what_was_received():
    scene = a_pair_half_answered()
    second = make_closed(scene.house, at=MONDAY + 14 * DAY, message_id="<second@harbour.example>")
    asking.sweep(MONDAY + 16 * DAY)
    assert Decision.objects.get(case=second).reason == Reason.IN_A_PAIR
    a_month = ASKED + DAY + APART
    assert pairing.sweep(a_month - HOUR) == 0
    assert pairing.sweep(a_month) == 1
    assert pairing.sweep(a_month + DAY) == 0
    received = Invitation.objects.get(kind=Kind.PERCEPTION)
    assert (received.department, received.bank) == (scene.house.service, bank.SHORT)
    fill(received, scores(value=5, kept_date=1, readable=None), at=a_month + DAY)
    assert Pair.objects.get().ended_at == a_month + DAY
    (whole,) = queries.whole_pairs(since=a_month, until=a_month + 2 * DAY)
    assert whole.scores["kept-date"] == (7, 1)
    assert "readable" not in whole.scores
    assert whole.by_dimension()[Dimension.RELIABILITY] == (7, 3)
    assert whole.department == scene.house.service.pk
    assert not list(queries.whole_pairs(since=a_month + 2 * DAY, until=a_month + 9 * DAY))


def test_what_was_received_is_not_asked_of_whoever_had_nothing_to_do_with_us_since():
    a_pair_half_answered()
    assert pairing.sweep(ASKED + 60 * DAY) == 0
    assert Pair.objects.get().ended_at is None


def test_what_was_received_waits_while_something_is_owed():
    scene = a_pair_half_answered()
    make_closed(scene.house, at=MONDAY + 14 * DAY, message_id="<second@harbour.example>")
    make_case(scene.house, at=MONDAY + 30 * DAY, message_id="<third@harbour.example>", subject="Laces")
    assert pairing.sweep(ASKED + 40 * DAY) == 0
    assert not Invitation.objects.filter(kind=Kind.PERCEPTION).exists()


@pytest.mark.parametrize(("answered", "after"), [(False, 30), (True, 180)])
def test_a_pair_that_will_not_be_whole_is_given_up(answered, after):
    make_scene()
    draw_everybody(MONDAY)
    pairing.sweep(ASKED)
    if answered:
        fill(Invitation.objects.get(), scores(), at=ASKED + DAY)
    asking.set_up(verdicts=True, wait_hours=24, pairs_share=0, by=CLOCK, at=ASKED)
    assert pairing.sweep(ASKED + after * DAY - HOUR) == 0
    assert pairing.sweep(ASKED + after * DAY) == 1
    assert Pair.objects.get().ended_at == ASKED + after * DAY
    assert not queries.open_pairs().exists()


def test_a_pair_whose_letter_came_back_is_given_up_at_once():
    make_scene()
    draw_everybody(MONDAY)
    pairing.sweep(ASKED)
    Invitation.objects.update(undelivered_at=ASKED + HOUR)
    assert pairing.sweep(ASKED + 2 * HOUR) == 1
    assert Pair.objects.get().ended_at == ASKED + 2 * HOUR


def test_a_pair_under_way_is_finished_though_nobody_new_is_drawn():
    scene = a_pair_half_answered()
    asking.set_up(verdicts=True, wait_hours=24, pairs_share=0, by=CLOCK, at=ASKED + 2 * DAY)
    make_closed(scene.house, at=MONDAY + 14 * DAY, message_id="<second@harbour.example>")
    assert pairing.sweep(ASKED + 40 * DAY) == 1


@settings(max_examples=30, deadline=None)
@given(
    share=st.floats(0.02, 0.98),
    more=st.floats(0, 1),
    year=st.integers(2020, 2060),
    first=st.integers(1, 10**12),
)
def test_the_draw_is_by_the_quarter_near_its_share_and_a_larger_share_keeps_whom_a_smaller_one_drew(
    share, more, year, first
):
    day = MONDAY.date().replace(year=year)
    drawn = {n for n in range(first, first + 2000) if pairing.is_drawn(n, share, day)}
    assert abs(len(drawn) / 2000 - share) < 0.08
    larger = min(1.0, share + more)
    assert all(pairing.is_drawn(n, larger, day.replace(month=12)) for n in drawn)


def test_another_quarter_draws_others():
    day = MONDAY.date()
    now = {n for n in range(2000) if pairing.is_drawn(n, 0.5, day)}
    then = {n for n in range(2000) if pairing.is_drawn(n, 0.5, day.replace(year=2027, month=1))}
    assert 300 < len(now & then) < 700
