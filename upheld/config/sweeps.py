"""Everything that is looked after again and again, whether or not a job or a notification came: that makes it certain.

A sweep is a function of the moment. One that fails is logged, and the others go on; it comes again with the next
round. What is left undone shows by its age on the health page.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import close_old_connections
from procrastinate.contrib.django import app

from upheld.cases import leaving
from upheld.channels import filing, receiving, sending
from upheld.findings import following
from upheld.notices import alarming, telling
from upheld.promises import breaking, clocks, warning
from upheld.surveys import asking, believing, pairing
from upheld.surveys import leaving as surveys_leaving
from upheld.web import health

log = logging.getLogger(__name__)

_BATCH = 500
_ROUNDS = 20  # of one sweep that always finds a full batch, before the others have their turn


@dataclass
class Sweep:
    """One function of the moment, how often it is called, and how it has fared."""

    name: str
    do: Callable[[datetime], int]
    every: float = 1.0
    due: float = 0.0
    failures: int = field(default=0)

    def look(self, at: datetime) -> None:
        """Call it if it is due. Never raises."""
        if time.monotonic() < self.due:
            return
        self.due = time.monotonic() + self.every
        try:
            self.do(at)
            self.failures = 0
        except Exception:
            self.failures += 1
            log.exception("the sweep “%s” failed (%d in a row); it comes again", self.name, self.failures)
        finally:
            close_old_connections()  # a connection that the server has closed would fail for ever


def all_of(batch: Callable[..., int]) -> Callable[[datetime], int]:
    """A sweep that takes a batch at a time, until there is nothing left."""

    def sweep(at: datetime) -> int:
        total = 0
        for _round in range(_ROUNDS):
            done = batch(at, limit=_BATCH)
            total += done
            if done < _BATCH:
                break
        return total

    return sweep


def read_on(follow: Callable[..., int]) -> Callable[[datetime], int]:
    """A reader of the journal, until it has read everything."""
    return all_of(lambda _at, limit: follow(limit=limit))


def take_up_stalled(at: datetime) -> int:
    """Jobs whose worker died under them are done again: every job of ours can be."""
    stalled = async_to_sync(app.job_manager.get_stalled_jobs)()
    jobs = [job for job in stalled if job.id is not None]
    for job in jobs:
        log.warning("the job %s (%s) was left by a worker that died; it is done again", job.id, job.task_name)
        app.job_manager.retry_job_by_id(job_id=job.id, retry_at=at)
    return len(jobs)


def clear_away(_at: datetime) -> int:
    """What is left of jobs that failed a month ago goes."""
    async_to_sync(app.job_manager.delete_old_jobs)(
        nb_hours=31 * 24, include_failed=True, include_aborted=True
    )
    return 0


def raise_alarms(at: datetime) -> int:
    """Whoever is to be called hears of what stays wrong."""
    wrong = [alarming.Trouble(check.key, check.sentence) for check in health.gather(at).wrong]
    return alarming.watch(wrong, at=at)


def of_the_clock() -> list[Sweep]:
    """What the clock says: to the second, and never held up by a letter."""
    return [
        Sweep("promises fallen due", all_of(breaking.break_due)),
        Sweep("standards missed", all_of(clocks.miss_due)),
        Sweep("promises due soon", all_of(warning.warn_due)),
    ]


def of_the_journal() -> list[Sweep]:
    """Who reads the journal."""
    return [
        Sweep("cases read the journal", read_on(leaving.follow), every=0.0),
        Sweep("findings read the journal", read_on(following.follow), every=0.0),
        Sweep("notices read the journal", read_on(telling.follow), every=0.0),
        Sweep("surveys read the journal", read_on(surveys_leaving.follow), every=0.0),
    ]


def of_letters() -> list[Sweep]:
    """Letters in, letters out, files and jobs: asked for again when nobody came."""
    waited = timedelta(seconds=10)
    return [
        Sweep("letters nobody opened", lambda at: receiving.sweep(at, after=waited, limit=100), every=10),
        Sweep("letters to send", lambda at: sending.sweep(at, after=waited, limit=100), every=10),
        Sweep("letters in doubt", sending.hold_doubtful, every=10),
        Sweep("files not stored", filing.sweep, every=60),
        Sweep("jobs left behind", take_up_stalled, every=10),
        Sweep("jobs long over", clear_away, every=3600),
    ]


def of_asking() -> list[Sweep]:
    """Customers who may be asked how it went, and those who said it before."""
    return [
        Sweep("verdicts to ask for", all_of(asking.sweep), every=60),
        Sweep("pairs to ask", pairing.sweep, every=60),
        Sweep("rounds to close", believing.sweep, every=60),
    ]


def of_the_house() -> list[Sweep]:
    """Whether all is well: it counts every letter, and holds up nobody meanwhile."""
    return [Sweep("alarms", raise_alarms, every=60)]
