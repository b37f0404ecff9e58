"""A letter of ours that came back: to whom it did not go, for good or for now, and which letter it was.

The standard report (RFC 3464) is believed before any free text. Where a server writes prose, our own rules for the
servers still met today come first and the library for the old ones after them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

from flufl.bounce import all_failures

from upheld.channels import addresses, charsets, headers, parts
from upheld.channels.letter import Letter


@dataclass(frozen=True, slots=True)
class Bounce:
    """`permanent`: the server has given up; else it is still trying. `status` is an RFC 3463 code like 5.1.1."""

    recipients: tuple[str, ...]
    status: str | None
    permanent: bool
    original_message_id: str | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    recipient: str | None
    action: str
    status: str | None


_PROSE_LENGTH = 50_000  # signs of a server's own words

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_SMTP = re.compile(r"(?:^|[\s:;(>])(4(?:21|5[0-4])|5(?:0[0-5]|1\d|2\d|3\d|5\d|71))[ -]")
# Prose in scripts without blanks goes on right after an address, so only a field's domain may be in any script.
_LETTER = r"A-Za-z0-9\u00c0-\u024f\u0370-\u052f"
_MAILBOX = re.compile(rf"[^\s<>()\[\],;:\"'@\\=]+@[{_LETTER}](?:[{_LETTER}.-]*[{_LETTER}])?")
_FIELDS_MAILBOX = re.compile(r"[^\s<>()\[\],;:\"'@\\=]+@[^\W_](?:[\w.-]*\w)?")
_MESSAGE_ID = re.compile(
    r"(?im)^[> \t|]*(?:x-)?(?:original-)?message-id[ \t]*:[ \t]*(?:\r?\n[> \t]+)?(<[^<>\s]+>)"
)

# Servers' own prose, by the sentence that comes right before the addresses or that holds one. (pattern, gave up)
_PROSE = [
    # Postfix
    (re.compile(r"(?m)^<([^<>\s]+@[^<>\s]+)>(?: \(expanded from [^)]*\))?:\s"), True),
    # qmail
    (re.compile(r"(?m)^<([^<>\s]+@[^<>\s]+)>:\s*$"), True),
    # Gmail
    (re.compile(r"(?is)message (?:wasn't|could not be|was not) delivered to\s+(\S+@\S+?)[\s.*]+(?:because|\n|$)"),
     True),
    (re.compile(r"(?i)delivery to the following recipient(?:s)? failed[^:]{0,40}:\s+(\S+@\S+)"), True),
    (re.compile(r"(?i)there was a temporary problem delivering your message to\s+(\S+@\S+?)[\s.]"), False),
    # Exim: an indented address under the sentence
    (re.compile(r"(?is)could not be delivered to (?:one or more|all) of its\s+recipients\..{0,120}?"
                r"failed:\s+(\S+@\S+)"), True),
    (re.compile(r"(?is)the following address(?:es)? failed:\s+<?(\S+?@[^\s>]+)"), True),
    (re.compile(r"(?is)has not (?:yet )?been delivered .{0,300}?addresses? to which .{0,80}?(?:is|are):\s+"
                r"<?(\S+?@[^\s>]+)"), False),
    # Exchange and Microsoft 365
    (re.compile(r"(?i)your message to\s+<?(\S+?@[^\s>]+?)>?\s+couldn't be delivered"), True),
    (re.compile(r"(?is)delivery has failed to these recipients or (?:distribution lists|groups):\s+.{0,200}?"
                r"<?(?:mailto:)?([^\s<>()\"]+@[^\s<>()\"]+)"), True),
    (re.compile(r"(?is)delivery is delayed to these recipients or groups:\s+.{0,200}?([^\s<>()\"]+@[^\s<>()\"]+)"),
     False),
    # Yahoo and others
    (re.compile(r"(?is)unable to deliver (?:your )?message to the following address(?:es|\(es\))?\.\s+"
                r"<?([^\s<>]+@[^\s<>]+?)>?[:\s]"), True),
    (re.compile(r"(?is)the following recipient(?:\(s\)|s)? (?:cannot be reached|could not be reached).{0,80}?"
                r"([^\s<>'\"]+@[^\s<>'\"]+)"), True),
    (re.compile(r"(?i)(?:konnte nicht zugestellt werden|nicht zustellbar)[^@]{0,200}?([^\s<>:'\"(]+@[^\s<>:'\")]+)"),
     True),
    (re.compile(r"(?i)n'a pas pu être (?:remis|délivré|distribué)[^@]{0,200}?([^\s<>:'\"(]+@[^\s<>:'\")]+)"), True),
]  # fmt: skip
_STILL_TRYING = re.compile(
    r"(?i)delayed|will (?:be retried|continue to (?:try|be (?:re)?tr))|this is a warning message only|verzögert"
    r"|no action is required on your part|not yet been delivered|still (?:being )?trying|retard(?:é|ée) \b"
)
_COPY_STARTS = re.compile(
    r"(?i)below (?:this|the next) line|(?:this is )?a copy of (?:the|your) (?:original )?message"
    r"|(?:the )?original message"
    r"|returned message|the header of the original message|message headers? follow|original message headers"
    r"|diagnostic information for administrators|forwarded message|unsent message"
)


def reported(letter: Letter) -> Bounce | None:
    """The bounce told by a standard delivery report, or None when there is none or it reports no failure."""
    outcomes = list(_outcomes(letter))
    failed = [one for one in outcomes if one.action in ("failed", "error")]
    waiting = [one for one in outcomes if one.action == "delayed"]
    chosen = failed or waiting
    if not chosen:
        return None
    recipients = tuple(dict.fromkeys(one.recipient for one in chosen if one.recipient))
    if not recipients:
        recipients = _failed_recipients_header(letter)
    status = next((one.status for one in chosen if one.status), None) or _status_in(letter.text or "")
    return Bounce(recipients, status, bool(failed), original_message_id(letter))


def has_report(letter: Letter) -> bool:
    """Whether a standard delivery report is in the letter, whatever it reports."""
    return next(_outcomes(letter), None) is not None


def told(letter: Letter) -> Bounce | None:
    """The bounce told in prose by a mail server. Only ask for letters that a mail server wrote."""
    text = letter.text or ""
    head = text[: _end_of_prose(text)]
    found: list[str] = list(_failed_recipients_header(letter))
    gave_up = True
    if not found:
        for pattern, final in _PROSE:
            some = [address for match in pattern.findall(head) if (address := _plain(match))]
            if some:
                found, gave_up = some, final
                break
    if not found:
        found, gave_up = _old_servers(letter, head)
    if not found:
        return None
    status = _status_in(head)
    if _STILL_TRYING.search(head) and (status is None or status.startswith("4")):
        gave_up = False
    return Bounce(tuple(dict.fromkeys(found)), status, gave_up, original_message_id(letter))


def original_message_id(letter: Letter) -> str | None:
    """The Message-ID of the returned letter: from the copy that came along, else from what the answer refers to."""
    for file in letter.attachments:
        if file.type in ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers",
                         "message/global-headers", "message/partial"):  # fmt: skip
            lines = parts.header_lines(memoryview(file.content), 0, len(file.content), top=True)[0]
            raw = next((value for name, value in lines if name == "message-id"), None)
            ids = headers.message_ids(headers.decoded(raw)[0]) if raw else ()
            if ids:
                return ids[0]
    quoted = _MESSAGE_ID.search((letter.text or "")[:200_000])
    if quoted:
        return quoted[1]
    return next(iter(letter.ancestors), None)


def _outcomes(letter: Letter) -> Iterator[_Outcome]:
    for file in letter.attachments:
        if file.type in ("message/delivery-status", "message/global-delivery-status"):
            yield from _fields(file.content)
    if not any(file.type.endswith("delivery-status") for file in letter.attachments):
        text = letter.text or ""
        if re.search(r"(?im)^final-recipient[ \t]*:", text) and re.search(r"(?im)^action[ \t]*:", text):
            start = re.search(r"(?im)^(?:reporting-mta|final-recipient|original-recipient)[ \t]*:", text)
            yield from _fields(text[start.start() if start else 0 :][:100_000].encode())


def _fields(content: bytes) -> Iterator[_Outcome]:
    """One outcome a block. Some servers forget the blank line between blocks, so a repeated field starts anew."""
    block: dict[str, str] = {}
    for raw in [*re.split(rb"\r*\n(?:[ \t]*\r*\n)+", content[:2_000_000]), b""]:
        data = raw.strip(b"\r\n") + b"\n"
        for name, value in parts.header_lines(memoryview(data), 0, len(data))[0]:
            if name in block and name in ("final-recipient", "action"):
                yield from _outcome(block)
                block = {}
            block.setdefault(name, headers.decoded(value)[0])
        if "action" in block and ("final-recipient" in block or "original-recipient" in block):
            yield from _outcome(block)
            block = {}
        elif not raw and block:
            yield from _outcome(block)


def _outcome(block: dict[str, str]) -> Iterator[_Outcome]:
    status = _STATUS.search(block.get("status", ""))
    code = status[1] if status else _status_in(block.get("diagnostic-code", ""))
    words = re.findall(r"[a-z]+", block.get("action", "").lower())
    action = words[0] if words else ""
    action = {"fail": "failed", "failure": "failed", "delay": "delayed"}.get(action, action)
    if not action and code and ("final-recipient" in block or "original-recipient" in block):
        action = {"5": "failed", "4": "delayed", "2": "delivered"}[code[0]]
    if action:
        recipient = _recipient(block.get("original-recipient")) or _recipient(block.get("final-recipient"))
        yield _Outcome(recipient, action, code)


def _recipient(value: str | None) -> str | None:
    if not value:
        return None
    kind, mark, rest = value.partition(";")
    given = rest if mark else value
    if "xtext" in kind or re.search(r"\+[0-9A-F]{2}", given):
        given = re.sub(r"\+(2B|3D|40|20)", lambda match: chr(int(match[1], 16)), given)
    if "utf-8" in kind.lower():
        given = re.sub(r"\\x\{([0-9A-Fa-f]{1,5})\}", lambda match: chr(int(match[1], 16)), given)
    return _plain(charsets.tidy(given), _FIELDS_MAILBOX)


def _plain(text: str, mailbox: re.Pattern[str] = _MAILBOX) -> str | None:
    """One address out of what a server wrote around it."""
    found = mailbox.search(text.strip().strip("<>'\""))
    if found:
        return found[0].removeprefix("mailto:")
    boxes = addresses.mailboxes(text.encode("utf-8", "replace"))[0]
    return next((one.address for one in boxes if "@" in one.address), None)


def _failed_recipients_header(letter: Letter) -> tuple[str, ...]:
    """X-Failed-Recipients, which Exim and Gmail add."""
    given = ",".join(letter.headers_named("x-failed-recipients"))
    boxes = addresses.mailboxes(given.encode("utf-8", "replace"))[0] if given else ()
    return tuple(one.address for one in boxes if "@" in one.address)


def _status_in(text: str) -> str | None:
    """The first status in prose: an enhanced code of failure, else what the SMTP reply's first digit says."""
    head = text[: _end_of_prose(text)]
    for match in _STATUS.finditer(head):
        if match[1][0] in "45":
            return match[1]
    plain = _SMTP.search(head)
    return f"{plain[1][0]}.0.0" if plain else None


def _end_of_prose(text: str) -> int:
    """Where the copy of the returned letter begins; its own words tell nothing about the delivery."""
    position = 0
    for line in text[:_PROSE_LENGTH].split("\n"):
        bare = line.strip(" \t->|*_=")
        ruled = line.lstrip().startswith("--") or bare.endswith(":")
        if position and ruled and len(bare) < 200 and _COPY_STARTS.match(bare):
            return position
        position += len(line) + 1
    return min(len(text), _PROSE_LENGTH)


def _old_servers(letter: Letter, head: str) -> tuple[list[str], bool]:
    message = EmailMessage()
    try:
        message["From"] = "MAILER-DAEMON@invalid"
        message["Subject"] = (letter.subject or "")[:200]
        message.set_payload(head.encode("ascii", "replace").decode("ascii"))
        for_now, for_good = all_failures(message)
    except Exception:  # heuristics over hostile text: no finding is a finding
        return [], True
    chosen = for_good or for_now
    plain = sorted(one.decode("ascii", "replace") for one in chosen)
    return [one for one in plain if _MAILBOX.fullmatch(one)], bool(for_good)
