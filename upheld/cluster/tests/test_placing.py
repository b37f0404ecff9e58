"""The database lives where its account can go, with a socket whose path is short enough."""

from __future__ import annotations

import dataclasses
import os
import stat

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from upheld.cluster import FOR_TESTS, Cluster, placing
from upheld.cluster.refusing import (
    DidNotStart,
    DiskFull,
    FolderNotOurs,
    FolderOutOfReach,
    MemoryShort,
    OldServerLingers,
    explain,
)

AS_ROOT = os.geteuid() == 0


def test_the_server_never_runs_as_root_and_owns_its_data(cluster):
    owner = cluster.data.stat()
    assert owner.st_uid != 0
    assert stat.S_IMODE(owner.st_mode) == 0o700
    assert AS_ROOT or owner.st_uid == os.geteuid()


def test_a_folder_with_a_very_long_path_gets_a_short_socket_outside_the_data(room, wheel):
    deep = room.joinpath(*["a-company-with-a-rather-long-name"] * 6)
    with Cluster(deep, wheel, settings=FOR_TESTS) as cluster, psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        door = conninfo_to_dict(cluster.url())
        assert len(f"{door['host']}/.s.PGSQL.{door['port']}") < 100
        assert not str(door["host"]).startswith(str(deep))
        assert stat.S_IMODE(os.stat(str(door["host"])).st_mode) == 0o700


def test_behind_a_closed_door_the_database_is_placed_elsewhere_and_a_note_says_so(room, wheel):
    closed = room / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "db", wheel, settings=FOR_TESTS, elsewhere=room / "elsewhere")
    with cluster:
        assert cluster.running()
    # Only root needs another account, and only then is a closed door in the way.
    assert (cluster.folder == closed / "db") != AS_ROOT
    assert cluster.folder.is_relative_to(room / "elsewhere") == AS_ROOT
    note = closed / "db" / "THE-DATABASE-IS-ELSEWHERE.txt"
    assert note.exists() == AS_ROOT
    assert not AS_ROOT or str(cluster.folder) in note.read_text()
    # The same place again, also when the door has been opened: an empty database must not take a full one's place.
    closed.chmod(0o755)
    assert placing.place(closed / "db", elsewhere=room / "elsewhere") == cluster.folder


def test_data_behind_a_closed_door_is_refused_and_not_replaced_by_an_empty_database(room, wheel):
    with Cluster(room / "open" / "db", wheel, settings=FOR_TESTS):
        pass
    (room / "open").chmod(0o700)
    if AS_ROOT:
        with pytest.raises(FolderOutOfReach, match="Move"):
            Cluster(room / "open" / "db", wheel)
    else:
        with Cluster(room / "open" / "db", wheel, settings=FOR_TESTS) as cluster:
            assert cluster.running()


def test_a_folder_that_itself_is_closed_is_opened_for_passing_through_only(room, wheel):
    own = room / "db"
    own.mkdir(mode=0o700)
    with Cluster(own, wheel, settings=FOR_TESTS) as cluster:
        assert cluster.folder == own
    assert stat.S_IMODE(own.stat().st_mode) == (0o711 if AS_ROOT else 0o700)


def test_a_strict_umask_does_not_close_new_folders_to_the_server(room, wheel):
    before = os.umask(0o077)
    try:
        with Cluster(room / "new" / "db", wheel, settings=FOR_TESTS) as cluster:
            assert cluster.running()
            assert cluster.folder == room / "new" / "db"
    finally:
        os.umask(before)


def test_working_in_a_folder_that_the_server_cannot_enter_does_not_matter(room, wheel, monkeypatch):
    closed = room / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.chdir(closed)
    with Cluster(room / "db", wheel, settings=FOR_TESTS) as cluster:
        assert cluster.running()


def test_data_of_another_account_is_refused(room, wheel):
    # Root may not serve root's own data; anyone else may not serve what is not theirs.
    data = room / "db" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    if AS_ROOT:
        with pytest.raises(FolderNotOurs, match="chown"):
            Cluster(room / "db", dataclasses.replace(wheel, major=18)).start()
    else:
        data.parent.chmod(0o000)
        try:
            with pytest.raises(FolderNotOurs, match="run as its owner"):
                Cluster(room / "db", wheel).start()
        finally:
            data.parent.chmod(0o700)


def test_somebody_elses_thing_in_the_sockets_place_is_walked_around(room, wheel):
    cluster = Cluster(room / "db", wheel, settings=FOR_TESTS)
    usual = placing.socket_folder(cluster.folder)
    usual.parent.mkdir(mode=0o755, exist_ok=True)
    usual.symlink_to(room)
    try:
        with cluster, psycopg.connect(cluster.url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert usual.is_symlink()
            assert not list(room.glob(".s.PGSQL*"))
    finally:
        usual.unlink()


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ('FATAL:  could not write to file "pg_wal/xlogtemp.7": No space left on device', DiskFull),
        ('FATAL:  could not extend file "base/1/26"\nHINT:  Check free disk space.', DiskFull),
        ("FATAL:  pre-existing shared memory block (key 11, ID 5) is still in use", OldServerLingers),
        ("FATAL:  could not map anonymous shared memory: Cannot allocate memory", MemoryShort),
        ('FATAL:  data directory "/srv/db/data" has wrong ownership', FolderNotOurs),
        ("PANIC:  could not locate a valid checkpoint record", DidNotStart),
        ("", DidNotStart),
    ],
)
def test_a_servers_last_words_are_named_and_repeated(room, words, refusal):
    named = explain(words, log=room / "server.log")
    assert type(named) is refusal
    assert words in named.sentence
    assert str(room / "server.log") in named.sentence
