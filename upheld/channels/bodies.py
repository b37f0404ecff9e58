"""Which parts of a letter are its words, and which are files that came with it.

The words are what a mail program would show without a click: of each alternative the plain text (and the HTML beside
it), of a mixed letter every text in order. All else is listed as a file; nothing is in neither place.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

from upheld.channels import charsets, cleaning, flowing, wording
from upheld.channels.letter import Attachment
from upheld.channels.parts import Part

_BODY_TYPES = {"text/plain", "text/html", "text/markdown", "text/x-markdown", "application/xhtml+xml"}
# Other renderings of the same words that no reader needs beside the text or the HTML.
_MERE_RENDERINGS = {"text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext"}
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)


@dataclass
class Block:
    """One stretch of the letter's words: its plain text, its HTML, or both. `clean`: the HTML is ours. An empty
    text beside HTML says that the words stand in another block."""

    text: str | None = None
    html: str | None = None
    clean: bool = False

    @property
    def blank(self) -> bool:
        return not (self.text or "").strip() and not (self.html or "").strip()


@dataclass
class Body:
    """What a letter says and carries."""

    text: str | None
    html: str | None
    attachments: tuple[Attachment, ...]
    trouble: list[str]


class _Gathering:
    """The walk through one letter's parts; recursion is bounded by the parts' own bound."""

    def __init__(self, hint: str | None) -> None:
        self.hint = hint
        self.trouble: list[str] = []
        self.files: list[Part] = []
        self.set_aside: list[Part] = []  # inline texts with a file name: words only when there are no others
        self.words_seen = False

    def blocks(self, part: Part) -> list[Block]:
        if part.children:
            if part.type == "multipart/alternative":
                return self._alternative(part)
            if part.type == "multipart/related":
                return self._related(part)
            return [block for child in part.children for block in self.blocks(child)]
        if part.type.startswith("multipart/"):
            return self._unsplit(part)
        if self._is_words(part):
            block = self._words(part)
            self.words_seen = self.words_seen or not block.blank
            return [block]
        self.files.append(part)
        return []

    def _unsplit(self, part: Part) -> list[Block]:
        """A multipart whose parts could not be found: its bytes are the text, unless it holds nothing."""
        if not bytes(part.body[:2000]).strip():
            return []
        text = charsets.decode(bytes(part.body), None, self.hint)
        self._note(text.trouble)
        self.words_seen = True
        return [Block(text=text.text)]

    def _alternative(self, part: Part) -> list[Block]:
        choices = []
        for child in part.children:
            if child.type in _MERE_RENDERINGS:
                continue
            choices.append(self.blocks(child))
        filled = [blocks for blocks in choices if any(not block.blank for block in blocks)]
        if not filled:
            return choices[0] if choices else []
        rich = next((blocks for blocks in reversed(filled) if any(block.html for block in blocks)), None)
        plain = next((blocks for blocks in filled if all(block.html is None for block in blocks)), None)
        if rich is None:
            return filled[0]
        if plain is None:
            return rich
        shown = [self._as_html(block) for block in rich]
        shown[0].text = _joined_text(plain, self)
        return shown

    def _as_html(self, block: Block) -> Block:
        if block.html is None:
            return Block(text="", html=cleaning.from_text(block.text or ""), clean=True)
        return Block(text="", html=block.html, clean=block.clean)

    def _related(self, part: Part) -> list[Block]:
        start = part.content_type.items.get("start", "").strip("<> ")
        root = next((c for c in part.children if start and _content_id(c) == start), part.children[0])
        if not (root.children or root.type.startswith("multipart/") or root.type in _BODY_TYPES):
            root = next((c for c in part.children if c.children or c.type in _BODY_TYPES), root)
        blocks: list[Block] = []
        for child in part.children:
            if child is root or child.children:
                blocks += self.blocks(child)
            elif child.type not in _BODY_TYPES or file_name(child) or _content_id(child):
                self.files.append(child)
            else:
                blocks += self.blocks(child)
        return blocks

    def _is_words(self, part: Part) -> bool:
        if part.type not in _BODY_TYPES or part.disposition.value == "attachment":
            return False
        if "filename" in part.disposition.items:
            self.set_aside.append(part)
            return False
        named = part.content_type.items.get("name")
        return not (named and (self.words_seen or part.type not in ("text/plain", "text/html")))

    def _words(self, part: Part) -> Block:
        raw, trouble = part.content()
        self._note(trouble)
        is_html = part.type in ("text/html", "application/xhtml+xml")
        label = part.content_type.items.get("charset")
        if is_html and not label:
            meta = _META.search(raw[:4000])
            label = meta[1].decode("ascii") if meta else None
        found = charsets.decode(raw, label, self.hint)
        self._note(found.trouble)
        if is_html:
            return Block(html=found.text)
        text = found.text
        if part.content_type.items.get("format", "").lower() == "flowed":
            text = flowing.unflowed(text, delsp=part.content_type.items.get("delsp", "").lower() == "yes")
        return Block(text=text)

    def last_resort(self) -> list[Block]:
        """A letter whose only text came as a named inline part: it is shown, and stays in the list of files."""
        return [self._words(part) for part in self.set_aside[:1]]

    def text_of(self, html: str) -> str:
        text, trouble = wording.words(html)
        self._note(trouble)
        return text

    def _note(self, trouble: str | None) -> None:
        if trouble and trouble not in self.trouble:
            self.trouble.append(trouble)


def gather(root: Part, hint: str | None = None) -> Body:
    """The words and the files of a letter. `hint`: the charset that the letter's other parts are in."""
    walk = _Gathering(hint)
    blocks = walk.blocks(root)
    if all(block.blank for block in blocks):
        blocks = walk.last_resort() or blocks
    text = _joined_text(blocks, walk) if blocks else None
    html: str | None = None
    if any(block.html is not None for block in blocks):
        html = _joined_html(blocks, walk)
    shown = {
        unquote(unescape(one))
        for one in re.findall(r'<img(?: [a-z-]+="[^"]*")*? src="cid:([^"]+)"', html or "")
    }
    files = []
    for part in walk.files:
        file, trouble = _file(part, shown)
        files.append(file)
        walk._note(trouble)
    return Body(text, html, tuple(files), walk.trouble)


