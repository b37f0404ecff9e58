"""The servers of an address: guessed, found, tried, and answered for within seconds."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from upheld.channels import guessing, searching
from upheld.channels.dialling import Server
from upheld.channels.models import Security

NOBODY = Server("127.0.0.1", 9, Security.TLS, "service@shop.example", "secret")


@pytest.fixture
def mute() -> Iterator[Server]:
    """A server that takes calls and says nothing."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
        yield replace(NOBODY, port=line.getsockname()[1], security=Security.NONE)


def test_a_well_known_address_is_found_by_its_domain_and_others_by_the_provider() -> None:
    guess = guessing.guess("Dora@GMail.com", password="secret")
    assert [(one.host, one.port, one.security) for one in guess.incoming] == [("imap.gmail.com", 993, "tls")]
    assert [(one.host, one.port) for one in guess.outgoing] == [("smtp.gmail.com", 465)]
    assert "app password" in guess.note
    named = guessing.guess("hello@lund-shoes.example", provider="GMX")
    assert (named.outgoing[0].host, named.outgoing[0].port, named.outgoing[0].security) == (
        "mail.gmx.net", 587, "starttls",
    )  # fmt: skip


def test_a_company_of_its_own_has_the_usual_names() -> None:
    guess = guessing.guess("hello@lund-shoes.example", password="secret")
    assert [(one.host, one.port) for one in guess.incoming][:2] == [
        ("imap.lund-shoes.example", 993), ("mail.lund-shoes.example", 993),
    ]  # fmt: skip
    assert {one.security for one in guess.incoming if one.port == 143} == {"starttls"}
    assert all((one.user, one.password) == ("hello@lund-shoes.example", "secret") for one in guess.outgoing)
    assert not any(one.is_open_to_others for one in (*guess.incoming, *guess.outgoing))


@pytest.mark.parametrize("address", ["me@localhost", "me@10.0.0.5", "me@[10.0.0.5]", "me@", "me", "me@db"])
def test_a_machine_of_ours_is_no_mail_provider(address: str) -> None:
    assert guessing.guess(address) == guessing.Guess((), ())


def test_every_provider_has_a_name_of_its_own() -> None:
    assert len(set(guessing.names())) == len(guessing.PROVIDERS)
    domains = [domain for one in guessing.PROVIDERS for domain in one.domains]
    assert len(set(domains)) == len(domains)


def test_the_first_server_that_answers_is_tried(dovecot: Dovecot, exim: Exim, mail_domain: str) -> None:
    address = dovecot.add_mailbox(f"hello@{mail_domain}")
    imap = Server(dovecot.host, dovecot.imap_port, Security.NONE, address, "secret")
    smtp = Server(exim.host, exim.port, Security.NONE)
    came_in, went_out = searching.look([NOBODY, imap], [NOBODY, smtp], sender=address)
    assert came_in.server == imap
    assert came_in.ok
    assert came_in.outcome is not None
    assert came_in.outcome.uid_next == 1
    assert "INBOX holds 0 letters" in came_in.sentence
    assert (went_out.server, went_out.ok) == (smtp, True)
    wrong, _out = searching.look([replace(imap, password="wrong")], [smtp], sender=address)
    assert (wrong.reached, wrong.ok) == (True, False)
    assert "refuses the user name or the password" in wrong.sentence
    bare, _out = searching.look([replace(imap, password="")], [smtp], sender=address)
    assert (bare.reached, bare.outcome) == (True, None)
    assert "Enter the password." in bare.sentence


def test_what_does_not_answer_is_named_with_what_to_do(mute: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "TRYING", 0.4)
    one, other = searching.look([NOBODY], [], sender="service@shop.example")
    assert (one.reached, one.sentence) == (False, "127.0.0.1 does not answer on port 9. Check both.")
    assert "Name it below." in other.sentence
    several, _none = searching.look([NOBODY, replace(NOBODY, port=10)], [], sender="service@shop.example")
    assert "None of these answers: 127.0.0.1." in several.sentence
    silent, _none = searching.look([mute], [], sender="service@shop.example")
    assert (silent.reached, silent.ok) == (True, False)
    assert "does not answer" in silent.sentence
