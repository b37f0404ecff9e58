"""Who is told what: once each, the one answerable, and never of their own deeds."""

from datetime import UTC, datetime, timedelta

import pytest

from upheld.cases import attending, joining, noting, opening, owning, replying
from upheld.cases.replying import Pledge
from upheld.cases.tests.makers import answer, arrive, letter, make_case, make_house
from upheld.channels import sending
from upheld.channels.models import Departure
from upheld.customers.tests.makers import make_customer
from upheld.journal.facts import CLOCK, Subject
from upheld.journal.models import Bookmark, Record
from upheld.notices import queries, telling
from upheld.notices.models import Notice
from upheld.notices.tests.makers import tell, told
from upheld.people import hiring
from upheld.people.tests.makers import MONDAY, make_agent, make_person
from upheld.promises import breaking, clocks, handing, warning

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
HOUR = timedelta(hours=1)
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
WROTE = "Dora Lindqvist wrote, and the case is yours."


def pledged(house, keeper):
    """A case whose answer promises a new pair by Friday."""
    case = make_case(house)
    pledge = Pledge("A new pair is at your door", FRIDAY, keeper)
    message = answer(case, by=house.ada, at=MONDAY + HOUR, pledges=[pledge])
    return case, message.promise_places.get().promise


def put_away(*people):
    """Everything so far has been told, and read."""
    tell()
    Notice.objects.filter(person__in=people).delete()


def test_a_letter_that_opens_a_case_is_told_once_to_its_owner():
    house = make_house()
    case = make_case(house)
    tell()
    assert told(house.ada) == [WROTE]
    assert told(house.bruno) == []
    notice = Notice.objects.get()
    assert (notice.subject_kind, notice.subject_id, notice.at) == ("case", case.pk, MONDAY)


def test_a_second_letter_is_told_too_and_an_automatic_one_is_not():
    house = make_house()
    make_case(house)
    reply = "In-Reply-To: <first@harbour.example>"
    arrive(house, letter("Did you get it?", message_id="<2@h.example>", headers=reply), at=MONDAY + HOUR)
    away = letter(
        "I am away.", message_id="<3@h.example>", headers=f"{reply}\r\nAuto-Submitted: auto-replied"
    )
    arrive(house, away, at=MONDAY + 2 * HOUR)
    tell()
    asked = "Dora Lindqvist had to ask again: nobody has answered. Speak first."
    assert told(house.ada) == [WROTE, asked]


def test_a_letter_that_is_no_chaser_is_told_to_the_owner_alone():
    house = make_house()
    case = make_case(house)
    answer(case, by=house.ada, at=MONDAY + HOUR)
    thanks = letter("Thank you.", subject=f"[HS-{case.number}]", message_id="<2@h.example>")
    arrive(house, thanks, at=MONDAY + 2 * HOUR)
    tell()
    assert told(house.ada) == [WROTE, "Dora Lindqvist wrote again."]
    assert told(house.bruno) == []


def test_who_had_to_ask_again_is_told_to_the_owner_and_to_everybody_who_leads_the_department():
    house = make_house()
    second = make_person("Lena Brandt", role="lead")
    second.departments.add(house.service)
    elsewhere = make_person("Carla Mendes", role="lead")
    case = make_case(house)
    put_away(house.ada)
    late = letter("Has my letter been dealt with?", subject=f"[HS-{case.number}]", message_id="<2@h.example>")
    arrive(house, late, at=MONDAY + timedelta(weeks=12))
    tell()
    said = ["Dora Lindqvist had to ask again: nobody has answered. Speak first."]
    assert told(house.ada) == told(house.bruno) == told(second) == said
    assert told(elsewhere) == []


def test_a_chaser_from_the_past_is_counted_and_no_news():
    house = make_house()
    case = make_case(house)
    put_away(house.ada)
    old = letter("And now?", subject=f"[HS-{case.number}]", message_id="<2@h.example>")
    arrive(house, old, at=MONDAY + timedelta(weeks=1), silent=True)
    tell()
    assert told(house.ada) == []


def test_news_of_a_joined_case_reach_whoever_owns_the_one_that_goes_on():
    house = make_house()
    kept = make_case(house)
    other = make_case(house, subject="Nothing has come", message_id="<2@h.example>")
    owning.hand_over(kept, to=house.bruno, by=CLOCK, at=MONDAY)
    joining.join(other, into=kept, by=house.ada.actor, at=MONDAY + HOUR)
    put_away(house.ada, house.bruno)
    clocks.miss_due(MONDAY + timedelta(weeks=1))
    tell()
    assert len(told(house.bruno)) == 2


