"""A real SMTP server: Exim on loopback, which hands letters to Dovecot and sends nothing anywhere else.

    with Exim(folder, deliver_to=dovecot) as exim:
        smtplib.SMTP(exim.host, exim.port).send_message(letter)

Every domain with a mailbox in Dovecot is local; an address of it without a mailbox is refused with 550 when it is
named, as is every other domain. `answer` and `bounce` make single addresses misbehave the way real ones do.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from types import TracebackType

from tests.servers.certificate import make_certificate
from tests.servers.dovecot import Dovecot
from tests.servers.running import LOOPBACK, PortTaken, Runner, Server, ServerFailed, free_ports, tail

# `port` is a server for strangers (25 in the world): it offers STARTTLS and a login and wants neither.
# `submission_port` (587) wants a login, `smtps_port` (465) a login and TLS from the first byte.
CONFIGURATION = r"""
primary_hostname = mail.test
domainlist ours = lsearch;DOMAINLIST
exim_path = FOLDER/exim
spool_directory = FOLDER/spool
log_file_path = FOLDER/log/%slog
pid_file_path = FOLDER/exim.pid
write_rejectlog = false
log_selector = +smtp_protocol_error +smtp_syntax_error +received_recipients +tls_peerdn
local_interfaces = 127.0.0.1
daemon_smtp_ports = STRANGERSPORT : SUBMISSIONPORT : SMTPSPORT
tls_on_connect_ports = SMTPSPORT
tls_advertise_hosts = TLSHOSTS
tls_certificate = CERTIFICATE
tls_privatekey = PRIVATEKEY
auth_advertise_hosts = LOGINHOSTS
message_size_limit = LARGESTLETTER
deliver_drop_privilege = true
exim_user = RUNNERNAME
exim_group = RUNNERGROUP
queue_run_max = 2
host_lookup =
hosts_connection_nolog = *
rfc1413_hosts =
dns_csa_use_reverse = false
check_spool_space = 0
smtp_accept_max = 200
smtp_accept_max_per_connection = 1000
smtp_accept_queue_per_connection = 0
prdr_enable = false
chunking_advertise_hosts =
pipelining_connect_advertise_hosts =
recipient_unqualified_hosts =
bounce_return_size_limit = 100K
ignore_bounce_errors_after = 2d
keep_environment =
acl_smtp_mail = check_login
acl_smtp_rcpt = check_recipient
acl_smtp_data = accept

begin acl

check_login:
  deny
    condition = ${if !eq{$received_port}{STRANGERSPORT}}
    !authenticated = *
    message = 530 5.7.0 Authentication required
  accept

check_recipient:
  defer
    condition = ${if match{${lookup{$local_part@$domain}lsearch{FOLDER/answers}}}{^4}}
    message = ${lookup{$local_part@$domain}lsearch{FOLDER/answers}}
  deny
    condition = ${if match{${lookup{$local_part@$domain}lsearch{FOLDER/answers}}}{^5}}
    message = ${lookup{$local_part@$domain}lsearch{FOLDER/answers}}
  accept
    condition = ${lookup{$local_part@$domain}lsearch{FOLDER/bounces}{yes}{no}}
  deny
    !domains = +ours
    message = 550 5.7.1 Relaying denied: $domain is not ours
  deny
    !verify = recipient
    message = 550 5.1.1 <$local_part@$domain>: Recipient address rejected: User unknown
  accept

begin routers

bouncing:
  driver = redirect
  local_part_suffix = +*
  local_part_suffix_optional
  no_verify
  data = ${lookup{$local_part@$domain}lsearch{FOLDER/bounces}{:fail: $value}}
  allow_fail

mailbox:
  driver = manualroute
  local_part_suffix = +*
  local_part_suffix_optional
  condition = ${lookup{$local_part@$domain}lsearch{PASSWORDLIST}{yes}{no}}
  transport = dovecot
  route_list = * 127.0.0.1 byname
  self = send

begin transports

dovecot:
  driver = smtp
  protocol = lmtp
  port = LMTPPORT
  allow_localhost
  hosts_try_fastopen =
  hosts_try_prdr =
  hosts_try_chunking =
  hosts_avoid_tls = *
  retry_include_ip_address = false
  rcpt_include_affixes = true

begin retry

*   *   F,2d,1s

begin authenticators

plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{ \
    {!eq{$auth3}{}} \
    {eq{$auth3}{${lookup{${lc:$auth2}}lsearch{PASSWORDLIST}}}} \
    }{yes}{no}}
  server_set_id = $auth2

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${if and{ \
    {!eq{$auth2}{}} \
    {eq{$auth2}{${lookup{${lc:$auth1}}lsearch{PASSWORDLIST}}}} \
    }{yes}{no}}
  server_set_id = $auth1
