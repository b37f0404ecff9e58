"""A letter's header lines: found in bytes, unfolded, decoded, and taken apart without ever raising.

Real letters carry raw 8-bit names, encoded words cut in the middle of a sign, file names in four dialects and
addresses that no grammar allows; each of these has its own rule here, and what remains unreadable is kept raw.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from upheld.channels import charsets

LONGEST = 256_000  # bytes of one header that are looked at

# An encoded word; one that never ends does not swallow the next.
WORD = re.compile(
    r"=\?([^?\s]{1,80})\?([bBqQ])\?((?:[^=]|=(?!\?[^?\s]{1,80}\?[bBqQ]\?)){0,4000}?)\?=", re.DOTALL
)
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,80}\?[bBqQ]\?)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+|[\u2028\u2029]+")
_SPACE = re.compile(r"[\t\n ]+")


def decoded(raw: bytes, hint: str | None = None) -> tuple[str, str | None]:
    """One header value as text on one line, and what was wrong with it. `hint`: the letter's own charset."""
    clipped = raw[:LONGEST]
    plain = charsets.decode(clipped, None, hint)  # raw 8-bit and raw ISO-2022-JP are both met
    text, trouble = words(plain.text)
    return _one_line(text), plain.trouble or trouble


def words(text: str) -> tuple[str, str | None]:
    """Text with its encoded words decoded. Neighbours in one charset are joined as bytes before decoding, for
    some senders cut a word in the middle of a sign."""
    if "=?" not in text:
        return text, None
    joined = _BETWEEN_WORDS.sub(r"\1", text)
    out: list[str] = []
    waiting: list[tuple[str, str, str]] = []  # label, b or q, encoded: neighbours not yet decoded
    trouble: str | None = None

    def flush() -> None:
        nonlocal trouble
        while waiting:
            label = waiting[0][0]
            same = 1
            while same < len(waiting) and waiting[same][0] == label:
                same += 1
            piece = charsets.decode(_word_bytes(waiting[:same]), label)
            trouble = trouble or piece.trouble
            out.append(piece.text)
            del waiting[:same]

    end = 0
    for word in WORD.finditer(joined):
        if word.start() != end or not waiting:
            flush()
            out.append(joined[end : word.start()])
        waiting.append((word[1].split("*")[0].lower(), word[2].lower(), word[3]))
        end = word.end()
    flush()
    out.append(joined[end:])
    return charsets.tidy("".join(out)), trouble


def _word_bytes(group: Iterable[tuple[str, str, str]]) -> bytes:
    raw = bytearray()
    pending = ""  # base64 that ends inside a quartet goes on in the next word
    for _, how, encoded in group:
        if how == "q":
            raw += _unbase64(pending) + _unquoted(encoded)
            pending = ""
            continue
        pending += re.sub(r"[^A-Za-z0-9+/=]", "", encoded)
        if "=" in pending or len(pending) % 4 == 0:
            raw += _unbase64(pending)
            pending = ""
    return bytes(raw + _unbase64(pending))


def _unbase64(text: str) -> bytes:
    pure = text.rstrip("=")
    if len(pure) % 4 == 1:
        pure = pure[:-1]
    try:
        return base64.b64decode(pure + "=" * (-len(pure) % 4))
    except (binascii.Error, ValueError):
        return b""


