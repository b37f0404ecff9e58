"""Attachments in an object store come through our own door, and health says whether the store does its part."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.servers.bucket import Bucket
from upheld.cases.tests.makers import make_house
from upheld.channels.models import File
from upheld.people.tests.makers import make_person
from upheld.web.checking import letters
from upheld.web.tests.test_case import PICTURE, with_files
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def test_a_file_comes_through_our_door_and_the_store_is_never_named(bucket: Bucket) -> None:
    house = make_house()
    with_files(house)
    assert bucket.held()
    picture = File.objects.get(name="sole.png")
    drawn = browser_of(house.ada).get(f"/files/{picture.pk}/sole.png")
    assert b"".join(drawn.streaming_content) == PICTURE
    assert str(bucket.port) not in str(drawn.headers)
    stranger = browser_of(make_person("Eve", role="colleague"))
    assert stranger.get(f"/files/{picture.pk}/sole.png").status_code == 404


def test_while_the_store_is_away_the_page_says_so_and_health_too(bucket: Bucket) -> None:
    house = make_house()
    with_files(house)
    assert letters.store(NOW).sentence == "Attachments are kept in s3://files/harbour/attachments."
    picture = File.objects.get(name="sole.png")
    bucket.stop()
    try:
        answered = browser_of(house.ada).get(f"/files/{picture.pk}/sole.png")
        check = letters.store(NOW)
    finally:
        bucket.start()
    assert answered.status_code == 404
    assert "This file cannot be opened now." in answered.content.decode()
    assert not check.ok
    assert "files wait in their letters" in check.sentence
    assert letters.store(NOW).ok
