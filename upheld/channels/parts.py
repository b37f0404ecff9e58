"""The parts of a letter: MIME taken apart on raw bytes, with bounds set before anything is nested.

The standard library's parser recurses once a level and reads an attachment line by line; hostile letters nest ten
thousand deep and honest ones carry 25 MB. This one looks only for boundary lines, keeps every part as a slice of
the same bytes, and treats what lies deeper than its bounds as one unopened file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from upheld.channels import headers, unwrapping
from upheld.channels.headers import Parameters

DEEPEST = 40  # multiparts within multiparts; honest letters stay under ten
MOST = 1_000  # parts of one letter
MOST_HEADERS = 2_000

_UNOPENED = "application/octet-stream"
_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_LINE = re.compile(rb"[^\n]*\n?")
_BLANK = re.compile(rb"[ \t]*\r*\n?")
_LIKELY = re.compile(
    rb"(?i)(from|to|cc|date|subject|reply-to|message-id|mime-version|content-[a-z-]+|received|return-path|sender"
    rb"|references|in-reply-to|x-[a-z-]+|list-[a-z-]+|dkim-signature|delivered-to)[ \t]*:"
)
_BOUNDARY_TAIL = re.compile(rb"(--)?[ \t]*\r*(?:\n|\Z)")
_MBOX = re.compile(rb">?From (?![ \t]*:)[^\n]*\n")


@dataclass(frozen=True)
class Part:
    """One part: its header lines, its bytes as they stand (still encoded), and the parts within it."""

    lines: tuple[tuple[str, bytes], ...]
    body: memoryview
    children: tuple[Part, ...] = ()
    default_type: str = "text/plain"
    depth: int = 0
    trouble: list[str] = field(default_factory=list)

    def raw(self, name: str) -> bytes | None:
        """The first header of that lowercase name, unfolded but not decoded."""
        return next((value for key, value in self.lines if key == name), None)

    @cached_property
    def content_type(self) -> Parameters:
        """`text/plain` and its parameters; nonsense is taken for plain text, as the standard says."""
        raw = self.raw("content-type")
        if raw is None:
            return Parameters(self.default_type, {})
        found = headers.parameters(raw)
        value = found.value.split()[0].strip("\"'") if found.value.split() else ""
        main, slash, sub = value.partition("/")
        if value == "text":
            return Parameters("text/plain", found.items)
        if not (slash and re.fullmatch(r"[\w.+-]+", main) and re.fullmatch(r"[\w.+;-]+", sub)):
            return Parameters(self.default_type, found.items)
        return Parameters(value, found.items)

    @cached_property
    def disposition(self) -> Parameters:
        """`inline` or `attachment` with its parameters; an empty value when the part does not say."""
        raw = self.raw("content-disposition")
        return headers.parameters(raw) if raw is not None else Parameters("", {})

    @property
    def type(self) -> str:
        return self.content_type.value

    def walk(self) -> Iterator[Part]:
        """This part and all within it, in the letter's order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def content(self) -> tuple[bytes, str | None]:
        """The part's bytes without their transfer encoding, and what was wrong with that encoding."""
        encoding = (self.raw("content-transfer-encoding") or b"").split(b";")[0].strip().strip(b"\"'").lower()
        return unwrapping.unwrapped(
            self.body, encoding.decode("ascii", "replace"), self.type.startswith("text/")
        )


def split(raw: bytes) -> Part:
    """The letter's parts. Whatever is broken is told in the `trouble` of the part it happened to."""
    data = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in data and b"\r" in data:
        data = data.replace(b"\r", b"\n")
    budget = [MOST]
    return _part(memoryview(data), 0, len(data), 0, "text/plain", budget, top=True)


def _part(
    view: memoryview, start: int, end: int, depth: int, default: str, budget: list[int], *, top: bool = False
) -> Part:
    lines, body_start, trouble = header_lines(view, start, end, top=top)
    bare = Part(lines, view[body_start:end], (), default, depth, trouble)
    budget[0] -= 1
    if not bare.type.startswith("multipart/"):
        return bare
    if depth >= DEEPEST or budget[0] <= 0:
        trouble.append("The letter is nested too deep or in too many parts; the rest is kept as one file.")
        return Part((), view[start:end], (), _UNOPENED, depth, trouble)
    spans = _spans(view, body_start, end, bare, trouble)
    inner = "message/rfc822" if bare.type == "multipart/digest" else "text/plain"
    children = []
    for span_start, span_end in spans:
        if budget[0] <= 0:
            trouble.append("The letter has too many parts; the last ones are kept as one file.")
            children.append(Part((), view[span_start:end], (), _UNOPENED, depth + 1))
            break
        children.append(_part(view, span_start, span_end, depth + 1, inner, budget))
    return Part(lines, view[body_start:end], tuple(children), default, depth, trouble)


