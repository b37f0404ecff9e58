"""Whoever was served below what they expected hears from a person, by a date."""

from datetime import UTC, datetime

import pytest

from upheld.cases import closing, joining, owning
from upheld.cases.models import Case
from upheld.cases.tests.makers import make_house
from upheld.people.models import Person
from upheld.people.tests.makers import make_agent, make_department, make_person
from upheld.surveys import answering, asking, following_up
from upheld.surveys.models import FollowUp, Verdict
from upheld.surveys.tests.makers import ASKED, DAY, HOUR, ask, kinds_of, make_closed, make_scene, word

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]


def give(scene, level, *, at=ASKED):
    invitation = ask(scene, at=at)
    return answering.give_verdict(word(invitation), level=level, by=scene.dora.actor, at=at)


def test_a_verdict_below_as_expected_opens_the_case_again_and_somebody_follows_up():
    scene = make_scene()
    verdict = give(scene, 2)
    follow_up = FollowUp.objects.get()
    assert (follow_up.verdict, follow_up.owner) == (verdict, scene.house.ada)
    case = Case.objects.get(pk=scene.case.pk)
    assert case.is_open
    assert case.unread_at == ASKED
    # From Tuesday at eleven in Berlin to Wednesday at eleven: the seven open hours of a day.
    assert follow_up.due_at == datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
    assert kinds_of()[-2:] == ["surveys.VerdictGiven/1", "surveys.FollowUpOpened/1"]


@pytest.mark.parametrize("level", [3, 4, 5, 6])
def test_from_as_expected_on_nobody_has_to(level):
    scene = make_scene()
    give(scene, level)
    assert not FollowUp.objects.exists()
    assert not Case.objects.get(pk=scene.case.pk).is_open


def test_a_case_that_is_open_again_already_stays_so():
    scene = make_scene()
    invitation = ask(scene)
    closing.reopen(scene.case, by=scene.house.ada.actor, at=ASKED)
    answering.give_verdict(word(invitation), level=1, by=scene.dora.actor, at=ASKED + HOUR)
    assert FollowUp.objects.get().case == scene.case


def test_a_case_joined_into_another_is_followed_up_there():
    scene = make_scene()
    invitation = ask(scene)
    kept = make_closed(scene.house, message_id="<kept@harbour.example>")
    Case.objects.filter(pk=scene.case.pk).update(joined_into=kept)
    verdict = answering.give_verdict(word(invitation), level=1, by=scene.dora.actor, at=ASKED + HOUR)
    assert verdict.case == scene.case
    assert FollowUp.objects.get().case == kept
    assert Case.objects.get(pk=kept.pk).is_open


def test_it_is_the_case_owners_whichever_hands_the_case_passes_through():
    scene = make_scene()
    give(scene, 1)
    follow_up = FollowUp.objects.get()
    owning.hand_over(scene.case, to=scene.house.bruno, by=scene.house.ada.actor, at=ASKED + HOUR)
    assert FollowUp.objects.get().owner == scene.house.bruno
    assert list(following_up.mine(scene.house.bruno)) == [follow_up]
    assert not following_up.mine(scene.house.ada).exists()


def test_a_case_joined_into_another_takes_what_is_to_be_done_along():
    scene = make_scene()
    give(scene, 1)
    kept = make_closed(scene.house, message_id="<kept@harbour.example>")
    closing.reopen(kept, by=scene.house.ada.actor, at=ASKED)
    owning.hand_over(kept, to=scene.house.bruno, by=scene.house.ada.actor, at=ASKED + HOUR)
    case = Case.objects.get(pk=scene.case.pk)
    joining.join(case, into=Case.objects.get(pk=kept.pk), by=scene.house.ada.actor, at=ASKED + HOUR)
    follow_up = FollowUp.objects.get()
    assert follow_up.owner == scene.house.bruno
    assert list(following_up.mine(scene.house.bruno)) == [follow_up]
    assert not following_up.mine(scene.house.ada).exists()
    billing = make_department("Billing", duty=make_person("Carla Diaz", role="lead"))
    emil = make_agent("Emil", billing)
    owning.hand_over(kept, to=emil, by=scene.house.bruno.actor, at=ASKED + HOUR)
    for found in (
        following_up.mine(emil),
        FollowUp.objects.visible_to(emil),
        Verdict.objects.visible_to(emil),
    ):
        assert found.count() == 1
    Person.objects.filter(pk=emil.pk).update(left_at=ASKED + HOUR)
    assert FollowUp.objects.get().owner in (scene.house.bruno, billing.duty_owner)
    assert following_up.mine(FollowUp.objects.get().owner).count() == 1


