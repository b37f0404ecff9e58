"""Where a text repeats what was written before: lines behind `>`, the lines that introduce them, header blocks.

The lines that introduce a quotation ("On Friday Dora wrote:") are known by a date or an address and the colon when
quoted lines follow, whatever the language; by their language's words when nothing but the tail follows.
"""

from __future__ import annotations

import re

from upheld.channels import introducing

_QUOTED = re.compile(r"^[ \t\u00a0]{0,3}>(?![=:_;])")
_BLANK = re.compile(r"^[\s>\u00a0\u200b\ufeff]*$")


def quotations(lines: list[str]) -> list[tuple[int, int]]:
    """Half-open spans of lines that repeat earlier letters, in order, each with the lines that introduce it."""
    tail = _tail(lines)
    found: list[tuple[int, int]] = []
    index = 0
    while index < tail:
        if not _is_quoted(lines, index):
            index += 1
            continue
        end = index + 1
        while end < tail and (_is_quoted(lines, end) or _blank_inside(lines, end, tail)):
            end += 1
        floor = found[-1][1] if found else 0
        found.append((_with_introduction(lines, index, floor), end))
        index = end
    if tail < len(lines):
        found.append((tail, len(lines)))
    return found


def unquoted(line: str) -> str:
    """A line without its quotation marks."""
    return re.sub(r"^(?:[ \t]{0,3}>)+ ?", "", line)


def is_frame(line: str) -> bool:
    """Whether a quoted line only introduces what follows: an attribution, a header line, a rule."""
    framing = (
        introducing.RULE,
        introducing.RULED,
        introducing.LABEL_FROM,
        introducing.LABEL_SENT,
        introducing.LABEL_REST,
    )
    if any(pattern.match(line) for pattern in framing):
        return True
    return bool(introducing.ENDS.search(line) and introducing.BY_SHAPE.search(line))


def is_forward(text: str) -> bool:
    """Whether a quotation is a forwarded letter, which the conversation has not seen before."""
    return any(
        introducing.IS_FORWARD.match(line) or introducing.BEGINS.match(line) for line in text.split("\n")[:6]
    )


def _is_quoted(lines: list[str], index: int) -> bool:
    line = lines[index]
    if not _QUOTED.match(line):
        return False
    if line.startswith(">From "):  # a spool's escape of an own line, not a quotation
        return any(0 <= near < len(lines) and _QUOTED.match(lines[near]) for near in (index - 1, index + 1))
    return True


def _blank_inside(lines: list[str], index: int, tail: int) -> bool:
    """A blank line between two quoted ones belongs to the quotation, unless an answer stands there."""
    if not _BLANK.match(lines[index]):
        return False
    after = index
    while after < tail and _BLANK.match(lines[after]) and not _QUOTED.match(lines[after]):
        after += 1
    return after < tail and _is_quoted(lines, after) and after - index <= 2


def _with_introduction(lines: list[str], start: int, floor: int) -> int:
    """The first line of what introduces the quoted lines at `start`; `start` itself when nothing does."""
    last = start - 1
    while last >= floor and not lines[last].strip() and start - last <= 3:
        last -= 1
    if last < floor or not lines[last].strip():
        return start
    if introducing.RULED.match(lines[last]) or introducing.BEGINS.match(lines[last]):
        return last
    block = _header_block_ending(lines, last, floor)
    if block is not None:
        return block
    for first in range(last, max(floor, last - 4) - 1, -1):
        if not lines[first].strip():
            break
        joined = _joined(lines, first, last + 1)
        if len(joined) > 400 or not introducing.ENDS.search(joined):
            break
        if _starts_attribution(joined):
            return first
    if _looks_like_attribution(lines[last]):
        first = last
        if re.match(r"^\s*<?[^\s<>@]+@", lines[last]) and first - 1 >= floor and lines[first - 1].strip():
            first -= 1  # "Dora Customer" above "<dora@x.example>:"
        alone = first == floor or not lines[first - 1].strip() or first < last
        return first if alone or introducing.BY_WORDS.match(lines[last].strip()) else start
    return start


def _looks_like_attribution(line: str) -> bool:
    """An attribution in a language that we do not know: short, with an address or a date and a time, and a colon."""
    if not introducing.ENDS.search(line) or len(line) > 160 or len(line.split()) > 14:
        return False
    timed = re.search(introducing.DATED, line) and re.search(r"\d{1,2}[:.]\d\d\b", line)
    return bool(timed or re.search(introducing.ADDRESSED, line))


