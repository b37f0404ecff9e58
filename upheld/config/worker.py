"""The process that does the jobs that verbs leave behind: it hears of them at once, and looks every second too.

Letters are opened one after the other, in the order in which they came: an answer that is opened at the same moment as
the letter it answers would not find its case. Everything else is done side by side.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine

from procrastinate import psycopg_connector
from procrastinate.contrib.django import DjangoApp, app
from procrastinate.contrib.django.utils import connector_params

HANDS = "UPHELD_HANDS"
IN_ORDER = "letters"
"""The queue whose jobs are done one after the other."""
_STOP_WITHIN = 15.0  # seconds
_LOOK = 1.0  # a letter that leaves in 15 seconds is not announced when its moment comes


def run() -> None:
    """Work until asked to stop; jobs that are under way are finished first."""
    asyncio.run(_work(int(os.environ.get(HANDS, "4"))))


async def _work(hands: int) -> None:
    fetching = fetching_app()
    side_by_side = sorted({"default", *(task.queue for task in app.tasks.values())} - {IN_ORDER})
    async with fetching.open_async():
        await _until_stopped(
            _worker(fetching, IN_ORDER, [IN_ORDER], 1), _worker(fetching, "others", side_by_side, hands)
        )


def fetching_app() -> DjangoApp:
    """An app that only fetches and finishes jobs, on connections of its own.

    The rooms' app keeps Django's connector: a job that leaves another job behind does so in its own transaction.
    """
    fetching = DjangoApp(connector=psycopg_connector.PsycopgConnector(kwargs=connector_params()))
    app.perform_import_paths()
    fetching.tasks = app.tasks
    fetching.periodic_registry = app.periodic_registry
    return fetching


async def _worker(fetching: DjangoApp, name: str, queues: list[str], hands: int) -> None:
    await fetching.run_worker_async(
        name=name,
        queues=queues,
        concurrency=hands,
        delete_jobs="successful",
        fetch_job_polling_interval=_LOOK,
        shutdown_graceful_timeout=_STOP_WITHIN,
        install_signal_handlers=False,
    )


async def _until_stopped(*workers: Coroutine[None, None, None]) -> None:
    """Both until asked to stop, or until one of them gives up: then the process ends and is started again."""
    tasks = [asyncio.create_task(worker) for worker in workers]
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for task in tasks:
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    stop()
    await asyncio.gather(*tasks, return_exceptions=True)
