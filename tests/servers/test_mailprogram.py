"""The mail program of the tests writes letters as people's programs do, and threads those it gets."""

import smtplib
from datetime import UTC, datetime

import pytest

from tests.servers.mailprogram import Letter, conversations, photo

pytestmark = pytest.mark.servers

NOON = datetime(2026, 3, 4, 12, 5, tzinfo=UTC)


def test_a_letter_with_photo_and_umlauts_arrives_whole(mail_program):
    dora, ada = mail_program("Dora Schäfer"), mail_program("Ada Quist")
    picture = photo()
    sent = dora.write(
        ada.address,
        "Schuhe undicht – größere bitte",
        "Guten Tag,\n\nder linke Schuh läßt Wasser durch. Kosten: 12 €.",
        photo=picture,
        files=[("Rechnung März.txt", "text/plain", "Schuhe 79 €".encode())],
        at=NOON,
    )
    identity = dora.send(sent)
    (letter,) = ada.wait_for_letters()
    assert letter.message_id == identity
    assert letter.subject == "Schuhe undicht – größere bitte"
    assert letter.sender == dora.address
    assert "Schäfer" in str(letter.message["From"])
    assert "der linke Schuh läßt Wasser durch. Kosten: 12 €." in letter.text
    assert "<p>der linke Schuh läßt Wasser durch." in letter.html
    assert "cid:photo@mail.program" in letter.html
    assert [(name, kind) for name, kind, _ in letter.attachments] == [
        ("photo.png", "image/png"),
        ("Rechnung März.txt", "text/plain"),
    ]
    assert letter.attachments[0][2] == picture
    assert letter.date == NOON


def test_a_photo_is_a_png_and_a_large_one_is_large():
    assert photo().startswith(b"\x89PNG\r\n\x1a\n")
    assert photo() == photo()
    assert photo() != photo(seed=2)
    assert len(photo(640, 480)) > 300_000


def test_a_copy_of_what_was_sent_is_kept(mail_program):
    dora, ada = mail_program("Dora Schäfer"), mail_program("Ada Quist")
    identity = dora.send(dora.write(ada.address, "Shoes", "They leak."))
    assert [letter.message_id for letter in dora.letters(folder="Sent")] == [identity]


def test_a_refused_letter_is_not_among_those_sent(mail_program, mail_domain):
    dora = mail_program("Dora Schäfer")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        dora.send(dora.write(f"eve@{mail_domain}", "Shoes", "They leak."))
    assert dora.letters(folder="Sent") == []


@pytest.mark.parametrize(
    ("style", "line", "mark"),
    [
        ("thunderbird", "On 3/4/26 12:05, Dora Schäfer wrote:\n> They leak.", 'class="moz-cite-prefix"'),
        (
            "apple",
            "> On 4 Mar 2026, at 12:05, Dora Schäfer <dora@{0}> wrote:\n> \n> They leak.",
            'type="cite"',
        ),
        ("gmail", "On Wed, Mar 4, 2026 at 12:05\u202fPM Dora Schäfer", 'class="gmail_quote'),
        (
            "outlook",
            "From: Dora Schäfer <dora@{0}>\nSent: Wednesday, 04 March 2026 12:05\n",
            'id="divRplyFwdMsg"',
        ),
    ],
)
def test_each_program_quotes_in_its_own_manner(mail_program, mail_domain, style, line, mark):
    dora, ada = mail_program("Dora Schäfer"), mail_program("Ada Quist", style=style)
    asked = dora.send(dora.write(ada.address, "Shoes", "They leak.", at=NOON))
    ada.send(ada.reply(ada.wait_for_letters()[0], "We send new ones."))
    (answer,) = dora.wait_for_letters()
    assert answer.subject == "Re: Shoes"
    assert answer.message["In-Reply-To"] == asked
    assert answer.message["References"] == asked
    assert answer.text.startswith("We send new ones.")
    assert line.format(mail_domain) in answer.text.replace("\r\n", "\n")
    assert mark in answer.html


def test_an_answer_goes_where_the_letter_asks_for_it(mail_program, mail_domain):
    dora, ada = mail_program("Dora Schäfer"), mail_program("Ada Quist", address=f"service@{mail_domain}")
    letter = ada.write(dora.address, "Shoes", "We send new ones.")
    letter["Reply-To"] = f"service+c42.abcdefghij234567@{mail_domain}"
    ada.send(letter)
    dora.send(dora.reply(dora.wait_for_letters()[0], "Thank you!"))
    (thanks,) = ada.wait_for_letters()
    assert f"Delivered-To: service+c42.abcdefghij234567@{mail_domain}".encode() in thanks.raw


def test_an_answer_to_all_reaches_those_in_copy(mail_program):
    dora, ada, carla = mail_program("Dora Schäfer"), mail_program("Ada Quist"), mail_program("Carla Ito")
    dora.send(dora.write(ada.address, "Shoes", "They leak.", cc=[carla.address]))
    ada.send(ada.reply(ada.wait_for_letters()[0], "We send new ones.", to_all=True))
    assert [letter.subject for letter in carla.wait_for_letters(count=2)] == ["Shoes", "Re: Shoes"]


def test_a_talk_to_and_fro_is_one_conversation_and_a_like_subject_is_another(mail_program):
    dora, ada = mail_program("Dora Schäfer"), mail_program("Ada Quist", style="outlook")
    dora.send(dora.write(ada.address, "Shoes", "They leak."))
    ada.send(ada.reply(ada.wait_for_letters()[0], "We send new ones."))
    dora.send(dora.reply(dora.wait_for_letters()[0], "Thank you!"))
    ada.send(ada.reply(ada.wait_for_letters(count=2)[1], "You are welcome."))
    dora.send(dora.write(ada.address, "Re: Shoes", "Another pair, another question."))
    dora.wait_for_letters(count=2)
    assert [len(letters) for letters in dora.conversations()] == [4, 1]
    assert dora.conversations()[0][-1].text.startswith("You are welcome.")


def test_letters_belong_together_by_an_ancestor_that_is_not_here():
    def letter(minute, references=""):
        head = f"Message-ID: <{minute}>\r\nReferences: {references}\r\nDate: Wed, 04 Mar 2026 12:{minute}:00 +0000\r\n"
        return Letter.read(minute, f"{head}\r\nText\r\n".encode())

    first, stranger, second = letter("05", "<lost>"), letter("06"), letter("07", "<lost>")
    assert conversations([second, stranger, first]) == [[first, second], [stranger]]


def test_within_one_second_an_answer_stands_after_what_it_answers():
    date = b"Date: Wed, 04 Mar 2026 12:05:00 +0000\r\n"
    answer = Letter.read("1", date + b"Message-ID: <b>\r\nIn-Reply-To: <a>\r\n\r\n")
    asked = Letter.read("2", date + b"Message-ID: <a>\r\n\r\n")
    assert conversations([answer, asked]) == [[asked, answer]]


def test_letters_without_a_message_id_are_not_thrown_together():
    date = b"Date: Wed, 04 Mar 2026 12:05:00 +0000\r\n\r\n"
    assert len(conversations([Letter.read("1", date + b"One"), Letter.read("2", date + b"Two")])) == 2
