"""The installation's own secret: made once, for its owner alone, the same for every command of the folder."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from upheld.config import secret
from upheld.config.tests.running import environment, free_port, serving, upheld
from upheld.people.tests.makers import make_department

pytestmark = pytest.mark.django_db(transaction=True)
SHOW = "from django.conf import settings; print(settings.SECRET_KEY)"


def _without(folder: Path) -> dict[str, str]:
    env = environment(folder)
    del env[secret.NAME]
    return env


def _secret_of(env: dict[str, str]) -> str:
    done = upheld("manage", "shell", "-v", "0", "-c", SHOW, env=env)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def test_every_folder_has_a_secret_of_its_own_that_only_its_owner_reads(tmp_path: Path) -> None:
    one, two = _without(tmp_path / "one"), _without(tmp_path / "two")
    first = _secret_of(one)
    assert len(first) >= 50
    assert _secret_of(one) == first != _secret_of(two)
    file = tmp_path / "one" / "secret-key"
    assert file.read_text().strip() == first
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_secret_that_was_set_is_used_and_none_is_made(tmp_path: Path) -> None:
    env = environment(tmp_path, UPHELD_SECRET_KEY="s" * 60)
    assert _secret_of(env) == "s" * 60
    assert not (tmp_path / "secret-key").exists()


def test_what_a_command_sealed_is_read_by_those_who_serve(tmp_path: Path) -> None:
    make_department("Service")
    env = _without(tmp_path)
    asked = ["mailbox", "add", "service@harbour-shoes.example", "--department", "Service", "--no-try"]
    asked += ["--imap-host", "127.0.0.1", "--imap-port", "1", "--imap-password-stdin"]
    assert upheld(*asked, env=env, stdin=b"secret\n").returncode == 0
    with serving(tmp_path, "--port", str(free_port()), "--workers", "1", env=env) as server:
        server.url()
        (keeper,) = [pid for pid, name in server.children().items() if name == "keeper"]
        handed = Path(f"/proc/{keeper}/environ").read_bytes().split(b"\0")
    assert f"{secret.NAME}={(tmp_path / 'secret-key').read_text().strip()}".encode() in handed


def test_those_who_come_first_together_get_the_same(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"
    file.touch(0o600)  # left by a command that was killed before it wrote
    with ThreadPoolExecutor(8) as many:
        found = set(many.map(secret._kept, [file] * 32))
    assert len(found) == 1
    assert file.read_text() == f"{found.pop()}\n"


def test_in_production_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(secret.NAME)
    monkeypatch.setenv("UPHELD_MODE", "production")
    secret.hand_over(tmp_path)
    assert secret.NAME not in os.environ
    assert list(tmp_path.iterdir()) == []
