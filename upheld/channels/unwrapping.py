"""The transfer encodings taken off again: base64, quoted-printable and uuencode, however damaged they arrive."""

from __future__ import annotations

import binascii
import quopri
import re


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
            return body, "A text is marked as base64 but is plain."
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