"""


class Exim:
    """One Exim. Start it from the thread that lives longest: the server ends when that thread does."""

    host = LOOPBACK

    def __init__(
        self,
        folder: Path,
        deliver_to: Dovecot,
        *,
        offers_tls: bool = True,
        offers_login: bool = True,
        largest_letter: str = "50M",
    ) -> None:
        self.folder = folder
        self.dovecot = deliver_to
        self.runner = Runner.here()
        self.port = self.submission_port = self.smtps_port = 0
        self.offers_tls, self.offers_login, self.largest_letter = offers_tls, offers_login, largest_letter
        self.log_path = folder / "log" / "mainlog"
        self._answers: dict[str, str] = {}
        self._bounces: dict[str, str] = {}
        self._server: Server | None = None
        for part in (folder, folder / "log", folder / "spool"):
            self.runner.make_folder(part)
        self.runner.check_can_enter(folder)
        self.certificate, self._key = make_certificate(folder)
        self.runner.own(self.certificate, self._key)
        self._write_lists()
        # Debian's is set-uid root; a copy is not, so that it has the rights of whoever runs it from the start.
        installed = shutil.which("exim4", path=f"{os.environ['PATH']}:/usr/sbin")
        if installed is None:
            raise ServerFailed("exim4 is not installed: run bin/apt")
        shutil.copyfile(installed, folder / "exim")
        (folder / "exim").chmod(0o755)

    # -- its life ------------------------------------------------------------------------------------------------

    def _write_configuration(self) -> None:
        path = self.folder / "exim.conf"
        macros = {
            "FOLDER": self.folder,
            "PASSWORDLIST": self.dovecot.passwords_path,
            "DOMAINLIST": self.dovecot.domains_path,
            "LMTPPORT": self.dovecot.lmtp_port,
            "CERTIFICATE": self.certificate,
            "PRIVATEKEY": self._key,
            "STRANGERSPORT": self.port,
            "SUBMISSIONPORT": self.submission_port,
            "SMTPSPORT": self.smtps_port,
            "TLSHOSTS": "*" if self.offers_tls else "",
            "LOGINHOSTS": "*" if self.offers_login else "",
            "LARGESTLETTER": self.largest_letter,
            "RUNNERNAME": self.runner.user,
            "RUNNERGROUP": self.runner.group,
        }
        defined = "".join(f"{name} = {value}\n" for name, value in macros.items())
        path.write_text(defined + CONFIGURATION)
        self.runner.own(path)

    @property
    def running(self) -> bool:
        return self._server is not None and self._server.running

    def start(self) -> Exim:
        """Starts it, on the ports it had before if it ran before. Dovecot must have been started once."""
        if self.running:
            return self
        if not self.dovecot.lmtp_port:
            raise ServerFailed("start Dovecot first: its port is not known yet")
        attempts = 1 if self.port else 5
        for attempt in range(attempts):
            if not self.port or attempt:
                self.port, self.submission_port, self.smtps_port = free_ports(3)
            self._write_configuration()
            server = Server(self._exim("-bdf", "-q2s"), runner=self.runner, output=self.folder / "exim.out")
            try:
                ports = [self.port, self.submission_port, self.smtps_port]
                server.wait_for_ports(ports, self.folder / "log" / "paniclog", silent=[self.smtps_port])
            except PortTaken:
                if attempt == attempts - 1:
                    raise
                continue
            self._server = server
            break
        return self

    def stop(self) -> None:
        """Ends it; the letters in its queue stay. Stopping twice is harmless."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def __enter__(self) -> Exim:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _exim(self, *arguments: str) -> list[str]:
        return [str(self.folder / "exim"), "-C", str(self.folder / "exim.conf"), *arguments]

    @property
    def log(self) -> str:
        """What it said so far: each letter's way in and out, refusals, and what alarmed it."""
        return "\n".join(tail(self.folder / "log" / name, 10_000) for name in ("mainlog", "paniclog"))

    def queue(self) -> list[str]:
        """One paragraph for each letter that it accepted and has not delivered yet."""
        done = subprocess.run(
            self.runner.command(self._exim("-bpr")), capture_output=True, text=True, check=True, cwd="/"
        )
        return [part for part in re.split(r"\n\n+", done.stdout.strip()) if part]

    def deliver_queue(self) -> None:
        """Tries every letter in the queue at once and returns when each has been tried."""
        subprocess.run(self.runner.command(self._exim("-qff")), check=True, capture_output=True, cwd="/")

    # -- what goes wrong in the world ------------------------------------------------------------------------------

    def answer(self, address: str, reply: str) -> None:
        """From now on refuses this recipient with the given reply, such as "451 4.7.1 Greylisted, try again later"
        or "552 5.2.2 Mailbox full". `address` is as written after RCPT TO, with its +detail."""
        if not re.fullmatch(r"[45]\d\d [^\n]+", reply):
            raise ValueError(f"not a refusal of an SMTP server: {reply!r}")
        self._answers[address.lower()] = reply
        self._write_lists()

    def bounce(self, address: str, reason: str = "550 5.1.1 Mailbox has moved away") -> None:
        """From now on accepts letters to this recipient, mailbox or not, and then sends a bounce to the sender."""
        self._bounces[address.lower()] = reason
        self._write_lists()

    def behave(self, address: str) -> None:
        """Undoes `answer` and `bounce`."""
        self._answers.pop(address.lower(), None)
        self._bounces.pop(address.lower(), None)
        self._write_lists()

    def _write_lists(self) -> None:
        for name, entries in (("answers", self._answers), ("bounces", self._bounces)):
            fresh = self.folder / f"{name}.new"
            fresh.write_text("".join(f'"{key}": {value}\n' for key, value in entries.items()))
            fresh.replace(self.folder / name)
