"""A letter's HTML made harmless and readable: an allowlist for display, and the words alone for reading.

Nothing that is shown may run, load, submit or hide. Links open apart and lend no credit; pictures from afar become
a `data-remote-src` that the page may offer to load; pictures within the letter keep their `cid:`.
"""

from __future__ import annotations

import re
from html import unescape

import nh3

from upheld.channels import charsets

DEEPEST = 300  # elements within elements; the parsers below are quadratic or give up beyond
LONGEST = 2_000_000  # signs of HTML that are shown as HTML
MOST_TAGS = 150_000  # tags, which cost the layout of the words more than their length does
# The cleaner looks from each `&` and each hard blank to the end of its text, so their number times the length is
# the work that it may have; what it gave itself is known well enough to be counted text by text.
_MOST_WORK = 20_000_000_000
_MOST_KNOWN_WORK = 5_000_000_000
_MOST_IN_VALUE = 200  # `&` and hard blanks of one attribute: more are no address of a page
_MOST_STRIPPED = 500_000  # tags that are looked at one by one even for the words alone
_MOST_UNESCAPED = 200_000  # `&` whose names are all looked up

TOO_HEAVY = "The HTML of the letter is too large or too deep; only its words are shown."

_TAGS = {
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center",
    "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
    "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "mark",
    "main", "nav", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strike",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul",
    "var", "wbr",
}  # fmt: skip
# What these hold is no text of the letter.
_EMPTIED = {"script", "style", "title", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "math",
            "noembed", "noframes", "xmp", "plaintext", "audio", "video", "canvas", "frameset"}  # fmt: skip
