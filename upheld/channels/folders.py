"""A folder on an IMAP server as we see it: numbers, dates, raw bytes. It never depends on what other programs flagged.

imap-tools opens the line and waits on it; what is fetched and flagged is said in IMAP itself, because its convenient
calls drop bytes while decoding and expunge what a person had marked for deletion.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from imap_tools.errors import MailboxFolderSelectError, MailboxTaggedResponseError
from imap_tools.mailbox import BaseMailBox

AT_ONCE = 200  # letters asked about in one command

_UID = re.compile(rb"\bUID (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_SHORT = re.compile(rb'BODY\[\] "((?:[^"\\]|\\.)*)"', re.DOTALL)


class NotHandedOut(Exception):
    """The server said no to a command about letters; the line is sound."""


Line = bytes | tuple[bytes, bytes] | None
"""A piece of a server's answer: with a literal it is a pair."""


@dataclass(frozen=True)
class Outline:
    """What the server knows of a letter without handing it out. `arrived_at` is when it says that it came."""

    uid: int
    size: int
    arrived_at: datetime | None


class Folder:
    """An open folder. `uid_next` is None on a server that does not say it."""

    def __init__(self, box: BaseMailBox, name: str) -> None:
        self._box, self._client, self._name = box, box.client, name
        self._writable = True
        self.uid_validity = 0
        self.uid_next: int | None = None
        self.open()

    def open(self) -> None:
        """Open it, or open it anew to learn what changed. A folder that may only be read is read."""
        self._client.untagged_responses.clear()
        try:
            self._box.folder.set(self._name)
            self._writable = True
        except imaplib.IMAP4.readonly:
            self._box.folder.set(self._name, readonly=True)
            self._writable = False
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:  # a name that the server cannot even parse
            raise MailboxFolderSelectError(("BAD", [str(error)]), "OK") from error
        self.uid_validity = self._said("UIDVALIDITY") or 0
        self.uid_next = self._said("UIDNEXT")

    def _said(self, name: str) -> int | None:
        _, values = self._client.response(name)
        return int(values[-1]) if values and values[-1] else None

    def uids(self) -> list[int]:
        """The numbers of all letters in it, those marked for deletion too."""
        self._forget_news()
        return self._search("ALL")

    def uids_after(self, uid: int) -> list[int]:
        """The numbers above this one. To `n:*` a server answers with its last letter when there is none from n on."""
        self._forget_news()
        return [found for found in self._search("UID", f"{uid + 1}:*") if found > uid]

    def _search(self, *criteria: str) -> list[int]:
        lines = [line for line in self._ask("SEARCH", *criteria) if isinstance(line, bytes)]
        return sorted({int(word) for line in lines for word in line.split()})

    def still_here(self, uids: Sequence[int]) -> set[int]:
        """Those of these letters that nobody has removed."""
        chunks = (uids[start : start + AT_ONCE] for start in range(0, len(uids), AT_ONCE))
        return {found for some in chunks for found in self._search("UID", _set(some))}

    def outlines(self, uids: Sequence[int]) -> Iterator[Outline]:
        """What the server knows of each of these letters; one that it says nothing about is left out."""
        for start in range(0, len(uids), AT_ONCE):
            some = uids[start : start + AT_ONCE]
            try:
                found = self._outlines(some)
            except NotHandedOut:
                found = {}
            for uid in [
                uid for uid in some if uid not in found
            ]:  # one troubles the server: not the others too
                with contextlib.suppress(NotHandedOut):
                    found |= self._outlines([uid])
            yield from (found[uid] for uid in some if uid in found)

    def _outlines(self, uids: Sequence[int]) -> dict[int, Outline]:
        found: dict[int, Outline] = {}
        for line in self._ask("FETCH", _set(uids), "(UID INTERNALDATE RFC822.SIZE)"):
            text = b" ".join(line) if isinstance(line, tuple) else line or b""
            uid, size = _UID.search(text), _SIZE.search(text)
            if uid and size:
                found[int(uid[1])] = Outline(int(uid[1]), int(size[1]), _moment(_DATE.search(text)))
        return found

    def letters(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The raw bytes of these letters; one that the server does not hand out is left out. Nothing is flagged."""
        try:
            found = self._letters(uids)
        except NotHandedOut:
            found = {}
        if len(found) < len(uids) > 1:  # one of them troubles the server: the others must not suffer
            for uid in set(uids) - set(found):
                with contextlib.suppress(NotHandedOut):
                    found |= self._letters([uid])
        return {uid: found[uid] for uid in uids if uid in found}

    def _letters(self, uids: Sequence[int]) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        lines = self._ask("FETCH", _set(uids), "(UID BODY.PEEK[])")
        for number, line in enumerate(lines):
            if isinstance(line, tuple):
                after = lines[number + 1] if number + 1 < len(lines) else b""
                uid = _UID.search(line[0]) or _UID.search(after if isinstance(after, bytes) else b"")
                content = line[1]
            else:
                short = _SHORT.search(line or b"")
                uid = _UID.search(line) if line and short else None
                content = re.sub(rb"\\(.)", rb"\1", short[1]) if short else b""
            if uid:
                found[int(uid[1])] = content
        return found

    def mark_seen(self, uids: Sequence[int]) -> None:
        """A courtesy to people who look into the folder; nothing here depends on it."""
        if self._writable and uids:
            with contextlib.suppress(NotHandedOut):
                self._ask("STORE", _set(uids), "+FLAGS.SILENT", "(\\Seen)")

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Until something happens in the folder (True), the time is over, or `stop` is set. `seconds` are far fewer
        than the half hour after which servers forget who waits."""
        if self._news_since_the_search():
            return True
        until = time.monotonic() + seconds
        if "IDLE" not in self._client.capabilities:
            stop.wait(seconds)
            return False
        try:
            self._box.idle.start()  # type: ignore[no-untyped-call]
        except MailboxTaggedResponseError as error:  # news came in the same breath
            raise imaplib.IMAP4.abort("news while turning to IDLE") from error
        try:
            while not stop.is_set() and time.monotonic() < until:
                began = time.monotonic()
                if self._box.idle.poll(timeout=1) or time.monotonic() - began < 0.5:
                    return True
            return False
        finally:
            self._box.idle.stop()  # type: ignore[no-untyped-call]

    def _forget_news(self) -> None:
        self._client.untagged_responses.pop("EXISTS", None)

    def _news_since_the_search(self) -> bool:
        """A server says only once that there is a letter, and perhaps in its answer to a command in between."""
        return "EXISTS" in self._client.untagged_responses

    def _ask(self, command: str, *arguments: str) -> list[Line]:
        try:
            status, lines = self._client.uid(command, *arguments)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise NotHandedOut(str(error)) from error
        if status != "OK":
            raise NotHandedOut(f"{command}: {lines!r}"[:300])
        return list(lines)


def _set(uids: Iterable[int]) -> str:
    return ",".join(map(str, uids))


def _moment(match: re.Match[bytes] | None) -> datetime | None:
    try:
        return parsedate_to_datetime(match[1].decode()).astimezone(UTC) if match else None
    except (ValueError, OverflowError):
        return None
