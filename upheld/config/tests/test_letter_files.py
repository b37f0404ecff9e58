"""Files of letters: every letter once, whole, and as it was before somebody quoted its lines."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from upheld.config.letter_files import find, letters_in

ENVELOPE = b"From dora@harbour.example Mon Nov 16 08:51:00 2026\n"


def _letters(*paths: Path) -> list[bytes]:
    found, trouble = find(list(paths))
    assert not trouble
    return [letter for one in found for letter in letters_in(one)]


def _mbox(tmp_path: Path, content: bytes) -> list[bytes]:
    (tmp_path / "letters").write_bytes(content)
    return _letters(tmp_path / "letters")


def test_an_mbox_gives_each_letter(tmp_path: Path) -> None:
    content = ENVELOPE + b"Subject: 1\n\none\n\n" + ENVELOPE + b"Subject: 2\n\ntwo\n\n"
    assert _mbox(tmp_path, content) == [b"Subject: 1\n\none\n", b"Subject: 2\n\ntwo\n"]


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        (b">From here", b"From here"),  # both kinds of writer
        (b">>From here", b">From here"),  # mboxrd
        (b"> From here", b"> From here"),  # a quotation in a letter
        (b"From now on it rains", b"From now on it rains"),  # nobody quoted it, and no header follows
    ],
)
def test_quoted_lines_are_as_they_were(tmp_path: Path, stored: bytes, meant: bytes) -> None:
    content = ENVELOPE + b"Subject: 1\n\none\n\n" + stored + b"\nand on\n"
    assert _mbox(tmp_path, content) == [b"Subject: 1\n\none\n\n" + meant + b"\nand on\n"]


def test_line_ends_of_another_system_and_envelopes_without_a_date(tmp_path: Path) -> None:
    content = b"From -\r\nSubject: 1\r\n\r\none\r\n\r\nFrom nobody@x.example\r\nSubject: 2\r\n\r\ntwo\r\n"
    assert _mbox(tmp_path, content) == [b"Subject: 1\r\n\r\none\r\n", b"Subject: 2\r\n\r\ntwo\r\n"]


def test_nothing_is_lost_that_stands_after_a_strange_envelope(tmp_path: Path) -> None:
    assert _mbox(tmp_path, b"From \n\xff\xfe\0words") == [b"\xff\xfe\0words"]


def test_what_pythons_own_mbox_wrote_is_read_back(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for number in range(30):
        letter = EmailMessage()
        letter["Subject"] = str(number)
        letter.set_content(f"Dear all,\n\nFrom here on it is {number}.\n>From there too.\n")
        box.add(letter)
    box.flush()
    letters = _letters(tmp_path / "box")
    assert [letter.split(b"\n")[0] for letter in letters] == [b"Subject: %d" % n for n in range(30)]


def test_a_maildir_gives_what_was_delivered_the_oldest_first(tmp_path: Path) -> None:
    for part, name, date in [
        ("new", "2", b"Tue, 17 Nov 2026 08:00:00 +0100"),
        ("cur", "1:2,S", b"Mon, 16 Nov 2026 08:00:00 +0100"),
        ("tmp", "3", b"Wed, 18 Nov 2026 08:00:00 +0100"),
    ]:
        (tmp_path / part).mkdir()
        (tmp_path / part / name).write_bytes(b"Date: " + date + b"\n\n" + part.encode())
    below = tmp_path / ".Archive" / "cur"
    below.mkdir(parents=True)
    (below / "0").write_bytes(b"Date: Sun, 15 Nov 2026 08:00:00 +0100\n\narchive")
    assert [letter.split(b"\n\n")[1] for letter in _letters(tmp_path)] == [b"archive", b"cur", b"new"]


def test_a_folder_gives_its_letters_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(b"Date: nonsense\n\nb")
    (tmp_path / "a.EML").write_bytes(b"Subject: a\n\na")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "box").write_bytes(ENVELOPE + b"Subject: c\n\nc\n")
    (tmp_path / "notes.txt").write_bytes(b"milk")
    assert len(_letters(tmp_path)) == 3


def test_what_cannot_be_read_is_named_and_the_rest_is_found(tmp_path: Path) -> None:
    (tmp_path / "good.eml").write_bytes(b"Subject: a\n\na")
    found, trouble = find([tmp_path / "none.eml", tmp_path / "good.eml", Path("nul\0")])
    assert [one.path.name for one in found] == ["good.eml"]
    assert [str(one.path) for one in trouble] == [str(tmp_path / "none.eml"), "nul\0"]
    assert "No such file" in trouble[0].why


@pytest.mark.parametrize(
    "words",
    [
        b"From now on:\nnothing",
        b"From Monday on use\nAddress: Harbour 1",
        b"From dora@harbour.example I have\nNews: none",
    ],
)
def test_a_sentence_that_begins_with_from_divides_no_letter(tmp_path: Path, words: bytes) -> None:
    content = ENVELOPE + b"Subject: 1\n\none\n\n" + words + b"\n"
    assert _mbox(tmp_path, content) == [b"Subject: 1\n\none\n\n" + words + b"\n"]


@pytest.mark.parametrize("before", [b"\n", b"\r\n\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_what_stands_before_the_first_envelope_hides_no_letter(tmp_path: Path, before: bytes) -> None:
    content = before + ENVELOPE + b"Subject: 1\n\none\n\n" + ENVELOPE + b"Subject: 2\n\ntwo\n"
    assert _mbox(tmp_path, content) == [b"Subject: 1\n\none\n", b"Subject: 2\n\ntwo\n"]


def test_a_letter_whose_first_header_has_a_blank_before_its_colon_is_no_mbox(tmp_path: Path) -> None:
    content = b"From : dora@harbour.example\n\nHello\n"
    (tmp_path / "one.eml").write_bytes(content)
    assert _letters(tmp_path) == [content]


def test_an_empty_file_is_no_letter(tmp_path: Path) -> None:
    (tmp_path / "empty.mbox").write_bytes(b"")
    (tmp_path / "blank.eml").write_bytes(b"\n")
    assert _letters(tmp_path) == []


def test_a_link_to_a_folder_above_gives_no_letter_twice(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"Subject: a\n\na")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert len(_letters(tmp_path)) == 1
