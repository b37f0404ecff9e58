"""Letters out, through a real SMTP server: once, or held for a person."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from upheld.channels import bouncing, composing, dialling, jobs, posting, secrets, sending
from upheld.channels.letter import Address
from upheld.channels.models import Departure, File
from upheld.channels.tests.makers import AT, DORA, make_mailbox, minutes, queue, through
from upheld.journal.facts import Actor, Subject
from upheld.journal.models import Record

pytestmark = pytest.mark.django_db
ADA = Actor("staff", 1)


def facts() -> list[str]:
    return [record.kind.split(".")[1].split("/")[0] for record in Record.objects.order_by("id")]


@pytest.fixture(autouse=True)
def _by_smtp(settings: Any) -> None:
    settings.OUTGOING = "smtp"


@pytest.fixture
def dora(dovecot: Dovecot, mail_domain: str) -> str:
    return dovecot.add_mailbox(f"dora@{mail_domain}")


class FakeServer:
    """A server that does what no real one can be made to do at the right moment: break off in mid-dialogue."""

    def __init__(self, after: str) -> None:
        self.after = after
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _ = self.listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 here\r\n")
            in_letter = False
            for line in lines:
                if in_letter:
                    in_letter = line != b".\r\n"
                    if in_letter:
                        continue
                    if self.after == "dot":
                        return
                    connection.sendall(b"250 taken\r\n")
                    continue
                verb = line.split()[0].upper().decode()
                if verb == self.after:
                    return
                in_letter = verb == "DATA"
                connection.sendall(b"354 go on\r\n" if in_letter else b"250 well\r\n")


@pytest.fixture
def breaking() -> Iterator[Callable[[str], dict[str, Any]]]:
    servers: list[FakeServer] = []

    def make(after: str) -> dict[str, Any]:
        servers.append(FakeServer(after))
        return {"smtp_host": "127.0.0.1", "smtp_port": servers[-1].port, "smtp_security": "none"}

    yield make
    for server in servers:
        server.listener.close()


def test_a_queued_letter_waits_for_its_moment_and_a_job_is_told() -> None:
    departure = queue(make_mailbox(), leaves_at=AT + minutes(1))
    assert departure.subject == Subject("message", 1)
    assert list(Departure.objects.waiting()) == [departure]
    job = ProcrastinateJob.objects.get(task_name="channels.send")
    assert (job.args, job.scheduled_at) == ({"departure_id": departure.pk}, AT + minutes(1))
    with pytest.raises(sending.NotWaiting):
        sending.send(departure, at=AT)
    departure.refresh_from_db()
    assert departure.claimed_at is None


@pytest.mark.parametrize("to", [["dora"], ["dora@x.example\r\nRCPT TO:<eve@x.example>"], ["a b@x.example"]])
def test_a_letter_to_no_address_is_refused(to: list[str]) -> None:
    with pytest.raises(composing.BadAddress):
        queue(make_mailbox(), to=to)


def test_a_letter_to_nobody_is_refused() -> None:
    with pytest.raises(sending.NoRecipient):
        sending.queue(
            mailbox=make_mailbox(), kind="answer", subject=Subject("message", 1), recipients=[], message_id="<a@b>",
            content=b"", leaves_at=AT, at=AT,
        )  # fmt: skip


def test_a_letter_leaves_arrives_and_is_never_sent_again(exim: Exim, dovecot: Dovecot, dora: str) -> None:
    departure = queue(make_mailbox(**through(exim)), to=[dora])
    sent = sending.send(departure, at=AT + minutes(1))
    (raw,) = dovecot.wait_for_messages(dora)
    assert raw.endswith(bytes(departure.content or b""))
    assert b"Return-path: <service@shop.example>" in raw.replace(b"Return-Path", b"Return-path")
    assert (sent.sent_at, sent.trouble) == (AT + minutes(1), "")
    assert facts() == ["LetterQueued", "LetterLeft"]
    assert Record.objects.last().about == [f"departure:{departure.pk}", "message:1"]  # type: ignore[union-attr]
    with pytest.raises(sending.NotWaiting):
        sending.send(departure, at=AT + minutes(2))
    with pytest.raises(sending.AlreadyLeft):
        sending.cancel(departure, by=ADA, at=AT + minutes(2))


def test_an_acknowledgement_leaves_with_an_empty_return_path(exim: Exim, dovecot: Dovecot, dora: str) -> None:
    departure = queue(make_mailbox(**through(exim)), to=[dora], kind="acknowledgement")
    sending.send(departure, at=AT)
    (raw,) = dovecot.wait_for_messages(dora)
    assert raw.lower().startswith(b"return-path: <>")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_letter_leaves_over_tls_with_a_password(
    exim: Exim, dovecot: Dovecot, mail_domain: str, dora: str, settings: Any, security: str
) -> None:
    settings.CA_FILE = exim.certificate
    address = dovecot.add_mailbox(f"service@{mail_domain}")
    box = make_mailbox(
        address,
        smtp_host="localhost",
        smtp_port=exim.submission_port if security == "starttls" else exim.smtps_port,
        smtp_security=security,
        smtp_user=address,
        smtp_secret=secrets.seal("secret"),
    )
    assert sending.send(queue(box, to=[dora]), at=AT).sent_at == AT
    assert len(dovecot.wait_for_messages(dora)) == 1


def test_a_certificate_that_nobody_vouches_for_keeps_the_letter_here(exim: Exim, dora: str) -> None:
    box = make_mailbox(smtp_host="localhost", smtp_port=exim.submission_port, smtp_security="starttls")
    waiting = sending.send(queue(box, to=[dora]), at=AT)
    assert "certificate" in waiting.trouble
    assert waiting.is_waiting


def test_a_wrong_password_keeps_the_letter_waiting_and_is_not_shown(
    exim: Exim, dora: str, settings: Any
) -> None:
    settings.CA_FILE = exim.certificate
    box = make_mailbox(
        smtp_host="localhost",
        smtp_port=exim.submission_port,
        smtp_user="x@y",
        smtp_secret=secrets.seal("Hunter-2ü"),
    )
    waiting = sending.send(queue(box, to=[dora]), at=AT)
    assert "refuses the user name or the password" in waiting.trouble
    assert "Hunter" not in waiting.trouble + repr(dialling.outgoing(box))
    assert (waiting.leaves_at, waiting.is_waiting) == (AT + minutes(1), True)


def test_a_server_that_does_not_answer_is_asked_again_later_and_later_and_at_last_no_more() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    departure = queue(make_mailbox(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none"))
    at, waits = AT, []
    while True:
        departure = sending.send(departure, at=at)
        if not departure.is_waiting:
            break
        assert list(Departure.objects.delayed()) == [departure]
        waits.append(departure.leaves_at - at)
        at = departure.leaves_at
    assert waits == list(sending.BACK_OFF)
    assert timedelta(hours=24) < at - AT < timedelta(hours=36)
    assert (departure.failed_at, departure.sent_at) == (at, None)
    assert "Nothing answers" in departure.trouble
    assert list(Departure.objects.in_trouble()) == [departure]
    assert facts() == ["LetterQueued", "LetterFailed"]


def test_a_greylisted_letter_leaves_at_the_next_attempt(exim: Exim, dovecot: Dovecot, dora: str) -> None:
    exim.answer(dora, "451 4.7.1 Greylisted, try again later")
    departure = sending.send(queue(make_mailbox(**through(exim)), to=[dora]), at=AT)
    assert (departure.is_waiting, departure.leaves_at) == (True, AT + minutes(1))
    assert "451 4.7.1 Greylisted" in departure.trouble
    exim.behave(dora)
    assert sending.send(departure, at=AT + minutes(1)).sent_at == AT + minutes(1)
    assert len(dovecot.wait_for_messages(dora)) == 1


def test_an_unknown_recipient_fails_at_once_with_the_servers_words(exim: Exim, dora: str) -> None:
    nobody = dora.replace("dora", "nobody")
    failed = sending.send(queue(make_mailbox(**through(exim)), to=[nobody]), at=AT)
    assert failed.failed_at == AT
    assert failed.refused == [nobody]
    assert "550 5.1.1" in failed.trouble
    assert facts() == ["LetterQueued", "LetterFailed"]


def test_when_one_of_two_is_refused_the_other_gets_it_and_somebody_is_told(
    exim: Exim, dovecot: Dovecot, dora: str
) -> None:
    nobody = dora.replace("dora", "nobody")
    departure = sending.send(queue(make_mailbox(**through(exim)), to=[dora, nobody]), at=AT)
    assert (departure.sent_at, departure.bounced_at, departure.refused) == (AT, AT, [nobody])
    assert list(Departure.objects.in_trouble()) == [departure]
    assert facts() == ["LetterQueued", "LetterLeft", "LetterBounced"]
    dovecot.add_mailbox(nobody)
    again = sending.resend(departure, by=ADA, at=AT + minutes(9))
    sent = sending.send(again, at=AT + minutes(9))
    assert (sent.sent_at, sent.bounced_at, sent.refused) == (AT + minutes(9), None, [])
    assert len(dovecot.wait_for_messages(nobody)) == len(dovecot.messages(dora)) == 1


def test_one_recipients_later_keeps_the_letter_back_for_a_while_only(
    exim: Exim, dovecot: Dovecot, dora: str
) -> None:
    slow = dora.replace("dora", "slow")
    exim.answer(slow, "450 4.2.0 Later")
    departure, at = queue(make_mailbox(**through(exim)), to=[dora, slow]), AT
    for _ in range(sending.PATIENT_TRIES):
        departure = sending.send(departure, at=at)
        assert departure.is_waiting
        at = departure.leaves_at
    assert dovecot.messages(dora) == []
    departure = sending.send(departure, at=at)
    assert (departure.sent_at, departure.refused) == (at, [slow])
    assert len(dovecot.wait_for_messages(dora)) == 1


def test_a_letter_too_large_for_the_server_fails_before_it_is_handed_over(exim: Exim, dora: str) -> None:
    files = [composing.Enclosure("film.mp4", "video/mp4", b"\xab" * 40_000_000)]
    failed = sending.send(queue(make_mailbox(**through(exim)), to=[dora], files=files), at=AT)
    assert failed.failed_at == AT
    assert "552" in failed.trouble
    assert File.objects.get(departure=failed).size == 40_000_000


def test_an_umlaut_before_the_at_sign_is_refused_in_plain_words_where_the_server_cannot(
    breaking: Callable[[str], dict[str, Any]],
) -> None:
    failed = sending.send(queue(make_mailbox(**breaking("QUIT")), to=["schäfer@harbour.example"]), at=AT)
    assert failed.failed_at == AT
    assert "A to Z" in failed.trouble


def test_an_umlaut_before_the_at_sign_is_named_where_the_server_can(exim: Exim) -> None:
    failed = sending.send(queue(make_mailbox(**through(exim)), to=["schäfer@harbour.example"]), at=AT)
    assert "harbour.example is not ours" in failed.trouble


def test_a_mailbox_without_a_server_for_outgoing_letters_says_so() -> None:
    failed = sending.send(queue(make_mailbox()), at=AT)
    assert "No server is set" in failed.trouble


@pytest.mark.parametrize("after", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_line_that_breaks_before_the_letter_was_handed_over_means_later(
    after: str, breaking: Callable[[str], dict[str, Any]]
) -> None:
    departure = sending.send(queue(make_mailbox(**breaking(after))), at=AT)
    assert departure.is_waiting
    assert departure.trouble


def test_a_line_that_breaks_after_the_last_byte_holds_the_letter_for_a_person(
    breaking: Callable[[str], dict[str, Any]],
) -> None:
    departure = sending.send(queue(make_mailbox(**breaking("dot"))), at=AT)
    assert (departure.held_at, departure.sent_at, departure.claimed_at) == (AT, None, AT)
    assert facts() == ["LetterQueued", "LetterHeld"]
    assert sending.sweep(AT + minutes(600)) == 0
    with pytest.raises(sending.NotWaiting):
        sending.send(departure, at=AT + minutes(600))


@contextlib.contextmanager
def slow_server(stalled: threading.Event | None = None) -> Iterator[tuple[dialling.Server, list[int]]]:
    """A server that reads little at a time, or none of a letter; the list gets the size of what it took."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    took: list[int] = []

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            line.sendall(b"220 here\r\n")
            for _verb in ("EHLO", "MAIL", "RCPT"):
                line.recv(1000)
                line.sendall(b"250 well\r\n")
            line.recv(1000)
            line.sendall(b"354 go on\r\n")
            if stalled is not None:
                stalled.wait(20)
                return
            size, end = 0, b""
            while not end.endswith(b"\r\n.\r\n"):
                some = line.recv(64 * 1024)
                size, end = size + len(some), (end + some)[-5:]
                time.sleep(0.01)
            took.append(size)
            line.sendall(b"250 taken\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield dialling.Server("127.0.0.1", listener.getsockname()[1], "none"), took
    finally:
        if stalled is not None:
            stalled.set()
        thread.join(20)
        listener.close()


def _post(server: dialling.Server, content: bytes) -> posting.Word:
    return posting.post(
        server, sender="service@shop.example", otherwise="service@shop.example",
        recipients=["dora@harbour.example"], content=content, patient=False,
    )  # fmt: skip


def test_a_large_letter_takes_longer_than_any_piece_of_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PIECE_PATIENCE", 1.5)
    content = (b"x" * 998 + b"\r\n") * 24_000
    with slow_server() as (server, took):
        began = time.monotonic()
        assert _post(server, content) == posting.Taken()
        assert time.monotonic() - began > posting.PIECE_PATIENCE
    assert took == [len(content) + len(b".\r\n")]


def test_a_server_that_takes_nothing_more_is_said_not_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PIECE_PATIENCE", 0.3)
    with slow_server(stalled=threading.Event()) as (server, _took):
        word = _post(server, b"x\r\n" * 8_000_000)
    assert isinstance(word, posting.NotYet)
    assert "does not answer" in word.words


def test_a_server_that_says_goodbye_badly_has_the_letter_all_the_same(
    breaking: Callable[[str], dict[str, Any]],
) -> None:
    assert sending.send(queue(make_mailbox(**breaking("QUIT"))), at=AT).sent_at == AT


def test_a_sender_that_died_leaves_a_letter_in_doubt_and_a_person_decides() -> None:
    box = make_mailbox()
    one, two, three = (queue(box, number=number) for number in (1, 2, 3))
    Departure.objects.update(claimed_at=AT, tries=1)
    assert sending.hold_doubtful(AT + minutes(14)) == 0
    assert sending.hold_doubtful(AT + minutes(16)) == 3
    assert sending.hold_doubtful(AT + minutes(17)) == 0
    assert Departure.objects.in_trouble().count() == 3
    confirmed = sending.confirm(one, by=ADA, at=AT + minutes(30))
    assert (confirmed.sent_at, confirmed.held_at) == (AT, None)
    assert Record.objects.filter(kind="channels.LetterLeft/1").get().at == AT
    settled = sending.settle(two, by=ADA, at=AT + minutes(30))
    assert (settled.sent_at, settled.settled_at) == (None, AT + minutes(30))
    again = sending.resend(three, by=ADA, at=AT + minutes(30))
    assert (again.is_waiting, again.leaves_at) == (True, AT + minutes(30))
    assert not Departure.objects.in_trouble().exists()
    for letter in (one, two, three):
        with pytest.raises(sending.NotInTrouble):
            sending.resend(letter, by=ADA, at=AT + minutes(31))


def test_only_a_letter_in_doubt_can_be_confirmed() -> None:
    failed = sending.send(queue(make_mailbox()), at=AT)
    with pytest.raises(sending.NotHeld):
        sending.confirm(failed, by=ADA, at=AT)


def test_a_sender_that_was_only_slow_is_believed() -> None:
    departure = queue(make_mailbox())
    Departure.objects.update(claimed_at=AT, tries=1)
    sending.hold_doubtful(AT + minutes(16))
    departure.refresh_from_db()
    late = sending._conclude(departure, posting.Taken(), AT)
    assert (late.sent_at, late.held_at) == (AT, None)


def test_a_slow_senders_no_does_not_undo_what_a_person_decided() -> None:
    departure = queue(make_mailbox())
    Departure.objects.update(claimed_at=AT, tries=1)
    sending.hold_doubtful(AT + minutes(16))
    sending.resend(departure, by=ADA, at=AT + minutes(20))
    late = sending._conclude(departure, posting.NotYet("later"), AT)
    assert (late.is_waiting, late.leaves_at) == (True, AT + minutes(20))


def test_a_letter_is_taken_back_before_it_leaves_and_then_does_not(
    exim: Exim, dovecot: Dovecot, dora: str
) -> None:
    departure = queue(make_mailbox(**through(exim)), to=[dora])
    assert sending.cancel(departure, by=ADA, at=AT).cancelled_at == AT
    with pytest.raises(sending.AlreadyCancelled):
        sending.cancel(departure, by=ADA, at=AT)
    with pytest.raises(sending.NotWaiting):
        sending.send(departure, at=AT + minutes(1))
    assert dovecot.messages(dora) == []


def test_a_letter_that_is_leaving_can_no_longer_be_taken_back() -> None:
    departure = queue(make_mailbox())
    Departure.objects.update(claimed_at=AT)
    with pytest.raises(sending.AlreadyLeft):
        sending.cancel(departure, by=ADA, at=AT)


def test_in_the_demo_letters_leave_for_nowhere(settings: Any) -> None:
    settings.OUTGOING = "outbox"
    assert sending.send(queue(make_mailbox()), at=AT).sent_at == AT
    assert facts() == ["LetterQueued", "LetterLeft"]


def test_a_lost_word_about_a_waiting_letter_is_left_again() -> None:
    queue(make_mailbox())
    ProcrastinateJob.objects.all().delete()
    assert sending.sweep(AT + minutes(0.5)) == 0
    assert sending.sweep(AT + minutes(2)) == 1
    assert sending.sweep(AT + minutes(2)) == 0


def test_the_job_sends_what_waits_and_leaves_the_rest_alone(settings: Any) -> None:
    settings.OUTGOING = "outbox"
    departure = queue(make_mailbox())
    jobs.send(departure_id=departure.pk)
    jobs.send(departure_id=departure.pk)
    jobs.send(departure_id=departure.pk + 1000)
    assert facts() == ["LetterQueued", "LetterLeft"]


@pytest.mark.django_db(transaction=True)
def test_the_claim_is_on_record_before_the_server_hears_of_the_letter() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        departure = queue(
            make_mailbox(smtp_host="127.0.0.1", smtp_port=listener.getsockname()[1], smtp_security="none")
        )

        def send() -> None:
            sending.send(departure, at=AT)
            connection.close()

        sender = threading.Thread(target=send)
        sender.start()
        line, _ = listener.accept()
        with line:
            departure.refresh_from_db()
            assert (departure.claimed_at, departure.tries) == (AT, 1)
            with pytest.raises(sending.NotWaiting):
                sending.send(departure, at=AT)
            with pytest.raises(sending.AlreadyLeft):
                sending.cancel(departure, by=ADA, at=AT)
        sender.join(20)
    departure.refresh_from_db()
    assert departure.is_waiting


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_never_sent_from_within_a_transaction_that_may_be_undone() -> None:
    departure = queue(make_mailbox())
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        sending.send(departure, at=AT)


def test_a_bounce_is_noted_on_its_letter_once(settings: Any) -> None:
    settings.OUTGOING = "outbox"
    departure = sending.send(queue(make_mailbox(), to=[DORA.address, "carla@harbour.example"]), at=AT)
    bare = departure.message_id.strip("<>")
    for _ in range(2):
        noted = bouncing.mark_bounced(
            bare, recipients=["DORA@harbour.example"], words="550 gone", at=AT + minutes(1)
        )
        assert noted == departure
        assert (noted.bounced_at, noted.refused, noted.trouble) == (
            AT + minutes(1),
            [DORA.address],
            "550 gone",
        )
    assert facts() == ["LetterQueued", "LetterLeft", "LetterBounced"]
    bouncing.mark_bounced(bare, recipients=["carla@harbour.example"], words="552 full", at=AT + minutes(2))
    assert facts()[-1] == "LetterBounced"
    assert sending.settle(departure, by=ADA, at=AT).settled_at == AT


def test_a_delay_is_written_beside_the_letter_and_changes_nothing(settings: Any) -> None:
    settings.OUTGOING = "outbox"
    departure = sending.send(queue(make_mailbox()), at=AT)
    noted = bouncing.mark_bounced(departure.message_id, permanent=False, words="Delayed 4 hours", at=AT)
    assert noted is not None
    assert (noted.bounced_at, noted.trouble) == (None, "Delayed 4 hours")


def test_a_bounce_proves_that_a_letter_in_doubt_left() -> None:
    departure = queue(make_mailbox())
    Departure.objects.update(claimed_at=AT, tries=1)
    sending.hold_doubtful(AT + minutes(16))
    noted = bouncing.mark_bounced(
        departure.message_id, recipients=[DORA.address], words="550", at=AT + minutes(20)
    )
    assert noted is not None
    assert (noted.sent_at, noted.held_at, noted.bounced_at) == (AT, None, AT + minutes(20))


def test_a_bounce_of_a_letter_that_we_did_not_send_is_nobodys() -> None:
    assert bouncing.mark_bounced("<strange@else.example>", at=AT) is None
    waiting = queue(make_mailbox())
    assert bouncing.mark_bounced(waiting.message_id, at=AT) is None


def test_a_real_bounce_comes_back_to_the_mailbox(
    exim: Exim, dovecot: Dovecot, dora: str, mail_domain: str
) -> None:
    ours = dovecot.add_mailbox(f"service@{mail_domain}")
    exim.bounce(dora)
    departure = queue(make_mailbox(ours, **through(exim)), to=[dora])
    sending.send(departure, at=AT)
    (report,) = dovecot.wait_for_messages(ours)
    assert departure.message_id.encode() in report
    silent = queue(
        make_mailbox("other@" + mail_domain, **through(exim)), to=[dora], kind="acknowledgement", number=2
    )
    sending.send(silent, at=AT)
    exim.deliver_queue()
    assert len(dovecot.messages(ours)) == 1


def test_an_address_with_a_name_reaches_the_envelope_bare(exim: Exim, dovecot: Dovecot, dora: str) -> None:
    content = composing.answer(
        sender=Address("Ada, Harbour", "service@shop.example"), to=[Address("Dora Schäfer", dora)], subject="ß",
        text=".\n..dots\n", message_id="<x.1@shop.example>", at=AT,
    )  # fmt: skip
    sending.send(queue(make_mailbox(**through(exim)), to=[dora], content=content), at=AT)
    (raw,) = dovecot.wait_for_messages(dora)
    assert raw.endswith(b"\r\n\r\n.\r\n..dots\r\n")