def _unquoted(text: str) -> bytes:
    source = text.replace("_", " ").encode("utf-8", "replace")
    return re.sub(rb"=([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), source)


def _one_line(text: str) -> str:
    return _SPACE.sub(" ", _CONTROL.sub(" ", text.replace("\r", " "))).strip()


# --- parameters: Content-Type, Content-Disposition ---------------------------------------------------------------


class Parameters(NamedTuple):
    """A structured header: `text/plain` and its parameters by lowercase name."""

    value: str
    items: dict[str, str]


_PARAMETER = re.compile(r';?\s*([^\s=;"]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|"([^"]*)$|([^;]*))', re.DOTALL)


def parameters(raw: bytes, hint: str | None = None) -> Parameters:
    """A value and its parameters: RFC 2231 in all its forms, encoded words where they do not belong, raw 8-bit."""
    source = raw[:LONGEST]
    text = source.decode("ascii") if source.isascii() else charsets.decode(source, None, hint).text
    text = _one_line(text)
    value, _, rest = text.partition(";")
    if "=" in value and "/" not in value.split("=")[0]:
        value, rest = "", text
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in list(_PARAMETER.finditer(rest))[:200]:
        name = match[1].lower()
        quoted = match[2] if match[2] is not None else match[3]
        content = _unescaped(quoted) if quoted is not None else match[4].strip()
        shape = re.fullmatch(r"([^*]+)(?:\*(\d{1,3}))?(\*)?", name)
        if shape is None or (shape[2] is None and not shape[3]):
            found.setdefault(name, _one_line(words(content)[0]))
        else:
            order = int(shape[2]) if shape[2] is not None else -1
            pieces.setdefault(shape[1], {}).setdefault(order, (content, bool(shape[3])))
    for name, numbered in pieces.items():
        found[name] = _one_line(_from_pieces(numbered))
    return Parameters(_one_line(value).lower(), found)


def _unescaped(quoted: str) -> str:
    # Windows senders leave the backslashes of a path unescaped; only quotes and backslashes are ever escaped.
    return re.sub(r'\\(["\\])', r"\1", quoted)


def _from_pieces(numbered: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231 continuations: percent-encoded pieces are joined as bytes, the charset stands in the first."""
    order = sorted(numbered)
    label, raw = "", bytearray()
    for position, index in enumerate(order):
        content, encoded = numbered[index]
        if not encoded:
            raw += (
                words(content)[0].encode("utf-8", "replace")
                if not label
                else content.encode("utf-8", "replace")
            )
            continue
        if position == 0 and content.count("'") >= 2:
            label, _, content = content.split("'", 2)
        raw += unquote_to_bytes(content)
    return charsets.decode(bytes(raw), label or "utf-8").text


# --- dates ------------------------------------------------------------------------------------------------------

_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "met": 60, "mez": 60,
    "cest": 120, "mest": 120, "mesz": 120, "eet": 120, "sast": 120, "eest": 180, "msk": 180, "trt": 180,
    "ist": 330, "sgt": 480, "hkt": 480, "awst": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
    "nzst": 720, "nzdt": 780, "brt": -180, "ast": -240, "adt": -180, "est": -300, "edt": -240, "cst": -360,
    "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "akst": -540, "hst": -600,
}  # fmt: skip
_ISO = re.compile(
    r"^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)$", re.IGNORECASE
)
_HALVES = re.compile(r"\b(\d{1,2})(:\d\d(?::\d\d)?(?:\.\d+)?) ?([AaPp])\.?[Mm]\b\.?")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)$")


def moment(text: str) -> datetime | None:
    """The instant of a Date header with its own offset; None for a date without zone or without sense."""
    plain = re.sub(r"\([^()]*\)", " ", text[:200])
    plain = _SPACE.sub(" ", plain).strip()
    iso = _ISO.match(plain)
    if iso:
        parts = [int(iso[n] or 0) for n in range(1, 7)]
        minutes = _minutes(iso[7])
        return None if minutes is None else _instant(parts, minutes)
    if not re.search(r"\d{1,2}:\d\d|\d{1,2}\.\d\d\.\d\d", plain):
        return None  # a day without a time is no moment
    plain = re.sub(r"(\d\d:\d\d(?::\d\d)?)\.\d+", r"\1", plain)
    plain = re.sub(r"\b(?:GMT|UTC) ?([+-]\d\d:?\d\d)$", r"\1", plain)
    half = _HALVES.search(plain)
    if half:
        hour = int(half[1])
        if hour > 12 and half[3] in "Aa":
            return None  # a morning in the afternoon
        hour = hour if hour > 12 else hour % 12 + (12 if half[3] in "Pp" else 0)
        plain = f"{plain[: half.start()]}{hour:02d}{half[2]}{plain[half.end() :]}"
    plain = re.sub(r"(:\d\d) ([A-Z]{1,5}) (\d{4})$", r"\1 \3 \2", plain)
    zone = plain.rsplit(" ", 1)[-1]
    minutes = _minutes(zone)
    glued = re.search(r"(?<=\d)[+-]\d\d:?\d\d$", plain) if minutes is None else None
    if glued:
        zone = glued[0]
        minutes, plain = _minutes(zone), plain[: glued.start()] + " " + zone
    if minutes is None:
        return None
    try:
        found = parsedate_tz(plain[: -len(zone)] + "+0000")
    except Exception:  # the standard parser is not written for hostile input
        return None
    return None if found is None else _instant(list(found[:6]), minutes)


def _minutes(zone: str) -> int | None:
    offset = _OFFSET.fullmatch(zone)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        if minutes > 14 * 60 or int(offset[3]) > 59:
            return None
        return -minutes if offset[1] == "-" else minutes
    return _ZONES.get(zone.lower())


def _instant(parts: list[int], minutes: int) -> datetime | None:
    year, month, day, hour, minute, second = parts
    if not 1970 <= year <= 2100:
        return None
    try:
        return datetime(year, month, day, hour, minute, min(second, 59) if second == 60 else second,
                        tzinfo=timezone(timedelta(minutes=minutes)))  # fmt: skip
    except (ValueError, OverflowError):
        return None


# --- message ids --------------------------------------------------------------------------------------------------


def message_ids(text: str) -> tuple[str, ...]:
    """Every Message-ID in a header, in angle brackets, each once; bare ids only when there are no others."""
    bracketed = re.findall(r"<([^<>]{1,990})>", text)
    if not bracketed:
        bracketed = [word.strip("<>,;\"'()") for word in text.split() if "@" in word]
    pure = (re.sub(r"\s+", "", one) for one in bracketed)
    return tuple(dict.fromkeys(f"<{one}>" for one in pure if one and one != "@"))
