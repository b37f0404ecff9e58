"""How fast letters become cases: letters a second and CPU a letter, beside the peer and beside the floor.

What runs is `upheld serve` with all its processes, as anybody starts it, on a database with fsync and synchronous
commits. This program stands in for the fetcher: it stores the letters as that does, fifty to a transaction. A letter
counts when its transaction has committed: its case with an owner, the standard's clock, the facts, the word for the
acknowledgement to leave. The time runs from the first letter stored to the last one opened; the CPU is that of every
process in that time, the database's and this one's too. Then it is waited for the last acknowledgement to leave, and
that has figures of its own (`acknowledged`).

Seven of ten letters open a case, three answer a letter of their writer's. The peer (`get_email` over a folder) gets the
same letters; its time is that of the command alone, without loading Django, and its CPU that of the command and the
database. It writes its own acknowledgements, into files, in that time. Ours and the peer take turns, round after
round, neither running while the other is measured; a figure is the middle one of its rounds, a ratio the middle of
those of each round. `foreign_cores` says how much of the machine others took meanwhile: more than a little, and
the milliseconds of that run say little.

Before that, some letters are opened inside this process, to count what one asks of the database. The floor is the same
bytes stored once, durably, each in a transaction: what no intake that takes letters one by one can beat here.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bench import processes, workplace
from bench.figures import Figures
from bench.peer import setting_up
from bench.stand import Stand, served

WORDS = ("sole", "lace", "boot", "invoice", "size", "delivery", "courier", "warranty", "stitching", "leather")
AT_ONCE = 50  # letters that the fetcher stores in one transaction
COUNTED = 100  # letters opened to count queries
_LOOK = 0.02
_AT_REST = 0.1  # CPU seconds in one second
_AT_MOST = 20  # seconds to wait for that


def letter(number: int, chance: random.Random) -> bytes:
    """A letter of ordinary length in text and HTML; three of ten answer the one written three before."""
    answers = number - 3 if number % 10 in (3, 6, 9) else None
    writer = number if answers is None else answers
    while writer % 10 in (3, 6, 9):
        writer -= 3
    words = " ".join(chance.choices(WORDS, k=chance.randrange(40, 220)))
    about = f"Größe {writer}, {chance.choice(WORDS)}"
    reply = "" if answers is None else f"In-Reply-To: <{answers}@customers.example>\r\n"
    return (
        f"From: Customer {writer} <c{writer}@customers.example>\r\nTo: service@harbour-shoes.example\r\n"
        f"Subject: {'' if answers is None else 'Re: '}{about}\r\nDate: Mon, 16 Nov 2026 09:00:00 +0100\r\n"
        f"Message-ID: <{number}@customers.example>\r\n{reply}"
        'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{words}</p>\r\n--b--\r\n"
    ).encode()


def report(
    found: Figures, stand: Stand, *, letters: int, rounds: int, peer: bool, say: Callable[[str], None]
) -> None:
    """Measure, and write the figures down under `upheld.intake`, `peer.intake` and `ratio.intake`."""
    from django.utils import timezone

    chance, now = random.Random(39), timezone.now()
    workplace.open_up(now)
    say(f"storing the bytes of {letters:,} letters, one by one")
    found["floor.letters_per_s"] = round(letters / _floor([letter(one, chance) for one in range(letters)]), 1)
    say(f"opening {COUNTED} letters in one process")
    found |= _asked_of_the_database(now, chance)
    theirs = setting_up.set_up(stand, cases=100, until=now, say=say) if peer else None
    ours_all: list[dict[str, float]] = []
    theirs_all: list[dict[str, float]] = []
    for turn in range(rounds):
        first = (1 + turn) * 1_000_000
        raws = [letter(number, chance) for number in range(first, first + letters)]
        say(f"taking in {letters:,} letters, served")
        ours_all.append(_served(stand, raws))
        say(_told(ours_all[-1]))
        if theirs:
            say(f"{setting_up.NAME} takes in {letters:,} letters")
            theirs_all.append(_peer(stand, theirs, raws))
            say(_told(theirs_all[-1]))
    found |= {f"upheld.intake.{name}": value for name, value in _middle(ours_all).items()}
    if theirs_all:
        found |= {f"peer.intake.{name}": value for name, value in _middle(theirs_all).items()}
        pairs = list(zip(ours_all, theirs_all, strict=True))
        rates = [ours["letters_per_s"] / peers["letters_per_s"] for ours, peers in pairs]
        cpus = [peers["cpu_ms_per_letter"] / ours["cpu_ms_per_letter"] for ours, peers in pairs]
        found["ratio.intake.rate"] = round(median(rates), 2)
        found["ratio.intake.rate_lowest"] = round(min(rates), 2)
        found["ratio.intake.cpu"] = round(median(cpus), 2)


def _middle(rounds: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(median(one[name] for one in rounds), 2) for name in rounds[0]}


def _told(figures: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:g}" for name, value in figures.items())


def _floor(raws: list[bytes]) -> float:
    from upheld.channels.models import Raw

    began = time.perf_counter()
    for number, raw in enumerate(raws):
        Raw.objects.create(sha256=number.to_bytes(32, "big"), content=raw, size=len(raw))
    return time.perf_counter() - began


def _asked_of_the_database(now: datetime, chance: random.Random) -> Figures:
    from django.db import connection

    from upheld.cases import jobs
    from upheld.channels.models import Arrival

    raws = [letter(number, chance) for number in range(10_000_000, 10_000_000 + 2 * COUNTED)]
    _store(raws[:COUNTED], now)
    jobs.open_waiting()  # imports and plans are paid for
    _store(raws[COUNTED:], now)
    asked = 0

    def count(execute: Callable[..., object], *query: object) -> object:
        nonlocal asked
        asked += 1
        return execute(*query)

    with connection.execute_wrapper(count):
        used = _own_cpu()
        jobs.open_waiting()
        used = _own_cpu() - used
    assert not Arrival.objects.unopened().exists()
    return {
        "upheld.letter.queries": round(asked / COUNTED, 1),
        "upheld.letter.python_cpu_ms": round(1000 * used / COUNTED, 2),
    }


def _store(raws: list[bytes], now: datetime) -> None:
    """As the fetcher does it: some letters to a transaction, each under its number."""
    from django.db import transaction

    from upheld.channels import receiving
    from upheld.channels.models import Mailbox
    from upheld.journal import writing

    mailbox = Mailbox.objects.get(address="service@harbour-shoes.example")
    for start in range(0, len(raws), AT_ONCE):
        with transaction.atomic(durable=True), writing.together():
            stored = [
                receiving.store(raw, way="imap", mailbox=mailbox, source_id=_name(raw), ask=False, at=now)
                for raw in raws[start : start + AT_ONCE]
            ]
            receiving.ask_to_open(stored[0])


def _name(raw: bytes) -> str:
    return raw.partition(b"Message-ID: <")[2].partition(b"@")[0].decode()


def _number(raws: list[bytes]) -> int:
    return int(_name(raws[0]))


def _served(stand: Stand, raws: list[bytes]) -> dict[str, float]:
    from django.utils import timezone

    from upheld.cases.models import Message
    from upheld.channels.models import Arrival, Departure

    before = Message.objects.filter(way="in").count()
    with served(stand) as (_port, process):
        _wait_for_worker(raws, timezone.now())
        roots = [process, stand.postmaster]
        _wait_for_rest(roots)
        left_before = Departure.objects.filter(sent_at__isnull=False).count()
        meter = _Meter(roots)
        _store(raws, timezone.now())
        stored = meter.read()
        while Arrival.objects.unopened().exists():
            time.sleep(_LOOK)
        opened = meter.read()
        left = Departure.objects.filter(sent_at__isnull=False).count() - left_before
        while Departure.objects.waiting().exists():
            time.sleep(_LOOK * 10)
        acknowledged = meter.read()
    filed = Message.objects.filter(way="in").count() - before
    if filed != len(raws) + 1:
        others = Arrival.objects.exclude(outcome="filed").values_list("outcome", "why", "source_id")
        raise RuntimeError(f"{filed} of {len(raws) + 1} letters were filed; {list(others[:10])}")
    return {
        "letters_per_s": round(len(raws) / opened.wall, 1),
        "cpu_ms_per_letter": round(1000 * opened.used / len(raws), 2),
        "foreign_cores": opened.foreign,
        "stored_s": round(stored.wall, 2),
        "opened_s": round(opened.wall, 2),
        "acknowledged_s": round(acknowledged.wall, 2),
        "acknowledged_cpu_ms_per_letter": round(1000 * acknowledged.used / len(raws), 2),
        "acknowledgements_left_meanwhile": left,
    }


@dataclass(frozen=True)
class _Reading:
    """Seconds since the beginning, CPU seconds of our processes in them, and cores that others took."""

    wall: float
    used: float
    foreign: float


class _Meter:
    """Runs from when it is made."""

    def __init__(self, roots: Sequence[int], *, with_ended: bool = False) -> None:
        self._roots, self._who = roots, resource.RUSAGE_CHILDREN if with_ended else resource.RUSAGE_SELF
        self._machine, self._used, self._began = processes.busy(), self._cpu(), time.perf_counter()

    def read(self) -> _Reading:
        wall, used = time.perf_counter() - self._began, self._cpu() - self._used
        foreign = (processes.busy() - self._machine - used) / wall
        return _Reading(wall, used, round(max(0.0, foreign), 2))

    def _cpu(self) -> float:
        return processes.cpu(self._roots) + _own_cpu(self._who)


def _wait_for_rest(roots: Sequence[int]) -> None:
    """Processes that start are no part of what is measured."""
    for _second in range(_AT_MOST):
        used = processes.cpu(roots)
        time.sleep(1)
        if processes.cpu(roots) - used < _AT_REST:
            return


def _wait_for_worker(raws: list[bytes], now: datetime) -> None:
    """A first letter shows that the worker is at work."""
    from upheld.channels.models import Arrival

    _store([letter(_number(raws) - 10, random.Random(1))], now)
    while Arrival.objects.unopened().exists():
        time.sleep(_LOOK)


def _peer(stand: Stand, peer: setting_up.Peer, raws: list[bytes]) -> dict[str, float]:
    for number, raw in enumerate(raws):
        (peer.home / "mail" / f"{number:06}.eml").write_bytes(raw)
    database, meter = processes.cpu([stand.postmaster]), _Meter([stand.postmaster], with_ended=True)
    told = peer.ask("feeding")
    foreign = meter.read().foreign
    used = processes.cpu([stand.postmaster]) - database + float(str(told["cpu"]))
    if told["left"]:
        raise RuntimeError(f"{setting_up.NAME} left {told['left']} letters")
    return {
        "letters_per_s": round(len(raws) / float(str(told["seconds"])), 1),
        "cpu_ms_per_letter": round(1000 * used / len(raws), 2),
        "foreign_cores": foreign,
    }


def _own_cpu(who: int = resource.RUSAGE_SELF) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime
