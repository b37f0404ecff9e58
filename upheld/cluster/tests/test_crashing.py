"""After a crash the server comes back with every row that it acknowledged, whatever the crash left lying about."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import psycopg
import pytest

from upheld.cluster import FOR_TESTS, Cluster, placing, postmaster
from upheld.cluster.creating import SUPERUSER
from upheld.cluster.refusing import OldServerLingers


def kill_everything(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("postgres", user=SUPERUSER)) as connection:
        helpers = [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity")]
    server = postmaster.seen(cluster.data)
    assert server is not None
    for pid in (server.pid, *helpers):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def test_killed_under_inserts_it_loses_no_acknowledged_row(room, binaries):
    cluster = Cluster(room / "db", binaries)  # with fsync: as in earnest
    cluster.start()
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE promise (writer int, number int, PRIMARY KEY (writer, number))")
    acknowledged: set[tuple[int, int]] = set()

    for turn in range(3):
        enough = threading.Event()

        def write(writer: int, enough: threading.Event = enough) -> None:
            number = 0
            try:
                with psycopg.connect(cluster.url(), autocommit=True) as connection:
                    while True:
                        connection.execute("INSERT INTO promise VALUES (%s, %s)", [writer, number])
                        acknowledged.add((writer, number))
                        number += 1
                        if number >= 100:
                            enough.set()
            except psycopg.OperationalError:
                return

        writers = [threading.Thread(target=write, args=[turn * 2 + one]) for one in range(2)]
        for writer in writers:
            writer.start()
        assert enough.wait(60)
        kill_everything(cluster)
        for writer in writers:
            writer.join()
        cluster.start()
        with psycopg.connect(cluster.url()) as connection:
            assert acknowledged <= set(connection.execute("SELECT writer, number FROM promise").fetchall())
    assert "was not properly shut down" in cluster.log.read_text()
    assert len(acknowledged) >= 300
    cluster.stop()


def test_a_start_waits_until_the_dead_servers_children_have_let_go(room, binaries):
    cluster = Cluster(room / "db", binaries, settings=FOR_TESTS)
    cluster.start()
    busy = psycopg.connect(cluster.url(), autocommit=True)
    # A session that only computes does not notice that its server is gone.
    loop = "DO $$ DECLARE until timestamptz := clock_timestamp() + interval '3 s'; BEGIN " \
           "RAISE NOTICE 'busy'; WHILE clock_timestamp() < until LOOP END LOOP; END $$"  # fmt: skip
    is_busy = threading.Event()
    busy.add_notice_handler(lambda notice: is_busy.set())

    def compute() -> None:
        with contextlib.suppress(psycopg.OperationalError):
            busy.execute(loop)

    session = threading.Thread(target=compute)
    session.start()
    assert is_busy.wait(30)
    server = postmaster.seen(cluster.data)
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)
    cluster.patience = 0.3
    with pytest.raises(OldServerLingers):
        cluster.start()
    assert not cluster.owned()
    cluster.patience = 60.0
    cluster.start()
    session.join()
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    cluster.stop()


def test_a_note_whose_process_number_is_now_somebody_elses_is_seen_through(room, binaries):
    cluster = Cluster(room / "db", binaries, settings=FOR_TESTS)
    cluster.start()
    account = placing.account_for(cluster.data)
    kill_everything(cluster)
    note = cluster.data / "postmaster.pid"
    with subprocess.Popen(["sleep", "600"], **account.spawning()) as stranger:
        try:
            note.write_text("\n".join([str(stranger.pid), *note.read_text().splitlines()[1:]]) + "\n")
            assert not cluster.running()
            cluster.start()
            assert cluster.running()
            cluster.stop()
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_an_initdb_that_was_cut_off_is_begun_anew(room, wheel):
    cluster = Cluster(room / "db", wheel, settings=FOR_TESTS)
    half = cluster.folder / "data.unfinished"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    (cluster.folder / "binaries" / "18.0.0.unfinished").mkdir(parents=True)
    with cluster, psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not half.exists()


def test_a_start_that_stopped_before_the_role_was_made_is_finished_by_the_next(room, wheel):
    cluster = Cluster(room / "db", wheel, settings=FOR_TESTS)
    with cluster, psycopg.connect(cluster.url("postgres", user=SUPERUSER), autocommit=True) as connection:
        connection.execute("DROP DATABASE upheld")
        connection.execute("DROP ROLE upheld")
    with cluster, psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT current_user::text").fetchone() == ("upheld",)


def test_a_socket_folder_swept_away_is_made_again(room, wheel):
    cluster = Cluster(room / "db", wheel, settings=FOR_TESTS)
    with cluster:
        server = postmaster.seen(cluster.data)
        kill_everything(cluster)
        assert server is not None
        shutil.rmtree(server.socket_folder)
        cluster.start()
        with psycopg.connect(cluster.url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not Path(server.socket_folder).exists()


def test_a_server_whose_socket_was_swept_away_is_started_anew(room, wheel):
    cluster = Cluster(room / "db", wheel, settings=FOR_TESTS)
    with cluster:
        server = postmaster.seen(cluster.data)
        assert server is not None
        shutil.rmtree(server.socket_folder)
        cluster.start()
        with psycopg.connect(cluster.url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert not postmaster.serves(server.pid, cluster.data)
