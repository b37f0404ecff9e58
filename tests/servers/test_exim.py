"""The SMTP server of the tests delivers, refuses, postpones and bounces as those in the world do."""

import email
import smtplib
import ssl

import pytest
from imap_tools import MailBoxUnencrypted

from tests.servers.exim import Exim
from tests.servers.running import short_folder

pytestmark = pytest.mark.servers

LETTER = (
    b"From: ada@shop.example\r\nTo: dora@harbour.example\r\nSubject: Your shoes\r\n\r\nWe send new ones.\r\n"
)


@pytest.fixture
def ada(dovecot, mail_domain):
    return dovecot.add_mailbox(f"ada@{mail_domain}")


@pytest.fixture
def dora(dovecot, mail_domain):
    return dovecot.add_mailbox(f"dora@{mail_domain}")


def hand_over(exim, sender, *recipients, letter=LETTER):
    with smtplib.SMTP(exim.host, exim.port, timeout=10) as smtp:
        return smtp.sendmail(sender, recipients, letter)


def test_a_letter_through_exim_arrives_in_dovecot_while_idle_watches(exim, dovecot, ada, dora):
    with MailBoxUnencrypted(dovecot.host, dovecot.imap_port).login(dora, "secret") as box:
        box.idle.start()
        hand_over(exim, ada, dora)
        news = box.idle.poll(timeout=15)
        box.idle.stop()
        assert b"* 1 EXISTS" in news
        assert [letter.subject for letter in box.fetch()] == ["Your shoes"]


def test_the_detail_after_plus_survives_the_way(exim, dovecot, ada, dora):
    detailed = dora.replace("@", "+c7.abcdefghij234567@")
    hand_over(exim, ada, detailed)
    (letter,) = dovecot.wait_for_messages(dora)
    assert f"Delivered-To: {detailed}".encode() in letter


def test_an_unknown_recipient_is_refused_when_named(exim, ada, mail_domain):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        hand_over(exim, ada, f"eve@{mail_domain}")
    assert refused.value.recipients[f"eve@{mail_domain}"][0] == 550
    assert not any(mail_domain in waiting for waiting in exim.queue())


def test_one_unknown_recipient_does_not_keep_the_other_from_the_letter(exim, dovecot, ada, dora, mail_domain):
    refused = hand_over(exim, ada, dora, f"eve@{mail_domain}")
    assert list(refused) == [f"eve@{mail_domain}"]
    assert len(dovecot.wait_for_messages(dora)) == 1


def test_a_domain_without_mailboxes_is_not_relayed_to_even_after_a_login(exim, ada):
    with smtplib.SMTP(exim.host, exim.submission_port, timeout=10) as smtp:
        smtp.login(ada, "secret")
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="550"):
            smtp.sendmail(ada, ["eve@outside.example"], LETTER)


def test_a_mailbox_made_later_is_known_at_once(exim, dovecot, ada, mail_domain):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        hand_over(exim, ada, f"carla@{mail_domain}")
    carla = dovecot.add_mailbox(f"carla@{mail_domain}")
    hand_over(exim, ada, carla)
    assert len(dovecot.wait_for_messages(carla)) == 1


def test_an_address_can_answer_later_and_then_take_the_letter(exim, dovecot, ada, mail_domain):
    later = dovecot.add_mailbox(f"later@{mail_domain}")
    exim.answer(later, "451 4.7.1 Greylisted, try again later")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        hand_over(exim, ada, later)
    assert refused.value.recipients[later] == (451, b"4.7.1 Greylisted, try again later")
    exim.behave(later)
    hand_over(exim, ada, later)
    assert len(dovecot.wait_for_messages(later)) == 1


def test_an_address_can_be_full(exim, ada, dora):
    exim.answer(dora, "552 5.2.2 Mailbox full")
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="Mailbox full"):
        hand_over(exim, ada, dora)


