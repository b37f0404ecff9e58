"""Fixtures for every room: letters that leave for nowhere where a test has no mail server."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def outbox(settings: Any) -> None:
    """Letters that leave stay on the outbox page, as in the demo."""
    settings.OUTGOING = "outbox"
