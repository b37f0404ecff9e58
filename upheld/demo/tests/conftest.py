"""A demo company that a whole module of tests may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from tests.rooms import forget_jobs
from upheld.demo import building
from upheld.demo.building import Built

Build = Callable[..., Built]


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Build]:
    """Builds the demo at a moment, in a database that is empty before and after."""

    def build(at: datetime, **more: Any) -> Built:
        _empty()
        return building.build(at, **more)

    quick = {
        "OUTGOING": "outbox",
        "BLOBS": tmp_path_factory.mktemp("blobs"),
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }
    with django_db_blocker.unblock(), override_settings(**quick):
        yield build
        _empty()


def _empty() -> None:
    call_command("flush", verbosity=0, interactive=False)
    forget_jobs()
