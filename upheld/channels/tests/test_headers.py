"""Header lines: encoded words cut anywhere, raw 8-bit, and addresses that no grammar allows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.channels.addresses import mailboxes
from upheld.channels.headers import decoded, message_ids, moment, parameters
from upheld.channels.letter import Address


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?B?8J+Y?= =?utf-8?B?gCBoaQ==?=", "😀 hi"),
        (b"=?UTF-8?Q?M=C3?= =?utf-8?Q?=BCller?= rest", "Müller rest"),
        (b"=?utf-8?Q?M=C3?= =?utf-8?B?vGxsZXI=?=", "Müller"),
        (b"Re: =?iso-8859-1?q?caf=E9?= and =?utf-8?q?x?=", "Re: café and x"),
        (b"=?utf-8*en?Q?caf=C3=A9?=", "café"),
        (b"=?utf-8?Q?What??=", "What?"),
        (b"=?UTF-8?B?SGVsbG8=?==?UTF-8?B?IHdvcmxk?=", "Hello world"),
        (b"=?utf-8?Q?Hello =?utf-8?Q?W=C3=BCrld?=", "=?utf-8?Q?Hello Würld"),
        (b"=?utf-8?B?SGVs bG8?=", "Hello"),
        (b"=?utf-8?Q?not closed", "=?utf-8?Q?not closed"),
        ("Grüße".encode(), "Grüße"),
        (b"Gr\xfc\xdfe", "Grüße"),
        (b"=?utf-8?Q?Gr=C3=83=C2=BC=C3=83=C5=B8e?=", "Grüße"),
        (b"=?x-klingon?Q?plain_words?=", "plain words"),
        (b"\x1b$BCmJ8\x1b(B", "注文"),
        (b"a\tb   c", "a b c"),
    ],
)
def test_a_header_is_decoded(raw: bytes, text: str) -> None:
    assert decoded(raw)[0] == text


@pytest.mark.parametrize(
    ("raw", "people"),
    [
        (b'"Customer, Dora" <dora@x.example>', [("Customer, Dora", "dora@x.example")]),
        (
            b"Customer, Dora <dora@x.example>, bob@x.example",
            [("Customer, Dora", "dora@x.example"), ("", "bob@x.example")],
        ),
        (b"=?utf-8?Q?M=C3=BCller=2C_Dora?= <d@x.example>", [("Müller, Dora", "d@x.example")]),
        (b'"=?utf-8?B?TcO8bGxlcg==?=" <d@x.example>', [("Müller", "d@x.example")]),
        (b"=?utf-8?Q?Dora_=3Cdora@x.example=3E?=", [("Dora", "dora@x.example")]),
        (b"dora@x.example (Dora Customer)", [("Dora Customer", "dora@x.example")]),
        (
            b"Team: a@x.example, b@x.example; c@x.example",
            [("", "a@x.example"), ("", "b@x.example"), ("", "c@x.example")],
        ),
        (b"<@r1,@r2:u@x.example>", [("", "u@x.example")]),
        (b"Dora <dora@x.example", [("Dora", "dora@x.example")]),
        (b'"Dora "D" C" <d@x.example>', [("Dora D C", "d@x.example")]),
        (b"Dora @ Harbour <d@x.example>", [("Dora @ Harbour", "d@x.example")]),
        (b"a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("Jürgen <j@x.example>".encode(), [("Jürgen", "j@x.example")]),
        (b"J\xfcrgen <j@x.example>", [("Jürgen", "j@x.example")]),
        (b"undisclosed-recipients:;", []),
        (b"<@", []),
        (b"", []),
    ],
)
def test_people_are_found_as_they_were_meant(raw: bytes, people: list[tuple[str, str]]) -> None:
    assert mailboxes(raw)[0] == tuple(Address(*one) for one in people)


def test_what_is_no_person_is_told() -> None:
    assert mailboxes(b"<@")[1] is False
    assert mailboxes(b"undisclosed-recipients:;")[1] is True


def test_message_ids_are_found_across_folds_and_without_brackets() -> None:
    assert message_ids("<a@b> junk <c @d> <a@b>") == ("<a@b>", "<c@d>")
    assert message_ids("a@b") == ("<a@b>",)
    assert message_ids("<") == ()


@given(st.binary(max_size=120))
@settings(deadline=None)
def test_no_header_raises(raw: bytes) -> None:
    decoded(raw)
    mailboxes(raw)
    parameters(raw)
    moment(decoded(raw)[0])
    message_ids(decoded(raw)[0])


@given(st.text(st.sampled_from('ab@<>(),;:"\\ .=?utf-8Q'), max_size=60))
@settings(deadline=None)
def test_no_address_header_raises(text: str) -> None:
    for one in mailboxes(text.encode())[0]:
        assert one.name or one.address


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Fri, 20 Nov 2026 09:12:33 PM -0800", "2026-11-20T21:12:33-08:00"),
        ("Fri, 20 Nov 2026 09:12:33 am -0800", "2026-11-20T09:12:33-08:00"),
        ("Fri, 20 Nov 2026 12:05 AM +0100", "2026-11-20T00:05:00+01:00"),
        ("Fri, 20 Nov 2026 12:05:00 PM GMT", "2026-11-20T12:05:00+00:00"),
        ("Fri, 20 Nov 2026 21:12:33 PM +0100", "2026-11-20T21:12:33+01:00"),
        ("Fri, 20 Nov 2026 21:12:33 AM +0100", None),
        ("Fri, 20 Nov 2026 09:12:33 GMT+01:00", "2026-11-20T09:12:33+01:00"),
        ("Fri, 20 Nov 2026 09:12:33 UTC-0330", "2026-11-20T09:12:33-03:30"),
        ("Fri, 20 Nov 2026 09:12:33+01:00", "2026-11-20T09:12:33+01:00"),
    ],
)
def test_a_moment_is_told_by_its_half_of_the_day_and_its_zone(text: str, iso: str | None) -> None:
    found = moment(text)
    assert (found.isoformat() if found else None) == iso


@pytest.mark.parametrize(
    ("raw", "person"),
    [
        (b"Dora <a\0@b.example>", Address("Dora", "a@b.example")),
        (b"a\0@b.example", Address("", "a@b.example")),
        ("Dora \u202eelpmaxe\u202c <d@x.example>".encode(), Address("Dora elpmaxe", "d@x.example")),
        (b"=?utf-8?Q?Do=E2=80=AEra?= <d@x.example>", Address("Dora", "d@x.example")),
        ("d\u202e@x.example".encode(), Address("", "d@x.example")),
    ],
)
def test_signs_that_nobody_sees_are_taken_out_of_people(raw: bytes, person: Address) -> None:
    assert mailboxes(raw)[0] == (person,)
