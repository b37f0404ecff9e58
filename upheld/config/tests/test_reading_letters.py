"""`upheld read-letter`: any bytes at all, and no database."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from subprocess import run

from upheld.config.tests.running import upheld

NASTY = {
    "empty": b"",
    "nul": b"\0" * 50,
    "not-utf8": b"From: a@b.example\nSubject: \xff\xfe\n\n\xff\xff",
    "headers-that-raise": b"From: <@\nTo: a:b:c;;,\nMessage-ID: <\nDate: never\n\nwords",
    "deep": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)),
    "no-charset": b"Content-Type: text/plain; charset=no-such-thing\n\nGr\xf6\xdfe",
    "surrogates": b"Subject: =?utf-8?b?7aCA?=\n\nwords",
}


def test_any_bytes_are_a_letter_in_the_order_asked_for(tmp_path: Path) -> None:
    files = []
    for name, content in NASTY.items():
        (tmp_path / name).write_bytes(content)
        files.append(tmp_path / name)
    done = upheld("read-letter", "--json", *files)
    assert done.returncode == 0, done.stderr
    letters = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(letters) == len(NASTY)
    assert {tuple(letter) for letter in letters} == {tuple(letters[0])}
    assert letters[0]["trouble"] == ["The letter is empty."]
    assert letters[3]["text"] == "words"


def test_a_missing_file_does_not_hide_the_others(tmp_path: Path) -> None:
    good = tmp_path / "good.eml"
    good.write_bytes(b"From: Dora <dora@harbour.example>\nSubject: Shoes\n\nThey broke.\n")
    done = upheld("read-letter", "--json", tmp_path / "none.eml", good, "-", stdin=b"Subject: Second\n\nx")
    assert done.returncode == 2
    assert "none.eml: No such file or directory" in done.stderr.decode()
    assert [json.loads(line)["subject"] for line in done.stdout.splitlines()] == ["Shoes", "Second"]


def test_a_folder_is_no_letter(tmp_path: Path) -> None:
    done = upheld("read-letter", tmp_path)
    assert done.returncode == 2
    assert b"Is a directory" in done.stderr


def test_it_needs_neither_django_nor_settings(tmp_path: Path) -> None:
    (tmp_path / "letter").write_bytes(b"Subject: x\n\n")
    words = "import sys; from upheld.config.command import main; main(['read-letter', sys.argv[1]]); "
    words += "sys.exit('django' in sys.modules)"
    env = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    env["UPHELD_MODE"] = "production"  # with no secret: settings would refuse
    assert run([sys.executable, "-c", words, str(tmp_path / "letter")], env=env, check=False).returncode == 0
