"""An empty installation tells where the first person begins, and is silent once somebody can sign in."""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path

import pytest

from upheld.config import beginning, letting_in, places
from upheld.config.tests.running import environment, eventually, free_port, serving
from upheld.people.tests.makers import make_department, make_person
from upheld.web.tests.visitors import browser_of


@pytest.mark.django_db
def test_the_link_is_for_the_installations_account_alone_and_goes_when_somebody_can_sign_in(
    tmp_path: Path, settings
) -> None:
    note = places.first_link(tmp_path)
    beginning.leave_link(tmp_path)
    assert re.fullmatch(r"http://\S+/begin/[\w.-]+\n", note.read_text())
    assert note.stat().st_mode & 0o077 == 0
    settings.DEMO = True
    beginning.leave_link(tmp_path)
    assert not note.exists()
    settings.DEMO = False
    beginning.leave_link(tmp_path)
    browser_of(make_person())
    beginning.leave_link(tmp_path)
    assert not note.exists()


@pytest.mark.django_db(transaction=True)
def test_serving_an_empty_installation_prints_a_link_that_opens_without_an_account(tmp_path: Path) -> None:
    port = free_port()
    words = ("--port", str(port), "--live-port", str(port + 1), "--workers", "1")
    with serving(tmp_path / "var", *words, env=environment(tmp_path / "var")) as server:
        server.url()
        found = eventually(lambda: re.search(r"Begin here, within a day: (\S+)", server.said))
        assert found, server.said
        with urllib.request.urlopen(found[1]) as answer:
            assert b"Question 1 of 5" in answer.read()
        assert "set-up-link.txt" in server.said


@pytest.mark.django_db
def test_a_colleague_let_in_at_the_terminal_belongs_to_the_only_department() -> None:
    def let_in(name: str) -> list[str]:
        email = f"{name.lower()}@harbour-shoes.example"
        person = letting_in.let_in(
            name, email=email, role="agent", departments=[], password="deck-shoe-kiel-39"
        )
        return [one.name for one in person.departments.all()]

    assert let_in("Ada") == []
    make_department()
    assert let_in("Nora") == ["Service"]
    make_department("Returns", duty=make_person("Ivo Dahl"))
    assert let_in("Pia") == []
