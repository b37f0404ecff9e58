"""How fast letters become cases, in letters a second and CPU seconds a letter, beside the floor: storing the bytes.

`bin/bench intake [--letters N]`. The floor is the same letters stored raw, once, durably: what no intake can beat on
this machine. The ratio is what to watch from one version to the next.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bench.stand import database

WORDS = (
    "sole",
    "lace",
    "boot",
    "invoice",
    "size",
    "delivery",
    "courier",
    "warranty",
    "stitching",
    "leather",
    "refund",
)


def letter(number: int, chance: random.Random) -> bytes:
    """A letter of ordinary length, HTML and text."""
    words = " ".join(chance.choices(WORDS, k=chance.randrange(40, 220)))
    return (
        f"From: Customer {number} <c{number % 400}@customers.example>\r\nTo: service@shop.example\r\n"
        f"Subject: Größe {number}\r\nDate: Mon, 16 Nov 2026 09:00:00 +0100\r\n"
        f"Message-ID: <{number}@customers.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{words}</p>\r\n--b--\r\n"
    ).encode()


def measured(name: str, count: int, work: Callable[[], None]) -> float:
    """Run it; print and return letters a second."""
    began, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    work()
    wall = time.perf_counter() - began
    spent = resource.getrusage(resource.RUSAGE_SELF).ru_utime - cpu
    print(
        f"{name:<28}{count / wall:8.1f} letters/s{1000 * spent / count:8.2f} ms CPU a letter (this process)"
    )
    return count / wall


def main() -> None:
    """Store, then receive, the same number of letters."""
    parser = argparse.ArgumentParser(prog="bin/bench intake")
    parser.add_argument("--letters", type=int, default=1000)
    count = parser.parse_args().letters
    with database():
        from upheld.cases import receiving
        from upheld.cases.models import Case
        from upheld.channels import receiving as channels
        from upheld.channels.models import Arrival, Mailbox, Raw
        from upheld.people.tests.makers import make_agent, make_company, make_department

        at, chance = datetime(2026, 11, 16, 8, tzinfo=UTC), random.Random(39)
        make_company()
        service = make_department()
        make_agent("Ada Okafor", service, at=at)
        mailbox = Mailbox.objects.create(name="Service", address="service@shop.example", department=service)
        letters = [letter(number, chance) for number in range(count)]

        def floor() -> None:
            for number, raw in enumerate(letters):
                Raw.objects.create(sha256=number.to_bytes(32, "big"), content=raw, size=len(raw))

        def store() -> None:
            for number, raw in enumerate(letters):
                channels.store(raw, way="imap", mailbox=mailbox, source_id=str(number), at=at)

        def receive() -> None:
            for pk in Arrival.objects.order_by("pk").values_list("pk", flat=True):
                receiving.receive(pk, at=at)

        slowest = measured("floor: the bytes alone", count, floor)
        measured("stored, with its job", count, store)
        fast = measured("opened, filed, acknowledged", count, receive)
        print(f"cases {Case.objects.count()}; ratio to the floor {fast / slowest:.3f}")


if __name__ == "__main__":
    main()
