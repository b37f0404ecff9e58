"""The administrator's commands: tables, the first person, Django's own."""

from __future__ import annotations

from pathlib import Path

import pytest

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
