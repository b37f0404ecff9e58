"""`upheld demo`: a believable company in a data folder of its own, built once, and then served like any other.

It never touches another database, whatever the environment says, and its letters stay in the outbox.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from argparse import Namespace
from pathlib import Path

from upheld.cluster import Cluster
from upheld.config import connecting, places, ports, serving, terminal
from upheld.config.serving import Doors
from upheld.config.supervisor import StopAsked, Stopping, command_of, environment_of
from upheld.refusals import Refusal

_NOT_OURS = (connecting.URL, "UPHELD_MODE", "UPHELD_PUBLIC_URL", "UPHELD_LIVE_URL", "UPHELD_SECRET_KEY")
_BUILT = "built.txt"  # written by `furnishing` once the company is whole


class NotBuilt(Refusal):
    """The demo company could not be built; what went wrong stands above."""


def run(arguments: Namespace) -> int:
    """Build the company unless it is there, and serve it."""
    stopping = Stopping()
    var = places.var() / "demo"
    for name in _NOT_OURS:
        os.environ.pop(name, None)
    os.environ.update({"UPHELD_VAR": str(var), "UPHELD_DEMO": "1", "UPHELD_OUTGOING": "outbox"})
    try:
        with places.only_server(var):
            if arguments.fresh or not _is_built(var):
                _throw_away(var)
        return serving.serve(
            var, lambda: _doors(arguments.host, arguments.port), stopping, furnish=lambda: _furnish(var)
        )
    except StopAsked:
        return 0


def _is_built(var: Path) -> bool:
    return (var / _BUILT).exists()


def _throw_away(var: Path) -> None:
    """Everything of an earlier demo, or of one that was interrupted while it was built."""
    cluster = Cluster(places.cluster_folder(var))
    if cluster.folder.exists():
        if cluster.running():
            cluster.start()  # left by a demo that was killed: become its owner, and stop it
        cluster.stop()
        shutil.rmtree(cluster.folder)
    (var / _BUILT).unlink(missing_ok=True)
    for rest in ("blobs", "static", "cluster"):
        shutil.rmtree(var / rest, ignore_errors=True)


def _doors(host: str, port: int) -> Doors:
    chosen = ports.next_free(host, port)
    if chosen != port:
        terminal.say(f"Port {port} is taken: the demo uses {chosen}.")
    return Doors(host, chosen, ports.next_free(host, chosen + 1), workers=2)


def _furnish(var: Path) -> None:
    """Build the company if this folder has none, and say who can sign in."""
    note = var / _BUILT
    if not note.exists():
        done = subprocess.run(command_of("furnishing"), env=environment_of({}), check=False)
        if done.returncode != 0:
            raise NotBuilt
    terminal.say(note.read_text().rstrip())
