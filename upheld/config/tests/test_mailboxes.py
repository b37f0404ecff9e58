"""Mailboxes from the terminal, on real servers: tried, kept, listed; passwords come in and never go out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from upheld.channels import secrets
from upheld.channels.models import Mailbox
from upheld.config.tests.running import environment, upheld
from upheld.people.tests.makers import make_department

pytestmark = pytest.mark.django_db(transaction=True)


def add(
    tmp_path: Path, address: str, *words: str, stdin: str = "", env: dict[str, str] | None = None
) -> tuple[int, str]:
    """The command's code and everything it said."""
    asked = ["mailbox", "add", address, "--department", "service", *words]
    done = upheld(*asked, env=environment(tmp_path, **(env or {})), stdin=stdin.encode())
    said = (done.stdout + done.stderr).decode()
    assert "Traceback" not in said
    assert "secret" not in said
    return done.returncode, said


def imap(server: Dovecot) -> list[str]:
    return ["--imap-host", server.host, "--imap-port", str(server.imap_port), "--imap-security", "none"]


def smtp(server: Exim, port: int = 0) -> list[str]:
    return ["--smtp-host", server.host, "--smtp-port", str(port or server.port), "--smtp-security", "none"]


@pytest.mark.servers
def test_a_mailbox_is_tried_and_connected_with_passwords_from_the_standard_input(
    tmp_path: Path, dovecot: Dovecot, exim: Exim, mail_domain: str
) -> None:
    make_department("Service")
    address = dovecot.add_mailbox(f"service@{mail_domain}")
    words = [
        *imap(dovecot),
        "--imap-password-stdin",
        *smtp(exim, exim.submission_port),
        "--smtp-user",
        address,
    ]
    code, said = add(tmp_path, address.upper(), *words, "--smtp-password-stdin", stdin="secret\nsecret\n")
    assert (code, said.splitlines()) == (0, [
        "Letters in: It works: INBOX holds 0 letters.",
        f"Letters out: It works: {exim.host} takes letters from {address}.",
        f"Connected: {address}. Its letters go to Service.",
    ])  # fmt: skip
    box = Mailbox.objects.get()
    assert (box.name, box.address, box.past, box.imap_user.lower()) == ("Service", address, "leave", address)
    assert secrets.unseal(box.imap_secret) == secrets.unseal(box.smtp_secret) == "secret"
    assert box.first_uid is not None
    again = add(tmp_path, address, *imap(dovecot), "--imap-password-stdin", stdin="secret\n")
    assert again[0] == 2
    assert "There is a mailbox with this address already" in again[1]
    listed = upheld("mailbox", "list", env=environment(tmp_path))
    assert listed.stdout.decode() == f"{address}  Service  nobody has looked into it yet\n"


@pytest.mark.servers
def test_a_password_may_stand_in_the_environment_and_a_wrong_one_keeps_nothing(
    tmp_path: Path, dovecot: Dovecot, mail_domain: str
) -> None:
    make_department("Service")
    address = dovecot.add_mailbox(f"service@{mail_domain}")
    code, said = add(tmp_path, address, *imap(dovecot), env={"UPHELD_IMAP_PASSWORD": "wrong"})
    assert code == 2
    assert "refuses the user name or the password" in said
    assert "--no-try keeps it all the same" in said
    assert not Mailbox.objects.exists()
    code, said = add(
        tmp_path, address, *imap(dovecot), "--past", "silent", env={"UPHELD_IMAP_PASSWORD": "secret"}
    )
    assert code == 0
    assert "nobody can be answered yet" in said
    assert Mailbox.objects.get().past == "silent"


def test_a_server_that_is_not_there_yet_is_kept_only_when_asked_for(tmp_path: Path) -> None:
    make_department("Service")
    nowhere = [
        "--imap-host",
        "127.0.0.1",
        "--imap-port",
        "1",
        "--imap-security",
        "none",
        "--imap-password-stdin",
    ]
    code, said = add(tmp_path, "service@harbour-shoes.example", *nowhere, stdin="secret\n")
    assert (code, Mailbox.objects.count()) == (2, 0)
    assert "Nothing answers on 127.0.0.1 at port 1." in said
    code, said = add(tmp_path, "service@harbour-shoes.example", *nowhere, "--no-try", stdin="secret\n")
    assert code == 0
    assert secrets.unseal(Mailbox.objects.get().imap_secret) == "secret"


def test_ports_follow_the_protection_unless_they_are_named(tmp_path: Path) -> None:
    make_department("Service")
    words = [
        "--imap-host",
        "imap.example",
        "--smtp-host",
        "smtp.example",
        "--no-try",
        "--imap-password-stdin",
    ]
    starttls = ["--imap-security", "starttls", "--smtp-security", "tls"]
    assert add(tmp_path, "one@harbour-shoes.example", *words, stdin="secret\n")[0] == 0
    assert add(tmp_path, "two@harbour-shoes.example", *words, *starttls, stdin="secret\n")[0] == 0
    ports = Mailbox.objects.order_by("address").values_list("imap_port", "smtp_port", "smtp_user")
    assert list(ports) == [(993, 587, ""), (143, 465, "")]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--imap-host", "imap.example", "--department", "Nowhere"], "There is no department “Nowhere”."),
        (["--imap-host", "imap.example", "--imap-security", "none", "--no-try"], "choose TLS or STARTTLS"),
        (["--imap-host", "imap.example", "--imap-security", "none"], "choose TLS or STARTTLS"),
        (["--imap-host", "imap.example", "--imap-port", "70000"], "from 1 to 65535"),
        (["--imap-host", "imap.example", "--imap-security", "ssl"], "invalid choice"),
        ([], "--imap-host"),
    ],
)  # fmt: skip
def test_what_cannot_be_connected_is_refused(tmp_path: Path, words: list[str], why: str) -> None:
    make_department("Service")
    code, said = add(
        tmp_path, "service@harbour-shoes.example", "--imap-password-stdin", *words, stdin="secret\n"
    )
    assert code == 2
    assert why in said
    assert not Mailbox.objects.exists()


def test_without_a_password_and_without_a_terminal_it_is_said_where_one_may_come_from(tmp_path: Path) -> None:
    make_department("Service")
    code, said = add(tmp_path, "service@harbour-shoes.example", "--imap-host", "imap.example")
    assert code == 2
    assert "use --imap-password-stdin or set UPHELD_IMAP_PASSWORD" in said
    code, said = add(
        tmp_path, "service@harbour-shoes.example", "--imap-host", "imap.example", "--imap-password-stdin"
    )
    assert code == 2
    assert "no password on the standard input" in said


def test_the_list_says_how_each_stands(tmp_path: Path) -> None:
    service = make_department("Service")
    told = {"department": service, "name": "Service"}
    Mailbox.objects.create(address="a@x.example", imap_host="imap.example", trouble="It refuses.", **told)
    Mailbox.objects.create(address="b@x.example", smtp_host="smtp.example", **told)
    listed = upheld("mailbox", "list", env=environment(tmp_path)).stdout.decode().splitlines()
    assert listed == [
        "a@x.example  Service  in trouble: It refuses.; no server for letters that leave",
        "b@x.example  Service  letters are not fetched",
    ]
