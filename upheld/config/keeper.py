"""The process that keeps the house in order: it numbers the journal, wakes its readers, and sweeps.

One thread each for what must not wait for another: numbering, the clock, the journal's readers, the letters, and the
alarms. Any number of keepers may run on one database; what two of them must not do at once is locked where it is done.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.db import connection

from upheld.channels import opening
from upheld.config import process, sweeps
from upheld.config.sweeps import Sweep
from upheld.journal import listening, numbering

log = logging.getLogger(__name__)

_TICK = 1.0
_BREATH = 0.3  # seconds from one reading of the journal to the next
_PATIENCE = 5.0  # seconds that the readers let letters go first
_GIVES_WAY = 5  # to the opening of letters and to the pages, while the processors are busy
_LAST_WORDS = 10.0  # seconds for a round that is under way


def run() -> None:
    """Keep until asked to stop."""
    os.nice(_GIVES_WAY)
    stop = process.stop_when_asked()
    rounds: dict[str, Callable[[], None]] = {
        "numbering": lambda: numbering.run(stop),
        "clock": lambda: sweep(sweeps.of_the_clock(), stop),
        "letters": lambda: sweep(sweeps.of_letters(), stop),
        "asking": lambda: sweep(sweeps.of_asking(), stop),
        "alarms": lambda: sweep(sweeps.of_the_house(), stop),
        "readers": lambda: read(sweeps.of_the_journal(), stop),
    }
    threads = [threading.Thread(target=work, name=name, daemon=True) for name, work in rounds.items()]
    for thread in threads:
        thread.start()
    while not stop.wait(_TICK):
        for thread in threads:
            if not thread.is_alive():  # none of them ends by itself; a fresh process is the way back
                raise SystemExit(f"the keeper's thread “{thread.name}” has ended")
    for thread in threads:
        thread.join(_LAST_WORDS)


def sweep(round_: Sequence[Sweep], stop: threading.Event) -> None:
    """Look after each of them every second, in turn."""
    while not stop.is_set():
        for one in round_:
            one.look(datetime.now(UTC))
        stop.wait(_TICK)
    connection.close()


def read(round_: Sequence[Sweep], stop: threading.Event) -> None:
    """Let the journal's readers read on whenever there are new positions, and every second."""
    listens = False
    while not stop.is_set():
        began = time.monotonic()
        for one in round_:
            one.look(datetime.now(UTC))
        try:
            if not listens or connection.connection is None:
                listening.listen(numbering.NUMBERED)
                listens = True
                continue  # what was numbered in between was not heard
            listening.wait(_TICK)
            # In a flood letters are opened first: more news is read at once, less often, and never much later.
            stop.wait(max(0.0, _BREATH - (time.monotonic() - began)))
            while time.monotonic() - began < _PATIENCE and opening.anybody_waits() and not stop.is_set():
                stop.wait(_BREATH)
        except Exception:
            log.exception("the journal's readers do not hear the database; they go on looking every second")
            connection.close()
            listens = False
            stop.wait(_TICK)
    connection.close()
