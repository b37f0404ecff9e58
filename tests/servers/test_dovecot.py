"""The IMAP server of the tests does what a company's does, outages and lost numbers included."""

import imaplib
import smtplib
import ssl
import threading

import pytest
from imap_tools import MailBox

from tests.servers.dovecot import Dovecot
from tests.servers.running import ServerFailed, short_folder

pytestmark = pytest.mark.servers

SHOES = (
    b"From: dora@harbour.example\r\nSubject: Shoes\r\nMessage-ID: <1@harbour.example>\r\n\r\nThey leak.\r\n"
)


@pytest.fixture
def address(dovecot, mail_domain):
    return dovecot.add_mailbox(f"service@{mail_domain}")


def test_a_letter_delivered_by_lmtp_is_read_by_imap_below_the_servers_own_lines(dovecot, address):
    dovecot.deliver(address, SHOES)
    (letter,) = dovecot.messages(address)
    assert letter.endswith(SHOES)
    assert letter.startswith(b"Return-Path: <>")


def test_a_letter_put_by_imap_is_byte_for_byte_the_same(dovecot, address):
    strange = b"Subject: =?x-unknown?q?a?=\r\n\r\n\xff\xfe raw bytes\r\n"
    dovecot.put(address, strange)
    assert dovecot.messages(address) == [strange]


def test_reading_marks_nothing_as_read(dovecot, address):
    dovecot.deliver(address, SHOES)
    dovecot.messages(address)
    with dovecot.session(address) as client:
        client.select("INBOX", readonly=True)
        assert client.search(None, "UNSEEN")[1] == [b"1"]


def test_a_detail_after_plus_reaches_the_same_mailbox(dovecot, address):
    local, _, domain = address.partition("@")
    detailed = f"{local}+c42.abcdefghij234567@{domain}"
    dovecot.deliver(detailed, SHOES)
    assert f"Delivered-To: {detailed}".encode() in dovecot.messages(address)[0]


def test_an_unknown_address_is_refused_by_lmtp(dovecot, mail_domain):
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="550"):
        dovecot.deliver(f"eve@{mail_domain}", SHOES)


def test_a_wrong_password_is_refused(dovecot, address):
    client = imaplib.IMAP4(dovecot.host, dovecot.imap_port)
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        client.login(address, "guess")
    client.shutdown()


def test_a_password_changed_at_once_counts_at_once(dovecot, address):
    with dovecot.session(address):
        pass
    dovecot.add_mailbox(address, "hidden")  # as long as the one before
    with dovecot.session(address) as client:
        assert client.state == "AUTH"


@pytest.mark.parametrize(
    ("address", "password"), [("no-at-sign", "x"), ("a:b@c.example", "x"), ("a@c.example", "")]
)
def test_an_account_that_no_user_file_can_hold_is_refused(dovecot, address, password):
    with pytest.raises(ValueError, match="user file"):
        dovecot.add_mailbox(address, password)


def test_what_fetching_needs_is_offered(dovecot, address):
    with dovecot.session(address) as client:
        assert {"IDLE", "SORT", "MOVE", "UIDPLUS", "CONDSTORE", "SPECIAL-USE"} <= set(
            client.capabilities
        ) | set(client.capability()[1][0].decode().split())


def test_tls_is_trusted_by_who_knows_the_certificate_and_by_nobody_else(dovecot, address):
    dovecot.deliver(address, SHOES)
    with MailBox("localhost", dovecot.imaps_port, ssl_context=dovecot.trusting).login(
        address, "secret"
    ) as box:
        assert [letter.subject for letter in box.fetch(mark_seen=False)] == ["Shoes"]
    with pytest.raises(OSError, match="self-signed"):
        MailBox("localhost", dovecot.imaps_port, ssl_context=ssl.create_default_context())


def test_idle_sees_a_letter_arrive(dovecot, address):
    with MailBox("localhost", dovecot.imaps_port, ssl_context=dovecot.trusting).login(
        address, "secret"
    ) as box:
        box.idle.start()
        dovecot.deliver(address, SHOES)
        news = box.idle.poll(timeout=15)
        box.idle.stop()
    assert b"* 1 EXISTS" in news


