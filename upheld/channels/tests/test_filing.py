"""Attachments: listed with their letter, brought to disk by a job, made certain by a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.servers.bucket import Bucket
from upheld.channels import blobs, composing, filing, jobs, reading, receiving
from upheld.channels.composing import Enclosure
from upheld.channels.letter import Address
from upheld.channels.models import Arrival, File
from upheld.channels.tests.makers import AT, make_mailbox, minutes, queue
from upheld.refusals import Refusal

pytestmark = pytest.mark.django_db

PHOTO = Enclosure("Schuh.png", "image/png", b"\x89PNG" + bytes(range(256)) * 40)
SHOWN = Enclosure("inside.png", "image/png", b"\x89PNG inside", "shown")
NOTE = Enclosure("", "text/plain", b"caf\xe9\r\n")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return tmp_path / "blobs"


def arrive(*files: Enclosure) -> Arrival:
    raw = composing.answer(
        sender=Address("Dora", "dora@harbour.example"), to=[Address("", "service@shop.example")], subject="Shoes",
        text="See it.", html='<p><img src="cid:shown"></p>', message_id="<1@harbour.example>", at=AT, files=files,
    )  # fmt: skip
    arrival = receiving.store(raw, way="form", source_id="1", at=AT)
    filing.list_received(arrival, reading.read(raw))
    return arrival


def test_a_letters_files_are_listed_at_once_and_stored_by_the_job() -> None:
    arrival = arrive(PHOTO, SHOWN, NOTE)
    listed = {file.type: file for file in arrival.files.all()}
    assert {file.name for file in listed.values() if file.type == "image/png"} <= {"Schuh.png", "inside.png"}
    assert list(arrival.files.filter(inline=True).values_list("content_id", flat=True)) == ["shown"]
    assert set(arrival.files.values_list("stored_at", flat=True)) == {None}
    assert set(filing.unstored(AT + minutes(20))) == set(arrival.files.all())
    (job,) = ProcrastinateJob.objects.filter(task_name="channels.store_files")
    assert job.args == {"arrival_id": arrival.pk}
    jobs.store_files(arrival_id=arrival.pk)
    assert not File.objects.filter(stored_at=None).exists()
    stored = {blobs.read(file.sha256) for file in arrival.files.all()}
    assert stored == {PHOTO.content, SHOWN.content, NOTE.content}
    assert not filing.unstored(AT + minutes(20)).exists()


def test_listing_and_storing_again_changes_nothing() -> None:
    arrival = arrive(PHOTO)
    filing.list_received(arrival, reading.read(bytes(arrival.raw.content)))
    assert filing.store_files(arrival, at=AT) == 1
    assert filing.store_files(arrival, at=AT + minutes(1)) == 0
    assert File.objects.get().stored_at == AT


def test_files_of_a_letter_that_leaves_are_stored_too() -> None:
    departure = queue(make_mailbox(), files=[PHOTO, NOTE])
    jobs.store_files(departure_id=departure.pk)
    rows = departure.files.order_by("place")
    assert [(row.name, row.size) for row in rows] == [("Schuh.png", len(PHOTO.content)), ("file-2", 6)]
    assert [blobs.read(row.sha256) for row in rows] == [PHOTO.content, NOTE.content]


def test_a_full_disk_keeps_the_file_waiting_until_the_sweep(folder: Path) -> None:
    folder.write_bytes(b"no folder can be made here")
    arrival = arrive(PHOTO)
    with pytest.raises(Refusal):
        filing.store_files(arrival, at=AT)
    assert File.objects.get().stored_at is None
    ProcrastinateJob.objects.all().delete()
    folder.unlink()
    assert filing.sweep(AT) == 1
    assert filing.sweep(AT) == 0
    jobs.store_files(arrival_id=arrival.pk)
    assert File.objects.get().stored_at is not None


def test_an_object_store_that_is_away_keeps_the_file_waiting_until_it_is_back(bucket: Bucket) -> None:
    arrival = arrive(PHOTO, NOTE)
    bucket.stop()
    try:
        with pytest.raises(blobs.NotReached):
            jobs.store_files(arrival_id=arrival.pk)
        assert set(File.objects.values_list("stored_at", flat=True)) == {None}
        assert filing.unstored(AT + minutes(20)).count() == 2
    finally:
        bucket.start()
    ProcrastinateJob.objects.all().delete()
    assert filing.sweep(AT) == 1
    jobs.store_files(arrival_id=arrival.pk)
    assert {blobs.read(file.sha256) for file in File.objects.exclude(stored_at=None)} == {
        PHOTO.content,
        NOTE.content,
    }
    assert len(bucket.held()) == 2


def test_a_listed_file_that_is_not_in_its_letter_is_refused_and_the_others_are_stored() -> None:
    arrival = arrive(PHOTO, NOTE)
    File.objects.filter(name="Schuh.png").update(sha256=b"\0" * 32)
    with pytest.raises(filing.NoLongerInLetter):
        filing.store_files(arrival, at=AT)
    assert list(File.objects.exclude(stored_at=None).values_list("type", flat=True)) == ["text/plain"]