@pytest.mark.parametrize("reply", ["250 Fine", "no code", "451 4.7.1 a\nb", ""])
def test_what_is_no_refusal_cannot_be_an_answer(exim, dora, reply):
    with pytest.raises(ValueError, match="refusal"):
        exim.answer(dora, reply)


def test_an_accepted_letter_can_bounce_to_its_sender(exim, dovecot, ada):
    exim.bounce("moved@elsewhere.example", "550 5.1.6 Mailbox has moved")
    hand_over(exim, ada, "moved@elsewhere.example")
    report = email.message_from_bytes(dovecot.wait_for_messages(ada)[0])
    assert report["Return-Path"] == "<>"
    assert report.get_content_type() == "multipart/report"
    assert report["X-Failed-Recipients"] == "moved@elsewhere.example"
    assert "5.1.6 Mailbox has moved" in report.as_string()


def test_the_submission_port_wants_a_login_and_a_right_one(exim, dovecot, ada, dora):
    with smtplib.SMTP(exim.host, exim.submission_port, timeout=10) as smtp:
        with pytest.raises(smtplib.SMTPSenderRefused, match="Authentication required"):
            smtp.sendmail(ada, [dora], LETTER)
        with pytest.raises(smtplib.SMTPAuthenticationError, match="535"):
            smtp.login(ada, "guess")
        smtp.login(ada, "secret")
        smtp.sendmail(ada, [dora], LETTER)
    assert len(dovecot.wait_for_messages(dora)) == 1


def test_starttls_and_tls_from_the_start_are_trusted_by_who_knows_the_certificate(exim, ada, dora):
    trusting = ssl.create_default_context(cafile=str(exim.certificate))
    with smtplib.SMTP("localhost", exim.port, timeout=10) as smtp:
        smtp.starttls(context=trusting)
        smtp.login(ada, "secret")
    with smtplib.SMTP_SSL("localhost", exim.smtps_port, timeout=10, context=trusting) as smtp:
        smtp.login(ada, "secret")
        smtp.sendmail(ada, [dora], LETTER)
    with (
        smtplib.SMTP("localhost", exim.port, timeout=10) as smtp,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        smtp.starttls(context=ssl.create_default_context())


def test_a_server_may_offer_neither_tls_nor_login_and_take_small_letters_only(dovecot, ada, dora):
    with (
        short_folder("plain") as folder,
        Exim(folder, dovecot, offers_tls=False, offers_login=False, largest_letter="20K") as plain,
        smtplib.SMTP(plain.host, plain.port, timeout=10) as smtp,
    ):
        smtp.ehlo()
        assert not smtp.has_extn("starttls")
        assert not smtp.has_extn("auth")
        with pytest.raises(smtplib.SMTPSenderRefused, match="552"):
            smtp.sendmail(ada, [dora], LETTER + b"x" * 30_000)
        smtp.sendmail(ada, [dora], LETTER)
    assert len(dovecot.messages(dora)) <= 1


def test_a_letter_waits_in_the_queue_while_dovecot_is_away(exim, dovecot, ada, dora):
    dovecot.stop()
    try:
        hand_over(exim, ada, dora)
        assert any(dora in waiting for waiting in exim.queue())
    finally:
        dovecot.start()
    exim.deliver_queue()
    assert len(dovecot.wait_for_messages(dora)) == 1


def test_a_restart_keeps_ports_and_queue(exim, dovecot, ada, dora):
    ports = exim.port, exim.submission_port, exim.smtps_port
    dovecot.stop()
    try:
        hand_over(exim, ada, dora)
        exim.restart()
    finally:
        dovecot.start()
    assert (exim.port, exim.submission_port, exim.smtps_port) == ports
    assert len(dovecot.wait_for_messages(dora)) == 1


def test_the_log_tells_what_became_of_a_letter(exim, dovecot, ada, dora):
    hand_over(exim, ada, dora)
    dovecot.wait_for_messages(dora)
    assert f"<= {ada}" in exim.log