def test_a_restart_keeps_mail_passwords_and_ports(dovecot, address):
    dovecot.deliver(address, SHOES)
    ports = dovecot.imap_port, dovecot.imaps_port, dovecot.lmtp_port
    dovecot.restart()
    assert (dovecot.imap_port, dovecot.imaps_port, dovecot.lmtp_port) == ports
    assert len(dovecot.messages(address)) == 1


def test_an_outage_ends_what_listens_and_refuses_who_comes(dovecot, address):
    client = imaplib.IMAP4(dovecot.host, dovecot.imap_port)
    client.login(address, "secret")
    dovecot.stop()
    try:
        with pytest.raises((OSError, imaplib.IMAP4.abort)):
            client.noop()
        with pytest.raises(OSError, match="refused"):
            imaplib.IMAP4(dovecot.host, dovecot.imap_port)
    finally:
        dovecot.start()
        client.shutdown()


def test_a_changed_uidvalidity_numbers_the_letters_anew_and_keeps_their_flags(dovecot, address):
    for _ in range(3):
        dovecot.put(address, SHOES, flags="\\Seen")
    with dovecot.session(address) as client:
        client.select("INBOX")
        client.uid("STORE", "1:2", "+FLAGS", "\\Deleted")
        client.expunge()
    before = dovecot.uidvalidity(address)
    after = dovecot.change_uidvalidity(address)
    assert after != before
    assert after == dovecot.uidvalidity(address)
    with dovecot.session(address) as client:
        client.select("INBOX", readonly=True)
        (line,) = client.uid("FETCH", "1:*", "(FLAGS)")[1]
    assert b"UID 1 " in line
    assert b"\\Seen" in line
    assert dovecot.messages(address) == [SHOES]


def test_a_folder_other_than_the_inbox_can_lose_its_numbers_too(dovecot, address):
    dovecot.put(address, SHOES, folder="Archive")
    before = dovecot.uidvalidity(address, folder="Archive")
    assert dovecot.change_uidvalidity(address, folder="Archive") != before
    assert dovecot.messages(address, folder="Archive") == [SHOES]


def test_dropped_connections_are_noticed_by_who_held_them(dovecot, address):
    client = imaplib.IMAP4(dovecot.host, dovecot.imap_port)
    client.login(address, "secret")

    def drop_until_noticed() -> None:
        for _ in range(100):  # who logged in a moment ago is not on the server's list yet
            dovecot.drop_connections(address)
            client.noop()

    with pytest.raises((OSError, imaplib.IMAP4.abort)):
        drop_until_noticed()
    client.shutdown()
    with dovecot.session(address) as again:
        assert again.noop()[0] == "OK"


def test_a_filter_of_the_mailbox_moves_letters_on_arrival(dovecot, address):
    dovecot.filter(
        address, 'require "fileinto";\nif header :contains "subject" "Lottery" { fileinto "Junk"; }\n'
    )
    dovecot.deliver(address, SHOES.replace(b"Shoes", b"Lottery"))
    dovecot.deliver(address, SHOES)
    assert len(dovecot.messages(address, folder="Junk")) == 1
    assert len(dovecot.messages(address)) == 1


def test_a_wrong_filter_is_refused_with_the_compilers_words(dovecot, address):
    with pytest.raises(ServerFailed, match="error"):
        dovecot.filter(address, "if nonsense")


def test_folders_with_spaces_can_be_made_and_filled(dovecot, address):
    dovecot.make_folder(address, "Filed by us")
    dovecot.put(address, SHOES, folder="Filed by us")
    assert dovecot.messages(address, folder="Filed by us") == [SHOES]


def test_many_letters_at_once_all_arrive(dovecot, address):
    writers = [threading.Thread(target=dovecot.deliver, args=(address, SHOES)) for _ in range(20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(dovecot.wait_for_messages(address, count=20)) == 20


def test_two_servers_stand_side_by_side(dovecot, address):
    with short_folder("second") as folder, Dovecot(folder) as second:
        second.add_mailbox(address)
        second.deliver(address, SHOES)
        assert second.imap_port != dovecot.imap_port
        assert dovecot.messages(address) == []


def test_a_folder_too_deep_for_sockets_serves_all_the_same():
    with short_folder("deep") as folder, Dovecot(folder / "a-rather-long-name" / ("b" * 60)) as dovecot:
        dovecot.add_mailbox("dora@harbour.example")
        dovecot.deliver("dora@harbour.example", SHOES)
        assert len(dovecot.messages("dora@harbour.example")) == 1
