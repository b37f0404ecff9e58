"""Bytes become the text that was meant: by their label, against a wrong one, and by a guess that says so."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.channels.charsets import decode, tidy

RUSSIAN = "Здравствуйте, где мой заказ? Я жду уже двенадцать недель."


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("Grüße", "utf-8", "utf-8"),
        ("Grüße – 20 €", "cp1252", "iso-8859-1"),
        ("Grüße", "latin-1", '"ISO-8859-1"'),
        ("Žluťoučký kůň", "iso8859-2", "iso-8859-2"),
        (RUSSIAN, "koi8-r", "KOI8-R"),
        (RUSSIAN, "cp1251", "windows-1251"),
        ("荷物はいつ届きますか", "iso2022_jp", "iso-2022-jp"),
        ("荷物①", "cp932", "shift_jis"),
        ("荷物", "euc_jp", "euc-jp"),
        ("我的訂單在哪裡", "big5", "big5"),
        ("我的订单在哪里 朱镕基", "gb18030", "gb2312"),
        ("주문 똠", "cp949", "ks_c_5601-1987"),
        ("Grüße", "utf-7", "unicode-1-1-utf-7"),
        ("Grüße", "utf-16", "utf-16"),
        ("ήταν λάθος", "iso8859-7", "iso-8859-7"),
        ("שלום", "iso8859-8", "iso-8859-8-i"),
        ("สวัสดี", "cp874", "tis-620"),
    ],
)
def test_a_label_is_honoured_when_the_bytes_decode(text: str, codec: str, label: str) -> None:
    assert decode(text.encode(codec), label) == (text, None)


@pytest.mark.parametrize(
    "label", ["iso-8859-1", "us-ascii", "windows-1252", None, "", "x-klingon-8", "zlib", "punycode"]
)
def test_utf_8_under_a_wrong_label_is_utf_8(label: str | None) -> None:
    assert decode("Grüße aus Köln".encode(), label).text == "Grüße aus Köln"


def test_an_unknown_label_and_no_utf_8_is_a_guess_that_says_so() -> None:
    text, trouble = decode(b"hello \xe4\xf6\xfc", "x-klingon-8")
    assert text == "hello äöü"
    assert "guessed" in (trouble or "")


def test_a_whole_text_in_another_script_is_guessed() -> None:
    text, trouble = decode(RUSSIAN.encode("cp1251"), None)
    assert text == RUSSIAN
    assert "guessed" in (trouble or "")


def test_text_encoded_twice_is_repaired_when_it_is_certain() -> None:
    twice = "Grüße aus München – 20 €".encode().decode("cp1252").encode()
    text, trouble = decode(twice, "utf-8")
    assert text == "Grüße aus München – 20 €"
    assert "twice" in (trouble or "")


@pytest.mark.parametrize(
    "text", ["Your site shows MÃ¼ller instead of Müller", "NÃO", "Â§ 5", "Ã¼", "São João Ã"]
)
def test_text_that_only_looks_encoded_twice_is_left_alone(text: str) -> None:
    assert decode(text.encode(), "utf-8") == (text, None)


def test_a_few_damaged_signs_do_not_turn_utf_8_into_something_else() -> None:
    text, trouble = decode("Grüße, schöne Tür, käse".encode() + b"\xc3", "utf-8")
    assert text.startswith("Grüße, schöne Tür")
    assert trouble


def test_raw_bytes_take_the_charset_of_the_rest_of_the_letter() -> None:
    assert decode("Где заказ".encode("koi8-r"), None, "koi8-r").text == "Где заказ"


@given(
    st.binary(max_size=200),
    st.one_of(st.none(), st.text(max_size=20), st.sampled_from(["utf-7", "hex", "idna", "utf-16"])),
)
@settings(deadline=None)
def test_any_bytes_under_any_label_give_storable_text(data: bytes, label: str | None) -> None:
    text = decode(data, label).text
    assert "\x00" not in text
    text.encode("utf-8")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\ufeff")))
@settings(deadline=None)
def test_utf_8_that_says_so_comes_back_or_is_told(text: str) -> None:
    found = decode(text.encode(), "utf-8")
    assert found.text == text or found.trouble


def test_line_ends_of_every_kind_become_one() -> None:
    assert tidy("a\r\nb\rc\r\r\nd\r\re") == "a\nb\nc\nd\n\ne"
    assert tidy("\r" * 1_000_000) == "\n" * 1_000_000


def test_a_text_that_only_goes_over_to_japanese_is_taken_as_it_stands() -> None:
    data = b"\x1b$B" * 1_000_000
    assert decode(data, "utf-8").text == data.decode()
