"""The process that serves the pages: granian with some workers, each with a few threads that keep their connection."""

from __future__ import annotations

import os
from typing import Any

from django.core.wsgi import get_wsgi_application
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from upheld.config import process

HOST, PORT, WORKERS = "UPHELD_HOST", "UPHELD_PORT", "UPHELD_WORKERS"
_THREADS = 4
_IDLE = 600  # seconds; a thread that ends takes its database connection with it


def run() -> None:
    """Serve until asked to stop."""
    os.environ[process.PARENT] = str(os.getpid())  # the workers' parent is this process
    Granian(
        f"{__name__}:application",
        factory=True,
        interface=Interfaces.WSGI,
        address=os.environ.get(HOST, "127.0.0.1"),
        port=int(os.environ.get(PORT, "8000")),
        workers=int(os.environ.get(WORKERS, "2")),
        blocking_threads=_THREADS,
        blocking_threads_idle_timeout=_IDLE,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    ).serve()


def application() -> Any:
    """The WSGI application of one worker. Called in that worker, which from now on dies with the one who started it."""
    process.begin()
    return get_wsgi_application()