def test_the_first_letter_to_a_case_that_a_colleague_opened_is_told():
    house = make_house()
    case = opening.open_case(
        "By telephone", customer=make_customer(), department=house.service, mailbox=house.mailbox,
        owner=house.ada, by=house.ada.actor, at=MONDAY,
    )  # fmt: skip
    tell()
    assert told(house.ada) == []
    arrive(house, letter(subject=f"HS-{case.number}"), at=MONDAY + HOUR)
    tell()
    assert told(house.ada) == ["Dora Lindqvist wrote again."]


def test_letters_from_the_past_are_not_news():
    house = make_house()
    arrive(house, letter(), silent=True)
    reply = "In-Reply-To: <first@harbour.example>"
    arrive(house, letter("And?", message_id="<2@h.example>", headers=reply), silent=True)
    tell()
    assert not Notice.objects.exists()


def test_each_is_told_once_however_often_the_journal_is_read():
    house = make_house()
    case, _promise = pledged(house, house.bruno)
    owning.hand_over(case, to=house.bruno, by=house.ada.actor, at=MONDAY + 2 * HOUR)
    breaking.break_due(FRIDAY + HOUR)
    tell()
    first = list(Notice.objects.order_by("pk").values())
    assert len(first) == 4
    for bookmark in (0, 3):
        Bookmark.objects.filter(reader=telling.READER).update(position=bookmark)
        tell()
    for record in Record.objects.order_by("position"):
        telling.tell(record)
    assert list(Notice.objects.order_by("pk").values()) == first


def test_a_fact_without_a_position_is_not_told_yet():
    house = make_house()
    make_case(house)
    for record in Record.objects.filter(position__isnull=True):
        telling.tell(record)
    assert not Notice.objects.exists()


def test_a_promise_that_somebody_else_made_is_told_to_its_keeper_and_ones_own_is_not():
    house = make_house()
    carla = make_person("Carla Brandt", role="colleague")
    _case, promise = pledged(house, carla)
    tell()
    assert told(carla) == ["Dora Lindqvist was promised something, and you keep it."]
    assert told(house.ada) == [WROTE]
    handing.hand_to(promise, keeper=house.bruno, by=house.ada.actor, at=MONDAY + 2 * HOUR)
    tell()
    assert told(house.bruno) == ["A promise to Dora Lindqvist is yours to keep from now on."]
    handing.hand_to(promise, keeper=house.ada, by=house.ada.actor, at=MONDAY + 3 * HOUR)
    tell()
    assert told(house.ada) == [WROTE]


def test_a_promise_due_soon_or_broken_is_told_to_its_keeper_and_to_the_owner_of_the_case():
    house = make_house()
    carla = make_person("Carla Brandt", role="colleague")
    _case, promise = pledged(house, carla)
    put_away(house.ada, carla)
    warning.warn_due(FRIDAY - HOUR)
    breaking.break_due(FRIDAY + HOUR)
    tell()
    sentences = [
        "Due soon: a promise to Dora Lindqvist. Carla Brandt keeps it.",
        "Broken: a promise to Dora Lindqvist. Carla Brandt keeps it.",
    ]
    assert told(carla) == told(house.ada) == sentences
    assert {(n.subject_kind, n.subject_id) for n in Notice.objects.all()} == {("promise", promise.pk)}


def test_an_owner_who_keeps_the_promise_is_told_once():
    house = make_house()
    pledged(house, house.ada)
    put_away(house.ada)
    breaking.break_due(FRIDAY + HOUR)
    tell()
    assert len(told(house.ada)) == 1


def test_the_standards_clock_is_told_to_the_owner():
    house = make_house()
    case = make_case(house)
    put_away(house.ada)
    warning.warn_due(MONDAY + 3 * HOUR)
    clocks.miss_due(FRIDAY)
    tell()
    assert told(house.ada) == [
        "Due soon: First answer by a person.",
        "Our standard was missed: First answer by a person.",
    ]
    assert {(n.subject_kind, n.subject_id) for n in Notice.objects.all()} == {("case", case.pk)}


def test_what_changed_hands_twice_is_told_to_the_last():
    house = make_house()
    carla = make_person("Carla Brandt", role="colleague")
    case, promise = pledged(house, house.ada)
    put_away(house.ada)
    owning.hand_over(case, to=house.bruno, by=CLOCK, at=MONDAY + 2 * HOUR)
    owning.hand_over(case, to=house.ada, by=CLOCK, at=MONDAY + 3 * HOUR)
    handing.hand_to(promise, keeper=house.bruno, by=CLOCK, at=MONDAY + 2 * HOUR)
    handing.hand_to(promise, keeper=carla, by=CLOCK, at=MONDAY + 3 * HOUR)
    tell()
    assert told(house.bruno) == []
    assert told(house.ada) == ["A case is yours from now on; before, Bruno Keller owned it."]
    assert told(carla) == ["A promise to Dora Lindqvist is yours to keep from now on."]


