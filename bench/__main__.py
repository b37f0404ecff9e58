"""`bin/bench [intake|pages|sweep|clock|all]`: measures, and prints a table or one JSON object; progress to stderr."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench import figures
from bench.figures import Figures

if TYPE_CHECKING:
    from bench.stand import Stand

MEASURED = ("intake", "pages", "sweep", "clock")
WORDS = """
  intake  letters a second from arrival to acknowledged case, and the CPU that a letter takes
  pages   the list, a case, the searches and today over HTTP, of what `upheld serve` runs
  sweep   what it costs to look for promises and standards that fall due among very many
  clock   business time compared with a simulator on random histories (not a speed: it must find no difference)
  all     intake, pages and sweep, one after another

The peer, django-helpdesk, is installed into ~/.cache/upheld-bench the first time (from the package index) and measured
at 10,000 cases in the same run; --no-peer leaves it out.
"""


def main(given: Sequence[str] | None = None) -> int:
    """Do what the words ask; 0 when all was measured."""
    words = list(sys.argv[1:] if given is None else given)
    signal.signal(
        signal.SIGTERM, lambda *_asked: sys.exit(143)
    )  # whatever was started is stopped on the way out
    if words[:1] == ["clock"]:
        from bench import clock

        sys.argv = ["bin/bench clock", *words[1:]]
        return clock.main()
    asked = _parser().parse_args(words)
    found = _every(words) if asked.what == "all" else _one(asked)
    print(figures.as_json(found) if asked.json else figures.as_table(found))
    return 0


def say(line: str) -> None:
    """Progress, for whoever waits."""
    print(time.strftime("%H:%M:%S "), line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bin/bench", epilog=WORDS, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Measures Upheld on this machine, in a PostgreSQL of its own that is thrown away afterwards.",
    )  # fmt: skip
    parser.add_argument("what", nargs="?", choices=(*MEASURED, "all"), default="all")
    parser.add_argument(
        "--cases", type=_positive, default=100_000, help="loaded before pages (default: %(default)s)"
    )
    parser.add_argument(
        "--letters", type=_positive, default=1000, help="taken in by intake (default: %(default)s)"
    )
    parser.add_argument(
        "--clocks", type=_positive, default=100_000, help="watched by sweep (default: %(default)s)"
    )
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="each page and round (default: %(default)s)"
    )
    parser.add_argument(
        "--rounds", type=_positive, default=3, help="of each page and of intake (default: %(default)s)"
    )
    parser.add_argument("--no-peer", action="store_true", help="measure Upheld alone")
    parser.add_argument("--json", action="store_true", help="one JSON object on the standard output")
    return parser


def _positive(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _every(words: Sequence[str]) -> Figures:
    """Each in a process and a database of its own: none finds what another has left."""
    found: Figures = {}
    options = [word for word in words if word not in ("all", "--json")]
    for name in ("intake", "pages", "sweep"):
        say(f"== {name}")
        command = [sys.executable, "-m", "bench", name, "--json", *options]
        told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        settings = {**found.get("settings", {}), **told.pop("settings")}
        found |= {**told, "settings": settings}
    return found


def _one(asked: argparse.Namespace) -> Figures:
    from bench.peer import setting_up
    from bench.stand import database

    found: Figures = {}
    with database() as stand:
        {"intake": _intake, "pages": _pages, "sweep": _sweep}[asked.what](found, stand, asked)
        found["settings"] = figures.settings("" if asked.no_peer else setting_up.version())
        for name in {
            "intake": ["letters", "rounds"],
            "pages": ["cases", "rounds", "seconds"],
            "sweep": ["clocks"],
        }[asked.what]:
            found["settings"][name] = getattr(asked, name)
    return found


def _intake(found: Figures, stand: Stand, asked: argparse.Namespace) -> None:
    from bench import intake

    intake.report(found, stand, letters=asked.letters, rounds=asked.rounds, peer=not asked.no_peer, say=say)


def _pages(found: Figures, stand: Stand, asked: argparse.Namespace) -> None:
    from bench import pages

    pages.run(
        found, stand, cases=asked.cases, peer=not asked.no_peer, seconds=asked.seconds, rounds=asked.rounds,
        say=say,
    )  # fmt: skip


def _sweep(found: Figures, stand: Stand, asked: argparse.Namespace) -> None:
    from bench import sweep

    sweep.run(found, clocks=asked.clocks, say=say)


if __name__ == "__main__":
    sys.exit(main())