def test_somebody_who_has_left_hands_it_to_whoever_the_rule_finds():
    scene = make_scene()
    Person.objects.filter(pk=scene.house.ada.pk).update(left_at=ASKED - HOUR)
    give(scene, 1)
    assert FollowUp.objects.get().owner == scene.house.bruno
    assert Case.objects.get(pk=scene.case.pk).owner == scene.house.bruno
    assert following_up.mine(scene.house.bruno).count() == 1


def test_an_owner_who_leaves_while_the_case_is_closed_again_leaves_it_to_whoever_is_on_duty():
    scene = make_scene()
    give(scene, 1)
    closing.close(scene.case, by=scene.house.ada.actor, at=ASKED + HOUR)
    Person.objects.filter(pk=scene.house.ada.pk).update(left_at=ASKED + 2 * HOUR)
    assert FollowUp.objects.get().owner == scene.house.bruno
    assert following_up.mine(scene.house.bruno).count() == 1


def test_it_is_concluded_with_words_and_once():
    scene = make_scene()
    give(scene, 1)
    follow_up = FollowUp.objects.get()
    with pytest.raises(following_up.WordsMissing):
        following_up.conclude(follow_up, what=" \x00 ", by=scene.house.ada, at=ASKED + HOUR)
    done = following_up.conclude(follow_up, what=" We spoke. ", by=scene.house.ada, at=ASKED + HOUR)
    assert (done.what, done.done_by, done.is_open) == ("We spoke.", scene.house.ada, False)
    assert kinds_of()[-1] == "surveys.FollowUpConcluded/1"
    assert not following_up.mine(scene.house.ada).exists()
    with pytest.raises(following_up.AlreadyConcluded):
        following_up.conclude(follow_up, what="Again.", by=scene.house.ada, at=ASKED + HOUR)


def test_who_sees_the_case_sees_what_was_said_of_it():
    scene = make_scene()
    give(scene, 1)
    billing = make_department("Billing", duty=make_person("Carla Diaz", role="lead"))
    outsiders = [make_agent("Emil", billing), make_person("Root", role="administrator")]
    for viewer in (scene.house.ada, scene.house.bruno, make_person("Mona", role="manager")):
        assert following_up.open_for(viewer).count() == Verdict.objects.visible_to(viewer).count() == 1
    for viewer in outsiders:
        assert following_up.open_for(viewer).count() == Verdict.objects.visible_to(viewer).count() == 0


def test_the_list_goes_page_by_page_the_earliest_date_first(django_assert_num_queries):
    house = make_house()
    for number in range(5):
        sender = f"Dora {number} <dora{number}@harbour.example>"
        case = make_closed(house, message_id=f"<{number}@harbour.example>", sender=sender)
        invitation = asking.decide(case=case, at=ASKED).invitation
        at = ASKED + (5 - number) * DAY
        answering.give_verdict(word(invitation), level=1, by=case.customer.actor, at=at)
    seen, after = [], ""
    while after is not None:
        with django_assert_num_queries(2):
            page = following_up.page(following_up.open_for(house.bruno), after=after, limit=2)
            assert all(row.owner and row.verdict.label and row.case.customer.name for row in page.rows)
        seen += page.rows
        after = page.after
    assert [one.due_at for one in seen] == sorted(one.due_at for one in seen)
    assert len(seen) == 5
    assert len(following_up.page(following_up.open_for(house.bruno), after="nonsense").rows) == 5
