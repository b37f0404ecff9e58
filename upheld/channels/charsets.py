"""Bytes to text, the way letters in the wild need it: the label first, then what the bytes themselves say.

A label is honoured when the bytes decode under it, with three corrections that are facts of mail: what is labelled
Latin-1 is Windows-1252, what is valid UTF-8 is UTF-8 whatever a Western label says, and the East Asian labels mean
their vendors' supersets. A guess is the last step and is always reported as one.
"""

from __future__ import annotations

import codecs
import functools
import re
from typing import NamedTuple

from charset_normalizer import from_bytes


class Decoded(NamedTuple):
    """Text, and in one plain sentence what was wrong with the bytes or their label; None when all was well."""

    text: str
    trouble: str | None


# Labels that Python does not know or that mean a superset of what they say.
_MEANS = {
    "us-ascii": "ascii", "ansi_x3.4-1968": "ascii", "ascii": "ascii", "646": "ascii",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252",
    "latin-1": "cp1252", "l1": "cp1252", "x-ansi": "cp1252", "ansi": "cp1252", "cp-1252": "cp1252",
    "iso-8859-9": "cp1254", "latin5": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "iso-8859-6-i": "iso8859-6",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030",
    "gb_2312-80": "gb18030", "gb2312-80": "gb18030", "euc-cn": "gb18030", "hz-gb-2312": "hz",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932",
    "windows-31j": "cp932", "cswindows31j": "cp932", "x-euc-jp": "euc_jp",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949", "ks_c_5601": "cp949", "korean": "cp949",
    "x-windows-949": "cp949", "cn-big5": "big5", "x-x-big5": "big5",
    "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8", "x-utf-8": "utf-8", "unicode": "utf-16", "ucs-2": "utf-16",
    "x-mac-roman": "mac-roman", "macintosh": "mac-roman", "x-mac-cyrillic": "mac-cyrillic",
    "koi8": "koi8-r", "koi": "koi8-r", "x-koi8-r": "koi8-r", "win-1251": "cp1251", "win1251": "cp1251",
    "iso-2022-jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext", "iso-2022-jp-ms": "iso2022_jp_ext",
}  # fmt: skip
# Tried after the first codec fails: the supersets that senders use under the same label.
_THEN = {
    "iso2022_jp_ext": ("iso2022_jp_2004", "iso2022_jp_2", "iso2022_jp_3"),
    "big5": ("cp950", "big5hkscs"),
    "euc_jp": ("euc_jis_2004",),
    "cp932": ("shift_jis_2004",),
    "cp949": ("johab",),
}
# Python codecs that are no charsets of letters, and that are slow or meaningless on hostile bytes.
_REFUSED = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "charmap"}
_NO_LABEL = {"", "unknown", "unknown-8bit", "x-unknown", "default", "default_charset", "none", "8bit", "binary",
             "7bit", "x-user-defined", "_autodetect", "_autodetect_all"}  # fmt: skip
_WESTERN = {"ascii", "cp1252", "cp1254", "iso8859-15", "cp1250", "iso8859-2", "mac-roman", "cp850", "cp437"}

_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_TO_JAPANESE, _BACK = re.compile(rb"\x1b\$[@B]"), re.compile(rb"\x1b\([BJ]")
_RETURNS = re.compile(r"\r+\n?")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_FOREIGN_SCRIPT = re.compile(rb"[\x80-\xff]{4,}")
_GUESS_FROM = 16 * 1024  # bytes that the last guess looks at: it is slow, and a letter's start tells enough
_GUESSES = ["cp1251", "koi8_r", "cp1252", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874",
            "gb18030", "big5", "cp932", "euc_jp", "cp949"]  # fmt: skip


def decode(data: bytes, label: str | None = None, hint: str | None = None) -> Decoded:
    """Text of these bytes; never raises. `hint` is a charset to try before guessing when there is no label that
    works: the one that the rest of the letter is written in."""
    if not data:
        return Decoded("", None)
    given = re.sub(r"[\s\"'<>;]+", "", label or "").split("*")[0].lower()[:60]
    marked = _by_its_mark(data, given)
    if marked is not None:
        return marked
    codec = None if given in _NO_LABEL else _codec(given)
    if codec is None:
        complaint = None if given in _NO_LABEL else f"The charset {printable(given)} is not known"
        return _without_label(data, complaint, hint)
    if codec != "utf-8" and _is_rather_utf8(data, codec):
        harmless = codec == "ascii"
        why = None if harmless else f"The text is labelled {printable(given)} but is UTF-8."
        return _settled(data.decode("utf-8"), why)
    if codec in ("ascii", "utf-8") and data.isascii() and _switches(data):
        japanese = _strictly(data, "iso2022_jp_ext")
        if japanese is not None:
            return _settled(japanese, f"The text is labelled {printable(given)} but is ISO-2022-JP.")
    for attempt in (codec, *_THEN.get(codec, ())):
        text = _strictly(data, attempt)
        if text is not None:
            return _settled(text, None)
    if codec == "cp1252":  # the five bytes that Windows-1252 leaves undefined
        return _settled(_latin(data), None)
    return _without_label(data, f"The text is not in its charset {printable(given)}", hint, codec)


