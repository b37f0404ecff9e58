"""Where a mail server hands letters over: health says whether somebody answers there, settings how letters come."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from upheld.cases.tests.makers import House, arrive, letter, make_house
from upheld.channels.models import Arrival
from upheld.people.tests.makers import make_person
from upheld.web.checking import letters
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Somebody who greets as a mail server does, where the settings say."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        words = f"127.0.0.1:{door.getsockname()[1]}"
        monkeypatch.setenv("UPHELD_LISTEN_LMTP", words)

        def greet() -> None:
            with door.accept()[0] as line:
                line.sendall(b"220 mail.harbour-shoes.example Upheld\r\n")
                line.recv(100)

        threading.Thread(target=greet, daemon=True).start()
        yield words


def test_a_listener_that_answers_is_well(place: str) -> None:
    (check,) = letters.listener(NOW)
    assert check.ok
    assert check.sentence == f"Your mail server can hand letters over by LMTP at {place}."


def test_a_listener_that_does_not_answer_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setenv("UPHELD_LISTEN_SMTP", f"127.0.0.1:{port}")
        (check,) = letters.listener(NOW)
    assert not check.ok
    assert check.sentence.startswith(f"Nobody answers at 127.0.0.1:{port}, where your mail server")


def test_without_a_listener_nothing_is_said_of_one(house: House) -> None:
    assert list(letters.listener(NOW)) == []
    (check,) = letters.mailboxes(NOW)
    assert check.sentence == "service@harbour-shoes.example: letters are not fetched."


def test_the_account_of_letters_handed_over(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPHELD_LISTEN_LMTP", "/run/upheld/lmtp")
    arrive(house, letter())
    arrive(house, letter(sender="", message_id=None))
    Arrival.objects.update(way=Arrival.Way.LISTENER)
    (check,) = letters.mailboxes(NOW)
    assert check.ok
    assert check.sentence == (
        "service@harbour-shoes.example: 2 handed over by your mail server = 1 filed, 1 needed attention, "
        "0 duplicates, 0 noted, 0 unopened."
    )


def test_settings_say_how_letters_come(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_of(make_person("Sven Holt", role="administrator"))
    assert "Letters are not fetched." in browser.get("/settings/mailboxes").content.decode()
    monkeypatch.setenv("UPHELD_LISTEN_LMTP", "127.0.0.1:2424")
    page = browser.get("/settings/mailboxes").content.decode()
    assert "Handed over by your mail server (LMTP at 127.0.0.1:2424)." in page
    page = browser.get(f"/settings/mailboxes/{house.mailbox.pk}").content.decode()
    assert "Empty: your mail server hands them over (LMTP at 127.0.0.1:2424)." in page
    assert "Letters come in." in browser.get("/settings").content.decode()
