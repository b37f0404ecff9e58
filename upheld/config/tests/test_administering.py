"""The administrator's commands: tables, the first person, Django's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from upheld.config.tests.running import environment, upheld
from upheld.people.models import Login, Person
from upheld.people.tests.makers import make_department

pytestmark = pytest.mark.django_db(transaction=True)


def _add(tmp_path: Path, *words: str, password: str = "correct horse battery") -> tuple[int, str]:
    asked = ["person", "add", "--email", "ada@harbour-shoes.example", "--password-stdin", *words]
    done = upheld(*asked, env=environment(tmp_path), stdin=f"{password}\n".encode())
    return done.returncode, (done.stdout + done.stderr).decode()


def test_the_first_person_is_let_in(tmp_path: Path) -> None:
    assert _add(tmp_path, "Ada Okafor", "--role", "administrator") == (
        0, "Ada Okafor can sign in as ada@harbour-shoes.example.\n",
    )  # fmt: skip
    login = Login.objects.get()
    assert login.check_password("correct horse battery")
    assert login.person.role == "administrator"


def test_a_person_joins_departments_by_name(tmp_path: Path) -> None:
    make_department("Service")
    code, _said = _add(tmp_path, "Ada Okafor", "--role", "agent", "--department", "service")
    assert code == 0
    assert [one.name for one in Person.objects.get(name="Ada Okafor").departments.all()] == ["Service"]


@pytest.mark.parametrize(
    ("words", "password", "why"),
    [
        (
            ["--department", "Nowhere"],
            "correct horse battery",
            "There is no department “Nowhere”. There are: Service.",
        ),
        ([], "short", "This password is too short"),
        ([], "ada@harbour-shoes.example", "too similar to the e-mail"),
        (["--email", "nobody"], "correct horse battery", "nobody is not an e-mail address"),
    ],
)
def test_what_cannot_be_is_refused_and_nobody_is_hired(
    tmp_path: Path, words: list[str], password: str, why: str
) -> None:
    make_department("Service")
    code, said = _add(tmp_path, "Ada Okafor", "--role", "agent", *words, password=password)
    assert (code, "Traceback" in said) == (2, False)
    assert why in said
    assert not Person.objects.filter(name="Ada Okafor").exists()


def test_the_same_address_lets_in_one(tmp_path: Path) -> None:
    _add(tmp_path, "Ada Okafor", "--role", "agent")
    code, said = _add(tmp_path, "Ada Again", "--role", "agent")
    assert code == 2
    assert "Somebody already signs in with this address" in said
    assert Person.objects.count() == 1


def test_tables_that_are_up_to_date_are_left_alone(tmp_path: Path) -> None:
    done = upheld("migrate", env=environment(tmp_path))
    assert (done.returncode, done.stdout) == (0, b"The tables are up to date.\n")


def test_djangos_commands_are_passed_on(tmp_path: Path) -> None:
    done = upheld("manage", "showmigrations", "--plan", "people", env=environment(tmp_path))
    assert done.returncode == 0
    assert b"people.0001_initial" in done.stdout
    assert upheld("manage", "no-such-command", env=environment(tmp_path)).returncode != 0


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"], ["migrate", "--help"], ["--version"]])
def test_djangos_own_help_is_passed_on(tmp_path: Path, words: list[str]) -> None:
    done = upheld("manage", *words, env=environment(tmp_path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout


def test_whoever_forgot_their_password_is_given_another(tmp_path: Path) -> None:
    _add(tmp_path, "Ada Okafor", "--role", "agent")
    code, said = _renew(tmp_path, "ADA@harbour-shoes.example", "quiet lamps on the quay")
    assert (code, said) == (0, "Ada Okafor has a new password.\n")
    assert Login.objects.get().check_password("quiet lamps on the quay")


@pytest.mark.parametrize(
    ("email", "password", "why"),
    [
        (
            "nobody@harbour-shoes.example",
            "quiet lamps on the quay",
            "Nobody who works here signs in as nobody@",
        ),
        ("ada@harbour-shoes.example", "short", "This password is too short"),
        ("ada@harbour-shoes.example", "ada@harbour-shoes.example", "too similar to the e-mail"),
    ],
)
def test_a_password_that_cannot_be_is_refused_and_the_old_one_holds(
    tmp_path: Path, email: str, password: str, why: str
) -> None:
    _add(tmp_path, "Ada Okafor", "--role", "agent")
    code, said = _renew(tmp_path, email, password)
    assert (code, "Traceback" in said) == (2, False)
    assert why in said
    assert Login.objects.get().check_password("correct horse battery")


def test_a_password_is_never_waited_for_where_nobody_can_type_it(tmp_path: Path) -> None:
    asked = ("person", "add", "Ada", "--email", "ada@harbour-shoes.example", "--role", "agent")
    done = upheld(*asked, env=environment(tmp_path))
    assert done.returncode == 2
    assert b"use --password-stdin" in done.stderr


def test_without_tables_a_command_says_what_to_do(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (here,) = cursor.fetchone()
        empty = f"{here}_empty"
        cursor.execute(f'CREATE DATABASE "{empty}" TEMPLATE template0')
    try:
        env = environment(tmp_path)
        env["DATABASE_URL"] = env["DATABASE_URL"].removesuffix(here) + empty
        asked = ("person", "password", "ada@harbour-shoes.example", "--password-stdin")
        done = upheld(*asked, env=env, stdin=b"quiet lamps on the quay\n")
        assert done.returncode == 2
        assert done.stderr.decode().startswith("upheld: The database's tables are not those of this version")
        assert upheld("migrate", env=env).returncode == 0
        asked = ("person", "add", "Ada", "--email", "ada@harbour-shoes.example", "--role", "administrator")
        assert upheld(*asked, "--password-stdin", env=env, stdin=b"quiet lamps on the quay\n").returncode == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{empty}" WITH (FORCE)')


def _renew(tmp_path: Path, email: str, password: str) -> tuple[int, str]:
    asked = ("person", "password", email, "--password-stdin")
    done = upheld(*asked, env=environment(tmp_path), stdin=f"{password}\n".encode())
    return done.returncode, (done.stdout + done.stderr).decode()
