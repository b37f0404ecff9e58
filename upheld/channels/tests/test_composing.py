"""Letters of ours as other programs read them: the standard library's parser stands for the customer's."""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.channels import composing, reading
from upheld.channels.composing import Enclosure
from upheld.channels.letter import Address

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ADA = Address("Ada at Harbour Shoes", "service@shop.example")
DORA = Address("Dora", "dora@harbour.example")


def write(**changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "sender": ADA,
        "to": [DORA],
        "subject": "Re: Shoes",
        "text": "Hello Dora,\nnew ones come.\n",
        "message_id": "<answer.1@shop.example>",
        "at": AT,
    }
    return composing.answer(**{**fields, **changes})


def parsed(raw: bytes) -> EmailMessage:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    return message


def words(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_an_answer_says_who_when_and_what_in_text_and_html() -> None:
    raw = write(
        html="<p>Hello Dora</p>",
        reply_to="service+c12.abcdefgh@shop.example",
        cc=[Address("", "eve@x.example")],
    )
    message = parsed(raw)
    assert message["From"] == "Ada at Harbour Shoes <service@shop.example>"
    assert message["To"] == "Dora <dora@harbour.example>"
    assert message["Cc"] == "eve@x.example"
    assert message["Reply-To"] == "service+c12.abcdefgh@shop.example"
    assert message["Message-ID"] == "<answer.1@shop.example>"
    assert parsedate_to_datetime(message["Date"]) == AT
    assert message.get_content_type() == "multipart/alternative"
    assert words(message) == "Hello Dora,\nnew ones come.\n"
    assert words(message, "html") == "<p>Hello Dora</p>\n"
    assert message["Auto-Submitted"] is None


def test_an_answer_stands_below_what_it_answers() -> None:
    asked = "<asked@harbour.example>"
    message = parsed(write(in_reply_to=asked, references=["<first@shop.example>", asked, "<between@x>"]))
    assert message["In-Reply-To"] == asked
    assert message["References"].split() == ["<first@shop.example>", "<between@x>", asked]


def test_long_message_ids_stay_whole_so_that_the_conversation_is_found() -> None:
    long = f"<{'a1' * 200}@mail.example>"
    raw = write(in_reply_to=long, references=[f"<{number}{'z' * 90}@x>" for number in range(200)])
    assert b"=?" not in raw.partition(b"\r\n\r\n")[0]
    read = reading.read(raw)
    assert read.in_reply_to == long
    assert len(read.references) == composing.MOST_ANCESTORS
    assert read.references[0].startswith("<0z")
    assert read.references[-1] == long


def test_nonsense_in_the_conversation_is_left_out() -> None:
    message = parsed(
        write(in_reply_to="not an id", references=["<a b@x>", "<ok@x>", "<\r\nBcc: eve@x>", "<ö@x>"])
    )
    assert message["In-Reply-To"] is None
    assert message["References"] == "<ok@x>"
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    "subject",
    [
        "Grüße aus Köln",
        "=?utf-8?q?a=0D=0ABcc=3A_eve=40x?=",
        "x" * 3000,
        "日本語" * 60,
        "a  b\tc",
        "",
        "Re: 50 % off?",
    ],
)
def test_subjects_arrive_as_they_were_written(subject: str) -> None:
    raw = write(subject=subject)
    assert reading.read(raw).subject == " ".join(subject.split())
    assert parsed(raw)["Bcc"] is None


INJECTED = "Shoes\r\nBcc: eve@outside.example\r\n\r\nbody"


@pytest.mark.parametrize("field", ["subject", "sender", "to", "language", "files"])
def test_nobody_writes_headers_of_theirs_into_ours(field: str) -> None:
    value: Any = {
        "subject": INJECTED,
        "sender": Address(INJECTED, ADA.address),
        "to": [Address(INJECTED, DORA.address)],
        "language": INJECTED,
        "files": [Enclosure(INJECTED, INJECTED, b"x", INJECTED)],
    }[field]
    message = parsed(write(**{field: value}, html="<p>x</p>"))
    assert "Bcc" not in message
    assert all("Bcc" not in part for part in message.walk())
    assert words(message).startswith("Hello Dora")


