"""Nothing of a server is left behind: not after a failure, not when the test run itself is killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from tests.servers.running import LOOPBACK, Runner, Server, ServerFailed, free_ports, short_folder

pytestmark = pytest.mark.servers


def members_of(group: int) -> list[int]:
    """The ids of the living processes of a process group."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(folder.name))
    return found


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def test_a_failure_in_the_middle_leaves_no_process_and_no_port():
    def fail_with_servers():
        with (
            short_folder("failing") as folder,
            Dovecot(folder / "d") as dovecot,
            Exim(folder / "e", dovecot) as exim,
        ):
            groups.extend([dovecot._server.process.pid, exim._server.process.pid])
            ports.extend([dovecot.imap_port, dovecot.lmtp_port, exim.port, exim.submission_port])
            assert all(is_open(port) for port in ports)
            raise RuntimeError("a test failed")

    groups: list[int] = []
    ports: list[int] = []
    with pytest.raises(RuntimeError, match="a test failed"):
        fail_with_servers()
    assert [members_of(group) for group in groups] == [[], []]
    assert not any(is_open(port) for port in ports)


def test_servers_die_with_a_test_run_that_is_killed():
    program = """
import sys, time
from pathlib import Path
from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
folder = Path(sys.argv[1])
dovecot = Dovecot(folder / "d").start()
exim = Exim(folder / "e", dovecot).start()
print(dovecot.imap_port, dovecot._server.process.pid, exim.port, exim._server.process.pid, flush=True)
time.sleep(600)
"""
    root = str(Path(__file__).parents[2])
    with short_folder("killed") as folder:
        run = subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": root},
        )
        assert run.stdout is not None
        imap_port, dovecot_group, smtp_port, exim_group = map(int, run.stdout.readline().split())
        assert is_open(imap_port)
        assert is_open(smtp_port)
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
        deadline = time.monotonic() + 20
        while members_of(dovecot_group) or members_of(exim_group):
            assert time.monotonic() < deadline, "processes outlive the run that started them"
            time.sleep(0.05)
        assert not is_open(imap_port)
        assert not is_open(smtp_port)


def test_servers_never_run_as_root(dovecot, exim):
    for server in (dovecot, exim):
        for process in members_of(server._server.process.pid):
            assert Path(f"/proc/{process}").stat().st_uid == Runner.here().uid != 0


def test_a_program_that_ends_at_once_is_reported_with_its_words():
    with short_folder("ends") as folder:
        server = Server(
            ["sh", "-c", "echo cannot do that; exit 3"], runner=Runner.here(), output=folder / "out"
        )
        with pytest.raises(ServerFailed, match="cannot do that"):
            server.wait_for_ports(free_ports(1))


def test_a_taken_port_is_exchanged_for_another(monkeypatch):
    with socket.socket() as squatter, short_folder("taken") as folder:
        squatter.bind((LOOPBACK, 0))
        squatter.listen()
        taken = squatter.getsockname()[1]
        offers = iter([[taken, *free_ports(2)], free_ports(3)])
        monkeypatch.setattr("tests.servers.dovecot.free_ports", lambda count: next(offers))
        with Dovecot(folder) as dovecot:
            assert dovecot.imap_port != taken
            assert is_open(dovecot.imap_port)


def test_a_folder_that_the_servers_account_cannot_enter_is_refused_with_the_reason():
    with short_folder("closed") as folder:
        closed = folder / "closed"
        closed.mkdir()
        inside = closed / "inside"
        inside.mkdir()
        closed.chmod(0o000)
        try:
            entered_by_root_only = os.getuid() == 0
            expected = ServerFailed if entered_by_root_only else PermissionError
            with pytest.raises(expected):
                Dovecot(inside)
        finally:
            closed.chmod(0o755)


def test_free_ports_are_as_many_as_asked_for_and_different():
    ports = free_ports(20)
    assert len(set(ports)) == 20
    with pytest.raises(ServerFailed, match="free ports"):
        free_ports(1000)
