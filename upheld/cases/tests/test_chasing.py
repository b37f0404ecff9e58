"""A customer who has to ask again: what is a chaser, what is added, what is neither, and what becomes of the case."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.cases import chasing, closing, tokens
from upheld.cases.chasing import Answered, Letter, Pledged, judge
from upheld.cases.models import Case, Chaser, Habits, Message
from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import HOUR, House, answer, arrive, hear, letter, make_case, make_house
from upheld.channels import bouncing
from upheld.journal.models import Record
from upheld.people.tests.makers import MONDAY, make_person
from upheld.promises import breaking
from upheld.promises.models import StandardClock

pytestmark = pytest.mark.django_db
MINUTE, DAY = HOUR / 60, 24 * HOUR
HALF_AN_HOUR = 30 * MINUTE


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.OUTGOING = "outbox"


@pytest.fixture
def house() -> House:
    return make_house()


def again(house: House, case: Case, *, at: datetime, words: str = "And now?", **more) -> Message:
    """Dora, or somebody else, writes on the case."""
    count = Message.objects.count()
    raw = letter(
        words,
        subject=f"Re: [HS-{case.number}]",
        message_id=f"<again{count}@h.example>",
        **{key: value for key, value in more.items() if key != "silent"},
    )
    return Message.objects.get(arrival=arrive(house, raw, at=at, silent=more.get("silent", False)))


def moments(case: Case) -> list[datetime]:
    return list(case.chasers.order_by("at").values_list("at", flat=True))


def test_twelve_weeks_after_a_letter_that_nobody_answered(house):
    case = make_case(house)
    late = MONDAY + timedelta(weeks=12)
    message = again(house, case, at=late)
    chaser = Chaser.objects.get()
    assert (chaser.message, chaser.case, chaser.customer) == (message, case, case.customer)
    assert (chaser.owed, chaser.waited_since, chaser.at, chaser.nth) == ("answer", MONDAY, late, 1)
    assert chaser.department == house.service
    fact = Record.objects.get(kind="cases.CustomerChased/1")
    assert fact.data["owed"] == "answer"
    assert fact.by_kind == "customer"


def test_the_case_goes_to_the_top_until_somebody_answers(house):
    case = make_case(house)
    wrote = MONDAY + HOUR
    again(house, case, at=wrote)
    case.refresh_from_db()
    assert case.next_at == wrote
    answer(case, by=house.ada, at=MONDAY + 2 * HOUR)
    case.refresh_from_db()
    assert case.next_at > wrote
    assert Chaser.objects.get().answered_at == MONDAY + 2 * HOUR
    assert chasing.waiting(case) == []


def test_a_chaser_neither_answers_nor_starts_the_clock_anew(house):
    case = make_case(house)
    before = StandardClock.objects.get()
    again(house, case, at=MONDAY + HOUR)
    after = StandardClock.objects.get()
    assert (after.started_at, after.due_at, after.met_at) == (before.started_at, before.due_at, None)


def test_an_acknowledgement_is_no_answer(house):
    case = make_case(house)
    assert case.messages.filter(way="automatic").exists()
    again(house, case, at=MONDAY + DAY)
    assert Chaser.objects.count() == 1


def test_a_chaser_is_not_acknowledged_again(house):
    case = make_case(house)
    again(house, case, at=MONDAY + DAY)
    assert case.messages.filter(way="automatic").count() == 1


def test_what_she_adds_within_half_an_hour_is_no_chaser(house):
    case = make_case(house)
    first = again(house, case, at=MONDAY + 20 * MINUTE)
    second = again(house, case, at=MONDAY + 50 * MINUTE)
    assert first.added
    assert second.added
    assert not Chaser.objects.exists()
    later = again(house, case, at=MONDAY + 81 * MINUTE)
    assert not later.added
    assert Chaser.objects.get().message == later


def test_two_letters_in_one_minute_are_one_matter_and_no_chaser(house):
    case = make_case(house)
    arrive(house, letter("PS: size 39.", message_id="<ps@h.example>"), at=MONDAY + MINUTE / 2)
    assert case.messages.filter(way="in").count() == 2
    assert not Chaser.objects.exists()


def test_the_company_says_how_soon_a_letter_is_added(house):
    Habits.objects.create(addendum_minutes=5)
    case = make_case(house)
    again(house, case, at=MONDAY + 20 * MINUTE)
    assert Chaser.objects.count() == 1


def test_once_answered_and_nothing_owed_a_letter_is_neither(house):
    case = make_case(house)
    answer(case, by=house.ada, at=MONDAY + 10 * MINUTE)
    message = again(house, case, at=MONDAY + 20 * MINUTE)
    assert not message.added
    assert not Chaser.objects.exists()


def test_an_open_promise_and_a_broken_one_are_owed(house):
    case = make_case(house)
    pair = Pledge("A new pair", MONDAY + DAY, house.ada)
    answer(case, by=house.ada, at=MONDAY + HOUR, pledges=[pair])
    again(house, case, at=MONDAY + 3 * HOUR)
    chaser = Chaser.objects.get()
    assert (chaser.owed, chaser.waited_since) == ("promise", MONDAY + HOUR)
    breaking.break_due(MONDAY + 2 * DAY)
    hear()
    again(house, case, at=MONDAY + 2 * DAY)
    second = Chaser.objects.get(nth=2)
    assert (second.owed, second.waited_since) == ("both", MONDAY + 3 * HOUR)


def test_a_broken_promise_alone_is_waited_for_since_it_was_due(house):
    case = make_case(house)
    answer(case, by=house.ada, at=MONDAY + HOUR, pledges=[Pledge("A new pair", MONDAY + DAY, house.ada)])
    breaking.break_due(MONDAY + 2 * DAY)
    again(house, case, at=MONDAY + 2 * DAY)
    chaser = Chaser.objects.get()
    assert (chaser.owed, chaser.waited_since, chaser.nth) == ("promise", MONDAY + DAY, 1)


def test_a_colleague_of_the_customer_chases_too(house):
    raw = letter(headers="Cc: Otto Lindqvist <otto@harbour.example>")
    case = Message.objects.get(arrival=arrive(house, raw)).case
    to = tokens.reply_address(case.number, house.mailbox)
    otto = letter(
        "Any news?", subject="Re: Größe 39", sender="Otto Lindqvist <otto@harbour.example>", to=to,
        message_id="<otto@h.example>",
    )  # fmt: skip
    arrive(house, otto, at=MONDAY + 2 * DAY)
    chaser = Chaser.objects.get()
    assert chaser.case == case
    assert chaser.customer.name == "Otto Lindqvist"


def test_whoever_she_sent_a_copy_to_chases_by_answering_her_letter_and_a_stranger_does_not(house):
    raw = letter(headers="Cc: Otto Lindqvist <otto@harbour.example>")
    case = Message.objects.get(arrival=arrive(house, raw)).case
    reply = "In-Reply-To: <first@harbour.example>"
    otto = letter(
        "Has nobody answered?",
        sender="Otto <otto@harbour.example>",
        headers=reply,
        message_id="<otto@h.example>",
    )
    message = Message.objects.get(arrival=arrive(house, otto, at=MONDAY + 2 * DAY))
    assert message.case == case
    assert Chaser.objects.get().message == message
    eve = letter("Me too.", sender="Eve <eve@outside.example>", headers=reply, message_id="<eve@h.example>")
    assert Message.objects.get(arrival=arrive(house, eve, at=MONDAY + 3 * DAY)).case != case


def test_a_letter_after_closing_opens_it_again_and_is_no_chaser(house):
    case = make_case(house)
    closing.close(case, answer_needed=False, by=house.ada.actor, at=MONDAY + HOUR)
    again(house, case, at=MONDAY + DAY)
    case.refresh_from_db()
    assert case.is_open
    assert not Chaser.objects.exists()
    again(house, case, at=MONDAY + 2 * DAY)
    assert Chaser.objects.get().waited_since == MONDAY + DAY


def test_a_letter_from_the_past_counts_by_its_own_date(house):
    """Written on Monday at 8:51 in Berlin, before the one that opened the case: nobody owed anything then."""
    case = make_case(house, message_id="<now@h.example>")
    past = again(house, case, at=MONDAY + 10 * DAY, silent=True)
    assert past.at == MONDAY - timedelta(minutes=9)
    assert not Chaser.objects.filter(message=past).exists()
    assert case.messages.get(message_id="<now@h.example>").added


def test_an_automatic_letter_is_no_chaser(house):
    case = make_case(house)
    again(house, case, at=MONDAY + DAY, headers="Auto-Submitted: auto-replied")
    assert not Chaser.objects.exists()


def test_when_the_answer_came_back_the_chasers_wait_again(house):
    case = make_case(house)
    again(house, case, at=MONDAY + HOUR)
    message = answer(case, by=house.ada, at=MONDAY + 2 * HOUR)
    assert chasing.waiting(case) == []
    bouncing.mark_bounced(message.message_id, recipients=["dora@harbour.example"], at=MONDAY + 3 * HOUR)
    hear()
    assert len(chasing.waiting(case)) == 1
    again(house, case, at=MONDAY + 4 * HOUR)
    assert list(case.chasers.order_by("at").values_list("nth", flat=True)) == [1, 2]


def test_chasers_are_seen_by_those_who_see_the_case(house):
    case = make_case(house)
    again(house, case, at=MONDAY + HOUR)
    carla = make_person("Carla Mendes", role="agent")
    assert Chaser.objects.visible_to(house.ada).count() == 1
    assert Chaser.objects.visible_to(make_person("Mara", role="manager")).count() == 1
    assert Chaser.objects.visible_to(carla).count() == 0


# A sequence of letters and answers, in minutes; what must hold whatever happens.
events = st.lists(st.tuples(st.sampled_from("laq"), st.integers(0, 5000)), max_size=30)


def _story(rows):
    letters = [Letter(pk, MONDAY + at * MINUTE) for pk, (kind, at) in enumerate(rows) if kind == "l"]
    answers = [Answered(MONDAY + at * MINUTE) for kind, at in rows if kind == "a"]
    promises = [
        Pledged(MONDAY + at * MINUTE, MONDAY + (at + 600) * MINUTE) for kind, at in rows if kind == "q"
    ]
    return letters, answers, promises


@given(events)
def test_no_letter_is_both_added_and_a_chaser_and_the_first_is_neither(rows):
    letters, answers, promises = _story(rows)
    judged = judge(letters, answers, promises, addendum=HALF_AN_HOUR)
    assert not judged.added & judged.asked.keys()
    ordered = sorted(letters, key=lambda one: (one.at, one.pk))
    if ordered and not promises:
        assert ordered[0].pk not in judged.added | judged.asked.keys()
    for before, this in itertools.pairwise(ordered):
        if this.at - before.at <= HALF_AN_HOUR:
            assert this.pk not in judged.asked


@given(events, st.randoms())
def test_the_order_in_which_letters_are_opened_changes_nothing(rows, rng):
    letters, answers, promises = _story(rows)
    shuffled = letters[:]
    rng.shuffle(shuffled)
    assert judge(shuffled, answers, promises, addendum=HALF_AN_HOUR) == judge(
        letters, answers, promises, addendum=HALF_AN_HOUR
    )


@given(events)
def test_who_was_answered_after_every_letter_never_had_to_ask_again(rows):
    letters, _answers, _promises = _story(rows)
    answers = [Answered(one.at) for one in letters]
    judged = judge(letters, answers, (), addendum=HALF_AN_HOUR)
    assert judged.asked == {}


@given(events)
def test_a_chaser_waited_before_it_came_and_counts_on_since_the_last_answer(rows):
    letters, answers, promises = _story(rows)
    judged = judge(letters, answers, promises, addendum=HALF_AN_HOUR)
    known = {one.pk: one.at for one in letters}
    expected = 0
    last = None
    for pk, asked in sorted(judged.asked.items(), key=lambda one: (known[one[0]], one[0])):
        assert asked.since <= known[pk]
        said = max((one.at for one in answers if one.at < known[pk]), default=None)
        expected = expected + 1 if said == last else 1
        last = said
        assert asked.nth == expected
        assert asked.answered_at is None or asked.answered_at >= known[pk]
