"""Every letter is told apart: a person's, a machine's, a returned one, a report, a list's, our own; with the reason."""

from __future__ import annotations

import pytest

from upheld.channels.bounces import Bounce
from upheld.channels.own import OwnIds, make, verify
from upheld.channels.reading import read
from upheld.channels.screening import screen
from upheld.channels.tests.letterbox import letter_bytes, made

KEY, OLD_KEY, FORGERS_KEY = b"now" * 11, b"old" * 11, b"eve" * 11


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("gmail_reply", "person"),
        ("outlook_reply_german", "person"),
        ("apple_mail_pictures", "person"),
        ("asks_about_absence", "person"),
        ("letter_in_letter", "person"),
        ("invitation", "person"),
        ("exchange_absence", "auto-reply"),
        ("absence_without_headers", "auto-reply"),
        ("google_group", "list"),
        ("newsletter", "list"),
        ("abuse_report", "report"),
        ("read_receipt", "report"),
        ("delivered_report", "report"),
        ("postfix_bounce", "bounce"),
        ("delayed_report", "bounce"),
        ("gmail_bounce", "bounce"),
        ("qmail_bounce", "bounce"),
        ("exim_bounce", "bounce"),
        ("exim_warning", "bounce"),
        ("exchange_bounce", "bounce"),
    ],
)
def test_each_letter_has_its_kind_and_a_reason(name: str, kind: str) -> None:
    verdict = screen(read(letter_bytes(name)))
    assert verdict.kind == kind
    assert verdict.why.endswith(".")
    assert verdict.may_be_answered_by_machine is (kind == "person")
    assert (verdict.bounce is not None) is (kind == "bounce")


@pytest.mark.parametrize(
    ("name", "bounce"),
    [
        (
            "postfix_bounce",
            Bounce(
                ("dora@gone.example", "eve@gone.example"), "5.1.1", True, "<case.1042.out@upheld.example>"
            ),
        ),
        ("delayed_report", Bounce(("dora@slow.example",), "4.4.1", False, "<case.1043.out@upheld.example>")),
        ("gmail_bounce", Bounce(("dora@mail.example",), "5.1.1", True, "<case.1044.out@upheld.example>")),
        ("qmail_bounce", Bounce(("dora@gone.example",), "5.1.1", True, "<case.1045.out@upheld.example>")),
        ("exim_bounce", Bounce(("dora@gone.example",), "5.0.0", True, "<case.1046.out@upheld.example>")),
        ("exim_warning", Bounce(("dora@slow.example",), None, False, None)),
        ("exchange_bounce", Bounce(("dora@gone.example",), "5.1.10", True, "<case.1047.out@upheld.example>")),
    ],
)
def test_a_bounce_tells_whom_it_missed_and_which_letter_it_was(name: str, bounce: Bounce) -> None:
    assert screen(read(letter_bytes(name))).bounce == bounce


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (rejected)",
        "Auto-submitted: Auto-Notified; owner=x",
        "X-Autoreply: yes",
        "X-Autorespond: Thanks",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "X-Loop: robot@x.example",
        "Return-Path: <>",
    ],
)
def test_one_header_of_a_machine_is_enough(line: str) -> None:
    assert screen(read(made(line))).kind == "auto-reply"


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: DR, RN, NRN",
        "Return-Path: <dora@harbour.example>",
        "Precedence: first-class",
        "Subject: Out of office",
        "Subject: Automatic reply: what is it?",
        "Subject: Undelivered Mail Returned to Sender",
        "Subject: Fwd: failure notice",
    ],
)
def test_what_a_person_may_write_or_send_stays_a_persons(line: str) -> None:
    assert screen(read(made(line))).kind == "person"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Automatic reply: Order", "I am out of the office until Monday."),
        ("Automatische Antwort: Bestellung", "Ich bin derzeit nicht im Büro."),
        ("Réponse automatique : Commande", "Je suis absente jusqu'au 3 mai."),
        ("Respuesta automática: Pedido", "Estoy fuera de la oficina."),
        ("Risposta automatica: Ordine", "Sono assente fino al 3 maggio."),
        ("Resposta automática: Pedido", "Estou de férias."),
        ("Automatisch antwoord: Bestelling", "Ik ben afwezig tot 3 mei."),
        ("Autosvar: Order", "Jag är på semester."),
        ("Automatyczna odpowiedź: Zamówienie", "Jestem na urlopie."),
        ("Автоматический ответ: Заказ", "Я в отпуске до 3 мая."),
        ("自動応答: 注文", "休暇中です。"),
    ],
)
def test_an_absence_notice_without_headers_needs_two_signs(subject: str, text: str) -> None:
    assert screen(read(made(f"Subject: {subject}", body=text + "\n"))).kind == "auto-reply"
    assert screen(read(made(f"Subject: {subject}", body="Please help me with my order.\n"))).kind == "person"
    assert screen(read(made("Subject: Order", body=text + "\n"))).kind == "person"


def test_a_report_of_success_is_no_bounce() -> None:
    assert screen(read(letter_bytes("delivered_report"))).bounce is None