def _starts_attribution(joined: str) -> bool:
    plain = joined.strip()
    if len(plain) < 250 and introducing.UNMISTAKABLE.match(plain):
        return True
    return bool(
        introducing.BY_WORDS.match(plain)
        and introducing.OPENS.match(plain)
        and introducing.BY_SHAPE.search(plain)
    )


def _tail(lines: list[str]) -> int:
    """The line from which all is an earlier letter without quotation marks; the number of lines when none is."""
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        if introducing.RULED.match(line) and not _QUOTED.match(line):
            return _rule_above(lines, index)
        if introducing.BEGINS.match(line):
            return index
        if not _QUOTED.match(line) and _opens_block(lines, index):
            above = _rule_above(lines, index)
            if _is_header_block(lines, index, ruled=above < index):
                return above
        if not _QUOTED.match(line) and _is_sure_attribution(lines, index):
            return index
    return len(lines)


def _rule_above(lines: list[str], index: int) -> int:
    above = index - 1
    while above >= 0 and not lines[above].strip() and index - above <= 2:
        above -= 1
    return above if above >= 0 and introducing.RULE.match(lines[above]) else index


def _opens_block(lines: list[str], index: int) -> bool:
    """From comes first, or a date right before it."""
    if introducing.LABEL_FROM.match(lines[index]):
        return True
    if not introducing.LABEL_SENT.match(lines[index]):
        return False
    following = next((line for line in lines[index + 1 : index + 3] if line.strip()), "")
    return introducing.LABEL_FROM.match(following) is not None


def _is_header_block(lines: list[str], start: int, *, ruled: bool) -> bool:
    """What mail programs put above the earlier letter. Forms and shipping notes have a sender, a date and a subject
    too, so that a block without a rule above must also say to whom, and be as exact as programs are."""
    block = _labels(lines, start)
    others = [line for line in block if introducing.LABEL_REST.match(line)]
    dated = [line for line in block if introducing.LABEL_SENT.match(line)]
    if not (dated and others) or not any(introducing.LABEL_FROM.match(line) for line in block):
        return False
    if ruled:
        return True
    to = [line for line in others if introducing.LABEL_TO.match(line)]
    people = [*to, *(line for line in block if introducing.LABEL_FROM.match(line))]
    addressed = any(re.search(introducing.ADDRESSED, line) for line in people)
    if any(introducing.LABEL_SENT_ONLY.match(line) for line in dated):
        return bool(to) and (addressed or any(introducing.LABEL_SUBJECT.match(line) for line in others))
    return bool(to) and addressed and any(introducing.TIMED.search(line) for line in dated)


def _labels(lines: list[str], start: int) -> list[str]:
    """The header lines of a block, which may be broken over lines and have blank lines between them."""
    found = [lines[start]]
    blank, seen = False, 0
    for line in lines[start + 1 : start + 16]:
        if not line.strip():
            blank = True
            continue
        seen += 1
        labels = (introducing.LABEL_FROM, introducing.LABEL_SENT, introducing.LABEL_REST)
        if any(label.match(line) for label in labels):
            found.append(line)
        elif seen > 8 or (len(found) == 1 and seen > 1) or (blank and len(found) > 1):
            break
        blank = False
    return found


def _header_block_ending(lines: list[str], last: int, floor: int) -> int | None:
    """A block of header lines right above quoted lines, as some programs write before `>`."""
    first, dated, sender = last, 0, 0
    while first >= floor and lines[first].strip():
        line = lines[first]
        if introducing.LABEL_FROM.match(line):
            sender += 1
        elif introducing.LABEL_SENT.match(line):
            dated += 1
        elif not introducing.LABEL_REST.match(line):
            break
        first -= 1
    return first + 1 if sender and dated and last - first >= 2 else None


def _is_sure_attribution(lines: list[str], index: int) -> bool:
    """An attribution with a date and an address whose quotation lost its marks, as phones send it."""
    for count in (1, 2, 3):
        if not lines[index + count - 1 : index + count] or not lines[index + count - 1].strip():
            return False
        joined = _joined(lines, index, index + count)
        if len(joined) > 400:
            return False
        if not introducing.ENDS.search(joined):
            continue
        if not (introducing.SURE.match(joined) and _starts_attribution(joined)):
            return False
        if count > 1 and _starts_attribution(_joined(lines, index + 1, index + count)):
            return False  # the attribution begins a line further down
        after = index + count
        while after < len(lines) and not lines[after].strip():
            after += 1
        return after < len(lines) and not _QUOTED.match(lines[after])
    return False


def _joined(lines: list[str], first: int, last: int) -> str:
    return " ".join(line.strip() for line in lines[first:last])
