"""Fixtures for every room: letters that leave for nowhere where a test has no mail server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection


@pytest.fixture
def outbox(settings: Any) -> None:
    """Letters that leave stay on the outbox page, as in the demo."""
    settings.OUTGOING = "outbox"


@pytest.fixture(autouse=True)
def no_jobs_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test whose transactions are real leaves no jobs: no model says that those tables are ours to empty."""
    marker = request.node.get_closest_marker("django_db")
    real = (marker and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames
    if real:
        request.getfixturevalue("transactional_db")
    yield
    if real:
        forget_jobs()


def forget_jobs() -> None:
    """Empty the jobs' tables, which emptying the database leaves alone."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