def test_a_bounce_whose_report_was_mangled_is_read_from_its_text() -> None:
    body = "The mail system\n\nFinal-Recipient: rfc822; dora@gone.example\nAction: failed\nStatus: 5.2.2\n"
    raw = b"From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\n\n" + body.encode()
    assert screen(read(raw)).bounce == Bounce(("dora@gone.example",), "5.2.2", True, None)


def test_a_mail_server_that_names_nobody_is_still_a_bounce() -> None:
    raw = b"From: Mail Delivery System <MAILER-DAEMON@mx.example>\nSubject: Undeliverable mail\n\nSorry.\n"
    bounce = screen(read(raw)).bounce
    assert bounce is not None
    assert bounce.recipients == ()


def test_only_a_keyed_message_id_makes_a_letter_ours() -> None:
    ours = OwnIds((KEY, OLD_KEY))
    real = ours.make("upheld.example", ["case", "1042"])
    aged = make("upheld.example", ["case", "7"], OLD_KEY)
    forged = make("upheld.example", ["case", "1042"], FORGERS_KEY)
    for message_id, kind in (
        (real, "own"),
        (aged, "own"),
        (real.upper(), "own"),
        (forged, "person"),
        ("<x@y>", "person"),
    ):
        assert screen(read(made(f"Message-ID: {message_id}")), ours).kind == kind
    assert screen(read(made(f"Message-ID: {real}"))).kind == "person"


def test_a_message_id_carries_words_and_cannot_be_moved_to_another_case_or_domain() -> None:
    real = make("Upheld.example", ["case", "1042"], KEY, nonce="abc123")
    assert real.startswith("<case.1042.abc123.")
    assert real.endswith("@upheld.example>")
    assert verify(real, [KEY])
    assert not verify(real.replace("1042", "1043"), [KEY])
    assert not verify(real.replace("upheld", "eve"), [KEY])
    assert not verify(real, [])
    assert not verify(None, [KEY])
    with pytest.raises(ValueError, match="key"):
        make("upheld.example", ["case"], b"")


def test_two_message_ids_are_never_the_same() -> None:
    assert make("upheld.example", ["case"], KEY) != make("upheld.example", ["case"], KEY)


_REPORT = (
    "--b\nContent-Type: text/plain\n\nWhat does this mean?\n--b\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: {}\nAction: failed\nStatus: 5.1.1\n--b--\n"
)


def test_a_person_may_attach_a_delivery_report() -> None:
    body = _REPORT.format("rfc822; bruno@gone.example")
    assert screen(read(made('Content-Type: multipart/mixed; boundary="b"', body=body))).kind == "person"


@pytest.mark.parametrize(
    "lines",
    [
        ['Content-Type: multipart/report; report-type=delivery-status; boundary="b"'],
        ['Content-Type: multipart/report; boundary="b"'],
        ['Content-Type: multipart/mixed; boundary="b"', "Return-Path: <>"],
    ],
)
def test_a_report_that_a_machine_sent_is_a_bounce(lines: list[str]) -> None:
    bounce = screen(read(made(*lines, body=_REPORT.format("rfc822; bruno@gone.example")))).bounce
    assert bounce is not None
    assert bounce.recipients == ("bruno@gone.example",)


@pytest.mark.parametrize(
    ("field", "recipient"),
    [
        ("utf-8; dörte@härbour.example", "dörte@härbour.example"),
        ("utf-8; 山田@例え.example", "山田@例え.example"),
        ("utf-8; d\\x{F6}rte@h\\x{E4}rbour.example", "dörte@härbour.example"),
        ("rfc822; dora@härbour.example", "dora@härbour.example"),
    ],
)
def test_recipients_in_any_script_are_told_whole(field: str, recipient: str) -> None:
    line = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"'
    bounce = screen(read(made(line, body=_REPORT.format(field)))).bounce
    assert bounce is not None
    assert bounce.recipients == (recipient,)


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@mx.example", "postmaster@mx.example"])
def test_a_mail_servers_letter_of_another_kind_is_not_a_persons(sender: str) -> None:
    raw = f"From: {sender}\nSubject: Quota\n\nThe disk is nearly full.\n".encode()
    verdict = screen(read(raw))
    assert (verdict.kind, verdict.may_be_answered_by_machine) == ("auto-reply", False)
    assert screen(read(raw.replace(sender.encode(), b"delivery@harbour.example"))).kind == "person"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["Subject: Automatic reply: Shoes", "In-Reply-To: <1@upheld.example>"], "auto-reply"),
        (["Subject: Automatische Antwort: Schuhe", "References: <1@upheld.example>"], "auto-reply"),
        (["Subject: AUTO: Dora Schäfer is out of the office (returning 23.11.2026)"], "auto-reply"),
        (["Subject: AUTO: parts for my car"], "person"),
        (["Subject: Re: Automatic reply: Shoes", "In-Reply-To: <1@upheld.example>"], "person"),
        (["Subject: Vacation: which boat?", "In-Reply-To: <1@upheld.example>"], "person"),
    ],
)
def test_the_very_words_of_a_program_are_a_sign_in_an_answer(lines: list[str], kind: str) -> None:
    assert screen(read(made(*lines, body="Back on Monday.\n"))).kind == kind
