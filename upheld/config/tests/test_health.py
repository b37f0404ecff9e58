"""`upheld health`: the same facts as the page, and a code for whoever watches many machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from upheld.cases.tests.makers import make_house
from upheld.channels.models import Mailbox, Security
from upheld.cluster import Cluster
from upheld.config.tests.running import environment, eventually, free_port, serving, upheld

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_mailbox_that_cannot_be_reached_is_wrong_until_it_can(tmp_path: Path) -> None:
    house = make_house()
    env = environment(tmp_path)
    with serving(tmp_path, "--port", str(free_port()), "--workers", "1") as server:
        server.url()

        def well() -> bool:
            return upheld("health", env=env).returncode == 0

        assert eventually(well), upheld("health", env=env).stdout.decode()
        Mailbox.objects.update(
            imap_host="127.0.0.1", imap_port=free_port(), imap_security=Security.NONE, imap_user="service"
        )
        # The fetcher notices the mailbox's server by itself, and what is wrong with it.
        assert eventually(lambda: Mailbox.objects.get().trouble)
        done = upheld("health", env=env)
        assert done.returncode == 1
        wrong = [line for line in done.stdout.decode().splitlines() if line.startswith("WRONG")]
        assert len(wrong) == 1
        assert house.mailbox.address in wrong[0]


def test_a_database_that_does_not_run_is_wrong(tmp_path: Path) -> None:
    env = environment(tmp_path)
    del env["DATABASE_URL"]
    done = upheld("health", env=env)
    assert done.returncode == 1
    assert b"WRONG  The database is not running" in done.stdout
    done = upheld("health", env=env | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    assert done.returncode == 1
    assert b"WRONG  The database does not answer" in done.stdout
    assert b"Traceback" not in done.stderr


def test_a_database_without_tables_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    env = environment(folder)
    del env["DATABASE_URL"]
    with Cluster(folder / "cluster"):
        done = upheld("health", env=env)
    assert (done.returncode, b"Traceback" in done.stderr) == (1, False)
    assert "WRONG  The database's tables are not those of this version" in done.stdout.decode()
