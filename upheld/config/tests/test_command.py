"""What the command says when it cannot begin: a sentence and code 2, never a traceback, never a password."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from upheld.config.tests.running import PATIENCE, command, environment, free_port, upheld

pytestmark = pytest.mark.django_db(transaction=True)


def _refused(*words: str | Path, env: dict[str, str]) -> str:
    done = upheld(*words, env=env)
    said = (done.stdout + done.stderr).decode()
    assert (done.returncode, "Traceback" in said) == (2, False), said
    return said


@pytest.mark.parametrize(
    "url",
    [
        "mysql://sven:Hunter2@localhost/upheld",
        "postgresql://sven:Hunter2@[localhost/upheld",
        "postgresql://sven:Hunter2@localhost:many/upheld",
        "postgresql://sven:p@Hunter2@localhost/upheld",
        "postgresql://sven:p/Hunter2@localhost/upheld",
        "postgresql://sven:p#Hunter2@localhost/upheld",
        "postgresql://sven:p%Hunter2@localhost/upheld",
        "postgresql://sven:Hunter2@localhost/upheld?no_such_option=1",
        "Hunter2",
    ],
)
def test_an_address_that_is_none_is_refused_without_a_word_of_it(tmp_path: Path, url: str) -> None:
    env = environment(tmp_path, DATABASE_URL=url)
    for words in (("migrate",), ("serve", "--port", str(free_port()))):
        said = _refused(*words, env=env)
        assert "DATABASE_URL is not the address of a PostgreSQL" in said
        assert "Hunter2" not in said
    done = upheld("health", env=env)
    assert (done.returncode, b"Hunter2" in done.stdout + done.stderr) == (1, False)


def test_a_setting_that_production_needs_is_named(tmp_path: Path) -> None:
    env = environment(tmp_path, UPHELD_MODE="production")
    del env["UPHELD_SECRET_KEY"]
    assert "upheld: Set UPHELD_SECRET_KEY" in _refused("migrate", env=env)
    assert not (tmp_path / "secret-key").exists()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--port", "70000"], "from 1 to 65535"),
        (["--port", "0"], "from 1 to 65535"),
        (["--port", "8123", "--live-port", "-1"], "from 1 to 65535"),
        (["--port", "8123", "--live-port", "8123"], "cannot share a port"),
        (["--port", "65535"], "65536 is no port"),
    ],
)
def test_a_port_that_cannot_be_is_refused_at_once(tmp_path: Path, words: list[str], why: str) -> None:
    assert why in _refused("serve", *words, env=environment(tmp_path))


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    env = environment(file)
    assert str(file) in _refused("serve", "--port", str(free_port()), env=env)
    del env["DATABASE_URL"]
    for words in (("migrate",), ("serve", "--port", str(free_port()))):
        assert str(file) in _refused(*words, env=env)


def test_a_terminal_that_hangs_up_while_a_password_is_typed(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    asked = ("person", "add", "Ada", "--email", "ada@harbour-shoes.example", "--role", "agent")
    with subprocess.Popen(
        command(*asked), env=environment(tmp_path), stdin=theirs, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
    ) as asking:  # fmt: skip
        assert asking.stderr
        assert asking.stderr.read(9) == b"Password:"
        os.write(ours, b"\x04")
        said = asking.stderr.read().decode()
        assert asking.wait(PATIENCE) == 2
    os.close(ours)
    os.close(theirs)
    assert said.strip().endswith("upheld: The input ended before it was complete.")
    assert "Traceback" not in said
