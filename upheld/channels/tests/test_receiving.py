"""The door: stored once, whoever brings it how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from upheld.channels import opening, receiving
from upheld.channels.models import Arrival, Raw
from upheld.channels.tests.makers import AT, make_mailbox, make_person, minutes, raw_letter
from upheld.journal.models import Record

pytestmark = pytest.mark.django_db


def test_a_letter_is_stored_as_it_came_and_word_is_left_to_open_it() -> None:
    box = make_mailbox()
    raw = b"\x00\xff nonsense \r\r\n\n" + raw_letter()
    arrival = receiving.store(raw, way="imap", mailbox=box, source_id="1.1", at=AT)
    assert bytes(Arrival.objects.get().raw.content) == raw
    assert (arrival.size, arrival.arrived_at, arrival.opened_at, arrival.silent) == (
        len(raw),
        AT,
        None,
        False,
    )
    job = ProcrastinateJob.objects.get(task_name="cases.open_arrival")
    assert job.args == {"arrival_id": arrival.pk}
    assert Record.objects.get().about == [f"arrival:{arrival.pk}"]


def test_the_same_source_twice_is_one_letter() -> None:
    box = make_mailbox()
    first = receiving.store(raw_letter(), way="imap", mailbox=box, source_id="1.1", at=AT)
    again = receiving.store(raw_letter(), way="imap", mailbox=box, source_id="1.1", at=AT + minutes(5))
    assert again == first
    assert again.arrived_at == AT
    assert (Arrival.objects.count(), Record.objects.count(), ProcrastinateJob.objects.count()) == (1, 1, 1)


def test_a_form_without_a_mailbox_is_one_letter_too() -> None:
    stored = [receiving.store(raw_letter(), way="form", source_id="token", at=AT) for _ in range(2)]
    assert stored[0] == stored[1]


def test_the_same_bytes_from_two_mailboxes_are_two_arrivals_of_one_raw_letter() -> None:
    for address in ("service@shop.example", "billing@shop.example"):
        receiving.store(raw_letter(), way="imap", mailbox=make_mailbox(address), source_id="1.1", at=AT)
    assert (Arrival.objects.count(), Raw.objects.count()) == (2, 1)


def test_other_bytes_under_a_known_source_are_refused_and_not_lost_in_silence() -> None:
    receiving.store(raw_letter(1), way="form", source_id="token", at=AT)
    with pytest.raises(receiving.SourceTaken):
        receiving.store(raw_letter(2), way="form", source_id="token", at=AT)


def test_a_letter_that_no_row_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "LARGEST", 1000)
    with pytest.raises(receiving.LetterTooLarge):
        receiving.store(b"x" * 1001, way="file", source_id="big", at=AT)


def test_what_is_rolled_back_was_never_here() -> None:
    with transaction.atomic():
        receiving.store(raw_letter(), way="form", source_id="token", at=AT)
        transaction.set_rollback(True)
    assert (Arrival.objects.count(), Raw.objects.count(), ProcrastinateJob.objects.count()) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_letter_store_one() -> None:
    box = make_mailbox()

    def bring(_: int) -> int:
        try:
            return receiving.store(raw_letter(), way="imap", mailbox=box, source_id="1.1", at=AT).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(bring, range(8)))) == 1
    assert (Arrival.objects.count(), Raw.objects.count()) == (1, 1)


def test_word_about_a_letter_is_left_again_when_it_was_lost_and_only_then() -> None:
    receiving.store(raw_letter(1), way="form", source_id="1", at=AT)
    lost = receiving.store(raw_letter(2), way="form", source_id="2", at=AT)
    ProcrastinateJob.objects.filter(args__arrival_id=lost.pk).delete()
    assert receiving.sweep(AT) == 0
    assert receiving.sweep(AT + minutes(2)) == 1
    assert ProcrastinateJob.objects.filter(args__arrival_id=lost.pk).count() == 1


def test_an_opened_letter_has_one_outcome_and_is_not_asked_for_again() -> None:
    arrival = receiving.store(raw_letter(), way="form", source_id="1", at=AT)
    ProcrastinateJob.objects.all().delete()
    marked = opening.mark(
        arrival, outcome="filed", kind="person", why="a new case", message_id="<1@x>", at=AT
    )
    assert (marked.outcome, marked.opened_at) == ("filed", AT)
    assert receiving.sweep(AT + minutes(60)) == 0
    with pytest.raises(opening.AlreadyOpened):
        opening.mark(arrival, outcome="attention", at=AT)


def test_a_letter_that_needs_attention_is_dealt_with_once_by_a_person() -> None:
    ada = make_person()
    arrival = receiving.store(b"?", way="form", source_id="1", at=AT)
    with pytest.raises(opening.NeedsNobody):
        opening.attend(arrival, person=ada, at=AT)
    opening.mark(arrival, outcome="attention", why="It has no sender.", at=AT)
    assert list(Arrival.objects.needing_attention()) == [arrival]
    assert opening.attend(arrival, person=ada, at=AT).attended_by == ada
    assert not Arrival.objects.needing_attention().exists()
    with pytest.raises(opening.NeedsNobody):
        opening.attend(arrival, person=ada, at=AT)


def test_each_try_to_open_is_counted() -> None:
    arrival = receiving.store(b"?", way="form", source_id="1", at=AT)
    assert [opening.count_try(arrival) for _ in range(3)] == [1, 2, 3]
