"""Jobs are in tables that no test empties by itself: each test here begins without any."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def no_jobs(request: pytest.FixtureRequest) -> None:
    """Forget the jobs and workers of earlier tests."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db")
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
