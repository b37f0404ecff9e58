"""Questions across answers: why nobody was asked, and what was said in a period."""

import pytest

from upheld.cases.tests.makers import make_case
from upheld.people.tests.makers import make_agent, make_department, make_person
from upheld.surveys import answering, asking, queries
from upheld.surveys.models import Invitation
from upheld.surveys.tests.makers import ASKED, CLOSED, DAY, HOUR, ask, make_closed, make_scene, word

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]


def test_a_case_says_whether_its_customer_was_asked_and_why_not(django_assert_num_queries):
    scene = make_scene()
    invitation = ask(scene)
    answering.give_verdict(word(invitation), level=5, by=scene.dora.actor, at=ASKED)
    second = make_closed(scene.house, at=CLOSED, message_id="<second@harbour.example>")
    asking.decide(case=second, at=ASKED + HOUR)
    with django_assert_num_queries(1):
        (decision,) = queries.decisions_on(scene.case)
        assert decision.invitation.verdict.label == "better than hoped"
    with django_assert_num_queries(1):
        (decision,) = queries.decisions_on(second)
        assert decision.get_reason_display() == "asked within the last 30 days"
        with pytest.raises(Invitation.DoesNotExist):
            assert decision.invitation
    assert (
        queries.decisions_on(make_case(scene.house, message_id="<open@harbour.example>", subject="L")) == []
    )


def test_verdicts_of_a_period_are_those_the_viewer_sees_the_newest_first():
    scene = make_scene()
    other = make_closed(scene.house, message_id="<eve@outside.example>", sender="Eve <eve@outside.example>")
    for case, level, at in ((scene.case, 4, ASKED), (other, 2, ASKED + DAY)):
        invitation = asking.decide(case=case, at=ASKED).invitation
        answering.give_verdict(word(invitation), level=level, by=case.customer.actor, at=at)
    seen = queries.verdicts(scene.house.ada, since=ASKED, until=ASKED + 2 * DAY)
    assert [verdict.level for verdict in seen] == [2, 4]
    assert [v.level for v in queries.verdicts(scene.house.ada, since=ASKED, until=ASKED + DAY)] == [4]
    billing = make_department("Billing", duty=make_person("Carla Diaz", role="lead"))
    outsider = make_agent("Emil", billing)
    assert not queries.verdicts(outsider, since=ASKED, until=ASKED + 2 * DAY).exists()
    assert queries.asked(since=ASKED, until=ASKED + HOUR).count() == 2
    assert set(queries.verdicts_on([scene.case, other])) == {scene.case.pk, other.pk}
