"""`upheld demo`: a data folder of its own, a company that is whole or not there, and an address at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from upheld.cluster import Cluster
from upheld.config.furnishing import who_can_sign_in
from upheld.config.tests.running import environment, eventually, free_port, serving
from upheld.demo.building import Login
from upheld.people.models import Company

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_demo_that_was_interrupted_while_it_was_built_is_built_anew(tmp_path: Path) -> None:
    # The environment names another database: the demo must leave that one alone.
    env = environment(tmp_path)
    for _time in range(2):
        with serving(tmp_path, "--port", str(free_port()), env=env, ask="demo") as demo:
            assert eventually(lambda: "Building a company" in demo.said), demo.said
            assert "Tables, step 1 of" in demo.said
            demo.process.send_signal(signal.SIGINT)
            assert demo.process.wait(60) == 0
        assert not Cluster(tmp_path / "demo" / "cluster").running()
    assert not (tmp_path / "demo" / "built.txt").exists()
    assert not Company.objects.exists()


def test_only_a_demo_is_furnished(tmp_path: Path) -> None:
    env = environment(tmp_path, DJANGO_SETTINGS_MODULE="upheld.config.settings")
    env.pop("UPHELD_DEMO", None)
    done = subprocess.run(
        [sys.executable, "-m", "upheld.config.child", "furnishing"], env=env, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"in the demo's own database and in no other" in done.stderr
    assert not Company.objects.exists()
    assert os.environ.get("UPHELD_DEMO") is None


def test_the_logins_are_told() -> None:
    told = who_can_sign_in([Login("Ada Okafor", "agent", "ada@harbour-shoes.example", "a-password")])
    assert "ada@harbour-shoes.example" in told
    assert "a-password" in told
