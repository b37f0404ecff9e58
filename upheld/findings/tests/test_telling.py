"""Who said it learns what came of it: by a letter, once that has left, or by a word spoken to them."""

from datetime import timedelta

import pytest
from django.db import transaction

from upheld.cases import closing, joining, replying, separating
from upheld.cases.models import Case, Message
from upheld.cases.tests.makers import answer, arrive, leave, letter, make_case, make_house
from upheld.channels import bouncing, sending
from upheld.channels.models import Departure
from upheld.findings import answering, following, queries, telling, wording
from upheld.findings.tests.makers import facts_of, follow, make_finding, make_verdict
from upheld.journal.models import Record
from upheld.people import queries as people
from upheld.people.tests.makers import MONDAY
from upheld.promises import queries as promises

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
HOUR = timedelta(hours=1)
TUESDAY = MONDAY + timedelta(days=1)
SAID = "Glued soles are sewn from May on."


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def case(house):
    return make_case(house)


def answered(house, case, **other):
    finding = make_finding(case, by=house.ada, **other)
    return answering.answer(finding, change="will-change", answer=SAID, by=house.bruno, at=MONDAY + HOUR)


def written(house, finding):
    return telling.tell(finding, html="<p>Soles are sewn now.</p>", by=house.ada, at=TUESDAY)


def test_the_letter_has_told_when_it_has_left_and_not_before(house, case):
    finding = written(house, answered(house, case))
    assert (finding.told_at, finding.on_its_way) == (None, True)
    leave(finding.told_in, at=TUESDAY + HOUR)
    follow()
    finding.refresh_from_db()
    assert finding.told_at == TUESDAY + HOUR
    assert facts_of(finding) == ["FindingRaised", "FindingAnswered", "FindingTold"]
    with pytest.raises(telling.AlreadyTold):
        written(house, finding)


def test_reading_the_same_fact_again_tells_nobody_twice(house, case):
    finding = written(house, answered(house, case))
    leave(finding.told_in, at=TUESDAY)
    follow()
    with transaction.atomic():
        for record in Record.objects.filter(kind="channels.LetterLeft/1"):
            following.handle(record)
    assert facts_of(finding).count("FindingTold") == 1


def test_a_closed_case_stays_closed_and_owes_nothing(house, case):
    answer(case, by=house.ada, at=MONDAY)
    closing.close(Case.objects.get(), by=house.ada.actor, at=MONDAY + HOUR)
    finding = written(house, answered(house, case))
    leave(finding.told_in, at=TUESDAY)
    follow()
    case.refresh_from_db()
    assert (case.is_open, case.unread_at, promises.owed_on(case.subject)) == (False, None, [])
    finding.refresh_from_db()
    assert finding.told_at == TUESDAY


def test_a_letter_that_was_taken_back_has_told_nobody_and_is_written_anew(house, case):
    finding = written(house, answered(house, case))
    with pytest.raises(telling.LetterOnItsWay):
        written(house, finding)
    replying.take_back(finding.told_in, by=house.ada, at=TUESDAY)
    follow()
    finding.refresh_from_db()
    assert (finding.told_in, finding.told_at) == (None, None)
    assert written(house, finding).on_its_way


def test_a_letter_that_came_back_has_told_nobody_until_somebody_speaks_to_them(house, case):
    finding = written(house, answered(house, case))
    leave(finding.told_in, at=TUESDAY)
    follow()
    departure = Departure.objects.get(pk=finding.told_in.departure_id)
    bouncing.mark_bounced(departure.message_id, recipients=["dora@harbour.example"], at=TUESDAY + HOUR)
    follow()
    finding.refresh_from_db()
    assert (finding.told_at, finding.on_its_way) == (None, True)
    sending.settle(departure, by=house.ada.actor, at=TUESDAY + 2 * HOUR)
    follow()
    finding.refresh_from_db()
    assert (finding.told_at, finding.told_in) == (TUESDAY + 2 * HOUR, None)
    assert facts_of(finding)[2:] == ["FindingTold", "FindingUntold", "FindingTold"]


def test_a_word_spoken_to_them_tells_too(house, case):
    finding = telling.told_by_voice(answered(house, case), by=house.ada, at=TUESDAY)
    assert (finding.told_at, finding.told_in) == (TUESDAY, None)
    assert facts_of(finding)[-1] == "FindingTold"


def test_nothing_is_told_before_something_is_said_and_nobody_when_no_customer_said_it(house, case):
    with pytest.raises(telling.NotAnswered):
        written(house, make_finding(case, by=house.ada))
    idea = make_finding(by=house.ada, department=house.service)
    idea = answering.answer(idea, change="changed", answer="Ordered.", by=house.bruno, at=MONDAY)
    with pytest.raises(telling.NobodyToTell):
        telling.told_by_voice(idea, by=house.ada, at=TUESDAY)


def test_what_a_letter_refuses_this_letter_refuses(house, case):
    finding = answered(house, case)
    with pytest.raises(replying.NothingWritten):
        telling.tell(finding, html="<p> </p>", by=house.ada, at=TUESDAY)
    with pytest.raises(replying.NewsSince):
        telling.tell(finding, html="<p>Sewn.</p>", seen=0, by=house.ada, at=TUESDAY)
    finding.refresh_from_db()
    assert finding.told_in is None
    assert not Message.objects.filter(way=Message.Way.OUT).exists()


def test_the_letter_begins_honestly(house, case):
    text = wording.letter(answered(house, case), case, by=house.ada, company=people.company())
    assert text.split("\n\n") == [
        "Dear Dora Lindqvist,",
        "on Monday 16 November you told us:\n“The sole has come off again.”",
        "Something will change because of it:",
        SAID,
        "I am sorry that it happened. Thank you for telling us: without you we would not know.",
        "Ada Okafor\nHarbour Shoes",
    ]


def test_the_letter_quotes_no_words_but_the_customers_own(house, case):
    finding = answered(house, case, words="Dora is cross again.")
    text = wording.letter(finding, case, by=house.ada, company=people.company())
    assert "cross" not in text
    assert "you wrote to us about “Größe 39”." in text
    verdict = make_verdict(case, comment="Nobody called.", at=MONDAY)
    spoken = make_finding(by=house.bruno, verdict=verdict, words="", kind="praise")
    praise = answering.answer(spoken, by=house.bruno, at=MONDAY)
    text = wording.letter(praise, case, by=house.ada, company=people.company())
    assert "“Nobody called.”" in text
    assert "passed your words on" in text
    assert "sorry" not in text


def test_a_letter_that_is_given_a_case_of_its_own_takes_its_finding_along(house, case):
    other = letter(
        "Another matter.", message_id="<2@h.example>", headers="In-Reply-To: <first@harbour.example>"
    )
    second = arrive(house, other, at=MONDAY + HOUR).message
    assert second.case == case
    finding = make_finding(by=house.ada, message=second, words="", kind="issue")
    own = separating.separate(second, by=house.ada.actor, at=MONDAY + HOUR)
    follow()
    finding.refresh_from_db()
    assert (finding.case, telling.case_of(finding)) == (own, own)


def test_on_joined_cases_the_customer_is_told_on_the_one_that_goes_on(house, case):
    finding = answered(house, case)
    kept = make_case(house, message_id="<9@h.example>", subject="The same", at=MONDAY + HOUR)
    joining.join(case, into=kept, by=house.ada.actor, at=TUESDAY)
    follow()
    finding.refresh_from_db()
    assert telling.case_of(finding) == kept
    assert written(house, finding).told_in.case == kept
    assert queries.on_case(house.ada, kept) == [finding]
