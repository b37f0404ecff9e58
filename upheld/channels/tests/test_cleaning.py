"""Nothing in a letter's HTML runs, loads or submits, and cleaning it twice changes nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.channels.cleaning import TOO_HEAVY, cleaned, from_text, stripped
from upheld.channels.reading import read
from upheld.channels.tests.letterbox import made
from upheld.channels.wording import words

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><mi xlink:href='data:text/html,<script>alert(1)</script>'>x",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='&#106;&#97;vascript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='cid:x'>x</a>",
    "<a href='//evil.example/x'>x</a>",
    "<a href='/logout'>x</a>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img src='//track.example/x.gif'>",
    "<img srcset='https://track.example/x.gif 2x'>",
    "<picture><source srcset='https://track.example/x'><img src='http://track.example/y'></picture>",
    "<div style='background:url(https://track.example/x)'>x</div>",
    "<div style='width:expression(alert(1))'>x</div>",
    "<div style='position:fixed;top:0;left:0;width:100%'>x</div>",
    '<div style="font-weight:bold;background-image:\\75rl(x)">x</div>',
    "<style>@import 'https://track.example/x.css';</style>",
    "<link rel=stylesheet href='https://track.example/x.css'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='https://evil.example/'>",
    "<form action='//evil.example/'><input name=a><button formaction='javascript:x'>go</button></form>",
    "<iframe src='javascript:alert(1)' srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object><embed src='x.swf'>",
    "<body onload=alert(1) background='https://track.example/x'>x",
    "<table background='https://track.example/x'><td background='https://track.example/y'>x</table>",
    "<video src='https://track.example/x' poster='https://track.example/y' onerror=alert(1)></video>",
    "<details ontoggle=alert(1) open>x</details>",
    "<p id=login name=login class=btn onclick=alert(1)>x</p>",
    "<!--[if gte mso 9]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<xmp><script>alert(1)</script></xmp><plaintext><script>alert(1)</script>",
    '<img alt=\'<img src="x" onerror="alert(1)">\' src="https://track.example/x">',
    "<img title='\" src=\"https://track.example/x' src='https://track.example/y'>",
    "<<script>alert(1)//<</script>",
    "<a href='https://ok.example' target=_self onmouseover=alert(1)>x</a>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<select><style></select><img src=x onerror=alert(1)></style></select>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
]
FORBIDDEN = {
    "script",
    "style",
    "svg",
    "math",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "base",
    "meta",
    "link",
    "template",
    "noscript",
    "video",
    "audio",
    "source",
    "textarea",
    "select",
    "frame",
    "title",
    "xmp",
}


class _Inspector(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in FORBIDDEN
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in (
                "srcset",
                "background",
                "poster",
                "action",
                "formaction",
                "id",
                "class",
                "name",
                "srcdoc",
            )
            if name == "src":
                assert (value or "").startswith("cid:")
            if name == "href":
                assert re.match(r"(?i)https?://|mailto:|tel:", value or "")
            if name == "style":
                assert not re.search(r"[(\\@]|position|url|expression", value or "", re.IGNORECASE)
        if tag == "a":
            assert dict(attrs).get("rel") == "noopener noreferrer nofollow"
            assert dict(attrs).get("target") == "_blank"


def _harmless(html: str) -> str:
    clean, _ = cleaned(html)
    inspector = _Inspector()
    inspector.feed(clean)
    inspector.close()
    assert cleaned(clean)[0] == clean
    return clean


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    "frame", ["{}", "<p>before</p>{}<p>after</p>", "<table><tr><td>{}</td></tr></table>", "<b><i>{}"]
)
def test_an_attack_does_nothing(attack: str, frame: str) -> None:
    _harmless(frame.format(attack))


def test_links_pictures_and_simple_looks_stay() -> None:
    clean = _harmless(
        '<p style="text-align:center; color:red">See <a href="https://x.example/?a=1&amp;b=2" title="t">this</a>'
        ' <img src="cid:one@x" width=10 alt="logo"> <img src="https://x.example/p.png" alt="far"></p>'
    )
    assert '<p style="text-align:center">' in clean
    assert 'href="https://x.example/?a=1&amp;b=2"' in clean
    assert 'src="cid:one@x"' in clean
    assert 'data-remote-src="https://x.example/p.png"' in clean


def test_words_that_look_like_markup_stay_words() -> None:
    clean = _harmless('<p>write &lt;img src="https://x.example/a"&gt; or src="https://x.example/b"</p>')
    assert 'src="https://x.example/b"</p>' in clean
    assert "data-remote" not in clean


def test_html_deeper_than_anything_honest_becomes_its_words() -> None:
    clean, reason = cleaned("<div>" * 100_000 + "still here")
    assert "still here" in clean
    assert reason
    text, told = words("<div>" * 100_000 + "still here")
    assert text == "still here"
    assert told


def test_brute_force_finds_the_words() -> None:
    assert (
        stripped("<style>no</style><p>one</p>two<br>three &amp; <!-- no --><b>four</b>")
        == "one\ntwo\nthree & four"
    )


@given(
    st.lists(
        st.sampled_from(
            [
                *ATTACKS,
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<table>",
                "<td>",
                "<a href=https://x.example>",
                "text",
                "<blockquote>",
                "</blockquote>",
                "&lt;",
                "&amp;",
                '"',
                "<",
                ">",
                "'",
            ]
        ),
        max_size=8,
    )
)
@settings(max_examples=200, deadline=None)
def test_any_mixture_is_harmless_and_stays_as_cleaned(pieces: list[str]) -> None:
    _harmless("".join(pieces))
    words("".join(pieces))


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_is_harmless(text: str) -> None:
    _harmless(text)
    words(text)


@pytest.mark.parametrize(
    "piece", ["&", "&amp;", "& a", "\u00a0", "&nbsp;", "&<!-- -->", "&</zz>", "<p>", "<b>x</b>"]
)
def test_html_that_costs_the_parsers_too_much_becomes_its_words(piece: str) -> None:
    html = "<p>first</p>" + piece * 400_000 + "<p>last</p>"
    clean, reason = cleaned(html)
    assert reason
    assert "first" in clean
    assert "last" in clean
    assert words(html)[1]


def test_a_value_of_nothing_but_signs_to_be_escaped_is_left_out() -> None:
    assert cleaned(f'<p title="{"&" * 50_000}">x</p>') == ("<p>x</p>", None)


def test_signs_to_be_escaped_in_an_honest_measure_stay() -> None:
    clean, reason = cleaned("<p>a &amp; b&nbsp;c</p>" * 5_000)
    assert (clean, reason) == ("<p>a &amp; b&nbsp;c</p>" * 5_000, None)


def test_words_beside_html_are_never_parsed() -> None:
    body = "--b\nContent-Type: text/html\n\n<p>one</p>\n--b\nContent-Type: text/plain\n\n" + "&" * 1_000_000
    letter = read(made('Content-Type: multipart/mixed; boundary="b"', body=f"{body}\n--b--\n"))
    assert letter.html is not None
    assert letter.html.startswith("<p>one</p>")
    assert letter.html.count("&amp;") == 1_000_000
    assert letter.trouble == ()


def test_many_pieces_are_weighed_together() -> None:
    piece = "--b\nContent-Type: text/html\n\n" + "&" * 50_000 + "\n"
    letter = read(made('Content-Type: multipart/mixed; boundary="b"', body=piece * 8 + "--b--\n"))
    assert TOO_HEAVY in letter.trouble


@given(st.text(max_size=200))
@settings(deadline=None)
def test_plain_words_as_html_are_clean_already(text: str) -> None:
    assert cleaned(from_text(text)) == (from_text(text), None)