def tidy(text: str) -> str:
    """The same text, storable and printable: no NUL, no lone surrogate, one kind of line end."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if _SURROGATES.search(text):
        text = _SURROGATES.sub("\ufffd", text)
    if "\r" in text:
        text = _RETURNS.sub(lambda run: "\n" if run[0][-1] == "\n" else "\n" * len(run[0]), text)
    return text


def printable(text: str, limit: int = 60) -> str:
    """A short quotation of hostile text that is safe inside a sentence of ours."""
    plain = "".join(c if c.isprintable() else "\ufffd" for c in text[: limit + 1])
    return plain if len(plain) <= limit else plain[:limit] + "…"


def _by_its_mark(data: bytes, given: str) -> Decoded | None:
    """A byte order mark outranks any label."""
    if data.startswith(codecs.BOM_UTF8):
        text = _strictly(data[3:], "utf-8")
        return None if text is None else _settled(text, None)
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) and (
        not given or "16" in given or b"\0" in data[:64]
    ):
        text = _strictly(data, "utf-32" if data[2:4] == b"\0\0" and data[0] == 0xFF else "utf-16")
        return None if text is None else _settled(text, None)
    if "16" not in given and "32" not in given and len(data) > 8:
        return _unmarked_utf16(data)
    return None


def _unmarked_utf16(data: bytes) -> Decoded | None:
    head = data[:400]
    for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if zeros.count(0) > len(zeros) * 0.8 and head.count(0) < len(head) * 0.6:
            text = _strictly(data, codec)
            if text is not None:
                return Decoded(tidy(text), "The text is UTF-16 without saying so.")
    return None


def _is_rather_utf8(data: bytes, codec: str) -> bool:
    """Valid UTF-8 by chance is next to impossible in Western text and needs several sequences elsewhere."""
    if data.isascii() or codec.startswith(("utf", "iso2022", "hz")):
        return False
    if _strictly(data, "utf-8") is None:
        return False
    return codec in _WESTERN or len(_MULTIBYTE.findall(data)) >= 4


def _without_label(data: bytes, complaint: str | None, hint: str | None, codec: str | None = None) -> Decoded:
    if data.isascii():
        japanese = _strictly(data, "iso2022_jp_ext") if _switches(data) else None
        said = f"{complaint}, but the text is plain." if complaint else None
        return _settled(japanese if japanese is not None else data.decode("ascii"), said)
    text = _strictly(data, "utf-8")
    if text is not None:
        return _settled(text, f"{complaint}; it was read as UTF-8." if complaint else None)
    nearly = _nearly_utf8(data) if codec in (None, "utf-8", "ascii") else None
    if nearly is not None:
        return Decoded(tidy(nearly), f"{complaint or 'The text has bytes that fit no charset'}; "
                       "a few signs are lost.")  # fmt: skip
    known = _codec(hint.lower()) if hint else None
    if known and known not in ("ascii", "utf-8"):
        text = _strictly(data, known)
        if text is not None:
            return _settled(text, f"{complaint or 'The charset is not given'}; the letter's own was used.")
    name, text = _guessed(data)
    said = f"{complaint or 'The charset is not given'}; {name} was guessed."
    return Decoded(tidy(text), said)


def _switches(data: bytes) -> bool:
    """Whether the bytes go over to Japanese and come back, as ISO-2022-JP does."""
    there = _TO_JAPANESE.search(data)
    return there is not None and _BACK.search(data, there.end()) is not None


def _nearly_utf8(data: bytes) -> str | None:
    """UTF-8 with a few damaged signs, as a letter cut in the middle has."""
    good = len(_MULTIBYTE.findall(data))
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    return text if good >= 3 and lost <= max(2, good // 10) else None


def _guessed(data: bytes) -> tuple[str, str]:
    # Lone signs between plain letters are a Western text; only runs of them are another script.
    if _FOREIGN_SCRIPT.search(data):
        try:
            best = from_bytes(data[:_GUESS_FROM], cp_isolation=_GUESSES).best()
        except Exception:  # a guess must never cost the letter
            best = None
        if best is not None:
            text = _strictly(data, best.encoding)
            if text is not None:
                return best.encoding.replace("_", "-"), text
    return "windows-1252", _latin(data)


def _latin(data: bytes) -> str:
    text = _strictly(data, "cp1252")
    if text is not None:
        return text
    return "".join(_one_latin(byte) for byte in data) if len(data) < 1_000_000 else data.decode("latin-1")


@functools.cache
def _one_latin(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


def _settled(text: str, trouble: str | None) -> Decoded:
    repaired = undone_twice(text)
    if repaired is not None:
        return Decoded(tidy(repaired), "The text was encoded twice as UTF-8 and has been repaired.")
    return Decoded(tidy(text), trouble)


def undone_twice(text: str) -> str | None:
    """The text before it was encoded twice as UTF-8, or None where that is not certain: every sign beyond ASCII
    must belong to such a sequence and there must be two of them, for people also quote garbled words to us."""
    if text.isascii() or not ("Ã" in text or "Â" in text or "â" in text or "Ð" in text or "Ñ" in text):
        return None
    raw = bytearray()
    for sign in text:
        if ord(sign) < 0x80:
            raw.append(ord(sign))
            continue
        try:
            raw += sign.encode("cp1252")
        except UnicodeEncodeError:
            if ord(sign) > 0xFF:
                return None
            raw.append(ord(sign))
    once = _strictly(bytes(raw), "utf-8")
    return once if once is not None and len(_BEYOND_ASCII.findall(once)) >= 2 else None


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError, AssertionError):
        return None


@functools.lru_cache(maxsize=512)
def _codec(label: str) -> str | None:
    """Python's name of a charset, or None for what is no charset of letters."""
    wanted = _MEANS.get(label, label)
    for name in (
        wanted,
        wanted.replace("_", "-"),
        wanted.removeprefix("x-"),
        re.sub(r"^(cp|windows)-?", "cp", wanted),
    ):
        try:
            info = codecs.lookup(_MEANS.get(name, name))
        except (LookupError, ValueError, UnicodeError):
            continue
        if getattr(info, "_is_text_encoding", True) and info.name not in _REFUSED:
            return info.name
    return None