def _spans(view: memoryview, start: int, end: int, part: Part, trouble: list[str]) -> list[tuple[int, int]]:
    """Where each part within a multipart begins and ends."""
    boundary = part.content_type.items.get("boundary", "")
    found: list[tuple[int, int]] = []
    closed = False
    if boundary:
        found, closed = _between(view, start, end, boundary.rstrip().encode("utf-8", "replace"))
    if not found:
        seen = _boundary_in_use(view, start, end)
        if seen is not None:
            trouble.append(
                "The boundary between the parts is not the one announced; it was found by its looks."
            )
            found, closed = _between(view, start, end, seen)
    if not found:
        trouble.append("The parts of the letter could not be told apart; it is shown as one text.")
    elif not closed:
        trouble.append("The letter ends before its last part is closed; something may be missing.")
    return found


def _between(view: memoryview, start: int, end: int, boundary: bytes) -> tuple[list[tuple[int, int]], bool]:
    """The spans between lines of this boundary, and whether the last such line closes the multipart."""
    data = view.obj
    assert isinstance(data, bytes)
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    closing = False
    literal, position = b"--" + boundary, start
    while len(spans) <= MOST and (position := data.find(literal, position, end)) >= 0:
        tail = _BOUNDARY_TAIL.match(data, position + len(literal), end)
        if tail is None or (position > start and data[position - 1] not in b"\r\n"):
            position += 1
            continue
        if opened is not None:
            spans.append((opened, _without_line_end(data, opened, position)))
        closing = tail[1] is not None
        opened = None if closing else tail.end()
        position = tail.end() if tail.end() > position else position + 1
    if opened is not None and opened < end:
        spans.append((opened, end))
    return spans, closing


def _without_line_end(data: bytes, start: int, stop: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if stop > start and data[stop - 1] == 0x0A:
        stop -= 1
    while stop > start and data[stop - 1] == 0x0D:
        stop -= 1
    return stop


def _boundary_in_use(view: memoryview, start: int, end: int) -> bytes | None:
    """A line `--something` followed by part headers is a boundary, whatever the header announced."""
    data = view.obj
    assert isinstance(data, bytes)
    match = re.compile(rb"(?mi)^--(\S[^\r\n]{0,199}?)[ \t]*\r*\n(?:content-[a-z-]+[ \t]*:)").search(
        data, start, end
    )
    return match[1] if match else None


def header_lines(
    view: memoryview, start: int, end: int, *, top: bool = False
) -> tuple[tuple[tuple[str, bytes], ...], int, list[str]]:
    """The unfolded header lines from `start`, where the body begins, and what was odd about them."""
    data = view.obj
    assert isinstance(data, bytes)
    found: list[tuple[str, list[bytes]]] = []
    trouble: list[str] = []
    position = start
    if top:
        position = _first_header(data, start, end)
    while position < end:
        match = _LINE.match(data, position, end)
        assert match is not None
        line = match[0]
        if _BLANK.fullmatch(line) and not (line[:1] in (b" ", b"\t") and _continues(data, match.end(), end)):
            position = match.end()
            break
        if line[:1] in (b" ", b"\t"):
            if found:
                found[-1][1].append(line)
        else:
            name = _NAME.match(line)
            if name is not None:
                if len(found) < MOST_HEADERS:
                    found.append((name[1].decode("ascii").lower(), [line[name.end() :]]))
                elif len(found) == MOST_HEADERS:
                    found.append(("x-more", []))
                    trouble.append("The letter has too many header lines; the last ones were not read.")
            elif found and _headers_go_on(data, match.end(), end):
                found[-1][1].append(line)  # a header broken over lines without the indent that says so
            elif not _MBOX.fullmatch(line):
                if found:
                    trouble.append("The blank line between headers and text is missing.")
                break
        position = match.end()
    return tuple((name, _unfolded(pieces)) for name, pieces in found), position, trouble


def _first_header(data: bytes, start: int, end: int) -> int:
    """Past an mbox line and blank lines that some spools put before the first header."""
    position = start
    while position < end:
        match = _LINE.match(data, position, end)
        assert match is not None
        if not (_BLANK.fullmatch(match[0]) or _MBOX.fullmatch(match[0])):
            break
        position = match.end()
    return position if position < end and _NAME.match(data, position, end) else start


def _continues(data: bytes, position: int, end: int) -> bool:
    """Whether a line of mere blanks stands inside a folded header rather than at its end."""
    match = _LINE.match(data, position, end)
    return match is not None and match[0][:1] in (b" ", b"\t") and not _BLANK.fullmatch(match[0])


def _headers_go_on(data: bytes, position: int, end: int) -> bool:
    match = _LINE.match(data, position, end)
    return match is not None and _LIKELY.match(match[0]) is not None


def _unfolded(pieces: list[bytes]) -> bytes:
    if len(pieces) == 1:
        return pieces[0].strip(b" \t\r\n")
    kept: list[bytes] = []
    size = 0
    for piece in pieces:
        if size > headers.LONGEST:
            break
        kept.append(piece.strip(b" \t\r\n"))
        size += len(piece)
    return b" ".join(piece for piece in kept if piece)
