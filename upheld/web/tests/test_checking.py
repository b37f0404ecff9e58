"""Health: each question with an answer that is well and one that is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import override_settings
from procrastinate.contrib.django import app

from upheld.cases.tests.makers import House, letter, make_case, make_house
from upheld.channels import receiving
from upheld.channels.models import Arrival, Departure, File, Mailbox
from upheld.customers.tests.makers import make_customer
from upheld.journal import numbering, reading
from upheld.journal.facts import Subject
from upheld.journal.models import Record
from upheld.promises import breaking, promising
from upheld.web.checking.check import Check
from upheld.web.health import QUESTIONS, Health, gather

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now() -> datetime:
    """This moment; no job is left of earlier tests, which do not empty that table."""
    _sql("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    return datetime.now(UTC)


@pytest.fixture
def house() -> House:
    return make_house()


def _one(at: datetime, name: str) -> Check:
    (check,) = [check for check in gather(at).checks if check.name == name]
    return check


def _sql(words: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words, values)


def test_a_house_without_its_processes_is_not_well(now: datetime) -> None:
    health = gather(now)
    assert not health.ok
    assert {check.name for check in health.wrong} == {"journal", "jobs"}


def test_a_question_that_fails_is_wrong_and_the_others_are_answered(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(at: datetime) -> Check:
        _sql("SELECT no_such_column")
        raise AssertionError

    monkeypatch.setattr("upheld.web.health.QUESTIONS", (broken, *QUESTIONS))
    health = gather(now)
    assert health.checks[0].sentence == "broken could not be checked (ProgrammingError)."
    assert len(health.checks) > 5
    assert not Health(now, health.checks[:1]).ok


def test_a_mailbox_comes_out_even_or_not(house: House, now: datetime) -> None:
    make_case(house, at=now - 5 * MINUTE)
    Mailbox.objects.update(imap_host="imap.example", looked_at=now, on_server=1)
    assert _one(now, "mailbox").ok
    assert _one(now, "mailbox").figures["filed"] == 1
    Mailbox.objects.update(on_server=2)
    assert "does not come out even" in _one(now, "mailbox").sentence
    assert not _one(now, "mailbox").ok
    # While letters are coming in, the account is behind and nothing is wrong.
    assert _one(now - 4 * MINUTE, "mailbox").ok


def test_a_mailbox_in_trouble_says_what_and_for_how_long(house: House, now: datetime) -> None:
    Mailbox.objects.update(imap_host="imap.example", trouble="Nobody answers.", trouble_at=now - 90 * MINUTE)
    assert _one(now, "mailbox").sentence == f"{house.mailbox.address}: Nobody answers. (for 1 h 30 min)"
    Mailbox.objects.update(trouble="", trouble_at=None, looked_at=now - 11 * MINUTE)
    assert "nobody has looked for 11 min" in _one(now, "mailbox").sentence
    Mailbox.objects.update(closed_at=now)
    assert _one(now, "mailboxes").ok


def test_a_letter_that_nobody_opens_is_seen_after_two_minutes(house: House, now: datetime) -> None:
    receiving.store(letter(), way="imap", mailbox=house.mailbox, source_id="1:1", at=now)
    assert _one(now + MINUTE, "unopened").ok
    late = _one(now + 3 * MINUTE, "unopened")
    assert (late.ok, late.sentence) == (False, "1 letter waits to be opened, for 3 min.")
    Arrival.objects.update(opened_at=now, outcome="attention")
    assert _one(now, "unopened").ok
    assert _one(now, "attention").sentence.startswith("1 letter needs attention")


def test_a_letter_that_does_not_leave_is_seen(house: House, now: datetime) -> None:
    make_case(house, at=now)
    Departure.objects.update(leaves_at=now)
    assert _one(now + MINUTE, "leaving").ok
    assert not _one(now + 3 * MINUTE, "leaving").ok
    Departure.objects.update(tries=1, leaves_at=now + 10 * MINUTE)
    put_off = _one(now, "leaving")
    assert put_off.ok
    assert "1 letter was put off" in put_off.sentence
    Departure.objects.update(failed_at=now)
    assert not _one(now, "failed").ok
    Departure.objects.update(failed_at=None, sent_at=now, bounced_at=now)
    assert _one(now, "failed").ok
    assert _one(now, "failed").figures["bounced"] == 1
    with override_settings(OUTGOING="outbox"):
        assert "stay in the outbox" in _one(now, "leaving").sentence


def test_a_file_that_is_not_on_disk_is_seen(house: House, now: datetime) -> None:
    case = make_case(house, at=now)
    message = case.messages.get(way="in")
    File.objects.create(arrival=message.arrival, place=1, name="a", type="a/b", size=1, sha256=b"x" * 32)
    assert _one(now, "files").ok
    assert not _one(now + 11 * MINUTE, "files").ok


def test_a_clock_that_stands_still_is_seen(house: House, now: datetime) -> None:
    promising.promise(
        customer=make_customer(), subject=Subject("case", 42), department=house.service, keeper=house.ada,
        words="A new pair", due_at=now + MINUTE, zone="Europe/Berlin", by=house.ada.actor, at=now,
    )  # fmt: skip
    assert _one(now + MINUTE, "promises").ok
    assert not _one(now + 3 * MINUTE, "promises").ok
    breaking.break_due(now + 3 * MINUTE)
    assert _one(now + 3 * MINUTE, "promises").ok


def test_a_journal_that_nobody_numbers_is_seen(house: House, now: datetime) -> None:
    _sql("SELECT pg_advisory_lock(%s)", numbering.LOOP_LOCK)
    try:
        assert _one(now + MINUTE / 2, "journal").ok
        late = _one(now + 3 * MINUTE, "journal")
        assert not late.ok
        assert late.figures["unnumbered"] == Record.objects.count()
        numbering.after_restore()
        assert _one(now + 3 * MINUTE, "journal").ok
    finally:
        _sql("SELECT pg_advisory_unlock(%s)", numbering.LOOP_LOCK)


def test_a_reader_that_is_stuck_is_named(house: House, now: datetime) -> None:
    numbering.after_restore()

    def fails(record: Record) -> None:
        raise ValueError

    reading.follow("tests", fails)
    stuck = _one(now, "reader")
    assert not stuck.ok
    assert stuck.sentence == "tests is stuck at the fact with position 1 (ValueError, tried 1 times)."
    reading.follow("tests", lambda record: None)
    assert _one(now, "reader").ok


def test_jobs_that_nobody_does_are_seen(now: datetime) -> None:
    _sql("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", now)
    assert _one(now, "jobs").sentence == "No job waits."
    app.configure_task("channels.send", schedule_in={"hours": 1}).defer(departure_id=1)
    assert _one(now, "jobs").sentence == "No job waits."
    app.configure_task("channels.send").defer(departure_id=2)
    assert _one(now + MINUTE / 2, "jobs").ok
    _sql("UPDATE procrastinate_workers SET last_heartbeat = %s", now + 3 * MINUTE)
    assert not _one(now + 3 * MINUTE, "jobs").ok
    assert "1 job waits" in _one(now + 3 * MINUTE, "jobs").sentence
    assert _one(now + 9 * MINUTE, "jobs").sentence == "Nobody does the jobs that were left behind."


def test_a_job_that_failed_is_named_for_an_hour(now: datetime) -> None:
    app.configure_task("channels.send").defer(departure_id=2)
    _sql("UPDATE procrastinate_jobs SET status = 'doing'")
    _sql("UPDATE procrastinate_jobs SET status = 'failed'")
    assert _one(now, "failed-jobs").sentence == "1 job failed within the last hour: channels.send."
    assert _one(now + 61 * MINUTE, "failed-jobs").ok


def test_clocks_that_differ_are_seen(now: datetime) -> None:
    assert _one(now, "clock").ok
    assert not _one(now + MINUTE, "clock").ok


def test_a_full_disk_is_seen(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _one(now, "room").ok
    monkeypatch.setattr("upheld.web.checking.upkeep.ROOM", 10**18)
    assert not _one(now, "room").ok
