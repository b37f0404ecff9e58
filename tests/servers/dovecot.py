"""A real IMAP server: Dovecot with LMTP, server-side filters and TLS, on loopback.

    with Dovecot(folder) as dovecot:
        dovecot.add_mailbox("service@harbour.example", "secret")
        dovecot.deliver("service@harbour.example", b"Subject: Shoes\\r\\n\\r\\nThey leak.\\r\\n")

The mail lies in the folder, not in the process: `stop` and `start` are an outage, after which the same ports serve
the same mail.
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import re
import shutil
import smtplib
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from tests.servers.certificate import make_certificate
from tests.servers.running import LOOPBACK, PortTaken, Runner, Server, ServerFailed, free_ports, tail

CONFIGURATION = """
base_dir = {sockets}
state_dir = {folder}/state
log_path = {folder}/dovecot.log
log_timestamp = "%Y-%m-%d %H:%M:%S "
auth_verbose = yes
mail_log_prefix = "%s(%u): "
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 100
imap_idle_notify_interval = 29 mins
mail_location = maildir:~/Maildir
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
postmaster_address = postmaster@localhost

passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu {folder}/users/%Lu
}}
userdb {{
  driver = passwd-file
  args = username_format=%Lu {folder}/users/%Lu
}}

namespace inbox {{
  inbox = yes
  mailbox Archive {{
    auto = subscribe
    special_use = \\Archive
  }}
  mailbox Drafts {{
    auto = subscribe
    special_use = \\Drafts
  }}
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Trash {{
    auto = subscribe
    special_use = \\Trash
  }}
}}

