"""The database for a command: the one that DATABASE_URL names, else the embedded one, brought up meanwhile."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from upheld.cluster import Cluster
from upheld.config import places, secret, terminal
from upheld.refusals import Refusal

URL = "DATABASE_URL"
_PATIENCE = 5  # seconds


class NotServed(Refusal):
    """The database is not running: nobody serves this installation. Start it with `upheld serve`."""


class NoAnswer(Refusal):
    """The database does not answer."""


class NotADatabase(Refusal):
    """DATABASE_URL is not the address of a PostgreSQL. Write postgresql://user:password@host:5432/name, and in the
    password %40 for @, %2F for /, %23 for # and %25 for %."""


class Misconfigured(Refusal):
    """A setting is missing or unsafe."""


@contextlib.contextmanager
def database(var: Path) -> Iterator[Cluster | None]:
    """A database that answers, its address in the environment; gives the embedded one when there is no other.

    A guest of a running `upheld serve` leaves it alone; otherwise it is stopped at the end.
    """
    if os.environ.get(URL):
        _refuse_malformed(os.environ[URL])
        yield None
        return
    cluster = Cluster(places.cluster_folder(var))
    if not cluster.running():
        terminal.remark("Starting the database …")
    with cluster:
        os.environ[URL] = cluster.url()
        try:
            yield cluster
        finally:
            os.environ.pop(URL, None)


def find_running(var: Path) -> None:
    """Put the address of the database that runs now into the environment; refuses when none does."""
    if os.environ.get(URL):
        _refuse_malformed(os.environ[URL])
        return
    cluster = Cluster(places.cluster_folder(var))
    if not cluster.running():
        raise NotServed
    os.environ[URL] = cluster.url()


def answers() -> None:
    """Refuses when the database at the known address cannot be reached."""
    try:
        psycopg.connect(os.environ[URL], connect_timeout=_PATIENCE).close()
    except psycopg.OperationalError as no:
        raise NoAnswer(f"The database does not answer: {str(no).strip().splitlines()[0]}") from None
    except psycopg.Error:  # its words may hold the address, and the address a password
        raise NotADatabase from None


def load_django() -> None:
    """Settings and models, once the address is known."""
    secret.hand_over(places.var())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upheld.config.settings")
    import django  # the address must be in the environment first, and read-letter needs no Django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as no:
        raise Misconfigured(str(no)) from None


def _refuse_malformed(url: str) -> None:
    """Refuses what is no address, without a word of it: it may hold a password."""
    try:
        parts = urlsplit(url)
        well = parts.scheme in ("postgresql", "postgres") and parts.netloc.count("@") <= 1
        well = well and (parts.port is None or parts.port > 0) and not parts.fragment
        conninfo_to_dict(url)
    except (ValueError, psycopg.Error):
        well = False
    if not well:
        raise NotADatabase
