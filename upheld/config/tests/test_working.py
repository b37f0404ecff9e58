"""The worker: a job that leaves another job behind does so in its own transaction, letters are opened in order, and
acknowledgements let them go first.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job

from upheld.cases import jobs
from upheld.cases.models import Case
from upheld.cases.tests.makers import letter, make_house
from upheld.channels import opening, receiving
from upheld.channels.models import Arrival, Departure
from upheld.channels.sending import UNHURRIED
from upheld.config import worker as worker_process
from upheld.config.tests.running import environment, eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    env = environment(tmp_path, DJANGO_SETTINGS_MODULE="upheld.config.settings", UPHELD_OUTGOING="outbox")
    process = subprocess.Popen([sys.executable, "-m", "upheld.config.child", "worker"], env=env)
    yield process
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_an_answer_finds_the_case_that_its_letter_opened(worker: subprocess.Popen[bytes]) -> None:
    house = make_house()
    with transaction.atomic():
        for number in range(6):
            raw = letter(
                message_id=f"<{number}@harbour.example>",
                headers=f"In-Reply-To: <{number - 1}@harbour.example>" if number else "",
            )
            receiving.store(
                raw, way="imap", mailbox=house.mailbox, source_id=f"1:{number}", at=datetime.now(UTC)
            )
    assert eventually(lambda: not Arrival.objects.unopened().exists())
    assert Case.objects.count() == 1


def test_finished_jobs_are_forgotten_and_those_they_left_are_done(worker: subprocess.Popen[bytes]) -> None:
    house = make_house()
    receiving.store(letter(), way="imap", mailbox=house.mailbox, source_id="1:1", at=datetime.now(UTC))
    assert eventually(lambda: Departure.objects.filter(sent_at__isnull=False).exists())
    assert eventually(lambda: not ProcrastinateJob.objects.exists())


def test_a_job_that_fails_leaves_nothing_behind() -> None:
    @app.task(name="tests.leaves_and_fails", queue="tests")
    def leaves_and_fails() -> None:
        with transaction.atomic():
            app.configure_task("tests.left_behind", queue="tests").defer()
            raise ValueError

    async def work() -> None:
        fetching = worker_process.fetching_app()
        async with fetching.open_async():
            await fetching.run_worker_async(queues=["tests"], wait=False, install_signal_handlers=False)

    try:
        leaves_and_fails.defer()
        asyncio.run(work())
        assert list(ProcrastinateJob.objects.values_list("task_name", "status")) == [
            ("tests.leaves_and_fails", "failed")
        ]
    finally:
        app.tasks.pop("tests.leaves_and_fails")


def test_an_acknowledgement_waits_until_nobody_waits_to_be_opened() -> None:
    answers = [True, True, False]
    done = asyncio.run(_given_way(worker_process.GivingWay(lambda: answers.pop(0)), datetime.now(UTC)))
    assert (done, answers) == (["sent"], [])


def test_an_acknowledgement_whose_moment_has_been_over_for_a_minute_waits_no_longer() -> None:
    giving_way = worker_process.GivingWay(lambda: True)
    assert asyncio.run(_given_way(giving_way, datetime.now(UTC) - timedelta(minutes=1))) == ["sent"]


def test_whoever_asks_to_stop_does_not_wait_for_a_flood_to_end() -> None:
    giving_way = worker_process.GivingWay(lambda: True)
    giving_way.stop()
    assert asyncio.run(_given_way(giving_way, datetime.now(UTC))) == ["sent"]


async def _given_way(giving_way: worker_process.GivingWay, moment: datetime) -> list[str]:
    done: list[str] = []

    async def send() -> None:
        done.append("sent")

    job = Job(
        id=1, queue=UNHURRIED, lock=None, queueing_lock=None, task_name="channels.send", scheduled_at=moment
    )
    context = JobContext(app=app, job=job, start_timestamp=0.0, abort_reason=lambda: None)
    await giving_way(send, context, None)
    return done


def test_letters_wait_until_somebody_has_tried_them_and_acknowledgements_are_in_the_unhurried_queue() -> None:
    house = make_house()
    receiving.store(letter(), way="imap", mailbox=house.mailbox, source_id="1:1", at=datetime.now(UTC))
    assert opening.anybody_waits()
    jobs.open_waiting()
    assert not opening.anybody_waits()
    words = ProcrastinateJob.objects.filter(task_name="channels.send")
    assert [job.queue_name for job in words] == [UNHURRIED]
