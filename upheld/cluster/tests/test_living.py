"""A cluster is created, asked, and stopped; and it lets nobody in without the password."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from upheld.cluster import FOR_TESTS, Cluster, postmaster, url_for
from upheld.cluster.creating import SUPERUSER
from upheld.cluster.finding import EXTENSIONS
from upheld.cluster.refusing import DatabaseExists, NotRunning, PortTaken, WrongPassword


def ask(url: str, question: str) -> tuple[object, ...]:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row


def test_a_new_folder_becomes_a_database_that_orders_by_code_point_and_knows_letters(room, binaries):
    with Cluster(room / "db", binaries, settings=FOR_TESTS) as cluster:
        assert cluster.running()
        with psycopg.connect(cluster.url()) as connection:
            for extension in EXTENSIONS:
                connection.execute(f"CREATE EXTENSION {extension}")  # type: ignore[call-overload]
        assert ask(cluster.url(), "SHOW server_version_num")[0][:2] == str(binaries.major)
        assert ask(cluster.url(), "SHOW data_checksums") == ("on",)
        assert ask(cluster.url(), "SHOW server_encoding") == ("UTF8",)
        assert ask(cluster.url(), "SHOW idle_in_transaction_session_timeout") == ("5min",)
        letters = "SELECT upper('ü'), cardinality(show_trgm('ü')), 'Z' < 'a' AND 'a' < 'Ä', to_tsvector('Äpfel')::text"
        assert ask(cluster.url(), letters) == ("Ü", 2, True, "'äpfel':1")
    assert not cluster.running()


def test_the_programs_that_opened_it_can_dump_it(cluster):
    import subprocess

    program = cluster.binaries.program("pg_dump")
    done = subprocess.run([program, cluster.url()], capture_output=True, text=True, check=True)
    assert "PostgreSQL database dump complete" in done.stdout


def test_what_was_written_is_there_after_a_stop_and_a_start(room, binaries):
    cluster = Cluster(room / "db", binaries, settings=FOR_TESTS)
    with cluster, psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'by Friday' AS word")
    with Cluster(room / "db", binaries, settings=FOR_TESTS) as again:
        assert ask(again.url(), "SELECT word FROM kept") == ("by Friday",)


def test_stopping_is_clean_and_leaves_nothing_running(room, wheel):
    cluster = Cluster(room / "db", wheel, settings=FOR_TESTS)
    with cluster:
        server = postmaster.seen(cluster.data)
        open_session = psycopg.connect(cluster.url())
    assert server is not None
    assert not postmaster.serves(server.pid, cluster.data)
    assert not (cluster.data / "postmaster.pid").exists()
    assert not server.socket_folder.exists()
    assert "database system is shut down" in cluster.log.read_text()
    with pytest.raises(psycopg.OperationalError):
        open_session.execute("SELECT 1")
    cluster.start()
    assert "was not properly shut down" not in cluster.log.read_text()
    cluster.stop()


def test_the_everyday_role_is_no_superuser_and_may_create_databases(cluster):
    rights = (
        "SELECT rolsuper, rolcreatedb, pg_has_role('pg_monitor', 'member') "
        "FROM pg_roles WHERE rolname = current_user"
    )
    assert ask(cluster.url(), rights) == (False, True, True)
    assert ask(cluster.url("postgres", user=SUPERUSER), "SHOW is_superuser") == ("on",)


@pytest.mark.parametrize("user", ["upheld", SUPERUSER])
@pytest.mark.parametrize("password", ["wrong", None])
def test_a_wrong_password_or_none_is_refused_even_at_the_socket(cluster, monkeypatch, user, password):
    monkeypatch.setenv("PGPASSFILE", "/dev/null")
    door = {**conninfo_to_dict(cluster.url(user=user)), "password": password}
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(make_conninfo(**door))


def test_the_password_is_kept_scrambled_inside_and_closed_to_others_outside(cluster):
    stored = ask(cluster.url("postgres", user=SUPERUSER), "SELECT bool_and(rolpassword LIKE 'SCRAM-SHA-256$%') "
                 "FROM pg_authid WHERE rolcanlogin")  # fmt: skip
    assert stored == (True,)
    assert stat.S_IMODE((cluster.folder / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE(cluster.log.stat().st_mode) == 0o600
    assert cluster.url() not in cluster.log.read_text()


def test_a_lost_password_file_is_replaced_at_the_next_start(room, wheel):
    cluster = Cluster(room / "db", wheel, settings=FOR_TESTS)
    with cluster:
        before = cluster.url()
    (cluster.folder / "password").unlink()
    with cluster:
        assert cluster.url() != before
        assert ask(cluster.url(), "SELECT 1") == (1,)


def test_a_password_file_of_another_server_is_refused(room, wheel):
    cluster = Cluster(room / "db", wheel, settings=FOR_TESTS)
    with cluster:
        pass
    (cluster.folder / "password").write_text("another")
    with pytest.raises(WrongPassword):
        cluster.start()
    assert not cluster.running()
    assert not cluster.owned()


def test_a_database_is_created_once(cluster):
    url = cluster.create_database("demo “1”")
    assert ask(url, "SELECT current_database()") == ("demo “1”",)
    with pytest.raises(DatabaseExists):
        cluster.create_database("demo “1”")


def test_no_database_is_created_in_a_stopped_cluster(room, wheel):
    with pytest.raises(NotRunning):
        Cluster(room / "db", wheel).create_database("demo")


def test_a_port_is_listened_on_at_home_only_and_a_taken_one_is_refused_by_name(room, wheel):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = Cluster(room / "db", wheel, port, settings=FOR_TESTS)
        with pytest.raises(PortTaken, match=str(port)):
            refused.start()
        assert not refused.running()
        assert not refused.owned()
    with Cluster(room / "db", wheel, port, settings=FOR_TESTS) as cluster:
        assert ask(cluster.url(), "SHOW listen_addresses") == ("127.0.0.1",)
        door = {**conninfo_to_dict(cluster.url()), "host": "127.0.0.1"}
        assert ask(make_conninfo(**door), "SELECT 1") == (1,)


def test_without_a_port_nothing_listens_but_the_socket(cluster):
    assert ask(cluster.url(), "SHOW listen_addresses") == ("",)


def test_settings_given_stand_above_the_folders_own(room, wheel):
    with Cluster(room / "db", wheel, settings={**FOR_TESTS, "max_connections": "17"}) as cluster:
        assert ask(cluster.url(), "SHOW max_connections") == ("17",)
        assert ask(cluster.url(), "SHOW fsync") == ("off",)
    with Cluster(room / "db", wheel) as cluster:
        assert ask(cluster.url(), "SHOW max_connections") == ("100",)
        assert ask(cluster.url(), "SHOW fsync") == ("on",)


def test_our_own_environment_does_not_reach_the_server(room, wheel, monkeypatch):
    monkeypatch.setenv("UPHELD_SECRET", "do not tell")
    monkeypatch.setenv("LC_ALL", "tlh_QO.UTF-8")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with Cluster(room / "db", wheel, settings=FOR_TESTS) as cluster:
        assert ask(cluster.url(), "SHOW lc_messages") == ("C",)
        server = postmaster.seen(cluster.data)
        assert server is not None
        environment = Path(f"/proc/{server.pid}/environ")
        assert not environment.exists() or b"do not tell" not in environment.read_bytes()


def test_the_address_is_the_environments_if_it_has_one(cluster, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert url_for(cluster.asked) == cluster.url()
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.harbour.example/upheld")
    assert url_for(cluster.asked) == "postgresql://db.harbour.example/upheld"


def test_asking_for_the_address_starts_and_creates_nothing(room, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    door = conninfo_to_dict(url_for(room / "db"))
    assert (door["user"], door["dbname"]) == ("upheld", "upheld")
    assert "password" not in door
    assert os.listdir(room) == []


def test_the_address_asked_before_the_start_is_the_address_after_it(room, wheel):
    with Cluster(room / "db", wheel, settings=FOR_TESTS) as cluster:
        while_running = cluster.url()
    assert cluster.url() == while_running
