"""The installation's own secret, where nobody has set one: made once, and kept in its folder for its owner alone.

In production the secret is set by whoever runs the installation, and nothing is made or read here.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path

NAME = "UPHELD_SECRET_KEY"
_FILE = "secret-key"


def hand_over(var: Path) -> None:
    """Put this installation's secret into the environment, for the settings and for every process started from here."""
    if os.environ.get(NAME) or os.environ.get("UPHELD_MODE") == "production":
        return
    var.mkdir(parents=True, exist_ok=True)
    os.environ[NAME] = _kept(var / _FILE)


def _kept(file: Path) -> str:
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as note:
        # Two commands may be the first ones; an empty file was left by one that was killed in this very moment.
        fcntl.flock(note, fcntl.LOCK_EX)
        key = note.read().strip()
        if not key:
            key = secrets.token_urlsafe(60)
            note.write(f"{key}\n")
            note.flush()
            os.fsync(note.fileno())
    return key
