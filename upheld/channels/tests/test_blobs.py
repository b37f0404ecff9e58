"""Files' bytes on disk: once, checked, and never half."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from upheld.channels import blobs


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return tmp_path / "blobs"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("content", [b"", b"shoe", bytes(range(256)) * 20_000])
def test_what_was_put_is_read_again(folder: Path, content: bytes) -> None:
    digest = blobs.put(content)
    assert digest == hashlib.sha256(content).digest()
    assert blobs.read(digest) == content
    with blobs.open(memoryview(digest)) as file:
        assert file.read() == content
    assert files(folder) == [blobs.path(digest)]


def test_the_same_bytes_lie_there_once_however_often_and_by_whomever_they_are_put(folder: Path) -> None:
    content = os.urandom(200_000)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(blobs.put, [content] * 24))) == 1
    assert len(files(folder)) == 1


def test_damaged_bytes_are_never_given_out_and_are_mended_when_they_come_again() -> None:
    digest = blobs.put(b"the photograph")
    blobs.path(digest).write_bytes(b"the photogrbph")
    with pytest.raises(blobs.Damaged):
        blobs.open(digest)
    with pytest.raises(blobs.Damaged):
        blobs.read(digest)
    assert blobs.put(b"the photograph") == digest
    assert blobs.read(digest) == b"the photograph"


def test_bytes_that_are_not_there_are_refused() -> None:
    with pytest.raises(blobs.NotStored):
        blobs.open(hashlib.sha256(b"never stored").digest())


def test_a_folder_that_cannot_be_made_is_refused_with_the_reason(folder: Path) -> None:
    folder.write_bytes(b"a file in its place")
    with pytest.raises(blobs.NotWritable, match="cannot be written to: "):
        blobs.put(b"x")


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
