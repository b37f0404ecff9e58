"""The process that does the jobs that verbs leave behind: it hears of them at once, and looks every second too.

Letters are opened one after the other, in the order in which they came: an answer that is opened at the same moment as
the letter it answers would not find its case. Everything else is done side by side; but while letters wait to be
opened, what machines write (acknowledgements, invitations) lets them go first, for a minute at most. What a person
wrote never waits for that.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from procrastinate import psycopg_connector
from procrastinate.contrib.django import DjangoApp, app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.job_context import JobContext

from upheld.channels import opening
from upheld.channels.sending import UNHURRIED

HANDS = "UPHELD_HANDS"
IN_ORDER = "letters"
"""The queue whose jobs are done one after the other."""
_STOP_WITHIN = 15.0  # seconds
_LOOK = 1.0  # a letter that leaves in 15 seconds is not announced when its moment comes
_PATIENCE = timedelta(minutes=1)  # in a flood that does not end, acknowledgements leave this much later
_GLANCE = 0.25  # seconds


def run() -> None:
    """Work until asked to stop; jobs that are under way are finished first."""
    asyncio.run(_work(int(os.environ.get(HANDS, "4"))))


async def _work(hands: int) -> None:
    fetching, giving_way = fetching_app(), GivingWay(opening.anybody_waits)
    queues = {"default", *(task.queue for task in app.tasks.values())} - {IN_ORDER, UNHURRIED}
    async with fetching.open_async():
        await _until_stopped(
            _worker(fetching, IN_ORDER, [IN_ORDER], 1),
            _worker(fetching, "others", sorted(queues), hands),
            _worker(fetching, UNHURRIED, [UNHURRIED], hands, giving_way),
            before=giving_way.stop,
        )


class GivingWay:
    """Holds a job back while letters wait to be opened, unless its moment has been over for a minute."""

    def __init__(self, anybody_waits: Callable[[], bool], *, patience: timedelta = _PATIENCE) -> None:
        self._ask = sync_to_async(anybody_waits, thread_sensitive=False)
        self._patience = patience
        self._stopping = False
        self._lasts, self._asked = False, 0.0

    async def __call__(
        self, do: Callable[[], Awaitable[Any]], context: JobContext, _worker: object
    ) -> object:
        """A middleware of the worker's."""
        moment = context.job.scheduled_at or datetime.now(UTC)
        while datetime.now(UTC) < moment + self._patience and await self._flood():
            await asyncio.sleep(_GLANCE)
        return await do()

    def stop(self) -> None:
        """Whoever asks to stop does not wait for a flood to end: what is held is done now."""
        self._stopping = True

    async def _flood(self) -> bool:
        if time.monotonic() - self._asked > _GLANCE:
            self._asked = time.monotonic()
            self._lasts = await self._ask()
        return self._lasts and not self._stopping


def fetching_app() -> DjangoApp:
    """An app that only fetches and finishes jobs, on connections of its own.

    The rooms' app keeps Django's connector: a job that leaves another job behind does so in its own transaction.
    """
    fetching = DjangoApp(connector=psycopg_connector.PsycopgConnector(kwargs=connector_params()))
    app.perform_import_paths()
    fetching.tasks = app.tasks
    fetching.periodic_registry = app.periodic_registry
    return fetching


async def _worker(
    fetching: DjangoApp, name: str, queues: Sequence[str], hands: int, *around: GivingWay
) -> None:
    await fetching.run_worker_async(
        name=name,
        queues=queues,
        concurrency=hands,
        delete_jobs="successful",
        fetch_job_polling_interval=_LOOK,
        shutdown_graceful_timeout=_STOP_WITHIN,
        install_signal_handlers=False,
        worker_middleware=list(around),
    )


async def _until_stopped(*workers: Coroutine[None, None, None], before: Callable[[], None]) -> None:
    """All until asked to stop, or until one of them gives up: then the process ends and is started again."""
    tasks = [asyncio.create_task(worker) for worker in workers]
    loop = asyncio.get_running_loop()

    def stop() -> None:
        before()
        for task in tasks:
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    stop()
    await asyncio.gather(*tasks, return_exceptions=True)
