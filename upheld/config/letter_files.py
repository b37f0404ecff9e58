"""Letters on disk: single files, mboxes, Maildirs, and folders of all of these. Bytes in, bytes out, one at a time.

An mbox separates letters by a line that begins with `From `. Its writers put a `>` before such lines in a letter; one
kind of writer (mboxrd) also before those that begin with `>From `, another (mboxo) does not. One `>` is taken away from
either. A `From ` that nobody quoted begins a letter only when it looks like an envelope: with a date, or with an
address or a dash alone, a blank line before it and a header after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
_DATED = re.compile(rb"From .*\b[A-Z][a-z]{2} +[A-Z][a-z]{2} +\d{1,2} +\d{1,2}:\d{2}(:\d{2})?\b.*\b\d{4}\b")
_UNDATED = re.compile(rb"From (?:-|MAILER-DAEMON|<?[^\s@<>]+@[^\s@<>]+>?(?:[ \t].*\d\d:\d\d.*)?)[ \t]*\r*\n")
_STARTS = re.compile(rb"(?:\xef\xbb\xbf)?\s*From (?![ \t]*:)")  # `From :` is a header
_QUOTED = re.compile(rb">+From ")
_DATE = re.compile(rb"^Date:[ \t]*(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_HEAD = 64 * 1024
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Found:
    """A file with one letter in it, or an mbox with many."""

    path: Path
    is_mbox: bool
    dated: datetime = _NEVER


@dataclass(frozen=True)
class Unreadable:
    """A path that gave nothing, and why."""

    path: Path
    why: str


def find(paths: list[Path]) -> tuple[list[Found], list[Unreadable]]:
    """Everything in these paths: single letters first, the oldest first, so that an answer finds its case."""
    found: list[Found] = []
    trouble: list[Unreadable] = []
    for path in paths:
        try:
            for file in _files(path):
                try:
                    found += _look(file)
                except OSError as no:
                    trouble.append(Unreadable(file, no.strerror or str(no)))
        except (OSError, ValueError) as no:
            trouble.append(Unreadable(path, getattr(no, "strerror", None) or str(no)))
    found.sort(key=lambda one: (one.is_mbox, one.dated, one.path.name if one.dated == _NEVER else ""))
    return found, trouble


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    names = sorted(path.iterdir())
    if any((path / part).is_dir() for part in ("cur", "new")):
        for part in ("cur", "new"):  # `tmp` holds what is not there yet
            if (path / part).is_dir():
                yield from sorted(one for one in (path / part).iterdir() if one.is_file())
        names = [one for one in names if one.is_dir() and one.name not in ("cur", "new", "tmp")]
    for one in names:
        if one.is_dir() and one.is_symlink():
            continue  # it may lead to a folder above
        if one.is_dir():
            yield from _files(one)
        elif _may_hold_letters(one):
            yield one


def _may_hold_letters(file: Path) -> bool:
    if not file.is_file() or file.name.startswith("."):
        return False
    if file.suffix.lower() in (".eml", ".mbox", ".mbx"):
        return True
    with file.open("rb") as opened:
        return _starts_mbox(opened.read(_HEAD))


def _starts_mbox(head: bytes) -> bool:
    return _STARTS.match(head) is not None


def _look(file: Path) -> Iterator[Found]:
    """The file as it is to be read; nothing when there is nothing in it."""
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    if _starts_mbox(head):
        yield Found(file, is_mbox=True)
    elif head.strip():
        yield Found(file, is_mbox=False, dated=_date_in(head))


def _date_in(head: bytes) -> datetime:
    written = _DATE.search(re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0])
    try:
        date = parsedate_to_datetime(written[1].decode("ascii", "replace") if written else "")
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return _NEVER


def letters_in(found: Found) -> Iterator[bytes]:
    """The letters of a file, one at a time. May raise OSError."""
    if not found.is_mbox:
        yield found.path.read_bytes()
        return
    letter: list[bytes] = []
    began = blank = False
    with found.path.open("rb") as file:
        line = file.readline().removeprefix(b"\xef\xbb\xbf")
        while line and not line.strip():
            line = file.readline()
        while line:
            following = file.readline()
            if line.startswith(b"From ") and (not began or _begins(line, following, blank=blank)):
                if began:
                    yield _whole(letter)
                letter, began = [], True
            else:
                letter.append(line[1:] if _QUOTED.match(line) else line)
            blank = not line.strip(b"\r\n")
            line = following
    if began:
        yield _whole(letter)


def _begins(line: bytes, following: bytes, *, blank: bool) -> bool:
    dated, headed = _DATED.match(line) is not None, _HEADER.match(following) is not None
    return (dated and (headed or blank)) or (blank and headed and _UNDATED.match(line) is not None)


def _whole(lines: list[bytes]) -> bytes:
    if lines and not lines[-1].strip(b"\r\n"):
        lines.pop()  # the blank line belongs to the mbox
    return b"".join(lines)
