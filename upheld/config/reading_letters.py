"""`upheld read-letter`: what Upheld makes of a letter, without a database and without any setting.

One JSON object a line, in the order asked for. Bytes are never wrong here: whatever they are, they read as a letter.
Only a file that cannot be opened is a failure, told on the error stream; the others are printed all the same.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from upheld.channels import printing
from upheld.config import terminal

STANDARD_INPUT = "-"


def run(arguments: Namespace) -> int:
    """Print each file's letter; 0, or 2 when a file could not be opened."""
    code = 0
    indent = None if arguments.json else 2
    for name in arguments.files:
        try:
            raw = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
        except (OSError, ValueError) as no:  # ValueError: no file can have such a name
            terminal.remark(f"upheld read-letter: {name}: {getattr(no, 'strerror', None) or no}")
            code = 2
            continue
        sys.stdout.buffer.write(json.dumps(as_json(raw), ensure_ascii=False, indent=indent).encode() + b"\n")
        sys.stdout.buffer.flush()
    return code


def as_json(raw: bytes) -> dict[str, Any]:
    """The letter as plain values, always with the same keys."""
    try:
        return printing.as_json(raw)
    except Exception as failure:
        # A mistake of ours must not hide the letters that come after this one.
        name = type(failure).__qualname__
        return printing.as_json(b"") | {"trouble": [f"Upheld failed to read this letter ({name})."]}
