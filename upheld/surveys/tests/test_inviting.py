"""The letter that asks says that a machine sends it, needs no picture, and a written answer reaches the case."""

import socket
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from django.urls import resolve

from upheld.cases import tokens
from upheld.cases.models import Case
from upheld.cases.tests.makers import SERVICE, arrive, hear, letter
from upheld.channels import sending
from upheld.channels.models import Departure, Mailbox
from upheld.people.tests.makers import MONDAY
from upheld.promises.models import StandardClock
from upheld.surveys import asking, inviting, ladders, linking
from upheld.surveys.models import Kind
from upheld.surveys.tests.makers import (
    ASKED,
    HOUR,
    RECIPIENT,
    ask,
    draw_everybody,
    listen,
    make_scene,
    raw_of,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]


def mail(invitation):
    return message_from_bytes(raw_of(invitation), policy=default)


def links(text):
    return [word.split('"')[0] for word in text.split() if word.startswith("http")]


def test_the_letter_names_its_sender_and_says_that_it_is_automatic():
    scene = make_scene()
    invitation = ask(scene)
    sent = mail(invitation)
    assert (sent["To"], sent["Auto-Submitted"]) == (RECIPIENT, "auto-generated")
    assert sent["From"] == f"Harbour Shoes <{SERVICE}>"
    assert sent["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert str(scene.case.number) in sent["Subject"]
    text = sent.get_body(("plain",)).get_content()
    assert "automatic letter from Harbour Shoes" in text
    assert "answer once" in text
    assert invitation.departure.kind == "invitation"
    assert invitation.departure.subject == invitation.subject


def test_each_level_has_a_plain_link_highest_first_and_there_are_no_pictures():
    invitation = ask(make_scene())
    text = mail(invitation).get_body(("plain",)).get_content()
    html = mail(invitation).get_body(("html",)).get_content()
    found = [resolve(urlsplit(link).path) for link in links(text)]
    assert [one.kwargs["level"] for one in found if one.url_name == "verdict_level"] == list("654321")
    assert {one.kwargs["word"] for one in found} == {linking.word_for(invitation)}
    for label in ladders.DEFAULT:
        assert f"- {label}: http" in text
        assert f">{label}</a>" in html
    assert html.count("<a ") == 7  # and the one that asks not to be asked
    assert not any(picture in html for picture in ("<img", "src=", "url("))


def test_words_of_the_customers_cannot_write_into_the_letter():
    scene = make_scene()
    scene.case.subject_line = "<b>Boots</b>\r\nBcc: eve@outside.example"
    scene.case.save()
    sent = mail(ask(scene))
    assert sent["Bcc"] is None
    assert "&lt;b&gt;Boots&lt;/b&gt;" in sent.get_body(("html",)).get_content()


def test_a_written_answer_joins_the_case_and_opens_it_again():
    scene = make_scene()
    invitation = ask(scene)
    sending.send(invitation.departure, at=ASKED)
    hear()
    to = mail(invitation)["Reply-To"]
    assert tokens.number_in([to]) == scene.case.number
    arrive(scene.house, letter("It was not.", to=to, message_id="<no@harbour.example>"), at=ASKED + HOUR)
    scene.case.refresh_from_db()
    assert scene.case.is_open
    assert scene.case.messages.filter(text__contains="It was not.").exists()


@pytest.mark.parametrize("kind", [Kind.EXPECTATION, Kind.PERCEPTION])
def test_questions_have_one_link(kind):
    scene = make_scene()
    draw_everybody(MONDAY)
    invitation = asking.decide(customer=scene.dora, kind=Kind.EXPECTATION, at=ASKED).invitation
    invitation.kind = kind
    company = inviting.people_queries.company()
    words = inviting._questions(invitation, company, "Friday")
    link, end = links(words.text)
    assert resolve(urlsplit(end).path).url_name == "sparing"
    found = resolve(urlsplit(link).path)
    assert (found.url_name, found.kwargs["word"]) == ("questions", linking.word_for(invitation))
    assert "same 10" in words.text or "10 short questions" in words.text
    assert mail(invitation)["Reply-To"] == SERVICE


def test_a_relabelled_ladder_asks_under_its_new_names():
    scene = make_scene()
    names = ["criminal", "basic", "expected", "desired", "surprising", "unbelievable"]
    new = ladders.relabel(names, by=scene.house.bruno.actor, at=MONDAY + 3 * HOUR)
    invitation = ask(scene)
    assert invitation.ladder == new
    assert "- unbelievable: http" in mail(invitation).get_body(("plain",)).get_content()


def test_the_word_is_ours_alone_and_an_earlier_key_still_opens_it(settings):
    invitation = ask(make_scene())
    word = linking.word_for(invitation)
    assert linking.invitation_of(word.upper()) == invitation
    number, tag = word.split("-")
    forged = [
        f"{int(number) + 1}-{tag}",
        f"{number}-{tag[:-1]}",
        f"{number}-{'a' * 32}",
        "",
        "x",
        f"{'9' * 30}-{tag}",
    ]
    assert [linking.invitation_of(one) for one in forged] == [None] * 6
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret that is long enough for this test"
    assert linking.invitation_of(word) == invitation
    assert linking.word_for(invitation) != word
    settings.SECRET_KEY_FALLBACKS = []
    assert linking.invitation_of(word) is None


class _Server:
    """The mail server through which the letters leave: it keeps from whom each was, and to whom."""

    def __init__(self):
        self.took = []

    async def handle_DATA(self, _server, _session, envelope):
        self.took.append((envelope.mail_from, envelope.rcpt_tos))
        return "250 Taken"


def test_a_question_has_a_way_back_so_that_we_learn_that_nobody_is_there(settings):
    """An acknowledgement has none: it answers, and might be answered by a machine."""
    scene = make_scene()
    invitation = ask(scene)
    settings.OUTGOING = "smtp"
    taking = _Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(taking, hostname="127.0.0.1", port=port)
    server.start()
    try:
        Mailbox.objects.update(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
        sending.send(invitation.departure, at=ASKED)
        sending.send(Departure.objects.get(kind="acknowledgement"), at=ASKED)
    finally:
        server.stop()
    assert taking.took == [(SERVICE, [RECIPIENT]), ("<>", [RECIPIENT])]


def test_a_question_that_comes_back_is_noted_and_opens_nothing():
    scene = make_scene()
    invitation = ask(scene)
    sending.send(invitation.departure, at=ASKED)
    report = letter(
        f"550 5.1.1 <{RECIPIENT}>: no such user here", sender="MAILER-DAEMON@harbour.example",
        subject="Undelivered Mail Returned to Sender", message_id="<dsn@harbour.example>",
        headers=f"Return-Path: <>\r\nX-Failed-Recipients: {RECIPIENT}\r\n"
        f"In-Reply-To: {invitation.departure.message_id}",
    )  # fmt: skip
    assert arrive(scene.house, report, at=ASKED + HOUR).outcome == "noted"
    listen()
    invitation.refresh_from_db()
    scene.case.refresh_from_db()
    assert invitation.undelivered_at == ASKED + HOUR
    assert not scene.case.is_open


ABSENT = "Auto-Submitted: auto-replied\r\nIn-Reply-To: {}"


def test_an_absence_notice_lies_on_the_closed_case_and_opens_nothing():
    scene = make_scene()
    invitation = ask(scene)
    absent = letter(
        "I am away until Monday.", to=mail(invitation)["Reply-To"], subject="Out of office",
        message_id="<away@harbour.example>", headers=ABSENT.format(invitation.departure.message_id),
    )  # fmt: skip
    departures, clocks = Departure.objects.count(), StandardClock.objects.count()
    assert arrive(scene.house, absent, at=ASKED + HOUR).outcome == "filed"
    scene.case.refresh_from_db()
    assert not scene.case.is_open
    assert scene.case.messages.filter(text__contains="I am away").exists()
    assert (Departure.objects.count(), StandardClock.objects.count()) == (departures, clocks)


def test_an_absence_notice_to_a_question_about_no_case_is_noted_and_waits_for_nobody():
    scene = make_scene()
    draw_everybody(MONDAY)
    invitation = asking.decide(customer=scene.dora, kind=Kind.EXPECTATION, at=ASKED).invitation
    cases, departures = Case.objects.count(), Departure.objects.count()
    headers = ABSENT.format(invitation.departure.message_id)
    absent = letter("I am away.", subject="Out of office", message_id="<a@harbour.example>", headers=headers)
    assert arrive(scene.house, absent, at=ASKED + HOUR).outcome == "noted"
    forged = letter(
        "I am away.", message_id="<b@harbour.example>", headers=ABSENT.format("<invitation.1.x@y.example>")
    )
    assert arrive(scene.house, forged, at=ASKED + HOUR).outcome == "attention"
    assert (Case.objects.count(), Departure.objects.count()) == (cases, departures)
