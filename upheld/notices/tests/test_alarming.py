"""Alarms: told once when something stays wrong, once when it is over; the webhook is a real server."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from upheld.cases.tests.makers import make_house
from upheld.channels import secrets
from upheld.channels.models import Departure
from upheld.journal.facts import Actor
from upheld.journal.models import Record
from upheld.notices import alarming, calling, planning
from upheld.notices.alarming import Trouble
from upheld.notices.models import Alarm, Call
from upheld.people.tests.makers import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
MINUTE = timedelta(minutes=1)
SVEN = Actor("staff", 1)
SILENT = Trouble("silence service@shop.example", "service@shop.example: no letter for two days.")


class Pager(HTTPServer):
    """The other program: it keeps what it was told, and answers with the status that the test wishes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Listening)
        self.told: list[tuple[dict[str, str], bytes]] = []
        self.status = 204

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/upheld"


class Listening(BaseHTTPRequestHandler):
    """One call."""

    server: Pager

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def pager() -> Iterator[Pager]:
    server = Pager()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def letters() -> list[str]:
    """The alarms that left as letters: to whom, and their subject."""
    found = []
    for one in Departure.objects.filter(kind="alarm").order_by("pk"):
        head = bytes(one.content or b"").decode().split("\r\n\r\n")[0]
        subject = next(line for line in head.split("\r\n") if line.startswith("Subject: "))
        found.append(f"{one.recipients[0]} {subject}")
    return found


def test_a_short_trouble_is_told_to_nobody() -> None:
    make_house()
    planning.call(["piotr@home.example"], webhook="", by=SVEN, at=MONDAY)
    assert alarming.watch([SILENT], at=MONDAY) == 0
    assert alarming.watch([SILENT], at=MONDAY + 4 * MINUTE) == 0
    assert alarming.watch([], at=MONDAY + 5 * MINUTE) == 0
    assert letters() == []
    assert Alarm.objects.get().ended_at is not None


def test_what_stays_wrong_is_told_once_and_so_is_that_it_is_over() -> None:
    make_house()
    planning.call(["piotr@home.example", "piotr@home.example"], webhook="", by=SVEN, at=MONDAY)
    for minute in range(9):
        alarming.watch([SILENT], at=MONDAY + minute * MINUTE)
    alarming.watch([], at=MONDAY + 9 * MINUTE)
    alarming.watch([], at=MONDAY + 10 * MINUTE)
    assert letters() == [
        "piotr@home.example Subject: Wrong: service@shop.example: no letter for two days.",
        "piotr@home.example Subject: Well again: service@shop.example: no letter for two days.",
    ]
    kinds = list(Record.objects.filter(kind__contains="Alarm").order_by("id").values_list("kind", flat=True))
    assert kinds == ["notices.AlarmsDirected/1", "notices.AlarmRaised/1", "notices.AlarmOver/1"]


def test_an_alarm_says_that_a_machine_wrote_it_and_leaves_without_a_way_back() -> None:
    make_house()
    planning.call(["piotr@home.example"], webhook="", by=SVEN, at=MONDAY)
    alarming.test(at=MONDAY)
    content = bytes(Departure.objects.get(kind="alarm").content or b"").decode()
    assert "Auto-Submitted: auto-" in content
    assert "/health" in content


def test_the_same_trouble_later_is_another_alarm() -> None:
    make_house()
    for start in (MONDAY, MONDAY + timedelta(days=1)):
        alarming.watch([SILENT], at=start)
        alarming.watch([SILENT], at=start + 6 * MINUTE)
        alarming.watch([], at=start + 7 * MINUTE)
    assert Alarm.objects.filter(told_at__isnull=False, ended_at__isnull=False).count() == 2


def test_the_webhook_is_told_in_json_and_can_check_who_speaks(pager: Pager) -> None:
    make_house()
    plan = planning.call([], webhook=pager.url, by=SVEN, at=MONDAY)
    alarming.watch([SILENT], at=MONDAY)
    alarming.watch([SILENT], at=MONDAY + 6 * MINUTE)
    job = ProcrastinateJob.objects.get(task_name="notices.call")
    made = calling.call(Call.objects.get(pk=job.args["call_id"]), at=MONDAY + 6 * MINUTE)
    assert made.taken_at == MONDAY + 6 * MINUTE
    ((headers, body),) = pager.told
    told = json.loads(body)
    assert (told["event"], told["check"], told["sentence"]) == ("raised", SILENT.name, SILENT.sentence)
    assert told["since"] == MONDAY.isoformat().replace("+00:00", "Z")
    expected = calling.signature(secrets.unseal(plan.secret), headers["Upheld-Sent"], body)
    assert headers["Upheld-Signature"] == f"sha256={expected}"
    with pytest.raises(calling.NotWaiting):
        calling.call(made, at=MONDAY + 7 * MINUTE)


