"""The transfer encodings taken off again: base64, quoted-printable and uuencode, however damaged they arrive."""

from __future__ import annotations

import binascii
import quopri
import re

_PURE_LINE = re.compile(rb"[A-Za-z0-9+/]{2,}={0,2}[ \t]*\r*\n?")


def unwrapped(body: memoryview, encoding: str, is_text: bool) -> tuple[bytes, str | None]:
    """Bytes without their transfer encoding. Damaged base64 gives what can be saved of it."""
    if encoding == "base64":
        return _from_base64(bytes(body), is_text)
    if encoding in ("quoted-printable", "quotedprintable", "qp"):
        return _from_quoted(bytes(body)), None
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _from_uu(bytes(body))
    if encoding in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "7bits", "8bits"):
        return bytes(body), None
    return bytes(body), "A part is wrapped in an unknown transfer encoding and is shown as it is."


def _from_quoted(body: bytes) -> bytes:
    if b"=" not in body:
        return body
    # Blanks at a line's end were put there by a relay, also behind the mark of a soft line end.
    return quopri.decodestring(b"\n".join(line.rstrip(b" \t\r") for line in body.split(b"\n")))


def _from_base64(body: bytes, is_text: bool) -> tuple[bytes, str | None]:
    foreign = re.search(rb"[^A-Za-z0-9+/=\s]", body)
    if foreign and is_text:
        pure = len(re.findall(rb"[A-Za-z0-9+/=]", body))
        words = re.search(rb"[A-Za-z0-9+/] +[A-Za-z0-9+/]", body)
        if words or pure < len(body) * 0.8:
            return _with_footer(body) or (body, "A text is marked as base64 but is plain.")
    if not foreign:
        try:
            if b"=" not in body.rstrip(b"=\r\n \t"):
                return binascii.a2b_base64(body), None
        except binascii.Error:
            pass
    # Padding in the middle means that pieces encoded apart were put together; each is decoded for itself.
    whole, damaged = bytearray(), foreign is not None
    for piece in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]", b"", body)):
        if len(piece) % 4 == 1:
            piece, damaged = piece[:-1], True
        whole += binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))
    return bytes(whole), "The base64 of a part is damaged; what could be saved is shown." if damaged else None


def _with_footer(body: bytes) -> tuple[bytes, str] | None:
    """Base64 below which a relay wrote plain words of its own; None when it does not begin with base64."""
    lines = body.lstrip().splitlines(keepends=True)
    count = 0
    while count < len(lines) and _PURE_LINE.fullmatch(lines[count]):
        count += 1
        if b"=" in lines[count - 1]:
            break
    for last in range(count, max(0, count - 3), -1):  # the footer may begin with a single word
        try:
            text = binascii.a2b_base64(b"".join(lines[:last]), strict_mode=False)
        except binascii.Error:
            continue
        if _may_be_text(text):
            return text.rstrip(b"\r\n") + b"\n" + b"".join(
                lines[last:]
            ), "Plain words follow the base64 of a text."
    return None


def _may_be_text(data: bytes) -> bool:
    """Plain words that are taken for base64 by mistake give control signs and bytes beyond ASCII."""
    if re.search(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]", data):
        return False
    return len(data) >= 45 or (len(data) >= 3 and len(re.findall(rb"[\x20-\x7e]", data)) >= 0.7 * len(data))


def _from_uu(body: bytes) -> tuple[bytes, str | None]:
    whole = bytearray()
    inside = False
    for line in body.splitlines():
        if line.startswith(b"begin "):
            inside = True
        elif line.strip() == b"end":
            break
        elif inside and line:
            length = (line[0] - 32) & 63  # some encoders pad a line beyond its own length
            try:
                whole += binascii.a2b_uu(line[: 1 + (length + 2) // 3 * 4])
            except binascii.Error:
                return bytes(whole), "A uuencoded part is damaged; what could be saved is shown."
    return (bytes(whole), None) if inside else (body, "A part is marked as uuencoded but is not.")
