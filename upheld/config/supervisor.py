"""The supervisor: starts the processes of the house, starts again whichever dies, and stops all of them in order.

It knows no Django and holds no thread: the kernel tells a child of its parent's death when the *thread* that started
it ends. Each child leads a process group of its own, so that Ctrl-C at the terminal reaches the supervisor alone.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from upheld.config import process

log = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds for the children to finish what they do before they are killed."""
_TICK = 0.1
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_WELL_AFTER = 60.0  # a child that lived this long had no trouble in starting


class StopAsked(BaseException):
    """Somebody asked the whole to stop while it was still starting."""


class Stopping:
    """Whether somebody asked to stop. Until `calmly`, being asked interrupts whatever is going on."""

    def __init__(self) -> None:
        self.asked = False
        self._interrupts = True
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        if self._interrupts:
            self._interrupts = False
            raise StopAsked

    def calmly(self) -> None:
        """From now on being asked is only noted."""
        self._interrupts = False


@dataclass
class Child:
    """One process of the house: what it is called, its own environment, and how it fares."""

    name: str
    environment: Mapping[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = _FIRST_PAUSE
    not_before: float = 0.0


def command_of(name: str) -> list[str]:
    """How a process of the house is run."""
    return [sys.executable, "-m", "upheld.config.child", name]


def environment_of(extra: Mapping[str, str]) -> dict[str, str]:
    """Our environment, the child's own, and who we are."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "upheld.config.settings",
        **extra,
        process.PARENT: str(os.getpid()),
    }


class Supervisor:
    """Keeps these children alive until asked to stop."""

    def __init__(self, children: Sequence[Child], stopping: Stopping) -> None:
        self.children = children
        self.stopping = stopping

    def run(self, each_tick: Callable[[], None] = lambda: None) -> None:
        """Start all, and return when somebody asked to stop and all have ended. `each_tick` is called often."""
        self.stopping.calmly()
        try:
            while not self.stopping.asked:
                for child in self.children:
                    self._tend(child)
                each_tick()
                time.sleep(_TICK)
        finally:
            self.stop()

    def restart(self) -> None:
        """End all of them; they are started again at once."""
        self.stop()
        for child in self.children:
            child.not_before = 0.0

    def stop(self) -> None:
        """Ask all to stop, wait, and kill those that do not."""
        living = [child.running for child in self.children if child.running and child.running.poll() is None]
        for running in living:
            running.terminate()
        deadline = time.monotonic() + PATIENCE
        for running in living:
            try:
                running.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("process %s does not stop and is killed", running.pid)
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()
        for child in self.children:
            child.running = None

    def _tend(self, child: Child) -> None:
        now = time.monotonic()
        if child.running is not None:
            code = child.running.poll()
            if code is None:
                return
            self._bury(child, code, now)
        if now >= child.not_before:
            child.running = subprocess.Popen(
                command_of(child.name),
                env=environment_of(child.environment),
                stdin=subprocess.DEVNULL,
                process_group=0,
            )
            child.started = now

    def _bury(self, child: Child, code: int, now: float) -> None:
        child.running = None
        if now - child.started > _WELL_AFTER:
            child.pause = _FIRST_PAUSE
        child.not_before = now + child.pause
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        log.error("the %s process %s; it is started again in %.1f s", child.name, how, child.pause)
        child.pause = min(child.pause * 2, _LONGEST_PAUSE)
