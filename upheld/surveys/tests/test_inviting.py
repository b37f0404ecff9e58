"""The letter that asks says that a machine sends it, needs no picture, and a written answer reaches the case."""

from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from upheld.cases import tokens
from upheld.cases.tests.makers import SERVICE, arrive, hear, letter
from upheld.channels import sending
from upheld.people.tests.makers import MONDAY
from upheld.surveys import asking, inviting, ladders, linking
from upheld.surveys.models import Kind
from upheld.surveys.tests.makers import ASKED, HOUR, RECIPIENT, ask, draw_everybody, make_scene, raw_of

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
    assert html.count("<a ") == 6
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
    (link,) = links(words.text)
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
