"""Who a letter is from and to: address headers read with patience, one character after the other.

The name is decoded after the structure is found, so that an encoded comma cannot split a person in two. Groups,
comments, old source routes, missing brackets and names with unquoted commas are taken as people meant them.
"""

from __future__ import annotations

import re

from upheld.channels import charsets, headers
from upheld.channels.letter import Address

_LONGEST_PERSON = 4_000  # signs of one name and address, encoded
_LONGEST_ADDRESS = 400
_LONGEST_NAME = 300
MOST = 5_000  # addresses of one header that are kept

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@\\]+@(?:\[[0-9A-Za-z.:]+\]|[^\s<>()\[\],;:\"@\\]+)")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]+")  # turn the words around them, to look like others
_ENCODED = headers.WORD


def mailboxes(raw: bytes, hint: str | None = None) -> tuple[tuple[Address, ...], bool]:
    """The addresses of one header and whether all of it made sense. A person without an address is kept by name."""
    source = raw[: headers.LONGEST]
    text = source.decode("ascii") if source.isascii() else charsets.decode(source, None, hint).text
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", _TURNING.sub("", text.replace("\0", "")))
    found, sound = _parsed(text)
    return tuple(found[:MOST]), sound and len(found) <= MOST


def _parsed(text: str) -> tuple[list[Address], bool]:
    found: list[Address] = []
    sound = True
    waiting = ""  # "Customer, Dora <dora@…>": a name before an unquoted comma
    for encoded in _pieces(text):
        piece = encoded
        if (
            "=?" in piece
            and len(piece) <= _LONGEST_PERSON
            and not re.search(r"@(?![^?]*\?=)", piece)
            and "@" in headers.words(piece)[0]
        ):
            piece = headers.words(piece)[0]  # some senders encode the address with the name
        one = _mailbox(f"{waiting}, {piece}" if waiting else piece)
        if one is None:
            sound = sound and not re.search(r"[^\s,;:]", piece)
            continue
        if not one.address and "<" not in piece:
            waiting = f"{waiting}, {piece}" if waiting and len(waiting) < _LONGEST_NAME else piece
            continue
        waiting = ""
        found.append(one)
    if waiting:
        sound = False
        named = _mailbox(waiting)
        if named is not None and named.name and re.search(r"\w", named.name):
            found.append(named)
    return found, sound and all(one.address for one in found)


def _pieces(text: str) -> list[str]:
    """The text between separating commas, semicolons and group marks; encoded words are opaque."""
    pieces: list[str] = []
    start, comment, quoted, angle = 0, 0, False, False
    opaque = {m.start(): m.end() for m in _ENCODED.finditer(text)}
    index, length = 0, len(text)
    last_quote, last_angle, last_round = text.rfind('"'), text.rfind(">"), text.rfind(")")
    while index < length:
        sign = text[index]
        if index in opaque and not quoted:
            index = opaque[index]
            continue
        if sign == "\\" and (quoted or comment):
            index += 2
            continue
        if quoted:
            quoted = sign != '"'
        elif sign == '"' and not comment and index < last_quote:
            quoted = True
        elif sign == "(" and index < last_round:
            comment += 1
        elif sign == ")" and comment:
            comment -= 1
        elif comment:
            pass
        elif sign == "<" and index < last_angle:
            angle = True
        elif sign == ">":
            angle = False
        elif sign in ",;" and not angle:
            pieces.append(text[start:index])
            start = index + 1
        elif sign == ":" and not angle and "@" not in text[start:index] and "<" not in text[start:index]:
            start = index + 1  # the name of a group says nothing about a person
        index += 1
    pieces.append(text[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _mailbox(piece: str) -> Address | None:
    if len(piece) > _LONGEST_PERSON:
        return None
    comments: list[str] = []
    bare = _without_comments(piece, comments)
    angle = re.search(r"<([^<>]*)>?[^<>]*$", bare)
    if angle:
        name = (bare[: angle.start()] + " " + bare[angle.end(1) :].lstrip(">")).strip(" <>")
        address = _address(angle[1].rsplit(":", 1)[-1] if angle[1].startswith("@") else angle[1])
        if not address:  # <Dora> dora@x.example, or an address inside the name
            loose = _ADDRESS.search(name)
            address = loose[0] if loose else ""
            name = name.replace(address, "").strip() if address else name
    else:
        lone = re.fullmatch(r"\s*(\"(?:[^\"\\]|\\.)*\"@\S+|\S+)\s*", bare)
        address = _address(lone[1]) if lone else ""
        name = "" if address else bare
        if not address:
            loose = _ADDRESS.search(bare)
            if loose:
                address, name = loose[0], (bare[: loose.start()] + " " + bare[loose.end() :]).strip()
        elif "@" not in address and not comments:
            address, name = "", bare  # a lone word is a name, not a mailbox
    shown = _name(name) or (_name(comments[-1]) if comments else "")
    if not address and not re.search(r"\w", shown):
        return None
    return Address(name=shown, address=_TURNING.sub("", charsets.tidy(address)))


def _address(text: str) -> str:
    """An address without stray signs, or nothing when there is none in it."""
    plain = headers.words(text)[0].strip().strip("'\"") if "=?" in text else text.strip()
    plain = re.sub(r"^mailto:", "", plain, flags=re.IGNORECASE).strip("<> ")
    if len(plain) > _LONGEST_ADDRESS:
        return ""
    if plain.startswith('"'):
        return plain if re.fullmatch(r'"(?:[^"\\]|\\.)*"@[^\s@]+', plain) else ""
    plain = plain.strip("'\"").rstrip(".")
    if re.fullmatch(r"\S*\w\S*@\S*[\w\]]\S*", plain):
        return plain
    squeezed = re.sub(r"\s+", "", plain)
    if "@" in plain and _ADDRESS.fullmatch(squeezed):
        return squeezed
    return plain if re.fullmatch(r"[\w.+-]+", plain) else ""


def _without_comments(piece: str, comments: list[str]) -> str:
    out: list[str] = []
    current: list[str] = []
    depth, quoted, index = 0, False, 0
    while index < len(piece):
        sign = piece[index]
        if sign == "\\" and index + 1 < len(piece):
            (current if depth else out).append(piece[index : index + 2] if not depth else piece[index + 1])
            index += 2
            continue
        if not depth and sign == '"':
            quoted = not quoted
        if sign == "(" and not quoted and ")" in piece[index:]:
            depth += 1
            if depth > 1:
                current.append(sign)
        elif sign == ")" and depth:
            depth -= 1
            if depth:
                current.append(sign)
            else:
                comments.append("".join(current))
                current = []
        else:
            (current if depth else out).append(sign)
        index += 1
    return "".join(out) + (" " + "".join(current) if current else "")


def _name(text: str) -> str:
    plain = text.strip().strip(",;").strip()
    if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "\"'":
        plain = plain[1:-1]
    plain = re.sub(r'\\(["\\()])', r"\1", plain).replace('"', "") if '"' in plain or "\\" in plain else plain
    decoded = re.sub(r"\s+", " ", re.sub(r"[\x01-\x1f\x7f]+", " ", headers.words(plain)[0])).strip()
    if len(decoded) > 1 and decoded[0] == decoded[-1] and decoded[0] in "\"'":
        decoded = decoded[1:-1].strip()
    return _TURNING.sub("", charsets.tidy(decoded)).strip()