service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
}}
"""


class Dovecot:
    """One Dovecot. Start it from the thread that lives longest: the server ends when that thread does."""

    host = LOOPBACK

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runner = Runner.here()
        self.imap_port = self.imaps_port = self.lmtp_port = 0
        self.log_path = folder / "dovecot.log"
        self._users: dict[str, str] = {}
        self._server: Server | None = None
        self._sockets: Path | None = None
        self._make_folders()

    # -- its life ------------------------------------------------------------------------------------------------

    def _make_folders(self) -> None:
        for part in (self.folder, self.folder / "mail", self.folder / "state"):
            self.runner.make_folder(part)
        self.runner.check_can_enter(self.folder)
        self.certificate, self._key = make_certificate(self.folder)
        self.runner.own(self.certificate, self._key)
        self.runner.make_folder(self.folder / "users")
        self.passwords_path = self.folder / "passwords"
        self.domains_path = self.folder / "domains"
        self._write_lists()

    def _write_configuration(self) -> None:
        if self._sockets is None:
            self._sockets = self._make_sockets_folder()
        (self.folder / "dovecot.conf").write_text(
            CONFIGURATION.format(
                folder=self.folder,
                sockets=self._sockets,
                certificate=self.certificate,
                key=self._key,
                user=self.runner.user,
                group=self.runner.group,
                imap_port=self.imap_port,
                imaps_port=self.imaps_port,
                lmtp_port=self.lmtp_port,
            )
        )

    def _make_sockets_folder(self) -> Path:
        """Inside the server's folder where the path leaves room for a socket's name, which ends at 107 bytes."""
        folder = self.folder / "sockets"
        if len(os.fsencode(folder)) > 65:
            folder = Path(tempfile.mkdtemp(prefix="upheld-sockets-", dir="/tmp"))
        folder = self.runner.make_folder(folder)
        folder.chmod(0o755)
        return folder

    @property
    def running(self) -> bool:
        return self._server is not None and self._server.running

    def start(self) -> Dovecot:
        """Starts it, on the ports it had before if it ran before. Starting what runs is harmless."""
        if self.running:
            return self
        attempts = 1 if self.imap_port else 5
        for attempt in range(attempts):
            if not self.imap_port or attempt:
                self.imap_port, self.imaps_port, self.lmtp_port = free_ports(3)
            self._write_configuration()
            command = ["dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
            command[0] = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin") or "dovecot"
            server = Server(command, runner=self.runner, output=self.folder / "dovecot.out")
            try:
                ports = [self.imap_port, self.imaps_port, self.lmtp_port]
                server.wait_for_ports(ports, self.log_path, silent=[self.imaps_port])
            except PortTaken:
                if attempt == attempts - 1:
                    raise
                continue
            self._server = server
            break
        return self

    def stop(self) -> None:
        """Ends it and every connection to it; the mail stays. Stopping twice is harmless."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def __enter__(self) -> Dovecot:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def log(self) -> str:
        """What it said so far."""
        return tail(self.log_path, 10_000)

    @property
    def trusting(self) -> ssl.SSLContext:
        """A TLS context of a client that trusts this server's certificate and no other."""
        return ssl.create_default_context(cafile=str(self.certificate))

    # -- mailboxes -----------------------------------------------------------------------------------------------

    def add_mailbox(self, address: str, password: str = "secret") -> str:
        """Makes a mailbox, or gives one a new password. Works while the server runs. Returns the address."""
        address = address.lower()
        if not re.fullmatch(r"[^\s:@/]+@[^\s:@/]+", address) or not re.fullmatch(r"[^\s:]+", password):
            raise ValueError(f"not an address and password for a user file: {address!r}, {password!r}")
        self.runner.make_folder(self.folder / "mail" / address)
        self._users[address] = password
        home = self.folder / "mail" / address
        self._write(
            self.folder / "users" / address,
            f"{address}:{{PLAIN}}{password}:{self.runner.uid}:{self.runner.gid}::{home}::\n",
        )
        self._write_lists()
        if self.running:
            self._wait_until_known(address)
        return address

    @property
    def mailboxes(self) -> list[str]:
        return sorted(self._users)

    def password(self, address: str) -> str:
        return self._users[address.lower()]

    def _wait_until_known(self, address: str) -> None:
        """Dovecot looks at an account's file at most once a second: a change soon after a login takes that long."""
        deadline = time.monotonic() + 5
        while True:
            try:
                with self.session(address):
                    return
            except imaplib.IMAP4.error:
                if time.monotonic() > deadline:
                    raise ServerFailed(f"{address} cannot log in:\n{tail(self.log_path)}") from None
                time.sleep(0.05)

    def _write_lists(self) -> None:
        """For a mail server in front: `address: password` lines, and the domains that have a mailbox here."""
        lines = (f"{address}: {password}\n" for address, password in self._users.items())
        self._write(self.passwords_path, "".join(lines))
        domains = sorted({address.partition("@")[2] for address in self._users})
        self._write(self.domains_path, "".join(f"{domain}:\n" for domain in domains))

    def _write(self, path: Path, text: str) -> None:
        """Replaces the file whole, and always with another whole-second time, by which Dovecot sees a change."""
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(text)
        self.runner.own(fresh)
        if path.exists():
            later = max(int(time.time()), int(path.stat().st_mtime) + 1)
            os.utime(fresh, (later, later))
        fresh.replace(path)

    @contextlib.contextmanager
    def session(self, address: str, *, tls: bool = False) -> Iterator[imaplib.IMAP4]:
        """An IMAP connection, logged in; ended afterwards."""
        client: imaplib.IMAP4
        if tls:
            client = imaplib.IMAP4_SSL("localhost", self.imaps_port, ssl_context=self.trusting, timeout=10)
        else:
            client = imaplib.IMAP4(self.host, self.imap_port, timeout=10)
        try:
            client.login(address, self.password(address))
            yield client
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.logout()

    # -- letters -------------------------------------------------------------------------------------------------

    def deliver(self, address: str, raw: bytes, *, sender: str = "") -> None:
        """Puts a letter into the mailbox by LMTP, byte for byte but for a Return-Path, Delivered-To and Received
        above it. `address` may carry a +detail. A refusal raises smtplib.SMTPException."""
        with smtplib.LMTP(self.host, self.lmtp_port, timeout=10) as lmtp:
            lmtp.sendmail(sender, [address], raw)

    def put(self, address: str, raw: bytes, *, folder: str = "INBOX", flags: str = "") -> None:
        """Puts a letter into the mailbox by IMAP APPEND, byte for byte with nothing added."""
        with self.session(address) as client:
            status, said = client.append(_quoted(folder), flags, "", raw)
            if status != "OK":
                raise ServerFailed(f"APPEND to {folder}: {said!r}")

    def messages(self, address: str, *, folder: str = "INBOX") -> list[bytes]:
        """The raw letters of a folder, in the order of their UIDs, none marked as read by looking."""
        with self.session(address) as client:
            _select(client, folder)
            _, (uids, *_) = client.uid("SEARCH", "ALL")
            found: list[bytes] = []
            for uid in (uids or b"").split():
                _, parts = client.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
                found.extend(part[1] for part in parts if isinstance(part, tuple))
            return found

    def wait_for_messages(
        self, address: str, *, count: int = 1, folder: str = "INBOX", within: float = 60.0
    ) -> list[bytes]:
        """The raw letters of a folder as soon as there are `count` of them; raises with the log when the seconds
        have passed."""
        deadline = time.monotonic() + within
        while True:
            found = self.messages(address, folder=folder)
            if len(found) >= count:
                return found
            if time.monotonic() > deadline:
                raise ServerFailed(
                    f"{len(found)} of {count} letters in {folder} of {address}:\n{tail(self.log_path)}"
                )
            time.sleep(0.05)

    def make_folder(self, address: str, folder: str) -> None:
        with self.session(address) as client:
            client.create(_quoted(folder))

    # -- what goes wrong in the world ------------------------------------------------------------------------------

    def uidvalidity(self, address: str, *, folder: str = "INBOX") -> int:
        with self.session(address) as client:
            _, (said, *_) = client.status(_quoted(folder), "(UIDVALIDITY)")
            match = re.search(rb"UIDVALIDITY (\d+)", said)
            if match is None:
                raise ServerFailed(f"STATUS of {folder}: {said!r}")
            return int(match.group(1))

    def change_uidvalidity(self, address: str, *, folder: str = "INBOX") -> int:
        """Makes every UID that a client remembers worthless, as a mailbox that was moved or restored does: the
        letters are numbered anew from 1 under a new UIDVALIDITY, which is returned. Their flags stay."""
        before = self.uidvalidity(address, folder=folder)
        self.drop_connections(address)
        maildir = self.folder / "mail" / address.lower() / "Maildir"
        place = maildir if folder == "INBOX" else maildir / f".{folder.replace('/', '.')}"
        for pattern in ("dovecot-uidlist", "dovecot.index*", "dovecot.list.index*"):
            for path in place.glob(pattern):
                path.unlink()
        wanted = str(before + 1)
        self._doveadm("mailbox", "update", "-u", address, "--uid-validity", wanted, folder)
        return self.uidvalidity(address, folder=folder)

    def drop_connections(self, address: str) -> None:
        """Ends each IMAP connection of the mailbox, as a server in trouble does. That there are none is fine."""
        self._doveadm("kick", address, refusals_allowed=True)

    def filter(self, address: str, script: str) -> None:
        """Gives the mailbox a Sieve filter; raises with the compiler's words when it is wrong."""
        home = self.folder / "mail" / address.lower()
        active = home / ".dovecot.sieve"
        active.write_text(script)
        self.runner.own(active)
        self._command("sievec", "-c", str(self.folder / "dovecot.conf"), str(active))

    def _doveadm(self, *arguments: str, refusals_allowed: bool = False) -> str:
        conf = str(self.folder / "dovecot.conf")
        return self._command("doveadm", "-c", conf, *arguments, refusals_allowed=refusals_allowed)

    def _command(self, *arguments: str, refusals_allowed: bool = False) -> str:
        done = subprocess.run(
            self.runner.command(arguments), capture_output=True, text=True, check=False, timeout=30, cwd="/"
        )
        if done.returncode != 0 and not refusals_allowed:
            raise ServerFailed(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _select(client: imaplib.IMAP4, folder: str) -> None:
    status, said = client.select(_quoted(folder), readonly=True)
    if status != "OK":
        raise ServerFailed(f"SELECT {folder}: {said!r}")
