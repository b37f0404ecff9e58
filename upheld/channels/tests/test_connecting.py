"""Settings of mailboxes: tried first, kept sealed, changed, closed and opened again."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from upheld.channels import connecting, dialling, fetching, secrets, trying
from upheld.channels.balance import balance
from upheld.channels.dialling import Server
from upheld.channels.models import Arrival, Mailbox
from upheld.channels.tests.makers import AT, mailbox_on, make_department, make_mailbox, raw_letter
from upheld.journal.facts import Actor
from upheld.journal.models import Record

BY = Actor("staff", 1)
IMAP = Server("imap.shop.example", 993, "tls", "service", "Hunter-2")
SMTP = Server("smtp.shop.example", 587, "starttls", "service", "Hunter-3")


def connect(**changes: Any) -> Mailbox:
    fields: dict[str, Any] = {
        "name": "Service",
        "address": "Service@Shop.example",
        "department": make_department(),
        "incoming": IMAP,
        "outgoing": SMTP,
        "by": BY,
        "at": AT,
    }
    return connecting.connect(**{**fields, **changes})


def change(mailbox: Mailbox, **changes: Any) -> Mailbox:
    fields: dict[str, Any] = {
        "name": "Service",
        "department": mailbox.department,
        "incoming": IMAP,
        "outgoing": SMTP,
        "by": BY,
        "at": AT,
    }
    return connecting.change(mailbox, **{**fields, **changes})


@pytest.mark.django_db
def test_a_mailbox_is_connected_and_its_passwords_are_sealed() -> None:
    mailbox = connect()
    mailbox.refresh_from_db()
    assert mailbox.address == "service@shop.example"
    assert (dialling.incoming(mailbox), dialling.outgoing(mailbox)) == (IMAP, SMTP)
    assert b"Hunter" not in bytes(mailbox.imap_secret) + bytes(mailbox.smtp_secret)
    assert "Hunter" not in repr(IMAP)
    assert Record.objects.get().kind == "channels.MailboxConnected/1"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"address": "service"}, connecting.BadAddress),
        ({"incoming": Server("imap.shop.example", 143, "none")}, connecting.LineOpenToOthers),
        ({"outgoing": Server("smtp.shop.example", 25, "none")}, connecting.LineOpenToOthers),
        ({"folder": "IN\r\nBOX"}, connecting.BadFolder),
        ({"folder": " "}, connecting.BadFolder),
    ],
)
def test_settings_that_would_do_harm_are_refused(changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        connect(**changes)
    assert not Mailbox.objects.exists()


@pytest.mark.django_db
def test_an_address_has_one_mailbox() -> None:
    connect()
    with pytest.raises(connecting.AddressTaken):
        connect(address="SERVICE@shop.example")


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "[::1]"])
def test_on_this_very_machine_a_line_needs_no_protection(host: str) -> None:
    assert connect(incoming=Server(host, 143, "none")).imap_host == host


@pytest.mark.django_db
def test_an_empty_password_keeps_the_present_one_and_no_server_forgets_it() -> None:
    mailbox = connect()
    kept = change(mailbox, incoming=Server("imap.shop.example", 143, "starttls", "service"), outgoing=None)
    assert dialling.incoming(kept) == Server("imap.shop.example", 143, "starttls", "service", "Hunter-2")
    assert (kept.smtp_host, bytes(kept.smtp_secret)) == ("", b"")
    assert Record.objects.get(kind="channels.MailboxChanged/1").data["moved"] is False


@pytest.mark.django_db
def test_a_mailbox_is_closed_once_and_opened_again() -> None:
    mailbox = connecting.close(connect(), by=BY, at=AT)
    assert not mailbox.is_open
    with pytest.raises(connecting.AlreadyClosed):
        connecting.close(mailbox, by=BY, at=AT)
    with pytest.raises(connecting.AlreadyClosed):
        change(mailbox)
    assert connecting.reopen(mailbox, by=BY, at=AT).is_open
    with pytest.raises(connecting.NotClosed):
        connecting.reopen(mailbox, by=BY, at=AT)


@pytest.mark.django_db
def test_a_mailbox_that_moves_to_another_server_brings_nothing_twice_and_loses_nothing(
    dovecot: Dovecot, mail_domain: str
) -> None:
    old = mailbox_on(dovecot, f"service@{mail_domain}")
    fetching.fetch_once(old, at=timezone.now())
    for number in range(3):
        dovecot.put(old.address, raw_letter(number))
    fetching.fetch_once(old, at=timezone.now())
    elsewhere = dovecot.add_mailbox(f"new@{mail_domain}")
    for number in (0, 1, 2, 3):  # the provider copied three, and one came before the settings were changed
        dovecot.put(elsewhere, raw_letter(number))
    there = Server(dovecot.host, dovecot.imap_port, "none", elsewhere, "secret")
    moved = change(old, incoming=there)
    fetched = fetching.fetch_once(moved, at=timezone.now())
    assert (fetched.new, fetched.known) == (1, 3)
    assert Arrival.objects.count() == 4
    assert balance(moved).is_even


def test_a_good_try_of_both_servers_says_so(dovecot: Dovecot, exim: Exim, mail_domain: str) -> None:
    address = dovecot.add_mailbox(f"service@{mail_domain}")
    outcome = trying.try_imap(Server(dovecot.host, dovecot.imap_port, "none", address, "secret"))
    assert (outcome.ok, outcome.sentence, outcome.uid_next) == (True, "It works: INBOX holds 0 letters.", 1)
    outcome = trying.try_smtp(Server(exim.host, exim.port, "none"), sender=address)
    assert outcome == trying.Outcome(True, f"It works: {exim.host} takes letters from {address}.")


@pytest.fixture
def silent() -> Iterator[int]:
    """A port where somebody listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_bad_try_says_in_plain_words_what_to_do(
    dovecot: Dovecot, exim: Exim, mail_domain: str, silent: int
) -> None:
    address = dovecot.add_mailbox(f"service@{mail_domain}")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = listener.getsockname()[1]
    imap, imaps, smtp = dovecot.imap_port, dovecot.imaps_port, exim.port
    cases = [
        (Server("127.0.0.1", imap, "none", address, "wrong"), "refuses the user name or the password"),
        (Server("127.0.0.1", imap, "none", "ä" + address, "ü"), "refuses the user name or the password"),
        (Server("127.0.0.1", nobody, "none", address, "secret"), "Nothing answers"),
        (Server("127.0.0.1", silent, "none", address, "secret"), "does not answer"),
        (Server("127.0.0.1", silent, "tls", address, "secret"), "does not answer"),
        (Server("localhost", imaps, "tls", address, "secret"), "cannot be trusted"),
        (Server("localhost", imap, "starttls", address, "secret"), "cannot be trusted"),
        (Server("127.0.0.1", imap, "tls", address, "secret"), "does not speak TLS"),
        (Server("nowhere.invalid", 993, "tls", address, "secret"), "There is no server called"),
        (Server("x" * 70 + ".example", 993, "tls", address, "secret"), "is not the name of a server"),
        (Server("", 993, "tls"), "Enter the name"),
        (Server("imap.shop.example", 143, "none", address, "secret"), "choose TLS or STARTTLS"),
    ]
    for server, sentence in cases:
        outcome = trying.try_imap(server, patience=0.5 if server.port == silent else 15)
        assert not outcome.ok
        assert sentence in outcome.sentence, (server, outcome.sentence)
        assert "secret" not in outcome.sentence
    for server, _ in cases:
        outcome = trying.try_smtp(server, sender=address, patience=0.5)
        assert not outcome.ok, server
        assert outcome.sentence
        assert "Traceback" not in outcome.sentence
    absent = trying.try_imap(Server("127.0.0.1", imap, "none", address, "secret"), folder="Shoes")
    assert absent.sentence == "There is no folder called Shoes on 127.0.0.1."
    outcome = trying.try_smtp(Server("127.0.0.1", smtp, "none", address, "wrong"), sender=address)
    assert "refuses the user name or the password" in outcome.sentence
    outcome = trying.try_smtp(Server("127.0.0.1", exim.submission_port, "none"), sender=address)
    assert "530 5.7.0 Authentication required" in outcome.sentence


def test_a_secret_is_read_with_any_of_the_installations_keys_and_no_other(settings: Any) -> None:
    sealed = secrets.seal("pässword")
    assert secrets.unseal(memoryview(sealed)) == "pässword"
    assert secrets.seal("pässword") != sealed
    assert secrets.unseal(b"") == secrets.unseal(secrets.seal("")) == ""
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new-" + "k" * 60
    assert secrets.unseal(sealed) == "pässword"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(secrets.SecretLost):
        secrets.unseal(sealed)


@pytest.mark.django_db
def test_a_mailbox_that_nobody_looked_into_yet_has_no_balance_to_show() -> None:
    account = balance(make_mailbox())
    assert (account.on_server, account.expected, account.here, account.is_even) == (None, None, 0, False)
