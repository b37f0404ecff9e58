"""A customer answers once, by a link that does nothing when it is only opened."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from upheld.cases.models import Case
from upheld.people.tests.makers import MONDAY
from upheld.surveys import answering, asking, bank, queries
from upheld.surveys.models import VALID, FollowUp, Invitation, Kind, Score, Verdict
from upheld.surveys.tests.makers import (
    ASKED,
    DAY,
    HOUR,
    ask,
    draw_everybody,
    kinds_of,
    make_scene,
    scores,
    word,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
LATER = ASKED + HOUR


def give(invitation, level=4, *, comment="", at=LATER):
    by = invitation.customer.actor
    return answering.give_verdict(word(invitation), level=level, comment=comment, by=by, at=at)


def everything():
    """Every row of every table, as the database keeps versions of them: any write at all would show."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT array_agg((xmin::text, xmax::text, ctid)::text ORDER BY ctid) FROM "{table}"'
            )
            found[table] = cursor.fetchone()[0]
        return found


def test_opening_a_link_changes_no_table_however_often_it_is_opened():
    scene = make_scene()
    invitation = ask(scene)
    before = everything()
    assert len(before) > 30
    for _time in range(3):
        assert answering.open(word(invitation), at=LATER) == invitation
    with pytest.raises(answering.LinkExpired):
        answering.open(word(invitation), at=ASKED + VALID)
    with pytest.raises(answering.UnknownLink):
        answering.open("1-nothing", at=LATER)
    browser = Client()
    for name, args in (("verdict", []), ("verdict_level", [1]), ("verdict_level", [6])):
        address = reverse(name, args=[word(invitation), *args])
        browser.get(address)
        browser.head(address)
    assert everything() == before
    assert answering.open(word(invitation), at=LATER).answered_at is None


def test_a_verdict_stands_on_the_case_with_the_words_that_were_read():
    scene = make_scene()
    verdict = give(ask(scene), 5, comment="  Quick and kind.\x00 ")
    assert (verdict.level, verdict.label, verdict.comment) == (5, "better than hoped", "Quick and kind.")
    assert (verdict.case, verdict.customer, verdict.department) == (
        scene.case,
        scene.dora,
        scene.house.service,
    )
    assert kinds_of() == ["surveys.InvitationSent/1", "surveys.VerdictGiven/1"]
    assert not FollowUp.objects.exists()
    assert not Case.objects.get(pk=scene.case.pk).is_open
    assert queries.verdicts_on([scene.case]) == {scene.case.pk: verdict}


def test_a_comment_of_any_length_is_kept_to_five_thousand_characters():
    assert len(give(ask(make_scene()), comment="ä" * 9000).comment) == 5000


def test_a_second_answer_is_refused():
    invitation = ask(make_scene())
    give(invitation, 6)
    with pytest.raises(answering.AlreadyAnswered):
        give(invitation, 1)
    with pytest.raises(answering.AlreadyAnswered):
        answering.open(word(invitation), at=ASKED + 2 * VALID)
    assert Verdict.objects.get().level == 6


def test_a_second_answer_is_refused_when_both_come_at_once():
    invitation = ask(make_scene())
    barrier = Barrier(6)

    def answer(level):
        try:
            barrier.wait(30)
            return give(invitation, level).level
        except answering.AlreadyAnswered:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        given = list(pool.map(answer, range(1, 7)))
    assert len([level for level in given if level]) == 1
    assert Verdict.objects.get().level in given


def test_after_thirty_days_the_link_is_over():
    invitation = ask(make_scene())
    with pytest.raises(answering.LinkExpired):
        give(invitation, at=ASKED + VALID)
    assert give(invitation, at=ASKED + VALID - HOUR).level == 4


@pytest.mark.parametrize("level", [0, 7, -1])
def test_there_are_six_levels(level):
    invitation = ask(make_scene())
    with pytest.raises(answering.NoSuchLevel):
        give(invitation, level)
    assert Invitation.objects.get().answered_at is None


@pytest.mark.parametrize("wrong", ["", "1", "abc", "1-" + "a" * 32, "0-" + "b" * 32, "é" * 10])
def test_a_link_that_is_not_ours_answers_nothing(wrong):
    scene = make_scene()
    ask(scene)
    with pytest.raises(answering.UnknownLink):
        answering.give_verdict(wrong, level=1, by=scene.dora.actor, at=LATER)
    assert not Verdict.objects.exists()


def expectation(scene):
    draw_everybody(MONDAY)
    return asking.decide(customer=scene.dora, kind=Kind.EXPECTATION, at=ASKED).invitation


def fill(invitation, said, *, at=LATER):
    return answering.fill_in(word(invitation), scores=said, by=invitation.customer.actor, at=at)


def test_what_is_expected_is_stored_question_by_question():
    invitation = expectation(make_scene())
    filled = fill(invitation, scores(kept_date=7, readable=None))
    assert filled.answered_at == LATER
    stored = dict(Score.objects.filter(invitation=invitation).values_list("item", "value"))
    assert len(stored) == 10
    assert (stored["kept-date"], stored["readable"], stored["respect"]) == (7, None, 6)
    assert kinds_of()[-1] == "surveys.QuestionsAnswered/1"
    assert invitation.pair.ended_at is None
    with pytest.raises(answering.AlreadyAnswered):
        fill(invitation, scores())


def test_answers_to_other_questions_are_refused_and_the_link_stays_good():
    invitation = expectation(make_scene())
    with pytest.raises(bank.NoSuchQuestion):
        fill(invitation, {**scores(), "warned": 3})
    with pytest.raises(bank.NotAsked):
        fill(invitation, {**scores(), "respect": 8})
    with pytest.raises(bank.NothingAnswered):
        fill(invitation, {})
    assert fill(invitation, scores()).answered_at == LATER


def test_a_link_answers_only_what_it_asks():
    scene = make_scene()
    invitation = expectation(scene)
    with pytest.raises(answering.OtherQuestion):
        give(invitation)
    assert Invitation.objects.get().answered_at is None


def test_a_verdicts_link_fills_in_no_questions():
    invitation = ask(make_scene())
    with pytest.raises(answering.OtherQuestion):
        fill(invitation, scores())
    assert give(invitation, at=LATER + DAY).level == 4
