"""The supervisor and its processes, killed and stopped as machines and people do it."""

from __future__ import annotations

import os
import signal
import socket
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from upheld.cases.models import Case
from upheld.cases.tests.makers import House, letter, make_house
from upheld.channels import receiving
from upheld.cluster import Cluster
from upheld.config.tests.running import (
    Serving,
    alive,
    environment,
    eventually,
    free_port,
    serving,
    upheld,
)
from upheld.customers.tests.makers import make_customer
from upheld.journal.facts import Subject
from upheld.promises import promising
from upheld.promises.models import Promise

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = {"pages", "live", "worker", "keeper", "fetcher"}


@pytest.fixture
def port() -> int:
    """A free one, as is the next."""
    return free_port()


def _the(server: Serving, name: str) -> int:
    return next(pid for pid, found in sorted(server.children().items()) if found == name)


def _promise(house: House, *, due_in: timedelta) -> Promise:
    now = datetime.now(UTC)
    return promising.promise(
        customer=make_customer(), subject=Subject("case", 42), department=house.service, keeper=house.ada,
        words="A new pair by tonight", due_at=now + due_in, zone="Europe/Berlin", by=house.ada.actor, at=now,
    )  # fmt: skip


def test_the_house_opens_keeps_its_clock_and_closes(tmp_path: Path, port: int) -> None:
    house = make_house()
    env = environment(tmp_path, UPHELD_OUTGOING="outbox")
    with serving(tmp_path, "--port", str(port), env=env) as server:
        assert server.url() == f"http://127.0.0.1:{port}"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/login/") as answer:
            assert answer.status == 200
        assert set(server.children().values()) == NAMES

        promise = _promise(house, due_in=timedelta(seconds=1))
        assert eventually(lambda: Promise.objects.get(pk=promise.pk).broken_at) == promise.due_at

        now = datetime.now(UTC)
        receiving.store(letter(), way="imap", mailbox=house.mailbox, source_id="1:1", at=now)
        assert eventually(Case.objects.exists)
        case = Case.objects.get()
        # The acknowledgement was left behind by the job that opened the letter, and left in its turn.
        automatic = case.messages.filter(way="automatic")
        assert eventually(automatic.filter(sent_at__isnull=False).exists), server.said

        everybody = server.children()
        assert server.stop() == 0
    assert not any(alive(pid) for pid in everybody)


def test_what_dies_is_started_again(tmp_path: Path, port: int) -> None:
    with serving(tmp_path, "--port", str(port), "--workers", "1") as server:
        server.url()
        killed = {name: _the(server, name) for name in ("keeper", "worker")}
        for pid in killed.values():
            os.kill(pid, signal.SIGKILL)

        def others() -> bool:
            living = server.children()
            return set(living.values()) >= NAMES and not set(killed.values()) & set(living)

        assert eventually(others)
        assert "the keeper process was ended by signal 9" in server.said


def test_nobody_outlives_a_supervisor_that_was_killed(tmp_path: Path, port: int) -> None:
    with serving(tmp_path, "--port", str(port)) as server:
        server.url()
        orphans = server.children()
        assert set(orphans.values()) == NAMES
        server.kill()
        assert eventually(lambda: not any(alive(pid) for pid in orphans), patience=20)
    with serving(tmp_path, "--port", str(port)) as after:
        assert after.url() == server.url()


def test_two_do_not_serve_one_folder(tmp_path: Path, port: int) -> None:
    with serving(tmp_path, "--port", str(port), "--workers", "1") as server:
        url = server.url()
        second = upheld("serve", "--port", str(free_port()), env=environment(tmp_path))
        assert second.returncode == 2
        assert f"serves {tmp_path} already: {url}" in second.stderr.decode()


def test_a_taken_port_is_said(tmp_path: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = upheld("serve", "--port", str(port), env=environment(tmp_path))
    assert done.returncode == 2
    assert f"Another program listens on port {port}" in done.stderr.decode()


def test_production_refuses_to_start_without_a_secret(tmp_path: Path, port: int) -> None:
    env = environment(tmp_path, UPHELD_MODE="production")
    del env["UPHELD_SECRET_KEY"]
    done = upheld("serve", "--port", str(port), env=env)
    assert done.returncode == 2
    assert "Set UPHELD_SECRET_KEY" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_its_own_database_is_picked_up_after_a_kill(tmp_path: Path, port: int) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    env = environment(folder)
    del env["DATABASE_URL"]
    with serving(folder, "--port", str(port), "--workers", "1", env=env) as server:
        server.url()
        server.kill()
    with serving(folder, "--port", str(port), "--workers", "1", env=env) as again:
        again.url()
        assert "Tables, step" not in again.said
        assert again.stop() == 0
    assert not Cluster(folder / "cluster").running()
