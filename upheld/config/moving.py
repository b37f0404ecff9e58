"""`upheld move-files`: attachments go along when an installation chooses another place for them."""

from __future__ import annotations

import time
from argparse import Namespace
from importlib import import_module

from upheld.config import places, terminal
from upheld.config.administering import installation
from upheld.refusals import Refusal

_TELL_EVERY = 5.0  # seconds


class SamePlace(Refusal):
    """The files lie there already: name another place."""


def run(arguments: Namespace) -> int:
    """Copy all files, print how many are there now, and name those that are not; code 1 if there was any."""
    places.nearest()
    with installation():
        blobs = import_module("upheld.channels.blobs")
        source = blobs.store(places.blobs(arguments.source, places.var()) if arguments.source else None)
        target = blobs.store(places.blobs(arguments.target, places.var()))
        if source == target:
            raise SamePlace
        moving_files = import_module("upheld.channels.moving_files")
        moved = moving_files.move(source, target, tell=_Progress().tell)
    terminal.say(f"{moved.there} files are in {target}")
    for name, why in moved.trouble:
        terminal.remark(f"upheld move-files: {name}: {why}")
    return 1 if moved.trouble else 0


class _Progress:
    """Tells from time to time how far it is."""

    def __init__(self) -> None:
        self.next = time.monotonic() + _TELL_EVERY

    def tell(self, there: int) -> None:
        """Called often."""
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + _TELL_EVERY
            terminal.remark(f"{there} files …")
