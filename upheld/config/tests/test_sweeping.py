"""Sweeps: each for itself, again and again; and the worker, whose jobs belong to their own transactions."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from upheld.cases.models import Case
from upheld.cases.tests.makers import letter, make_house
from upheld.channels import receiving
from upheld.channels.models import Arrival, Mailbox
from upheld.config import fetcher, keeper, sweeps
from upheld.config.sweeps import Sweep
from upheld.config.tests.running import eventually, free_port, serving

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sweep_that_fails_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    stop = threading.Event()
    calls: list[str] = []

    def fails(_at: datetime) -> int:
        calls.append("fails")
        raise ValueError("no")

    def works(_at: datetime) -> int:
        calls.append("works")
        if calls.count("works") == 2:
            stop.set()
        return 0

    failing = Sweep("failing", fails, every=0)
    keeper.sweep([failing, Sweep("working", works, every=0)], stop)
    assert calls == ["fails", "works"] * 2
    assert failing.failures == 2
    assert "the sweep “failing” failed (2 in a row)" in caplog.text


def test_a_sweep_comes_again_only_when_it_is_due() -> None:
    calls: list[datetime] = []
    one = Sweep("one", lambda at: calls.append(at) or 0, every=3600)
    one.look(datetime.now(UTC))
    one.look(datetime.now(UTC))
    assert len(calls) == 1


def test_a_long_list_is_done_in_one_go() -> None:
    left = [1200]

    def batch(_at: datetime, limit: int) -> int:
        done = min(limit, left[0])
        left[0] -= done
        return done

    assert sweeps.all_of(batch)(datetime.now(UTC)) == 1200


def test_every_sweep_runs_on_an_empty_house(caplog: pytest.LogCaptureFixture) -> None:
    every = (sweeps.of_the_clock(), sweeps.of_letters(), sweeps.of_asking(), sweeps.of_the_journal())
    for one in [sweep for some in every for sweep in some]:
        one.look(datetime.now(UTC))
        assert not one.failures, caplog.text


def test_a_job_whose_worker_died_is_done_again() -> None:
    app.configure_task("cases.open_arrival").defer(arrival_id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    assert sweeps.take_up_stalled(datetime.now(UTC)) == 1
    assert ProcrastinateJob.objects.get().status == "todo"
    assert sweeps.take_up_stalled(datetime.now(UTC)) == 0


def test_a_letter_whose_job_was_lost_is_opened_all_the_same(tmp_path: Path) -> None:
    house = make_house()
    earlier = datetime.now(UTC) - timedelta(seconds=30)
    receiving.store(letter(), way="imap", mailbox=house.mailbox, source_id="1:1", at=earlier)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    with serving(tmp_path, "--port", str(free_port()), "--workers", "1") as server:
        assert eventually(Case.objects.exists), server.said
    assert Arrival.objects.get().outcome == "filed"


def test_mailboxes_are_watched_as_they_come_change_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    house = make_house()
    began: list[tuple[int, str]] = []

    def watch(mailbox: Mailbox, stop: threading.Event) -> None:
        began.append((mailbox.pk, mailbox.imap_host))
        stop.wait()

    monkeypatch.setattr("upheld.channels.fetching.watch", watch)
    watches: dict[int, fetcher.Watch] = {}

    def look() -> None:
        fetcher.look(watches, {box.pk: box for box in fetcher.to_watch()})

    look()
    assert not watches  # no server is set
    house.mailbox.imap_host = "one.example"
    house.mailbox.save()
    look()
    look()
    Mailbox.objects.update(imap_host="two.example")
    first = watches[house.mailbox.pk]
    look()
    first.thread.join(5)
    look()
    assert began == [(house.mailbox.pk, "one.example"), (house.mailbox.pk, "two.example")]
    Mailbox.objects.update(closed_at=datetime.now(UTC))
    second = watches[house.mailbox.pk]
    look()
    second.thread.join(5)
    look()
    assert not watches
