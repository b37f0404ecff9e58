"""Fixtures: one Dovecot and one Exim for each process of the test run, and mail programs for the people in a test.

The servers start with the first test that asks for them. When a test that used them fails, the end of their logs
stands in its report, and the folder with everything they wrote stays after the run.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from tests.servers.mailprogram import MailProgram, Style
from tests.servers.running import tail

if TYPE_CHECKING:
    from tests.servers.bucket import Bucket

_numbers = itertools.count(1)
_failed_with_servers: list[str] = []


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """A folder that the servers' account can enter, with a path short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="upheld-servers-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    if not _failed_with_servers:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def dovecot(servers_folder: Path) -> Iterator[Dovecot]:
    """A running IMAP server; a test that stops it starts it again."""
    with Dovecot(servers_folder / "dovecot") as server:
        yield server


@pytest.fixture(scope="session")
def exim(servers_folder: Path, dovecot: Dovecot) -> Iterator[Exim]:
    """A running SMTP server in front of `dovecot`; a test that stops it starts it again."""
    with Exim(servers_folder / "exim", deliver_to=dovecot) as server:
        yield server


@pytest.fixture(scope="session")
def object_store() -> Iterator[Bucket]:
    """A running object store; a test that stops it starts it again."""
    from tests.servers.bucket import Bucket  # moto takes a second to load: only for those who ask

    store = Bucket()
    yield store
    store.stop()


@pytest.fixture
def bucket(object_store: Bucket, settings: Any) -> Iterator[Bucket]:
    """An empty bucket, to which this test's attachments go."""
    settings.BLOBS = f"s3://{object_store.name}/harbour/attachments"
    settings.S3 = {
        "endpoint": object_store.endpoint,
        "key_id": "harbour",
        "secret_key": "shoes",
        "region": "eu-central-1",
    }
    yield object_store
    object_store.empty()


@pytest.fixture
def mail_domain() -> str:
    """A domain of this test alone, so that tests do not read each other's letters on the shared servers."""
    return f"test{next(_numbers)}.example"


@pytest.fixture
def mail_program(dovecot: Dovecot, exim: Exim, mail_domain: str) -> Callable[..., MailProgram]:
    """Makes a person with a mail program: mail_program("Dora Schäfer", style="apple") is dora@ of the test's domain,
    unless an address is given."""

    def make(name: str, *, address: str = "", style: Style = "thunderbird") -> MailProgram:
        whole = address or f"{name.split()[0].lower()}@{mail_domain}"
        return MailProgram(whole, name=name, dovecot=dovecot, exim=exim, style=style)

    return make


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    servers = [
        value
        for value in getattr(item, "funcargs", {}).values()
        if isinstance(value, Dovecot | Exim | MailProgram)
    ]
    if report.failed and servers:
        _failed_with_servers.append(item.nodeid)
        for server in servers:
            if not isinstance(server, MailProgram):
                report.sections.append((f"log of {server.folder}", tail(server.log_path)))
    return report