def test_a_case_handed_over_is_told_to_its_new_owner_unless_they_took_it_themselves():
    house = make_house()
    case = make_case(house)
    put_away(house.ada)
    owning.hand_over(case, to=house.bruno, by=house.ada.actor, at=MONDAY + HOUR)
    tell()
    assert told(house.bruno) == ["A case is yours from now on; before, Ada Okafor owned it."]
    assert told(house.ada) == []
    owning.hand_over(case, to=house.ada, by=house.ada.actor, at=MONDAY + 2 * HOUR)
    tell()
    assert told(house.ada) == []


def test_an_answer_that_did_not_arrive_is_told_to_whoever_owns_the_case_today():
    house = make_house()
    case = make_case(house)
    message = replying.answer(case, html="<p>Yes.</p>", delay=HOUR, by=house.ada, at=MONDAY + HOUR)
    put_away(house.ada)
    owning.hand_over(case, to=house.bruno, by=house.bruno.actor, at=MONDAY + HOUR)
    Departure.objects.filter(pk=message.departure_id).update(claimed_at=MONDAY + HOUR)
    sending.hold_doubtful(FRIDAY)
    tell()
    assert told(house.bruno) == ["It is not certain that an answer left. A person decides."]
    assert told(house.ada) == []


def test_a_letter_that_nothing_understood_is_told_to_whoever_is_on_duty():
    house = make_house()
    arrival = arrive(house, letter(sender=""))
    tell()
    assert told(house.bruno) == ["A letter needs a person's attention."]
    assert told(house.ada) == []
    notice = Notice.objects.get()
    assert (notice.subject_kind, notice.subject_id) == ("arrival", arrival.pk)


def test_whoever_opens_a_case_from_such_a_letter_is_not_told_of_it():
    house = make_house()
    arrival = arrive(house, letter(sender=""))
    put_away(house.bruno)
    attending.open_case(
        arrival, email="dora@harbour.example", department=house.service, by=house.ada, at=MONDAY + HOUR
    )
    tell()
    assert told(house.ada) == told(house.bruno) == []


def test_a_letter_dealt_with_before_it_could_be_told_is_no_longer_news():
    house = make_house()
    arrival = arrive(house, letter(sender=""))
    attending.set_aside(arrival, by=house.bruno, at=MONDAY + HOUR)
    tell()
    assert told(house.bruno) == []


def test_what_somebody_who_has_left_would_be_told_goes_to_whoever_is_on_duty():
    house = make_house()
    pledged(house, house.ada)
    put_away(house.ada, house.bruno)
    hiring.leave(house.ada, by=CLOCK, at=MONDAY + 2 * HOUR)
    breaking.break_due(FRIDAY + HOUR)
    tell()
    assert told(house.ada) == []
    assert "Broken: a promise to Dora Lindqvist. Ada Okafor keeps it." in told(house.bruno)


def test_notes_and_answers_are_told_to_nobody():
    house = make_house()
    case = make_case(house)
    put_away(house.ada)
    noting.note(case, text="She rang, too.", by=house.bruno, at=MONDAY + HOUR)
    answer(case, by=house.bruno, at=MONDAY + HOUR)
    tell()
    assert not Notice.objects.exists()


def test_seen_is_ones_own_business():
    house = make_house()
    eve = make_agent("Eve Larsen", house.service)
    case = make_case(house)
    tell()
    owner, other = (house.ada, eve) if case.owner_id == house.ada.pk else (eve, house.ada)
    notices = queries.unseen_on(owner, case.subject)
    assert len(notices) == 1
    assert telling.seen(other, notices, MONDAY + HOUR) == 0
    assert telling.seen(owner, notices, MONDAY + HOUR) == 1
    assert telling.seen(owner, queries.of(owner), MONDAY + 2 * HOUR) == 0
    assert Notice.objects.get().seen_at == MONDAY + HOUR
    assert not queries.unseen(owner).exists()
    assert not queries.unseen_on(owner, Subject("case", case.pk + 1)).exists()


def test_lines_cost_one_query_however_many(django_assert_num_queries):
    house = make_house()
    make_case(house)
    for number in range(4):
        sender = f"Guest <guest{number}@harbour.example>"
        arrive(house, letter(sender=sender, message_id=f"<{number}@x.example>"))
    tell()
    notices = list(queries.of(house.ada))
    assert len(notices) == 5
    with django_assert_num_queries(1):
        assert len(queries.lines(notices)) == 5
