"""Live news over a real line: a server, a database that notifies, and a page that listens."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPResponse
from pathlib import Path

import pytest
from django.core import signing
from django.db import connection

from upheld.cases import noting
from upheld.cases.tests.makers import make_case, make_house
from upheld.config import hearing
from upheld.config.tests.running import environment, eventually, free_port
from upheld.journal.facts import CLOCK
from upheld.people import hiring
from upheld.people.models import Person
from upheld.people.tests.makers import make_agent, make_department, make_person
from upheld.web import tickets

pytestmark = pytest.mark.django_db(transaction=True)
OURS = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Live:
    """The running process."""

    url: str
    process: subprocess.Popen[bytes]

    def listen(self, ticket: str, *, origin: str | None = OURS, path: str = "/news") -> HTTPResponse:
        """A page's line; raises HTTPError when it is refused."""
        query = urllib.parse.urlencode({"ticket": ticket})
        request = urllib.request.Request(
            f"{self.url}{path}?{query}", headers={"Origin": origin} if origin else {}
        )
        answer = urllib.request.urlopen(request, timeout=30)
        assert isinstance(answer, HTTPResponse)
        return answer

    def refuses(self, ticket: str, **other: str | None) -> int:
        """The code of the refusal."""
        with pytest.raises(urllib.error.HTTPError) as no:
            self.listen(ticket, **other)  # type: ignore[arg-type]
        return no.value.code


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    port = free_port()
    env = environment(
        tmp_path, DJANGO_SETTINGS_MODULE="upheld.config.settings", UPHELD_LIVE_PORT=str(port),
        UPHELD_PUBLIC_URL=OURS, UPHELD_LIVE_URL=f"http://127.0.0.1:{port}",
    )  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "upheld.config.child", "live"], env=env)
    running = Live(f"http://127.0.0.1:{port}", process)

    def answers() -> bool:
        try:
            return running.refuses("x", path="/") == 404
        except urllib.error.URLError:
            return False

    try:
        assert eventually(answers)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _next(line: HTTPResponse) -> dict[str, object]:
    while True:
        words = line.readline().decode()
        assert words, "the line ended"
        if words.startswith("data: "):
            news: dict[str, object] = json.loads(words.removeprefix("data: "))
            return news


def _until(line: HTTPResponse, wanted: dict[str, object]) -> list[dict[str, object]]:
    heard = [_next(line)]
    while heard[-1] != wanted:
        heard.append(_next(line))
    return heard


def _listening(live: Live, person: Person) -> HTTPResponse:
    line = live.listen(tickets.make(person))
    assert line.readline() == b"retry: 3000\n"
    assert line.readline() == b": listening\n"
    return line


def test_a_page_hears_of_the_cases_that_its_viewer_may_see(live: Live) -> None:
    house = make_house()
    bruno, eve = (
        house.bruno,
        make_agent("Eve Okoro", make_department("Billing", duty=make_person("Carla Roth"))),
    )
    with (
        _listening(live, bruno) as brunos,
        _listening(live, eve) as eves,
        _listening(live, house.ada) as adas,
    ):
        assert brunos.headers["Access-Control-Allow-Origin"] == OURS
        assert brunos.headers["Content-Type"].startswith("text/event-stream")
        case = make_case(house, at=datetime.now(UTC))
        assert _until(brunos, {"kind": "cases.CaseOpened/1", "case": case.pk})
        noting.note(case, text="Called her.", by=house.ada, at=datetime.now(UTC))
        noted = {"kind": "cases.NoteWritten/1", "case": case.pk}
        assert _until(brunos, noted)
        # What Ada did herself is no news to her; Eve, in another department, learns of no case at all.
        assert _until(adas, noted | {"quiet": True})
        hiring.hire("Dana New", role="agent", by=CLOCK, at=datetime.now(UTC))
        others = _until(eves, {"kind": "people.PersonHired/1", "quiet": True})
        assert all("case" not in one and one["quiet"] for one in others)


def test_only_our_own_pages_with_a_fresh_ticket_of_a_colleague_may_listen(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = make_person("Ada Okafor")
    ticket = tickets.make(ada)
    assert live.refuses(ticket, origin="http://127.0.0.1:8000.evil.example") == 403
    assert live.refuses(ticket, origin="null") == 403
    assert live.refuses(ticket, origin=None) == 403
    assert live.refuses("") == 403
    assert live.refuses(ticket + "x") == 403
    assert live.refuses(signing.TimestampSigner(salt="another").sign(str(ada.pk))) == 403
    with monkeypatch.context() as past:
        past.setattr("django.core.signing.time.time", lambda: datetime.now(UTC).timestamp() - 3600)
        old = tickets.make(ada)
    assert tickets.read(old) is None
    assert live.refuses(old) == 403
    hiring.leave(ada, by=CLOCK, at=datetime.now(UTC))
    assert live.refuses(ticket) == 403
    assert live.refuses(ticket, path="/elsewhere") == 404


def test_news_go_on_after_the_database_cut_the_line(live: Live) -> None:
    ada = make_person("Ada Okafor")
    with _listening(live, ada) as line, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE query LIKE 'LISTEN%%upheld_news%%' AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone() == (1,)
        assert _next(line) == {"kind": "missed"}
        hiring.hire("Dana New", role="agent", by=CLOCK, at=datetime.now(UTC))
        assert _next(line) == {"kind": "people.PersonHired/1", "quiet": True}


def test_who_left_hears_no_more(live: Live) -> None:
    ada = make_person("Ada Okafor")
    with _listening(live, ada) as line:
        hiring.leave(ada, by=CLOCK, at=datetime.now(UTC))
        assert line.read() in (b"", b"\n")


def test_a_page_that_does_not_read_is_sent_away() -> None:
    listener = hearing.Listener(1)
    for _event in range(300):
        listener.tell("x")

    async def read_all() -> None:
        while True:
            await listener.next()

    with pytest.raises(hearing.Full):
        asyncio.run(read_all())


def test_a_ticket_names_its_person_and_nothing_else_does() -> None:
    ada = make_person("Ada Okafor")
    assert tickets.read(tickets.make(ada)) == ada.pk
    assert tickets.read("1:2:3") is None