@pytest.mark.parametrize("status", [302, 404, 503])
def test_a_call_that_is_not_taken_is_tried_again_and_then_given_up(pager: Pager, status: int) -> None:
    make_house()
    pager.status = status
    planning.call([], webhook=pager.url, by=SVEN, at=MONDAY)
    alarming.test(at=MONDAY)
    call = Call.objects.get()
    for _attempt in range(len(calling.AGAIN) + 1):
        call = calling.call(call, at=MONDAY)
    assert call.given_up_at == MONDAY
    assert call.trouble == f"It answered with {status}."
    assert len(pager.told) == len(calling.AGAIN) + 1
    assert ProcrastinateJob.objects.filter(task_name="notices.call").count() == len(calling.AGAIN) + 1


def test_nobody_listening_is_said_in_words() -> None:
    make_house()
    planning.call([], webhook="http://127.0.0.1:1/upheld", by=SVEN, at=MONDAY)
    alarming.test(at=MONDAY)
    assert "Nothing answers there" in calling.call(Call.objects.get(), at=MONDAY).trouble


def test_a_page_that_answers_nonsense_is_tried_again_and_not_given_up_in_silence() -> None:
    make_house()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        planning.call([], webhook=f"http://127.0.0.1:{port}/upheld", by=SVEN, at=MONDAY)
        alarming.test(at=MONDAY)

        def answer() -> None:
            line, _peer = server.accept()
            with line:
                line.recv(65536)
                line.sendall(b"this is no answer\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        assert "Nothing answers there" in calling.call(Call.objects.get(), at=MONDAY).trouble
        thread.join(5)
    assert ProcrastinateJob.objects.filter(task_name="notices.call").count() == 2


def test_a_practice_call_that_no_mailbox_can_send_is_refused() -> None:
    house = make_house()
    planning.call(["piotr@home.example"], webhook="", by=SVEN, at=MONDAY)
    assert alarming.test(at=MONDAY) == ["piotr@home.example"]
    house.mailbox.closed_at = MONDAY
    house.mailbox.save()
    with pytest.raises(alarming.NoWayOut):
        alarming.test(at=MONDAY)


@pytest.mark.parametrize(
    "place", ["ftp://x.example/", "http://x.example/", "https://", "https://u:p@x.example/", "javascript:1",
              "https://x.example:99999/", "https://[::1", "https://[bad]/x", "https://x.example/a b",
              "https://x.example/a\tb", "https://x.example/\u00e4"],
)  # fmt: skip
def test_a_place_that_cannot_be_called_safely_is_refused(place: str) -> None:
    with pytest.raises(planning.BadPlace):
        planning.call([], webhook=place, by=SVEN, at=MONDAY)


def test_addresses_that_would_reach_nobody_are_refused() -> None:
    house = make_house()
    with pytest.raises(planning.OurOwnAddress):
        planning.call([house.mailbox.address.upper()], webhook="", by=SVEN, at=MONDAY)
    with pytest.raises(planning.OurOwnAddress):
        planning.call([house.mailbox.address.replace("@", "+alarms@")], webhook="", by=SVEN, at=MONDAY)
    with pytest.raises(planning.BadAddress):
        planning.call(["piotr at home"], webhook="", by=SVEN, at=MONDAY)
    with pytest.raises(planning.TooMany):
        planning.call([f"p{n}@home.example" for n in range(21)], webhook="", by=SVEN, at=MONDAY)


def test_the_secret_stays_while_the_place_stays_and_is_never_stored_in_the_clear() -> None:
    first = planning.call([], webhook="https://alarms.example/a", by=SVEN, at=MONDAY)
    secret = secrets.unseal(first.secret)
    again = planning.call(["piotr@home.example"], webhook="https://alarms.example/a", by=SVEN, at=MONDAY)
    other = planning.call([], webhook="https://alarms.example/b", by=SVEN, at=MONDAY)
    assert secrets.unseal(again.secret) == secret != secrets.unseal(other.secret)
    assert secret.encode() not in bytes(first.secret)
