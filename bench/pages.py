"""How long pages take over HTTP with very many cases: what `upheld serve` runs, beside the peer in the same minutes.

A visit is the page and what its scripts ask for at once; our pages bring all of it, the ticket for live news as well.
`case_opened` is besides that every letter's own HTML, which a reader may ask for. Both servers have two workers; they
are visited in turn, a few seconds each, several rounds, so that whatever else the machine does hits both.
"""

from __future__ import annotations

import re
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bench import processes, words
from bench.driving import Driven, Line, Target, Visit, drive
from bench.figures import Figures
from bench.peer import setting_up
from bench.stand import Stand, served

CASES_VISITED = 40
PEER_CASES = 10_000
CLIENTS = (1, 8)
_QUERY = re.compile(rb'"(/datatables_ticket_list/[^"]+)"')
_COLUMNS = 12


@dataclass
class Side:
    """One of the two: its server's processes, who is signed in (on some
    pages somebody else), and its pages, each with what must stand in it."""

    name: str
    target: Target
    roots: tuple[int, ...]
    pages: dict[str, tuple[Sequence[Visit], bytes]]
    others: dict[str, Target] = field(default_factory=dict)
    idle: float = 0.0
    driven: dict[tuple[str, int], Driven] = field(default_factory=dict)
    cpu: dict[tuple[str, int], float] = field(default_factory=dict)

    def rest(self, seconds: float = 3.0) -> None:
        """What its processes take while nobody visits: CPU seconds a second, not counted for any page."""
        before = processes.cpu(self.roots)
        time.sleep(seconds)
        self.idle = (processes.cpu(self.roots) - before) / seconds

    def visit(self, page: str, clients: int, seconds: float) -> None:
        """One round of one page."""
        visits, mark = self.pages[page]
        before = processes.cpu(self.roots)
        target = self.others.get(page, self.target)
        driven = drive(target, visits, clients=clients, seconds=seconds, check=lambda body: mark in body)
        key = (page, clients)
        spent = processes.cpu(self.roots) - before - self.idle * driven.seconds
        self.cpu[key] = self.cpu.get(key, 0.0) + max(spent, 0.0)
        self.driven.setdefault(key, Driven()).add(driven)

    def report(self, figures: Figures) -> None:
        """Everything measured, under our names for it."""
        for (page, clients), driven in self.driven.items():
            name = f"{self.name}.{page}.c{clients}"
            figures[f"{name}.p50_ms"] = round(driven.quantile(0.5), 1)
            figures[f"{name}.p95_ms"] = round(driven.quantile(0.95), 1)
            figures[f"{name}.rps"] = round(driven.rate, 1)
            figures[f"{name}.cpu_ms"] = round(1000 * self.cpu[page, clients] / len(driven.visits), 1)
            figures[f"{name}.requests"] = round(driven.requests / len(driven.visits), 1)
            figures[f"{name}.kb"] = round(driven.bytes / len(driven.visits) / 1024, 1)
            figures[f"{name}.driver_cpu_ms"] = round(1000 * driven.driver_cpu / driven.requests, 2)


def run(
    figures: Figures,
    stand: Stand,
    *,
    cases: int,
    peer: bool = True,
    seconds: float = 3.0,
    rounds: int = 3,
    clients: Sequence[int] = CLIENTS,
    say: Callable[[str], None],
) -> None:
    """Load, serve, visit. Leaves its figures in `figures`."""
    from django.utils import timezone

    from bench import loading, workplace

    until = timezone.now()
    place = workplace.open_up(until)
    say(f"loading {cases:,} cases")
    loading.load(cases, workplace=place, until=until, say=say)
    with ExitStack() as stack:
        sides = [stack.enter_context(_ours(stand, place))]
        if peer:
            sides.append(stack.enter_context(_peer(stand, until, say)))
        for side in sides:
            for page in side.pages:
                side.visit(page, 1, 0.5)  # the first answer of a worker costs more than all that follow
                side.visit(page, 8, 0.5)
            side.rest()
            side.driven.clear()
            side.cpu.clear()
        for page in sides[0].pages:
            for count in clients:
                say(f"visiting {page}, {count} at once")
                for _round in range(rounds):
                    for side in sides:
                        if page in side.pages:
                            side.visit(page, count, seconds)
        for side in sides:
            side.report(figures)
            figures[f"{side.name}.idle_cpu_ms_per_s"] = round(1000 * side.idle, 1)
            figures[f"{side.name}.memory_mib"] = processes.memory(side.roots[:1])
    for page in sides[0].pages if peer else ():
        if page in sides[1].pages:
            key = f"{page}.c1.p50_ms"
            figures[f"ratio.{page}.p50"] = round(figures[f"peer.{key}"] / figures[f"upheld.{key}"], 2)


