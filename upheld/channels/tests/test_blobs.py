"""Files' bytes: once, checked, and never half, in a folder as in an object store."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.servers.bucket import SECRETS, Bucket
from upheld.channels import blobs
from upheld.channels.folder_store import FolderStore
from upheld.channels.object_store import ObjectStore


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return tmp_path / "blobs"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class InFolder:
    """A folder, as somebody with access to the machine sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        return [path.name for path in files(self.folder)]

    def damage(self, digest: bytes, content: bytes) -> None:
        FolderStore(self.folder).path(digest).write_bytes(content)


class InBucket:
    """A bucket, as somebody with its keys sees it."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket

    def names(self) -> list[str]:
        return [key.removeprefix("harbour/attachments/") for key in self.bucket.held()]

    def damage(self, digest: bytes, content: bytes) -> None:
        key = f"harbour/attachments/{digest.hex()}"
        self.bucket.client.put_object(Bucket="files", Key=key, Body=content)


@pytest.fixture(params=["folder", "bucket"])
def inside(request: pytest.FixtureRequest) -> InFolder | InBucket:
    """The same contract for both."""
    place = request.getfixturevalue(request.param)
    return InFolder(place) if request.param == "folder" else InBucket(place)


class TestEitherStore:
    @pytest.mark.parametrize("content", [b"", b"shoe", bytes(range(256)) * 50_000])
    def test_what_was_put_is_read_again(self, inside: InFolder | InBucket, content: bytes) -> None:
        digest = blobs.put(content)
        assert digest == hashlib.sha256(content).digest()
        assert blobs.read(digest) == content
        with blobs.open(memoryview(digest)) as file:
            assert file.read() == content
            file.seek(0)
            assert file.read(2) == content[:2]
        assert inside.names() == [digest.hex()]

    def test_the_same_bytes_lie_there_once_however_often_and_by_whomever_they_are_put(
        self, inside: InFolder | InBucket
    ) -> None:
        content = os.urandom(200_000)
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(blobs.put, [content] * 24))) == 1
        assert len(inside.names()) == 1

    @pytest.mark.parametrize("instead", [b"the photogrbph", b"the photo", b""])
    def test_damaged_bytes_are_never_given_out_and_are_mended_when_they_come_again(
        self, inside: InFolder | InBucket, instead: bytes
    ) -> None:
        digest = blobs.put(b"the photograph")
        inside.damage(digest, instead)
        with pytest.raises(blobs.Damaged):
            blobs.open(digest)
        with pytest.raises(blobs.Damaged):
            blobs.read(digest)
        assert blobs.put(b"the photograph") == digest
        assert blobs.read(digest) == b"the photograph"

    def test_bytes_that_are_not_there_are_refused(self, inside: InFolder | InBucket) -> None:
        with pytest.raises(blobs.NotStored):
            blobs.open(hashlib.sha256(b"never stored").digest())

    def test_a_store_that_works_has_no_trouble(self, inside: InFolder | InBucket) -> None:
        assert blobs.trouble() == ""
        assert blobs.trouble() == ""


def test_a_folder_that_cannot_be_made_is_refused_with_the_reason(folder: Path) -> None:
    folder.write_bytes(b"a file in its place")
    with pytest.raises(blobs.NotWritable, match="cannot be written to: "):
        blobs.put(b"x")
    assert "cannot be written to: " in blobs.trouble()


FULL = """
import resource
import django
django.setup()
from pathlib import Path
from django.conf import settings
from upheld.channels import blobs
settings.BLOBS = Path({folder!r})
blobs.put(b"small")
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    blobs.put(b"large" * 100_000)
except blobs.NoRoom as refusal:
    print(refusal.sentence)
"""


def test_a_full_disk_is_named_and_leaves_no_half_file(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL.format(folder=str(folder))],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "disk for attachments is full" in done.stdout
    assert [path.read_bytes() for path in files(folder)] == [b"small"]


def test_a_store_that_goes_away_refuses_and_works_again_when_it_is_back(bucket: Bucket) -> None:
    digest = blobs.put(b"the photograph")
    bucket.stop()
    try:
        hurried = blobs.store(hurried=True)
        for ask in (lambda: hurried.put(b"another", bytes(32)), lambda: hurried.open(digest)):
            with pytest.raises(blobs.NotReached, match="s3://files/harbour/attachments"):
                ask()
        assert "does not do what it is asked" in blobs.trouble()
    finally:
        bucket.start()
    assert blobs.trouble() == ""
    assert blobs.read(digest) == b"the photograph"
    assert blobs.read(blobs.put(b"another")) == b"another"


def test_a_bucket_that_is_not_there_is_named(bucket: Bucket, settings: Any) -> None:
    settings.BLOBS = "s3://no-such-bucket"
    with pytest.raises(blobs.NotReached, match="NoSuchBucket"):
        blobs.put(b"x")
    with pytest.raises(blobs.NotReached, match="NoSuchBucket"):
        blobs.open(bytes(32))


def test_without_keys_the_reason_is_said(
    bucket: Bucket, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    settings.S3 = {"endpoint": bucket.endpoint, "region": "eu-central-1"}
    with pytest.raises(blobs.NotReached, match="credentials"):
        blobs.put(b"x")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "harbour")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "shoes")
    settings.S3 = {"endpoint": bucket.endpoint, "region": "eu-west-1"}
    blobs.put(b"x")


def test_bytes_that_change_on_their_way_are_not_taken_for_stored(bucket: Bucket) -> None:
    """A store that keeps something else than it was given, whatever it says of it."""
    store = ObjectStore("files", "harbour/attachments", bucket.endpoint, **SECRETS)
    client = store._client
    send = client.put_object
    try:
        client.put_object = lambda **words: send(
            Bucket=words["Bucket"], Key=words["Key"], Body=b"something else"
        )
        with pytest.raises(blobs.Damaged):
            store.put(b"the photograph", hashlib.sha256(b"the photograph").digest())
    finally:
        del client.put_object


def test_a_secret_is_not_shown() -> None:
    assert "shoes" not in repr(ObjectStore("files", **SECRETS)) + str(ObjectStore("files", **SECRETS))
