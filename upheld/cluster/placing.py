"""Where an embedded database lives, and as whom.

PostgreSQL refuses to run as root. When we are root the server runs as `postgres` where that account exists,
else as `nobody`; a data folder that exists already is served by its owner, so that installing Debian's
PostgreSQL later does not orphan a folder of `nobody`. As anyone else, the server runs as ourselves.

The server's account must be able to walk to the folder, which under /root or a closed home it cannot. The
folder itself is opened for passing through; its ancestors are not ours to open. If they are closed, the
database is placed in /var/lib/upheld under a name made of the folder's last part and a digest of its whole
path: always the same place for the same folder. A note in the folder asked for says so. A database that
exists is never abandoned for an empty one because somebody opened or closed a door meanwhile.

The socket has a folder of its own outside the data: a socket's path may have 107 bytes, data folders may be
longer, and some file systems that hold data hold no sockets.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import pwd
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from upheld.cluster.refusing import FolderNotOurs, FolderOutOfReach

log = logging.getLogger(__name__)

ELSEWHERE = Path("/var/lib/upheld")
_NOTE = "THE-DATABASE-IS-ELSEWHERE.txt"


@dataclass(frozen=True)
class Account:
    """As whom PostgreSQL's programs run."""

    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        """Whether no change of account is needed."""
        return self.uid == os.geteuid()

    def spawning(self) -> dict[str, Any]:
        """Keywords for `subprocess`: this account, none of our environment, a folder open to all."""
        # PGPORT or a German LC_ALL would change what PostgreSQL does; our secrets are not its business.
        common: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C"}, "umask": 0o077}
        return common if self.is_us else {**common, "user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Ask the kernel, which knows of access lists that mode bits do not show."""
        if self.is_us:
            return os.access(folder, os.X_OK)
        walk = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
        return subprocess.run(walk, capture_output=True, check=False, **self.spawning()).returncode == 0


def account_for(data: Path) -> Account:
    """The account that serves this data folder: its owner; for a new one `postgres`, `nobody` or us.

    Refuses root's own data, and as anyone but root the data of others.
    """
    account = _owner(data)
    if account.uid == 0:
        name = pwd.getpwuid(_fresh_account().uid).pw_name
        raise FolderNotOurs(f"{data} is root's, and PostgreSQL never runs as root: chown -R {name} {data}")
    if os.geteuid() not in (0, account.uid):
        raise FolderNotOurs(f"{data} belongs to account {account.uid}: run as that account.")
    return account


def _owner(data: Path) -> Account:
    try:
        is_new = not (data / "PG_VERSION").exists()
        owner = data.stat() if data.exists() else None
    except PermissionError:
        raise FolderNotOurs(f"{data} belongs to another account: run as its owner.") from None
    return _fresh_account() if is_new or owner is None else Account(owner.st_uid, owner.st_gid)


def _fresh_account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(65534, 65534)


def place(asked: Path, *, elsewhere: Path = ELSEWHERE) -> Path:
    """The folder where the database asked for at `asked` really lives. Creates nothing."""
    asked = asked.expanduser().absolute().resolve()
    if os.geteuid() != 0:
        return asked
    other = elsewhere / f"{asked.name[:24]}-{_digest(asked)}"
    passable = _walker(asked / "data").may_enter(_nearest(asked.parent))
    if (asked / "data" / "PG_VERSION").exists():
        if not passable:
            raise FolderOutOfReach(
                f"The database's account cannot pass through {asked.parent}. Move {asked} "
                f"to where every account may pass, such as {other}."
            )
        return asked
    return asked if passable and not (other / "data" / "PG_VERSION").exists() else other


def prepare(asked: Path, home: Path) -> None:
    """Create the home, open for the server's account to pass; leave a note where it was asked for."""
    try:
        _make(home)
        if os.geteuid() == 0:
            home.chmod(stat.S_IMODE(home.stat().st_mode) | 0o111)
        if home != (asked := asked.expanduser().absolute().resolve()):
            log.warning("The database asked for at %s lives at %s, where its account can enter.", asked, home)
            _make(asked)
            (asked / _NOTE).write_text(
                f"The database's own account cannot enter this folder. It lives at:\n{home}\n"
            )
    except PermissionError as no:
        raise FolderNotOurs(
            f"{no.filename} cannot be written by this account: choose another folder."
        ) from None


def _make(folder: Path) -> None:
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(exist_ok=True)
        # A strict umask of root's would close the new folders to the server's account.
        missing.chmod(0o755 if os.geteuid() == 0 else 0o700)


def _walker(data: Path) -> Account:
    # Root's own data is refused when it is to be served, and not when somebody only asks where it is.
    owner = _owner(data)
    return _fresh_account() if owner.uid == 0 else owner


def _nearest(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.exists())


def _digest(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def socket_folder(home: Path) -> Path:
    """Where the socket of this home is looked for: the same for every process, under 60 bytes, lower case."""
    # Not $XDG_RUNTIME_DIR: it differs between a session and a service, and goes when its user logs out.
    if os.geteuid() == 0 and os.access("/run", os.W_OK):
        return Path("/run/upheld") / _digest(home)
    return Path("/tmp") / f"upheld-{os.geteuid()}-{_digest(home)}"  # noqa: S108 - its owner is checked


def open_socket_folder(home: Path, account: Account) -> Path:
    """Create the socket's folder for the server's account alone; another if somebody sits on the name."""
    folder = socket_folder(home)
    if folder.parent.name == "upheld":
        folder.parent.mkdir(mode=0o755, exist_ok=True)
        folder.parent.chmod(0o755)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, os.geteuid()):
            folder = Path(tempfile.mkdtemp(prefix="upheld-", dir="/tmp"))
    folder.chmod(0o700)
    if not account.is_us:
        os.chown(folder, account.uid, account.gid)
    for left in folder.glob(
        ".s.PGSQL.*"
    ):  # a crash leaves them, and the number in a lock may be somebody else's now
        left.unlink(missing_ok=True)
    return folder


def close_socket_folder(folder: Path) -> None:
    """Remove the socket's folder, unless something is still in it."""
    with contextlib.suppress(OSError):
        folder.rmdir()
