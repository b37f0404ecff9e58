"""Compares the business-time clock with a minute-by-minute simulator on random histories around clock changes.

    python -m bench.clock [--histories 10000] [--seed 1]

Each history has a seed of its own, so a mismatch is repeated with `--histories 1 --seed <its seed>`. Exits with 1
when anything differs.
"""

from __future__ import annotations

import argparse
import sys
import time
from random import Random

from upheld.clock.tests.simulator import differences, draw_case


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    arguments.add_argument(
        "--histories", type=int, default=10_000, help="how many random histories to compare"
    )
    arguments.add_argument(
        "--seed", type=int, default=1, help="the seed of the first history; each next one adds 1"
    )
    asked = arguments.parse_args()
    if asked.histories < 1:
        arguments.error("--histories must be at least 1")

    begun, wrong = time.monotonic(), 0
    for done in range(1, asked.histories + 1):
        seed = asked.seed + done - 1
        case = draw_case(Random(seed))
        found = differences(case)
        if found:
            wrong += 1
            print(f"\nseed {seed} differs\n  {case!r}\n  " + "\n  ".join(found), flush=True)
        if done % 100 == 0 or done == asked.histories:
            rate = done / (time.monotonic() - begun)
            line = f"\r{done:,} of {asked.histories:,} histories, {wrong} differ, {rate:.0f} a second"
            print(line, end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{asked.histories:,} histories from seed {asked.seed}: {wrong} differ from the simulator")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
