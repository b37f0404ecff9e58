"""Letters opened together: the same as one after the other, only quicker; one that cannot be opened keeps no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from upheld.cases import filing, jobs, receiving
from upheld.cases.models import Case, Message
from upheld.cases.tests.makers import House, letter, make_house
from upheld.channels import receiving as door
from upheld.channels.models import Arrival, Departure
from upheld.customers.models import Customer
from upheld.journal.models import Record
from upheld.people.tests.makers import MONDAY, make_agent
from upheld.promises.models import StandardClock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def house() -> House:
    return make_house()


def store(house: House, number: int, raw: bytes | None = None, *, subject: str = "") -> Arrival:
    """A letter of somebody's own about something of their own waits."""
    raw = raw or letter(
        subject=subject or f"Matter {number}",
        sender=f"Customer {number} <c{number}@harbour.example>",
        message_id=f"<{number}@harbour.example>",
    )
    return door.store(raw, way="imap", mailbox=house.mailbox, source_id=f"1:{number}", at=MONDAY)


def open_all() -> None:
    jobs.open_waiting(now=lambda: MONDAY + MINUTE)


def test_each_letter_has_its_case_owner_clock_acknowledgement_and_facts(house: House) -> None:
    for number in range(10):
        store(house, number)
    open_all()
    assert {one.outcome for one in Arrival.objects.all()} == {"filed"}
    assert Case.objects.count() == Customer.objects.count() == 10
    assert StandardClock.objects.count() == Departure.objects.count() == 10
    assert ProcrastinateJob.objects.filter(task_name="channels.send").count() == 10
    for case in Case.objects.all():
        facts = Record.objects.filter(about__contains=[f"case:{case.pk}"]).order_by("id")
        assert [fact.kind.partition("/")[0].partition(".")[2] for fact in facts] == [
            "CaseOpened", "MessageReceived", "ClockStarted", "AcknowledgementSent",
        ]  # fmt: skip
        assert case.next_at == StandardClock.objects.get(subject_id=case.pk).due_at


def test_many_letters_ask_the_database_little_each(house: House) -> None:
    for number in range(25):
        store(house, number)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        open_all()
    assert not Arrival.objects.unopened().exists()
    assert len(asked) / 25 < 13


def test_no_word_is_left_about_letters_that_are_open(house: House) -> None:
    for number in range(3):
        store(house, number)
    open_all()
    assert not ProcrastinateJob.objects.filter(task_name="cases.open_arrival").exists()


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can file a letter about poison."""
    file = filing.file

    def refuse(case, read, **other):
        if read.subject == "poison":
            raise ZeroDivisionError
        return file(case, read, **other)

    monkeypatch.setattr(filing, "file", refuse)


def test_one_that_cannot_be_opened_leaves_nine_filed_and_is_put_before_a_person_in_the_end(
    house: House, poison: None
) -> None:
    for number in range(10):
        store(house, number, subject="poison" if number == 4 else "")
    open_all()
    (bad,) = Arrival.objects.unopened()
    assert (bad.source_id, bad.tries) == ("1:4", 1)
    assert Case.objects.count() == Message.objects.filter(way="in").count() == 9
    assert Customer.objects.count() == StandardClock.objects.count() == Departure.objects.count() == 9
    for _again in range(receiving.TRIES):
        jobs.open_arrival(bad.pk)
    bad.refresh_from_db()
    assert (bad.outcome, bad.why) == ("attention", receiving.COULD_NOT_OPEN)
    assert Case.objects.count() == 9


def test_a_letter_that_was_tried_before_is_opened_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, *fresh = [store(house, number) for number in range(3)]
    Arrival.objects.filter(pk=tried.pk).update(tries=1)  # a process was killed over it
    together: list[list[int]] = []
    receive = receiving.receive_together
    monkeypatch.setattr(
        receiving,
        "receive_together",
        lambda pks, *, at: (together.append(list(pks)), receive(pks, at=at))[1],
    )
    jobs.open_arrival(tried.pk)
    assert together == [[one.pk for one in fresh], [tried.pk]]
    assert not Arrival.objects.unopened().exists()


def test_an_answer_finds_the_letter_that_it_answers_among_those_opened_with_it(house: House) -> None:
    first = letter(message_id="<0@harbour.example>")
    other = letter(
        subject="Another thing", message_id="<1@harbour.example>", headers="In-Reply-To: <0@harbour.example>"
    )
    store(house, 0, first)
    store(house, 1, other)
    open_all()
    assert Case.objects.count() == Customer.objects.count() == 1
    assert Message.objects.filter(way="in").count() == 2


def test_a_copy_among_letters_opened_together_is_a_duplicate(house: House) -> None:
    for number in range(2):
        store(house, number, letter())
    open_all()
    first, second = Arrival.objects.order_by("pk")
    assert (first.outcome, second.outcome, second.duplicate_of) == ("filed", "duplicate", first)


def test_another_letter_under_the_same_message_id_is_marked_among_letters_opened_together(
    house: House,
) -> None:
    store(house, 0, letter())
    store(house, 1, letter("Other words.", subject="Another thing"))
    open_all()
    first, second = Message.objects.filter(way="in").order_by("pk")
    assert (filing.OTHER_WORDS in first.trouble, filing.OTHER_WORDS in second.trouble) == (False, True)


def test_letters_opened_together_are_shared_among_those_present(house: House) -> None:
    carla = make_agent("Carla Mendes", house.service)
    for number in range(9):
        store(house, number)
    open_all()
    owned = [Case.objects.filter(owner=one).count() for one in (house.ada, carla)]
    assert sorted(owned) == [4, 5]
    store(house, 9)
    open_all()
    assert [Case.objects.filter(owner=one).count() for one in (house.ada, carla)] == [5, 5]


def test_acknowledgements_to_one_address_are_counted_among_letters_opened_together(house: House) -> None:
    for number in range(8):
        store(house, number, letter(subject=f"Thing {number}", message_id=f"<{number}@harbour.example>"))
    open_all()
    assert Departure.objects.count() == 5
    assert Message.objects.filter(way="in").count() == 8


def test_a_large_letter_is_opened_without_company(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_BYTES_TOGETHER", 2_000)
    sizes: list[int] = []
    receive = receiving.receive_together
    monkeypatch.setattr(
        receiving, "receive_together", lambda pks, *, at: (sizes.append(len(pks)), receive(pks, at=at))[1]
    )
    for number in range(4):
        store(
            house,
            number,
            letter("x" * 3_000, subject=f"{number}", message_id="<big@h.example>") if number == 2 else None,
        )
    open_all()
    assert sizes == [2, 1, 1]
    assert not Arrival.objects.unopened().exists()
