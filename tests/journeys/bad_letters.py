"""Letters as the wild sends them: each must end as one message, one duplicate, or one thing for a person."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass

HEAD = "Date: Fri, 20 Nov 2026 10:00:00 +0000\r\n"
BODY = "\r\nThe sole came off ({code}).\r\n"


@dataclass(frozen=True)
class Bad:
    """A letter, the outcome it must have, and a word of it that must be found again (none: its bytes are enough)."""

    name: str
    raw: bytes
    outcome: str
    code: str = ""


def all_of(to: str) -> Iterator[Bad]:
    """The letters, in the order in which they are sent."""
    yield _bad("no from, no date", f"To: {to}\r\nSubject: who am I\r\n{BODY}", "attention")
    yield _bad("no date", f"From: dora@wild.example\r\nTo: {to}\r\nSubject: when\r\n{BODY}", "filed")
    yield _bad(
        "no message-id", f"From: finn@wild.example\r\nTo: {to}\r\n{HEAD}Subject: id\r\n{BODY}", "filed"
    )
    broken = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="AAA"\r\n\r\n--BBB\r\n'
    yield _bad("broken boundary", f"{_head('bob', to, 'bb')}{broken}{BODY}--BBB--\r\n", "filed")
    klingon = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=x-klingon-8\r\n"
    yield _bad("unknown charset", f"{_head('carl', to, 'uc')}{klingon}{BODY}", "filed", b"\xe4\xf6\xfc\r\n")
    raw_name = b"From: J\xfc\xffrgen <jurgen@wild.example>\r\nMessage-ID: <8b@wild.example>\r\n"
    yield Bad("8-bit headers", raw_name + f"To: {to}\r\n{HEAD}Subject: ".encode() + b"\xc3\x28\xa0\xff raw\r\n"
              + BODY.format(code="CODE-8bit").encode(), "filed", "CODE-8bit")  # fmt: skip
    yield big(to)
    twice = f"{_head('gina', to, 'dup')}{BODY}"
    yield _bad("the same letter", twice, "filed")
    yield _bad("the same letter again", twice.replace("{code}", "CODE-the-same-letter"), "duplicate")
    yield _bad("other words, same Message-ID", f"{_head('gina', to, 'dup')}{BODY}", "filed")
    yield _bad("auto-reply", f"{_head('frank', to, 'ar')}Auto-Submitted: auto-replied\r\n{BODY}", "attention")
    dsn = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="R"\r\n\r\n--R\r\n'
        "Content-Type: text/plain\r\n\r\nNot delivered.\r\n--R\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; wild.example\r\n\r\nFinal-Recipient: rfc822; gone@wild.example\r\nAction: failed\r\n"
        "Status: 5.1.1\r\n--R\r\nContent-Type: message/rfc822\r\n\r\n"
        "Message-ID: <old@wild.example>\r\n\r\nhi\r\n--R--\r\n"
    )
    yield _bad("bounce", f"{_head('MAILER-DAEMON', to, 'dsn')}{dsn}", "attention")
    yield _bad(
        "from ourselves", f"From: {to}\r\nTo: {to}\r\n{HEAD}Message-ID: <self@x>\r\n{BODY}", "attention"
    )
    for turn in range(20):
        loop = "Precedence: bulk\r\nX-Loop: robot@wild.example\r\n"
        yield _bad(f"loop {turn}", f"{_head('robot', to, f'loop{turn}')}{loop}{BODY}", "attention")
    script = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
    yield _bad(
        "script", f"{_head('hugo', to, 'xss')}{script}{BODY}<script>window.PWNED=1</script>\r\n", "filed"
    )


def big(to: str) -> Bad:
    """Twenty-five megabytes in an attachment."""
    file = base64.encodebytes(random.Random(5).randbytes(25 * 1024 * 1024)).replace(b"\n", b"\r\n")
    start = (
        f'{_head("eva", to, "big")}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\n'
        "Content-Type: text/plain\r\n\r\nCODE-big\r\n--B\r\nContent-Type: application/octet-stream\r\n"
        'Content-Disposition: attachment; filename="big.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    return Bad("25 MB", start.encode() + file + b"--B--\r\n", "filed", "CODE-big")


def _head(who: str, to: str, key: str) -> str:
    head = f"From: {who}@wild.example\r\nTo: {to}\r\n{HEAD}"
    return f"{head}Subject: letter {key}\r\nMessage-ID: <{key}@wild.example>\r\n"


def _bad(name: str, text: str, outcome: str, tail: bytes = b"") -> Bad:
    code = "CODE-" + name.replace(" ", "-").replace(",", "")
    return Bad(name, text.replace("{code}", code).encode() + tail, outcome, code)
