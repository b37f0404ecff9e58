"""Where attachments lie, as the installation says, and what it may not say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from tests.servers.bucket import Bucket
from upheld.cases.tests.makers import make_house
from upheld.channels import blobs
from upheld.channels.folder_store import FolderStore
from upheld.channels.models import File
from upheld.config import moving, places
from upheld.config.tests.running import environment, upheld
from upheld.web.tests.test_case import with_files

VAR = Path("/srv/upheld/var")


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("", VAR / "blobs"),
        ("/srv/files", Path("/srv/files")),
        ("s3://harbour-files", "s3://harbour-files"),
        ("s3://harbour.files/upheld/attachments/", "s3://harbour.files/upheld/attachments/"),
    ],
)
def test_places_for_attachments(words: str, place: str | Path) -> None:
    assert places.blobs(words, VAR) == place


@pytest.mark.parametrize(
    "words",
    ["s3://", "s3:///x", "s3://Harbour", "s3://harbour files", "https://harbour.example", "s3://x?y=z"],
)
def test_what_is_no_place_for_attachments_is_refused(words: str) -> None:
    with pytest.raises(places.NoStore, match="a folder or s3://bucket/prefix"):
        places.blobs(words, VAR)


def test_a_store_whose_client_is_missing_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(places.NoStore, match=r"pip install 'upheld\[s3\]'"):
        places.blobs("s3://harbour", VAR)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("words", [("health",), ("serve", "--port", "18181"), ("manage", "check")])
def test_the_command_refuses_in_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = upheld(*words, env=environment(tmp_path, UPHELD_BLOBS="ftp://harbour.example"))
    said = (done.stdout + done.stderr).decode()
    assert done.returncode != 0
    assert "Traceback" not in said
    assert "UPHELD_BLOBS is a folder or s3://bucket/prefix" in said


@pytest.mark.django_db(transaction=True)
def test_serving_refuses_a_place_that_strangers_reach(tmp_path: Path) -> None:
    done = upheld("serve", env=environment(tmp_path, UPHELD_LISTEN_SMTP="0.0.0.0:25"))
    assert done.returncode == 2
    assert b"set UPHELD_LISTEN_ANYWHERE=1" in done.stdout + done.stderr


@pytest.mark.django_db(transaction=True)
def test_files_go_to_an_object_store_and_back(tmp_path: Path, bucket: Bucket, settings: Any) -> None:
    settings.BLOBS = tmp_path / "blobs"
    with_files(make_house())
    count = File.objects.values("sha256").distinct().count()
    store = {"UPHELD_S3_ENDPOINT": bucket.endpoint, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    env = environment(tmp_path, **store)
    for _again in range(2):
        done = upheld("move-files", "--to", "s3://files/harbour", env=env)
        assert (done.returncode, done.stdout) == (0, b"%d files are in s3://files/harbour\n" % count), (
            done.stderr
        )
    assert len(bucket.held()) == count
    back = upheld("move-files", "--from", "s3://files/harbour", "--to", tmp_path / "new", env=env)
    assert back.returncode == 0
    settings.BLOBS = tmp_path / "new"
    for file in File.objects.all():
        assert len(blobs.read(file.sha256)) == file.size

    (damaged,) = File.objects.filter(name="sole.png")
    FolderStore(tmp_path / "blobs").path(bytes(damaged.sha256)).write_bytes(b"something else")
    bucket.empty()
    done = upheld("move-files", "--to", "s3://files/harbour", env=env)
    assert (done.returncode, done.stdout) == (1, b"%d files are in s3://files/harbour\n" % (count - 1))
    assert f"{bytes(damaged.sha256).hex()}: The file's bytes are not those".encode() in done.stderr


@pytest.mark.django_db(transaction=True)
def test_files_are_not_moved_to_where_they_are(tmp_path: Path) -> None:
    done = upheld("move-files", "--to", tmp_path / "blobs", env=environment(tmp_path))
    assert done.returncode == 2
    assert moving.SamePlace().sentence.encode() in done.stderr
