"""Two cases of one matter become one, and one of two matters two again: nothing is missing after either."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from upheld.cases import awaiting, calling, closing, joining, likening, noting, queries, separating, tokens
from upheld.cases.models import Call, Case, CasePromise, Chaser, Message, Note, Resemblance
from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import HOUR, answer, arrive, hear, letter, make_case, make_house
from upheld.people.tests.makers import MONDAY
from upheld.promises import breaking, clocks
from upheld.promises import queries as promise_queries
from upheld.promises.models import Promise, StandardClock

pytestmark = pytest.mark.django_db
DAY = 24 * HOUR
LATER = MONDAY + 30 * DAY


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.OUTGOING = "outbox"


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def kept(house) -> Case:
    return make_case(house)


@pytest.fixture
def other(house, kept) -> Case:
    return make_case(
        house, subject="Nothing has come", message_id="<other@h.example>", words="Hello?", at=MONDAY + DAY
    )


def write(house, case, number, *, at, to=None) -> Message:
    raw = letter(f"Letter {number}", subject="Re: ", to=to or tokens.reply_address(case.number, house.mailbox),
                 message_id=f"<letter{number}@h.example>")  # fmt: skip
    return Message.objects.get(arrival=arrive(house, raw, at=at))


def test_everything_moves_and_the_old_number_leads_there(house, kept, other):
    answer(other, by=house.ada, at=MONDAY + 25 * HOUR, pledges=[Pledge("A pair", LATER, house.ada)])
    noting.note(other, text="She is angry.", by=house.ada, at=MONDAY + 26 * HOUR)
    calling.record(other, reached=False, words="", by=house.ada, at=MONDAY + 26 * HOUR)
    joining.join(other, into=kept, by=house.ada.actor, at=MONDAY + 27 * HOUR)
    other.refresh_from_db()
    kept.refresh_from_db()
    assert other.joined_into == kept
    assert not other.is_open
    for kind in (Message, Note, Call, CasePromise):
        assert not kind.objects.filter(case=other).exists()
    promise = Promise.objects.get()
    assert promise.subject == kept.subject
    assert promise_queries.owed_on(kept.subject) == [promise]
    said = [entry.record.kind for entry in queries.entries(kept, queries.promises_of(kept)) if entry.record]
    assert said.count("cases.CaseOpened/1") == 2
    late = write(house, other, 1, at=MONDAY + 28 * HOUR)
    assert late.case == kept
    with pytest.raises(closing.PromisesOwed):
        closing.close(kept, by=house.ada.actor, at=MONDAY + 29 * HOUR)


def test_the_customer_hears_nothing(house, kept, other):
    before = Message.objects.exclude(way="in").count()
    joining.join(other, into=kept, by=house.ada.actor, at=MONDAY + 2 * DAY)
    assert Message.objects.exclude(way="in").count() == before


def test_a_letter_that_joins_while_an_answer_is_owed_is_a_chaser(house, kept, other):
    assert not Chaser.objects.exists()
    joining.join(other, into=kept, by=house.ada.actor, at=MONDAY + 2 * DAY)
    chaser = Chaser.objects.get()
    assert (chaser.case, chaser.at, chaser.waited_since) == (kept, MONDAY + DAY, MONDAY)
    kept.refresh_from_db()
    assert kept.next_at <= MONDAY + DAY


def test_each_clock_stays_and_the_next_answer_stops_both(house, kept, other):
    joining.join(other, into=kept, by=house.ada.actor, at=MONDAY + DAY + HOUR)
    assert len(awaiting.clocks_of(kept)) == 2
    assert queries.to_answer(house.ada, until=LATER)[0].case == kept
    answer(kept, by=house.ada, at=MONDAY + DAY + 2 * HOUR)
    assert [one.met_at for one in StandardClock.objects.all()] == [MONDAY + DAY + 2 * HOUR] * 2


def test_a_standard_missed_on_the_old_number_moves_the_kept_cases_date(house, kept, other):
    answer(kept, by=house.ada, at=MONDAY + HOUR)
    joining.join(other, into=kept, by=house.ada.actor, at=MONDAY + DAY)
    assert clocks.miss_due(MONDAY + 5 * DAY) == 1
    hear()
    row = queries.with_owed([Case.objects.get(pk=kept.pk)])[0]
    assert row.clock.missed_at
    assert row.case.next_at == row.clock.due_at


def test_a_closed_case_is_open_again_when_an_open_one_joins_it(house, kept, other):
    closing.close(kept, answer_needed=False, by=house.ada.actor, at=MONDAY + 25 * HOUR)
    joining.join(other, into=kept, by=house.ada.actor, at=MONDAY + 26 * HOUR)
    kept.refresh_from_db()
    assert kept.is_open


def test_a_chain_of_joined_cases_leads_to_the_last(house, kept, other):
    third = make_case(house, subject="Linen belt", message_id="<third@h.example>", at=MONDAY + 2 * DAY)
    joining.join(third, into=other, by=house.ada.actor, at=MONDAY + 3 * DAY)
    joining.join(other, into=kept, by=house.ada.actor, at=MONDAY + 3 * DAY)
    assert set(Case.objects.filter(joined_into=kept)) == {other, third}
    assert write(house, third, 1, at=MONDAY + 4 * DAY).case == kept


def test_what_cannot_be_joined_is_refused(house, kept, other):
    with pytest.raises(joining.SameCase):
        joining.join(kept, into=kept, by=house.ada.actor, at=LATER)
    stranger = make_case(
        house, sender="Eve <eve@outside.example>", message_id="<eve@h.example>", subject="Hm"
    )
    with pytest.raises(joining.SomebodyElses):
        joining.join(stranger, into=kept, by=house.ada.actor, at=LATER)
    joining.join(other, into=kept, by=house.ada.actor, at=LATER)
    with pytest.raises(joining.JoinedAlready):
        joining.join(other, into=kept, by=house.ada.actor, at=LATER)
    other.refresh_from_db()
    with pytest.raises(closing.JoinedWithAnother):
        closing.reopen(other, by=house.ada.actor, at=LATER)


def test_another_matter_is_said_once(house, kept, other):
    assert [one.other for one in likening.offers(other)] == [kept]
    joining.keep_apart(other, other=kept, by=house.ada, at=LATER)
    assert likening.offers(other) == []
    with pytest.raises(joining.AnsweredAlready):
        joining.keep_apart(other, other=kept, by=house.ada, at=LATER)


def test_a_letter_that_joined_by_its_subject_gets_a_case_of_its_own(house, kept):
    wrote = MONDAY + 10 * DAY
    message = Message.objects.get(
        arrival=arrive(house, letter("Size 40 now.", message_id="<s@h.example>"), at=wrote)
    )
    assert message.case == kept
    assert Chaser.objects.count() == 1
    own = separating.separate(message, by=house.ada.actor, at=wrote + HOUR)
    assert own != kept
    assert own.owner == kept.owner
    assert not Chaser.objects.exists()
    assert awaiting.clock_of(own).started_at == wrote
    kept.refresh_from_db()
    assert kept.last_letter_at == MONDAY
    assert awaiting.clock_of(kept).started_at == MONDAY
    assert Resemblance.objects.get().answer == "other"


def test_a_case_that_was_joined_is_given_back_whole(house, kept, other):
    letter_of_other = other.messages.get(way="in")
    answer(other, by=house.ada, at=MONDAY + 25 * HOUR, pledges=[Pledge("A pair", LATER, house.ada)])
    noting.note(other, text="She is angry.", by=house.ada, at=MONDAY + 26 * HOUR)
    joining.join(other, into=kept, by=house.ada.actor, at=MONDAY + 27 * HOUR)
    own = separating.separate(letter_of_other, by=house.ada.actor, at=MONDAY + 28 * HOUR)
    assert own == other
    other.refresh_from_db()
    kept.refresh_from_db()
    assert other.is_open
    assert other.joined_into is None
    assert other.notes.count() == 1
    assert Promise.objects.get().subject == other.subject
    assert promise_queries.owed_on(kept.subject) == []
    assert other.answered_at
    assert kept.answered_at is None
    assert write(house, other, 1, at=MONDAY + 2 * DAY).case == other


def test_an_answer_on_the_kept_case_did_not_answer_the_letter_that_is_taken_out(house, kept, other):
    joining.join(other, into=kept, by=house.ada.actor, at=MONDAY + DAY + HOUR)
    answer(kept, by=house.ada, at=MONDAY + DAY + 2 * HOUR)
    moved = kept.messages.get(came_from=other, way="in")
    own = separating.separate(moved, by=house.ada.actor, at=MONDAY + DAY + 3 * HOUR)
    assert awaiting.clock_of(own).started_at == MONDAY + DAY
    assert awaiting.clock_of(kept) is None


def test_what_cannot_be_separated_is_refused(house, kept):
    only = kept.messages.get(way="in")
    with pytest.raises(separating.TheOnlyLetter):
        separating.separate(only, by=house.ada.actor, at=LATER)
    ours = answer(kept, by=house.ada, at=MONDAY + HOUR)
    with pytest.raises(separating.NotALetter):
        separating.separate(ours, by=house.ada.actor, at=LATER)


def _sum() -> dict[str, int]:
    return {
        "letters": Message.objects.filter(way="in").count(),
        "answers": Message.objects.filter(way="out").count(),
        "notes": Note.objects.count(),
        "calls": Call.objects.count(),
        "promises": CasePromise.objects.count(),
    }


deeds = st.lists(
    st.tuples(
        st.sampled_from(["letter", "reply", "answer", "call", "note", "join", "separate", "break"]),
        st.integers(0, 9),
        st.integers(1, 90),
    ),
    max_size=12,
)


@override_settings(OUTGOING="outbox")
class WhateverHappens(TestCase):
    """Each example in a transaction of its own."""

    @settings(max_examples=25, deadline=None)
    @given(deeds)
    def test_nothing_is_missing_after_any_sequence_of_letters_joins_and_separations(self, rows):
        _live(rows)


def _live(rows) -> None:
    house = make_house()
    cases = [make_case(house)]
    at, expected, count = MONDAY, {"letters": 1, "answers": 0, "notes": 0, "calls": 0, "promises": 0}, 0
    for deed, which, minutes in rows:
        at, count = at + timedelta(minutes=minutes), count + 1
        everything = list(Case.objects.order_by("pk"))
        standing = [one for one in everything if one.joined_into_id is None]
        case = standing[which % len(standing)]
        if deed == "letter":
            arrive(
                house, letter(f"W{count}", subject=f"Boots{count}", message_id=f"<{count}@h.example>"), at=at
            )
            expected["letters"] += 1
        elif deed == "reply":
            old = everything[which % len(everything)]
            message = write(house, old, count, at=at)
            assert message.case == (old.joined_into or old)
            expected["letters"] += 1
        elif deed == "answer" and case.is_open:
            answer(case, by=house.ada, at=at, pledges=[Pledge(f"P{count}", at + 20 * HOUR, house.ada)])
            expected["answers"] += 1
            expected["promises"] += 1
        elif deed == "call":
            calling.record(case, reached=which % 2 == 0, words="Spoke.", by=house.ada, at=at)
            expected["calls"] += 1
        elif deed == "note":
            noting.note(case, text="N", by=house.ada, at=at)
            expected["notes"] += 1
        elif deed == "break":
            breaking.break_due(at)
        elif deed == "join" and len(standing) > 1:
            joining.join(case, into=standing[(which + 1) % len(standing)], by=house.ada.actor, at=at)
        elif deed == "separate":
            letters = Message.objects.filter(way="in").order_by("pk")
            message = letters[which % len(letters)]
            try:
                own = separating.separate(message, by=house.ada.actor, at=at)
            except separating.TheOnlyLetter:
                continue
            message.refresh_from_db()
            assert message.case == own
        cases = list(Case.objects.all())
        assert _sum() == expected
        for one in cases:
            if one.joined_into is not None:
                assert one.joined_into.joined_into is None
                assert not one.messages.exists()
                assert not one.is_open
            else:
                assert one.is_open
                assert one.messages.filter(way="in").exists()
                assert one.next_at is not None
        for place in CasePromise.objects.select_related("promise", "case"):
            assert place.promise.subject == place.case.subject
        for chaser in Chaser.objects.select_related("message"):
            assert chaser.case_id == chaser.message.case_id
            assert not chaser.message.added