@contextmanager
def _ours(stand: Stand, place: object) -> Iterator[Side]:
    """Upheld, twice signed in: an agent with her department's letters, and a manager who reads everybody's."""
    from bench.workplace import Workplace

    assert isinstance(place, Workplace)
    ada, mara = _cookie(place.agent), _cookie(place.manager)
    with served(stand) as (port, process):
        target = Target("upheld", port, ada)
        numbers = _numbers(place)
        pages: dict[str, tuple[Sequence[Visit], bytes]] = {
            "list": ([["/letters?view=ours"]], b"data-rows"),
            "list_of_all": ([["/letters?view=ours"]], b"data-rows"),
            "case": ([[f"/cases/{number}"] for number, _frames in numbers], b"case-aside"),
            "case_opened": ([[f"/cases/{number}", *frames] for number, frames in numbers], b"case-aside"),
            "search_rare": ([[f"/search?q={words.RARE}"]], b"<main"),
            "search_common": ([[f"/search?q={words.COMMON}"]], b"<main"),
            "today": ([["/"]], b"<main"),
        }
        _look(target, pages)
        side = Side("upheld", target, (process, stand.postmaster), pages)
        side.others["list_of_all"] = Target("upheld", port, mara)
        yield side


@contextmanager
def _peer(stand: Stand, until: datetime, say: Callable[[str], None]) -> Iterator[Side]:
    """The peer, signed in as somebody of the staff, who sees every ticket there."""
    peer = setting_up.set_up(stand, cases=PEER_CASES, until=until, say=say)
    with peer.served() as (port, process):
        target = Target("peer", port, peer.cookie)
        line = Line(target)
        pages: dict[str, tuple[Sequence[Visit], bytes]] = {
            "list": ([_list_of_peer(line, "/tickets/")], b"ticketTable"),
            "list_of_all": ([_list_of_peer(line, "/tickets/")], b"ticketTable"),
            "case": (
                [[f"/tickets/{PEER_CASES - 7 - place * 11}/"] for place in range(CASES_VISITED)],
                b"followup",
            ),
        }
        for name, word in (("search_rare", words.RARE), ("search_common", words.COMMON)):
            pages[name] = ([_list_of_peer(line, f"/tickets/?q={word}")], b"ticketTable")
        pages["today"] = ([["/dashboard/"]], b"</html>")
        line.close()
        yield Side("peer", target, (process, stand.postmaster), pages)


def _list_of_peer(line: Line, path: str) -> Visit:
    """The page and its rows, which its script asks for: the same question each time, because nothing changes it."""
    status, body = line.get(path)
    found = _QUERY.search(body)
    assert status == 200, (path, status)
    assert found, path
    asked = {"draw": "1", "start": "0", "length": "25", "search[value]": ""}
    asked |= {f"columns[{place}][data]": str(place) for place in range(_COLUMNS)}
    return [path, f"{found[1].decode()}?{urllib.parse.urlencode(asked)}"]


def _look(target: Target, pages: dict[str, tuple[Sequence[Visit], bytes]]) -> None:
    """Refuse to measure pages that are not there."""
    line = Line(target)
    for name, (visits, _mark) in pages.items():
        for path in visits[0]:
            status, _body = line.get(path)
            assert status == 200, (name, path, status)
    line.close()


def _cookie(login: object) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(login, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _numbers(place: object) -> list[tuple[int, list[str]]]:
    """The agent's newest cases that are not all of one letter, each with the addresses of its letters' HTML."""
    from django.urls import reverse

    from upheld.cases.models import Case, Message

    ours = Case.objects.filter(department=place.teams[0].department).order_by("-pk")[:CASES_VISITED]  # type: ignore[attr-defined]
    letters = Message.objects.filter(case__in=list(ours), way="in").exclude(html="").order_by("pk")
    frames: dict[int, list[str]] = {}
    for case, letter in letters.values_list("case", "pk"):
        frames.setdefault(case, []).append(reverse("letter_frame", args=[letter]))
    return [(one.number, frames.get(one.pk, [])) for one in ours]