@pytest.mark.parametrize(
    "address", ["", "dora", "a@b\r\nBcc: e@x", "a b@c", "<a@b>", "a@b,c@d", "a@" + "x" * 70 + ".de"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    usable = composing.address_ok(address)
    assert usable == address.startswith("a@xxx")  # a label of 70 ASCII letters is the server's to judge
    if not usable:
        with pytest.raises(composing.BadAddress):
            write(to=[Address("", address)])


def test_what_is_no_message_id_is_refused() -> None:
    with pytest.raises(composing.BadMessageId):
        write(message_id="answer.1@shop.example")


def test_names_with_commas_quotes_and_umlauts_stay_one_person() -> None:
    names = ["Schäfer, Dora", "Shafer, Dora, Dr.", "ß" * 120, "Dora (Harbour)", "a@b.example"]
    raw = write(to=[Address(name, f"dora{number}@harbour.example") for number, name in enumerate(names)])
    assert max(map(len, raw.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 160
    found = [(one.name, one.address) for one in reading.read(raw).to]
    assert found == [(name, f"dora{number}@harbour.example") for number, name in enumerate(names)]


def test_a_domain_with_an_umlaut_goes_in_its_wire_form() -> None:
    assert composing.wire_address("dora@münchen.example") == "dora@xn--mnchen-3ya.example"
    assert parsed(write(to=[Address("", "dora@münchen.example")]))["To"] == "dora@xn--mnchen-3ya.example"


def test_every_line_is_short_and_ascii_whatever_was_written() -> None:
    text = "ü" * 5000 + "\r\n.\r\nFrom me\n" + "\ud800\x00" + "x" * 2000
    raw = write(
        text=text, html=f"<p>{'ä' * 4000}</p>", files=[Enclosure("ö.bin", "x/y", bytes(range(256)) * 40)]
    )
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert words(parsed(raw)).startswith("ü" * 5000 + "\n.\nFrom me\n")


def test_files_arrive_byte_for_byte_under_their_names() -> None:
    files = [
        Enclosure("Rechnung März.pdf", "application/pdf", b"%PDF\r\n\x00\xff\n"),
        Enclosure("note.txt", "text/plain; charset=x", b"caf\xe9\r\n\r\n"),
        Enclosure("forwarded.eml", "message/rfc822", b"Subject: inside\r\n\r\nx"),
        Enclosure("../../etc/passwd", "nonsense", b""),
    ]
    read = reading.read(write(files=files)).attachments
    assert [one.content for one in read] == [file.content for file in files]
    assert [one.name for one in read] == [
        "Rechnung März.pdf",
        "note.txt",
        "forwarded.eml",
        "_.._etc_passwd",
    ]
    assert [one.type for one in read][:2] == ["application/pdf", "text/plain"]


def test_a_picture_of_the_html_stands_in_it() -> None:
    picture = Enclosure("photo.png", "image/png", b"\x89PNG", "photo-1")
    (one,) = reading.read(write(html='<p><img src="cid:photo-1"></p>', files=[picture])).attachments
    assert (one.content_id, one.embedded, one.content) == ("photo-1", True, b"\x89PNG")


def test_an_acknowledgement_says_that_it_is_automatic_and_asks_automata_to_be_silent() -> None:
    raw = composing.acknowledgement(
        sender=Address("Harbour Shoes", ADA.address),
        to=DORA,
        subject="We have your letter",
        text="Ada answers by Tuesday 12:00.\n",
        message_id="<ack.1@shop.example>",
        in_reply_to="<asked@harbour.example>",
        language="en",
        at=AT,
    )
    message = parsed(raw)
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["In-Reply-To"] == message["References"] == "<asked@harbour.example>"
    assert message["Content-Language"] == "en"
    assert message.get_content_type() == "text/plain"


@given(st.text(), st.text(), st.text(), st.text())
def test_any_words_make_a_letter_that_says_the_same_and_nothing_else(
    name: str, subject: str, text: str, file_name: str
) -> None:
    files = [Enclosure(file_name, "application/pdf", b"%PDF")]
    raw = write(to=[Address(name, DORA.address)], subject=subject, text=text, html="<p>x</p>", files=files)
    head = raw.partition(b"\r\n\r\n")[0]
    assert raw.isascii()
    assert [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] != b" "] == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"MIME-Version", b"Content-Type",
    ]  # fmt: skip
    read = reading.read(raw)
    assert [one.address for one in read.to] == [DORA.address]
    assert [one.content for one in read.attachments] == [b"%PDF"]
