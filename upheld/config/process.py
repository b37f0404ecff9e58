"""What every process of the house does first: it ties its life to its parent's, and learns to stop when asked.

The kernel sends SIGTERM when the parent dies, however it dies. A thread looks as well, because a process may be too
busy to stop, and not every kernel can send that signal: whoever has not ended some seconds later ends at once.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

PARENT = "UPHELD_PARENT"
"""In the environment of a child: the process number of whoever started it."""
GRACE = 5.0
"""Seconds for an orphan to finish what it does."""

_PR_SET_PDEATHSIG = 1
_LOOK = 0.5


def begin() -> None:
    """Tie this process to the one that started it, if that one asked for it. To be called from the main thread."""
    if parent := os.environ.get(PARENT):
        _live_and_die_with(int(parent))


def stop_when_asked() -> threading.Event:
    """An event that is set on SIGTERM and SIGINT, for processes that are loops."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        # A handler may come while the event's own lock is held by this thread: another thread sets it.
        signal.signal(number, lambda *_: threading.Thread(target=stop.set, daemon=True).start())
    return stop


def _live_and_die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked to be told
        os._exit(0)
    threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)
