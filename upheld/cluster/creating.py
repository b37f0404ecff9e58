"""A new, empty PostgreSQL data folder, as Upheld wants it.

UTF-8 with code-point order: the same on every machine, and no upgrade of a C library ever reorders an
index. Data checksums, so that a failing disk is noticed. Passwords are asked of everybody (scram), also on
the socket: the secret is generated and kept in a file that its owner alone may read. The settings are for a
small machine that other programs use too; they stand at the end of the folder's postgresql.conf, to be
edited.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from upheld.cluster.finding import Binaries
from upheld.cluster.placing import Account
from upheld.cluster.refusing import DatabaseExists, FolderNotOurs, explain

SUPERUSER = "postgres"

SETTINGS = """
# Upheld's settings for a small machine, written once when the folder is made. Edit them and restart.
max_connections = 100
shared_buffers = 128MB
idle_in_transaction_session_timeout = 5min  # a forgotten transaction holds back every reader of the journal
timezone = UTC
log_timezone = UTC
jit = off                                # compiling costs more than our short queries
max_parallel_workers_per_gather = 0      # two cores are shared with the pages; containers give /dev/shm 64 MB
log_lock_waits = on
log_min_error_statement = panic          # statements and details hold customers' names and letters:
log_error_verbosity = terse              # the log is not the place for them
"""


def create(
    data: Path, binaries: Binaries, account: Account, *, secret: str, log: Path, sync: bool = True
) -> None:
    """Make the data folder whole or not at all: it takes its name when it is finished.

    Refuses by name when the disk is full or initdb fails. `sync=False` spares tests the waiting for the disk.
    """
    unfinished = data.with_name(data.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    secret_file = data.with_name("secret.unfinished")
    write_secret(secret_file, secret)
    if not account.is_us:
        os.chown(unfinished, account.uid, account.gid)
        os.chown(secret_file, account.uid, account.gid)
    order: list[str | Path] = [
        binaries.program("initdb"), "-D", unfinished, "--username", SUPERUSER, "--pwfile", secret_file,
        "--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--text-search-config=simple",
        *locale_options(binaries.major), *([] if sync else ["--no-sync"]),
    ]  # fmt: skip
    try:
        done = subprocess.run(order, capture_output=True, text=True, check=False, **account.spawning())
        if done.returncode:
            with contextlib.suppress(OSError), log.open("a") as file:  # the disk may be full
                file.write(done.stdout + done.stderr)
            raise explain(done.stdout + done.stderr, log=log)
        with (unfinished / "postgresql.conf").open("a") as conf:
            conf.write(SETTINGS)
            conf.flush()
            os.fsync(conf.fileno())
        unfinished.rename(data)
    finally:
        secret_file.unlink(missing_ok=True)
        shutil.rmtree(unfinished, ignore_errors=True)


def locale_options(major: int) -> list[str]:
    """What to tell initdb: order by code point, and letters of every script known as letters."""
    # Trigrams and the text search parser ask the C library what a letter is: in its bare "C" an ü is none.
    ctype = f"--lc-ctype={_utf8_locale()}"
    if major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", ctype]
    return ["--locale-provider=libc", "--locale=C", ctype]


def _utf8_locale() -> str:
    try:
        told = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    except OSError:
        return "C"  # no such program, as on Alpine
    wished = ("c.utf8", "c.utf-8", "en_us.utf8", "en_us.utf-8")
    return next((name for wish in wished for name in told if name.lower() == wish), "C")


def make_secret() -> str:
    """A new password."""
    return secrets.token_urlsafe(32)


def write_secret(path: Path, secret: str) -> None:
    """Write the secret for its owner alone, whole or not at all."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


def read_secret(path: Path) -> str | None:
    """The password; None before there is one."""
    try:
        return path.read_text()
    except FileNotFoundError:
        return None
    except PermissionError:
        raise FolderNotOurs(f"{path} belongs to another account: run as its owner.") from None


def change_secret(data: Path, binaries: Binaries, account: Account, *, secret: str, log: Path) -> None:
    """Give the superuser a new secret while no server runs: the owner of the data folder may."""
    order: list[str | Path] = [
        binaries.program("postgres"),
        "--single",
        "-D",
        data,
        "-c",
        "exit_on_error=on",
        "postgres",
    ]
    ask = f"ALTER ROLE {SUPERUSER} PASSWORD '{secret}';\n"  # url-safe characters only
    done = subprocess.run(order, input=ask, capture_output=True, text=True, check=False, **account.spawning())
    if done.returncode:
        raise explain(done.stderr, log=log)


def furnish(url: str, *, user: str, database: str) -> None:
    """Make (or give the current password to) the everyday role, which is no superuser, and its database.

    `url` is the superuser's. The role may create databases, and see what every session waits for.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        coded = connection.pgconn.encrypt_password(
            connection.info.password.encode(), user.encode(), b"scram-sha-256"
        ).decode()
        there = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [user]).fetchone()
        order = sql.SQL(
            "ALTER ROLE {} LOGIN PASSWORD {}" if there else "CREATE ROLE {} LOGIN CREATEDB PASSWORD {}"
        )
        connection.execute(order.format(sql.Identifier(user), sql.Literal(coded)))
        connection.execute(sql.SQL("GRANT pg_monitor TO {}").format(sql.Identifier(user)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            names = sql.Identifier(database), sql.Identifier(user)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))


def create_database(url: str, name: str) -> None:
    """Create an empty database for the role that `url` names. Refuses when there is one of this name."""
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.errors.DuplicateDatabase:
            raise DatabaseExists(f"There is a database “{name}” already.") from None
