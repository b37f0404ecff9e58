"""How fast letters become cases: letters a second and CPU a letter, beside the peer and beside the floor.

What runs is `upheld serve` with all its processes, as anybody starts it, on a database with fsync and synchronous
commits. This program stands in for the fetcher: it stores the letters as that does, fifty to a transaction. A letter
counts when its transaction has committed: its case with an owner, the standard's clock, the facts, the word for the
acknowledgement to leave. The time runs from the first letter stored to the last one opened, and acknowledgements leave
meanwhile; the CPU is that of every process, the database's too, until the last letter is opened.

Seven of ten letters open a case, three answer a letter of their writer's. The peer (`get_email` over a folder) gets the
same letters; its time is that of the command alone, without loading Django, and its CPU that of the command and the
database. Before that, some letters are opened inside this process, to count what one asks of the database. The floor is
the same bytes stored once, durably, each in a transaction: what no intake that takes letters one by one can beat here.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from datetime import datetime

from bench import processes, workplace
from bench.figures import Figures
from bench.peer import setting_up
from bench.stand import Stand, served

WORDS = ("sole", "lace", "boot", "invoice", "size", "delivery", "courier", "warranty", "stitching", "leather")
AT_ONCE = 50  # letters that the fetcher stores in one transaction
COUNTED = 100  # letters opened to count queries
_LOOK = 0.02


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


def report(found: Figures, stand: Stand, *, letters: int, peer: bool, say: Callable[[str], None]) -> None:
    """Measure, and write the figures down under `upheld.intake`, `peer.intake` and `ratio.intake`."""
    from django.utils import timezone

    chance, now = random.Random(39), timezone.now()
    raws = [letter(number, chance) for number in range(letters)]
    workplace.open_up(now)
    say(f"storing the bytes of {letters:,} letters, one by one")
    found["floor.letters_per_s"] = round(letters / _floor(raws), 1)
    say(f"opening {COUNTED} letters in one process")
    found |= _asked_of_the_database(now, chance)
    say(f"taking in {letters:,} letters, served")
    ours = _served(stand, raws)
    found |= {f"upheld.intake.{name}": value for name, value in ours.items()}
    if peer:
        theirs = _peer(stand, raws, now, say)
        found |= {f"peer.intake.{name}": value for name, value in theirs.items()}
        found["ratio.intake.rate"] = round(ours["letters_per_s"] / theirs["letters_per_s"], 2)
        found["ratio.intake.cpu"] = round(theirs["cpu_ms_per_letter"] / ours["cpu_ms_per_letter"], 2)


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


def _served(stand: Stand, raws: list[bytes]) -> dict[str, float]:
    from django.utils import timezone

    from upheld.cases.models import Message
    from upheld.channels.models import Arrival, Departure

    before = Message.objects.filter(way="in").count()
    with served(stand) as (_port, process):
        _wait_for_worker(raws, timezone.now())
        roots = [process, stand.postmaster]
        used, machine, began = processes.cpu(roots) + _own_cpu(), processes.busy(), time.perf_counter()
        _store(raws, timezone.now())
        stored = time.perf_counter() - began
        while Arrival.objects.unopened().exists():
            time.sleep(_LOOK)
        wall = time.perf_counter() - began
        used, machine = processes.cpu(roots) + _own_cpu() - used, processes.busy() - machine
        left = Departure.objects.filter(sent_at__isnull=False).count()
    filed = Message.objects.filter(way="in").count() - before
    if filed != len(raws) + 1:
        raise RuntimeError(f"{filed} of {len(raws) + 1} letters were filed")
    return {
        "letters_per_s": round(len(raws) / wall, 1),
        "cpu_ms_per_letter": round(1000 * used / len(raws), 2),
        "stored_s": round(len(raws) / stored, 1),
        "acknowledgements_left_meanwhile": left,
        "foreign_cores": round((machine - used) / wall, 2),
    }


def _wait_for_worker(raws: list[bytes], now: datetime) -> None:
    """A first letter shows that the worker is at work."""
    from upheld.channels.models import Arrival

    _store([raws[0].replace(b"<0@", b"<first@").replace(b"c0@", b"first@")], now)
    while Arrival.objects.unopened().exists():
        time.sleep(_LOOK)


def _peer(stand: Stand, raws: list[bytes], now: datetime, say: Callable[[str], None]) -> dict[str, float]:
    peer = setting_up.set_up(stand, cases=100, until=now, say=say)
    for number, raw in enumerate(raws):
        (peer.home / "mail" / f"{number:06}.eml").write_bytes(raw)
    say(f"{setting_up.NAME} takes in {len(raws):,} letters")
    used = processes.cpu([stand.postmaster])
    told = peer.ask("feeding")
    used = processes.cpu([stand.postmaster]) - used + float(str(told["cpu"]))
    if told["left"]:
        raise RuntimeError(f"{setting_up.NAME} left {told['left']} letters")
    seconds = float(str(told["seconds"]))
    return {
        "letters_per_s": round(len(raws) / seconds, 1),
        "cpu_ms_per_letter": round(1000 * used / len(raws), 2),
    }


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