_EVERYWHERE = {"title", "dir", "lang", "align", "valign", "style"}
_ATTRIBUTES = {
    "*": _EVERYWHERE,
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "data-remote-src"},
    "td": {"colspan", "rowspan", "width"},
    "th": {"colspan", "rowspan", "width", "scope"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "col": {"span", "width"},
    "colgroup": {"span"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "time": {"datetime"},
    "details": {"open"},
}
_STYLES = {"font-weight", "font-style", "text-decoration", "text-align", "white-space", "list-style-type"}
_STYLE = re.compile(r"\s*([a-z-]{3,30})\s*:\s*([a-z0-9][a-z0-9 -]{0,40}?)\s*", re.IGNORECASE)
_HREF = re.compile(r"(?:https?://[^\s/]|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_REMOTE_IMAGE = re.compile(r'(<img(?: [a-z-]+="[^"]*")*?) src="(?=https?://)', re.IGNORECASE)
_BREAKS = {
    "br",
    "p",
    "div",
    "tr",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "table",
    "hr",
    "pre",
}
_VOID = {"br", "img", "hr", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr", "param",
         "p", "li", "td", "tr", "th", "dd", "dt", "option", "tbody", "thead", "tfoot", "colgroup"}  # fmt: skip


def cleaned(html: str) -> tuple[str, str | None]:
    """Harmless HTML and, when it could only be shown as plain words, the reason. Cleaning twice changes nothing."""
    if too_heavy(html):
        return from_text(stripped(html)), TOO_HEAVY
    current = html
    for _ in range(4):
        once = _offered(_CLEANER.clean(current))
        if once == current:
            return current, None
        if _known_work(once) > _MOST_KNOWN_WORK:
            return from_text(stripped(html)), TOO_HEAVY
        current = once
    if _offered(_CLEANER.clean(current)) != current:
        return from_text(stripped(html)), "The HTML of the letter is broken; only its words are shown."
    return current, None


def from_text(text: str) -> str:
    """Plain words as HTML that is clean already, for a letter of which one piece is HTML and another is not."""
    plain = escaped(charsets.tidy(text)).replace("\u00a0", "&nbsp;")
    return f'<div style="white-space:pre-wrap">{plain}</div>'


def escaped(text: str) -> str:
    """Text that is nothing but text inside HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def too_heavy(html: str) -> bool:
    """Whether HTML is larger, deeper or odder than the parsers can take in a moment."""
    return (
        len(html) > LONGEST
        or html.count("<") > MOST_TAGS
        or _escapes(html) * len(html) > _MOST_WORK
        or too_deep(html)
    )


def too_deep(html: str) -> bool:
    """Whether elements nest deeper than anything honest; counted on bare tags before any parser recurses."""
    depth = deepest = 0
    for match in re.finditer(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})", html):
        if match[2].lower() in _VOID:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest > DEEPEST


def stripped(html: str) -> str:
    """The words of HTML by brute force, for what no parser should be given. One pass, whatever the nesting."""
    if html.count("<") > _MOST_STRIPPED:
        return _tidied(re.sub(r"<[^<>]*>", " ", html))
    out: list[str] = []
    position, ends = 0, _Ends(html)
    for match in re.finditer(r"<(?:!--|/?([a-zA-Z][a-zA-Z0-9:]{0,30})|[!?/])", html):
        if match.start() < position:
            continue
        name = (match[1] or "").lower()
        closing = html[match.start() + 1] == "/"
        if name in _EMPTIED and not closing:
            end = ends.after(f"</{name}", match.end())
        else:
            end = ends.after("-->" if match[0] == "<!--" else ">", match.end())
        if end is None:
            continue  # never closed: it is shown as it stands
        out.append(html[position : match.start()])
        if name in _BREAKS:
            out.append("\n")
        position = html.find(">", end - 1) + 1 if name in _EMPTIED and not closing else end
        position = max(position, end)
    out.append(html[position:])
    return _tidied("".join(out))


def _tidied(words: str) -> str:
    text = _unescaped(words).replace("\u00a0", " ")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip("\n")


class _Ends:
    """Where a mark occurs next; a mark that was not found once is not searched for again."""

    def __init__(self, html: str) -> None:
        self._html = html.lower()
        self._missing: set[str] = set()

    def after(self, mark: str, start: int) -> int | None:
        if mark in self._missing:
            return None
        found = self._html.find(mark, start)
        if found < 0:
            self._missing.add(mark)
            return None
        return found + len(mark)


def _unescaped(text: str) -> str:
    if text.count("&") <= _MOST_UNESCAPED:
        return unescape(text)
    for name, sign in (
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ):
        text = text.replace(name, sign)
    return text


def _escapes(html: str) -> int:
    """The signs that the cleaner writes as `&amp;` or `&nbsp;`, at most."""
    return html.count("&") + html.count("\u00a0")


def _known_work(clean: str) -> int:
    """The work that the cleaner's own output makes it: there every `<` ends a text."""
    return sum(_escapes(text) * len(text) for text in clean.split("<") if "&" in text)


def _offered(html: str) -> str:
    """Remote pictures are offered by name, not loaded. The input is the cleaner's own output, whose attributes
    are always quoted and whose text holds no bare `<`."""
    return _REMOTE_IMAGE.sub(r'\1 data-remote-src="', html)


def _attribute(tag: str, name: str, value: str) -> str | None:
    plain = value.strip()
    if _escapes(value) > _MOST_IN_VALUE and len(value) > 20_000:
        return None
    if name == "style":
        return _style(plain)
    if name == "href":
        return plain if _HREF.match(plain) else None
    if name == "src":
        return plain if re.match(r"(?i)cid:\S", plain) or _REMOTE.match(plain) else None
    if name == "data-remote-src":
        return plain if _REMOTE.match(plain) else None
    if name in ("width", "height", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "span"):
        return plain if re.fullmatch(r"\d{1,4}(?:px|%)?", plain) else None
    return value


def _style(value: str) -> str | None:
    kept = []
    for declaration in value[:4000].split(";"):
        match = _STYLE.fullmatch(declaration)
        if match and match[1].lower() in _STYLES:
            kept.append(f"{match[1].lower()}:{match[2].lower()}")
    return ";".join(kept) or None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_EMPTIED,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    strip_comments=True,
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    url_relative="deny",
)
