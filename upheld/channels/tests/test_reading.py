"""Letters are read: the ordinary ones in full, the broken ones as far as they go, none with an exception."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.channels.letter import Address
from upheld.channels.reading import read
from upheld.channels.tests.letterbox import NAMES, letter_bytes, made


def test_a_gmail_reply_keeps_its_thread_its_people_and_its_text() -> None:
    letter = read(letter_bytes("gmail_reply"))
    assert letter.from_ == (Address("Dora Customer", "dora@harbour.example"),)
    assert letter.cc == (Address("Eve", "eve@else.example"),)
    assert letter.delivered_to == ("service@upheld.example",)
    assert letter.message_id == "<CAF+dora1@mail.harbour.example>"
    assert letter.ancestors == ("<case.1042.out@upheld.example>", "<CAF+dora0@mail.harbour.example>")
    assert letter.date is not None
    assert letter.date.utcoffset() == timedelta(hours=1)
    assert letter.text is not None
    assert letter.text.startswith("Thank you, Friday is fine – please ring twice.\n\nDora\n\nOn Thu")
    assert "<blockquote>Dear Dora" in (letter.html or "")
    assert letter.trouble == ()


def test_an_outlook_letter_in_latin_1_that_means_windows_1252_shows_its_euro() -> None:
    letter = read(letter_bytes("outlook_reply_german"))
    assert letter.from_ == (Address("Müller, Dora", "dora.mueller@harbour.example"),)
    assert letter.subject == "AW: Lieferung für Bestellung 4512"
    assert "der Preis von 20 € ist für mich" in (letter.text or "")
    (picture,) = letter.attachments
    assert (picture.name, picture.inline, picture.embedded) == ("image001.png", True, True)
    assert letter.trouble == ()


def test_apple_mail_puts_pictures_between_texts_and_none_is_lost() -> None:
    letter = read(letter_bytes("apple_mail_pictures"))
    assert "looks like this" in (letter.text or "")
    assert "and this is the receipt." in (letter.text or "")
    picture, receipt = letter.attachments
    assert (picture.name, picture.type, picture.size, picture.inline) == ("heel 1.png", "image/png", 48, True)
    assert not picture.embedded
    assert (receipt.name, receipt.inline) == ("Quittung Müller.pdf", False)
    assert receipt.content == b"%PDF-1.4\n"


def test_flowed_lines_are_joined_and_the_signature_mark_survives() -> None:
    text = read(letter_bytes("thunderbird_flowed")).text or ""
    assert "> Do you want the parcel on Friday or would Saturday be a better day for you?\n" in text
    assert "the whole day and nobody would be there.\n" in text
    assert "\n-- \nDora Customer\n" in text


def test_flowed_lines_with_delsp_lose_their_blank() -> None:
    raw = made("Content-Type: text/plain; format=flowed; delsp=yes", body="Tür \nschild\n")
    assert read(raw).text == "Türschild\n"


def test_html_alone_is_read_as_words_with_its_quotation_marked() -> None:
    letter = read(letter_bytes("html_only"))
    assert "the invoice is wrong:\nit says 20 € & should say 10 €." in (letter.text or "")
    assert "> Here is your invoice.\n> > Older words" in (letter.text or "")
    assert "not said" not in (letter.text or "")
    assert "alert" not in (letter.text or "") + (letter.html or "")
    assert 'data-remote-src="https://track.example/p.gif"' in (letter.html or "")
    assert ' src="http' not in (letter.html or "")


@pytest.mark.parametrize(
    ("name", "subject", "words"),
    [
        ("koi8_russian", "Где мой заказ?", "Здравствуйте!\nГде мой заказ?\n"),
        ("japanese_iso2022", "注文の配送について", "荷物はいつ届きますか。\n"),
    ],
)
def test_old_charsets_are_read(name: str, subject: str, words: str) -> None:
    letter = read(letter_bytes(name))
    assert (letter.subject, letter.text, letter.trouble) == (subject, words, ())


def test_files_of_every_kind_are_listed() -> None:
    assert [file.type for file in read(letter_bytes("invitation")).attachments] == [
        "text/calendar",
        "application/ics",
    ]
    winmail = read(letter_bytes("winmail"))
    assert [file.name for file in winmail.attachments] == ["winmail.dat"]
    assert any("winmail.dat" in sentence for sentence in winmail.trouble)
    assert [file.name for file in read(letter_bytes("signed")).attachments] == ["signature.asc"]
    scan = read(letter_bytes("file_without_words"))
    assert scan.text is None
    assert scan.html is None
    assert [file.name for file in scan.attachments] == ["scan.pdf"]


def test_a_letter_within_a_letter_is_one_file_and_no_text() -> None:
    letter = read(letter_bytes("letter_in_letter"))
    assert letter.text == "What does this mean?"
    (inner,) = letter.attachments
    assert (inner.name, inner.type) == ("from your shop.eml", "message/rfc822")
    assert b"Hidden inside" in inner.content


def test_a_spool_line_and_a_missing_blank_line_cost_nothing() -> None:
    letter = read(letter_bytes("mbox_line_and_missing_blank"))
    assert letter.subject == "First"
    assert (letter.text or "").startswith("This text follows the headers at once.")
    assert any("blank line" in sentence for sentence in letter.trouble)


def test_a_wrong_boundary_is_found_by_its_looks() -> None:
    raw = made(
        "Content-Type: multipart/mixed; boundary=AAA",
        body="--BBB\nContent-Type: text/plain\n\nhello\n--BBB--\n",
    )
    letter = read(raw)
    assert letter.text == "hello"
    assert letter.trouble


def test_no_boundary_at_all_shows_everything_as_text() -> None:
    letter = read(made("Content-Type: multipart/mixed", body="hello\nthere\n"))
    assert letter.text == "hello\nthere\n"
    assert letter.trouble


def test_a_letter_cut_off_in_its_attachment_keeps_its_text() -> None:
    body = "--m\n\nhello\n--m\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGg"
    letter = read(made("Content-Type: multipart/mixed; boundary=m", body=body))
    assert letter.text == "hello"
    assert [file.name for file in letter.attachments] == ["a.png"]
    assert any("ends before" in sentence for sentence in letter.trouble)


def test_missing_headers_are_told_and_not_invented() -> None:
    letter = read(b"To: service@upheld.example\n\nhello\n")
    assert letter.from_ == ()
    assert letter.sender is None
    assert letter.subject is None
    assert letter.date is None
    assert letter.message_id is None
    assert letter.text == "hello\n"
    assert len(letter.trouble) == 2


@pytest.mark.parametrize(
    "date", ["Fri, 20 Nov 2026 10:00:00", "yesterday", "Fri, 31 Feb 2026 10:00:00 +0000", "", "1"]
)
def test_a_date_without_zone_or_sense_is_none(date: str) -> None:
    letter = read(f"From: dora@harbour.example\nDate: {date}\n\nhi\n".encode())
    assert letter.date is None
    assert any("Date" in sentence for sentence in letter.trouble)


@pytest.mark.parametrize(
    ("date", "offset"),
    [
        ("Fri, 20 Nov 2026 10:00:00 +0000", 0),
        ("Fri, 20 Nov 2026 12:00:00 +0200 (EET)", 2),
        ("20 Nov 26 05:00 EST", -5),
        ("Fri, 20 Nov 2026 10:00:00 -0000", 0),
        ("Fri, 20 Nov 2026 10:00:00 GMT", 0),
        ("2026-11-20T11:00:00+01:00", 1),
        ("Fri Nov 20 11:00:00 CET 2026", 1),
    ],
)
def test_the_offset_of_a_date_is_kept(date: str, offset: int) -> None:
    found = read(f"From: dora@harbour.example\nDate: {date}\n\nhi\n".encode()).date
    assert found == datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    assert found is not None
    assert found.utcoffset() == timedelta(hours=offset)


def test_nonsense_in_one_header_costs_only_that_header() -> None:
    letter = read(
        b"From: <@\nTo: a:b:c;;,\nMessage-ID: <\nReferences: x <a@b> <c\n @d>\nSubject: fine\n\nhi\n"
    )
    assert letter.from_ == ()
    assert letter.to == ()
    assert letter.message_id is None
    assert letter.references == ("<a@b>", "<c@d>")
    assert (letter.subject, letter.text) == ("fine", "hi\n")
    assert any("<@" in sentence for sentence in letter.trouble)


def test_several_from_headers_are_all_kept_and_told() -> None:
    letter = read(b"From: dora@harbour.example\nFrom: eve@else.example\n\nhi\n")
    assert [one.address for one in letter.from_] == ["dora@harbour.example", "eve@else.example"]
    assert any("several From" in sentence for sentence in letter.trouble)


def test_a_name_without_an_address_is_kept_as_a_name() -> None:
    letter = read(b"From: Dora Customer\n\nhi\n")
    assert letter.from_ == (Address("Dora Customer", ""),)
    assert letter.sender is None


def test_the_plain_text_of_an_alternative_is_preferred_unless_it_is_blank() -> None:
    body = "--a\nContent-Type: text/plain\n\n \n--a\nContent-Type: text/html\n\n<p>Really</p>\n--a--\n"
    assert read(made("Content-Type: multipart/alternative; boundary=a", body=body)).text == "Really"


def test_a_mailing_lists_footer_is_joined_below_the_alternative() -> None:
    body = (
        "--m\nContent-Type: multipart/alternative; boundary=a\n\n--a\n\nplain\n--a\nContent-Type: text/html\n\n"
        "<p>rich</p>\n--a--\n--m\nContent-Type: text/plain\n\nfooter <x>\n--m--\n"
    )
    letter = read(made("Content-Type: multipart/mixed; boundary=m", body=body))
    assert letter.text == "plain\n\nfooter <x>\n"
    assert "<p>rich</p>" in (letter.html or "")
    assert "footer &lt;x&gt;" in (letter.html or "")


def test_text_that_claims_to_be_base64_but_is_plain_is_shown() -> None:
    letter = read(made("Content-Transfer-Encoding: base64", body="Dear Ada, my shoes are late!\n"))
    assert letter.text == "Dear Ada, my shoes are late!\n"
    assert letter.trouble


def test_base64_put_together_from_padded_pieces_is_whole() -> None:
    body = base64.b64encode(b"first ").decode() + base64.b64encode(b"second!").decode() + "\n"
    assert read(made("Content-Transfer-Encoding: base64", body=body)).text == "first second!"


def test_a_file_name_carries_no_path_and_no_control_signs() -> None:
    for given_name in ("../../etc/passwd", "C:\\Users\\dora\\passwd", "pass\u202ewd"):
        raw = made(
            "Content-Type: application/pdf", f'Content-Disposition: attachment; filename="{given_name}"'
        )
        assert [file.name for file in read(raw).attachments] == ["passwd"]


@pytest.mark.parametrize(
    "header",
    [
        "filename*=utf-8''M%C3%BCller%20%E2%82%AC.pdf",
        "filename*0*=utf-8''M%C3%BC; filename*1*=ller%20; filename*2*=%E2%82%AC.pdf",
        "filename*0*=utf-8''M%C3%BCller%20; filename*1*=%E2%82%AC; filename*2=\".pdf\"",
        "filename*1*=ller%20%E2%82%AC.pdf; filename*0*=utf-8''M%C3%BC",
        'filename="=?utf-8?Q?M=C3=BCller_=E2=82=AC=2Epdf?="',
        'filename="=?utf-8?B?TcO8bGxlciA=?= =?utf-8?B?4oKsLnBkZg==?="',
        "filename=Müller €.pdf",
        'filename="Müller €.pdf"',
    ],
)
def test_file_names_are_read_in_every_dialect(header: str) -> None:
    raw = made("Content-Type: application/pdf", f"Content-Disposition: attachment; {header}")
    assert [file.name for file in read(raw).attachments] == ["Müller €.pdf"]


def test_bytes_that_are_nothing_are_an_empty_letter() -> None:
    for raw in (b"", b"\n\n", b"\r\n", b"\x00", b"\xef\xbb\xbf"):
        letter = read(raw)
        assert letter.subject is None
        assert letter.trouble


def test_nuls_and_bare_returns_leave_readable_text() -> None:
    assert read(b"From: a@b.example\rSubject: old\r\rfrom a Mac\r").text == "from a Mac\n"
    letter = read(made("Subject: a\x00b", body=b"c\x00d\r\r\ne\rf"))
    assert letter.text == "cd\ne\nf"
    assert "\x00" not in (letter.subject or "")


def test_ten_thousand_levels_are_bounded() -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(10_000)
    )
    letter = read(b"From: dora@harbour.example\nSubject: deep\n" + nested + b"\nbottom\n")
    assert letter.subject == "deep"
    assert any("too deep" in sentence for sentence in letter.trouble)
    assert b"bottom" in letter.attachments[-1].content
    assert read(b"Content-Type: message/rfc822\n\n" * 10_000).attachments


def test_a_hundred_thousand_parts_are_bounded_and_the_rest_is_one_file() -> None:
    letter = read(made("Content-Type: multipart/mixed; boundary=a", body="--a\n\nx\n" * 100_000))
    assert any("too many parts" in sentence for sentence in letter.trouble)
    assert letter.attachments


def test_a_header_of_a_megabyte_and_a_million_headers_are_read() -> None:
    assert read(b"Subject: " + b"x" * 1_000_000 + b"\n\nhi").text == "hi"
    assert read(b"X-A: y\n" * 100_000 + b"\nhi").text == "hi"
    assert len(read(b"To: " + b"a@b.example, " * 20_000 + b"\n\nhi").to) == 1


def _sound(raw: bytes) -> None:
    letter = read(raw)
    strings = [
        letter.subject,
        letter.text,
        letter.html,
        letter.message_id,
        *letter.trouble,
        *letter.delivered_to,
    ]
    strings += [
        part
        for one in (*letter.from_, *letter.to, *letter.cc, *letter.reply_to)
        for part in (one.name, one.address)
    ]
    strings += [value for pair in letter.headers for value in pair]
    strings += [value for file in letter.attachments for value in (file.name, file.type, file.content_id)]
    for string in strings:
        if string is not None:
            assert "\x00" not in string
            string.encode("utf-8")
    assert letter.date is None or letter.date.tzinfo is not None
    assert "The letter could not be read; its raw text is kept." not in letter.trouble


_LINES = st.sampled_from(
    [
        b"From: =?utf-8?Q?D=C3=B6ra",
        b'To: a:b,<;"(',
        b"Content-Type: multipart/mixed; boundary=x",
        b"--x",
        b"--x--",
        b"",
        b"Content-Type: text/html; charset=utf-7",
        b"Content-Transfer-Encoding: base64",
        b"=?=",
        b" folded \xff\xfe",
        b"+2D8-",
        b"Content-Type: message/rfc822",
        b"Content-Disposition: attachment; filename*0*=x''%ff",
        b"<b><table><p>&#x0;",
        b'Content-Type: multipart/alternative; boundary="y',
        b"--y",
        b"\xed\xa0\x80",
        b"\x00\r",
        b"Date: Fri, 99 Nov 2026",
        b"Message-ID: <",
        b"References: <a <b> c>",
        b"Content-Type: text/plain; charset=utf-16; format=flowed",
        b"> q",
        b"-- ",
    ]
)


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_random_bytes_never_raise(raw: bytes) -> None:
    _sound(raw)


@given(
    st.lists(st.one_of(_LINES, st.binary(max_size=30)), max_size=25), st.sampled_from([b"\n", b"\r\n", b"\r"])
)
@settings(max_examples=300, deadline=None)
def test_shuffled_pieces_of_letters_never_raise(lines: list[bytes], end: bytes) -> None:
    _sound(end.join(lines))


@given(st.sampled_from(NAMES), st.data())
@settings(max_examples=300, deadline=None)
def test_damaged_letters_never_raise(name: str, data: st.DataObject) -> None:
    raw = bytearray(letter_bytes(name))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        length = data.draw(st.integers(0, 40))
        raw[start : start + length] = data.draw(st.binary(max_size=20))
    _sound(bytes(raw))


def test_a_blank_before_the_colon_of_the_first_header_is_no_spool_line() -> None:
    letter = read(b"From : dora@harbour.example\nSubject: Shoes\n\nThey leak.\n")
    assert letter.from_ == (Address("", "dora@harbour.example"),)


@pytest.mark.parametrize(
    "footer", ["--\nThis mail was checked for viruses.", "Scanned\nby a relay, all is well."]
)
def test_base64_with_plain_words_below_shows_both(footer: str) -> None:
    wrapped = base64.encodebytes(
        "Grüße, die Schuhe sind undicht und ich möchte bitte neue.\n".encode()
    ).decode()
    lines = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64")
    for between in ("\n", ""):
        text = read(made(*lines, body=f"{wrapped}{between}{footer}\n")).text or ""
        assert "Schuhe sind undicht" in text
        assert footer in text


def test_long_flowed_paragraphs_are_joined() -> None:
    lines = ("Content-Type: text/plain; format=flowed",)
    assert read(made(*lines, body="word \n" * 300_000)).text == "word " * 300_000
    assert read(made(*lines, body="> a \n> b\n> c \n-- \nDora\n")).text == "> a b\n> c \n-- \nDora\n"