def _joined_text(blocks: list[Block], walk: _Gathering) -> str:
    texts = []
    for block in blocks:
        text = block.text
        if block.html is not None and text is None:
            text = walk.text_of(block.html)
        if text is not None:
            texts.append(text)
    filled = [text for text in texts if text.strip()]
    if len(filled) <= 1:
        return filled[0] if filled else ""
    return "\n".join(text.rstrip("\n") + "\n" for text in filled).rstrip("\n") + "\n"


def _joined_html(blocks: list[Block], walk: _Gathering) -> str:
    """Clean HTML of all blocks. Many pieces that are light each may be heavy together."""
    foreign = [block.html for block in blocks if block.html is not None and not block.clean]
    heavy = cleaning.too_heavy("".join(foreign))
    pieces = []
    for block in blocks:
        if block.html is None:
            if (block.text or "").strip():
                pieces.append(cleaning.from_text(block.text or ""))
        elif block.clean:
            pieces.append(block.html)
        elif heavy:
            pieces.append(cleaning.from_text(cleaning.stripped(block.html)))
            walk._note(cleaning.TOO_HEAVY)
        else:
            html, trouble = cleaning.cleaned(block.html)
            pieces.append(html)
            walk._note(trouble)
    return "\n".join(pieces)


def file_name(part: Part) -> str | None:
    """The file's own name without any path: what a mail program would save it as."""
    given = part.disposition.items.get("filename") or part.content_type.items.get("name") or ""
    last = re.split(r"[/\\]", given)[-1]
    plain = (
        re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+", "", last).strip(" .")
        if last.strip(" .")
        else ""
    )
    return charsets.tidy(plain)[-200:] or None


def _content_id(part: Part) -> str:
    raw = part.raw("content-id") or b""
    return charsets.tidy(raw.decode("utf-8", "replace")).strip().strip("<>").strip()


def _file(part: Part, shown: set[str]) -> tuple[Attachment, str | None]:
    content, trouble = part.content()
    content_id = _content_id(part) or None
    embedded = content_id is not None and content_id in shown
    file = Attachment(
        name=file_name(part),
        type=part.type,
        size=len(content),
        inline=embedded or part.disposition.value == "inline",
        content_id=content_id,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        embedded=embedded,
    )
    return file, trouble
