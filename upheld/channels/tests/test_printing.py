"""A letter prints as one JSON object of one shape, whatever its bytes are."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.channels.own import OwnIds
from upheld.channels.printing import as_json
from upheld.channels.tests.letterbox import NAMES, letter_bytes, made

KEYS = ["from", "to", "cc", "reply_to", "subject", "date", "message_id", "text", "html", "attachments", "kind", "why",
        "bounce", "own_words", "folded", "trouble"]  # fmt: skip


def _printed(raw: bytes) -> dict[str, object]:
    found = as_json(raw)
    assert list(found) == KEYS
    line = json.dumps(found, ensure_ascii=False).encode("utf-8")
    assert b"\\u0000" not in line
    assert b"\n" not in line
    again: dict[str, object] = json.loads(line)
    assert again == found
    return again


@pytest.mark.parametrize("name", NAMES)
def test_each_letter_prints_in_one_shape(name: str) -> None:
    _printed(letter_bytes(name))


def test_the_values_are_the_letters() -> None:
    found = _printed(letter_bytes("outlook_reply_german"))
    assert found["from"] == [{"name": "Müller, Dora", "address": "dora.mueller@harbour.example"}]
    assert found["date"] == "2026-11-20T10:15:00+01:00"
    assert found["attachments"] == [{"name": "image001.png", "type": "image/png", "size": 48, "inline": True}]
    assert found["kind"] == "person"
    assert found["bounce"] is None
    assert [fold["kind"] for fold in found["folded"]] == ["quotation"]  # type: ignore[index, attr-defined]


def test_a_bounce_prints_whom_it_missed() -> None:
    assert _printed(letter_bytes("delayed_report"))["bounce"] == {
        "recipients": ["dora@slow.example"],
        "status": "4.4.1",
        "permanent": False,
    }


def test_absent_text_is_null() -> None:
    found = _printed(letter_bytes("file_without_words"))
    assert (found["text"], found["html"], found["own_words"]) == (None, None, None)
    nothing = _printed(b"")
    assert (nothing["subject"], nothing["date"], nothing["message_id"], nothing["text"]) == (
        None,
        None,
        None,
        None,
    )
    assert nothing["trouble"]


def test_a_letter_of_ours_prints_as_own() -> None:
    ours = OwnIds((b"k" * 32,))
    raw = made(f"Message-ID: {ours.make('upheld.example', ['case', '1'])}")
    assert as_json(raw, ours)["kind"] == "own"


@given(st.sampled_from(NAMES), st.integers(0, 3000), st.binary(max_size=30))
@settings(max_examples=100, deadline=None)
def test_damaged_letters_still_print(name: str, where: int, junk: bytes) -> None:
    raw = letter_bytes(name)
    _printed(raw[:where] + junk + raw[where + len(junk) :])
