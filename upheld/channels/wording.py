"""The words of an HTML letter as plain text, with quotations marked `> ` the way plain letters mark them."""

from __future__ import annotations

import re

import lxml.html
from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from upheld.channels import charsets, cleaning

# Two noncharacters stand for the start and the end of a quotation while the text is laid out.
_OPENS, _CLOSES = "\ufdd0", "\ufdd1"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_DROPPED = ("script", "style", "title", "template", "noscript", "head", "svg", "math", "iframe", "object")


def words(html: str) -> tuple[str, str | None]:
    """Readable text of an HTML letter and, when only brute force could get it, the reason."""
    source = _CONTROL.sub("", charsets.tidy(html))
    if not source.strip():
        return "", None
    if cleaning.too_heavy(source):
        return cleaning.stripped(
            source
        ), "The HTML of the letter is too large or too deep to lay out; only its words are shown."
    try:
        return _laid_out(source), None
    except Exception:  # neither parser is written for hostile HTML, and words matter more than their layout
        return cleaning.stripped(
            source
        ), "The HTML of the letter could not be laid out; only its words are shown."


def _laid_out(source: str) -> str:
    # lxml refuses a string that declares an encoding; a letter's HTML is text already.
    tree = lxml.html.document_fromstring(re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", source))
    for element in list(tree.iter(*_DROPPED)):
        element.drop_tree()
    for quote in tree.iter("blockquote"):
        _marked(quote)
    text = Inscriptis(tree, ParserConfig(css=CSS_PROFILES["strict"])).get_text()
    return _quoted(charsets.tidy(text).replace("\u00a0", " "))


def _marked(quote: lxml.html.HtmlElement) -> None:
    opens = lxml.html.Element("div")
    opens.text = _OPENS
    opens.tail = quote.text
    quote.text = None
    quote.insert(0, opens)
    closes = lxml.html.Element("div")
    closes.text = _CLOSES
    quote.append(closes)


def _quoted(text: str) -> str:
    out: list[str] = []
    depth = 0
    for line in text.split("\n"):
        mark = line.strip()
        if mark and not mark.strip(_OPENS + _CLOSES):
            depth = max(0, depth + mark.count(_OPENS) - mark.count(_CLOSES))
            continue
        depth_here = depth + line.count(_OPENS)
        depth = max(0, depth_here - line.count(_CLOSES))
        plain = re.sub(f"[{_OPENS}{_CLOSES}]", "", line).rstrip()
        plain = plain.lstrip() if depth_here else plain
        out.append(("> " * depth_here + plain).rstrip() if depth_here else plain)
    joined = "\n".join(out).strip("\n")
    return re.sub(r"\n{3,}", "\n\n", joined)
