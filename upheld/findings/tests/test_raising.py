"""A finding comes from a letter, a verdict, a case or a colleague, and always has an owner and an answer date."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from upheld.cases.tests.makers import answer, make_case, make_house
from upheld.findings import dropping, raising, rewording
from upheld.findings.holding import NotYours, WasDropped
from upheld.findings.models import Finding
from upheld.findings.tests.makers import facts_of, letter_of, make_finding, make_verdict
from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.people import hiring
from upheld.people.tests.makers import MONDAY, make_department, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("outbox")]
HOUR = timedelta(hours=1)


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def case(house):
    return make_case(house)


def test_a_letter_is_a_finding_in_the_customers_own_words(house, case):
    finding = raising.raise_finding(message=letter_of(case), by=house.ada, at=MONDAY + HOUR)
    assert (finding.kind, finding.words) == ("issue", "The sole has come off again.")
    assert (finding.case, finding.customer, finding.raised_by) == (case, case.customer, house.ada)
    assert (finding.department, finding.owner) == (house.service, house.bruno)
    assert facts_of(finding) == ["FindingRaised"]
    assert "Dora" not in str(Record.objects.order_by("-id")[0].data)


def test_it_is_answered_by_the_close_of_the_tenth_working_day(house, case):
    finding = make_finding(case, by=house.ada)
    assert finding.answer_by == datetime(
        2026, 11, 30, 16, 0, tzinfo=UTC
    )  # 17:00 in Berlin, a fortnight later


def test_a_verdict_is_a_finding_in_the_words_of_its_comment(house, case):
    verdict = make_verdict(case, comment="Nobody called me back.")
    finding = raising.raise_finding(verdict=verdict, by=house.ada, at=MONDAY)
    assert (finding.words, finding.case, finding.verdict) == ("Nobody called me back.", case, verdict)


def test_without_anybodys_words_it_says_what_it_is_about(house, case):
    on_case = raising.raise_finding(case=case, by=house.ada, at=MONDAY)
    assert on_case.words == "This should not have happened. Größe 39"
    silent = raising.raise_finding(verdict=make_verdict(case), by=house.ada, at=MONDAY)
    assert silent.words == "This should not have happened. Größe 39"


def test_a_letter_as_long_as_a_book_is_cut_between_words(house):
    case = make_case(house, words="Where is my parcel? " * 400)
    finding = make_finding(case, by=house.ada)
    assert len(finding.words) <= raising.LONGEST
    assert finding.words.endswith("Where is my …")


def test_an_idea_needs_no_customer_but_a_department(house):
    finding = make_finding(by=house.ada, department=house.service)
    assert (finding.case, finding.customer, finding.kind) == (None, None, "idea")
    with pytest.raises(raising.NoDepartment):
        make_finding(by=house.ada)


def test_a_second_click_is_not_a_second_finding(house, case):
    finding = make_finding(case, by=house.ada)
    with pytest.raises(raising.AlreadyRaised) as refused:
        make_finding(case, by=house.ada)
    assert refused.value.finding == finding
    other = make_finding(case, by=house.ada, words="The parcel was open.")
    assert other != finding
    assert make_finding(case, by=house.bruno) != finding


def test_two_clicks_at_once_make_one_finding(house, case):
    message = letter_of(case)

    def click(_number):
        try:
            return raising.raise_finding(message=message, by=house.ada, at=MONDAY).pk
        except raising.AlreadyRaised as refused:
            return refused.finding.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(click, range(4)))) == 1
    assert Finding.objects.count() == 1


def test_what_was_dropped_can_be_raised_again(house, case):
    dropping.drop(make_finding(case, by=house.ada), by=house.ada, at=MONDAY)
    assert make_finding(case, by=house.ada).is_open


def test_our_own_letters_are_no_findings(house, case):
    ours = answer(case, by=house.ada, at=MONDAY + HOUR)
    with pytest.raises(raising.NotTheirLetter):
        raising.raise_finding(message=ours, by=house.ada, at=MONDAY + HOUR)


def test_a_finding_has_one_source_a_known_kind_and_words(house, case):
    with pytest.raises(raising.OneSource):
        raising.raise_finding(message=letter_of(case), verdict=make_verdict(case), by=house.ada, at=MONDAY)
    with pytest.raises(raising.KindUnknown):
        make_finding(case, by=house.ada, kind="rant")
    with pytest.raises(raising.NothingLearnt):
        raising.raise_finding(words="  ", department=house.service, by=house.ada, at=MONDAY)


def test_a_closed_department_and_a_former_colleague_raise_nothing(house, case):
    carla = make_person("Carla Weiss")
    billing = make_department("Billing", duty=carla)
    billing.closed_at = MONDAY
    billing.save()
    with pytest.raises(raising.DepartmentIsClosed):
        make_finding(case, by=house.ada, department=billing)
    emil = hiring.leave(make_person("Emil Aalto"), by=CLOCK, at=MONDAY)
    with pytest.raises(raising.CannotRaise):
        make_finding(case, by=emil)


def test_it_can_be_called_what_it_is_in_better_words(house, case):
    finding = make_finding(case, by=house.ada)
    finding = rewording.reword(finding, kind="threat", words="Soles come off.", by=house.ada, at=MONDAY)
    assert (finding.kind, finding.words) == ("threat", "Soles come off.")
    assert facts_of(finding) == ["FindingRaised", "FindingReworded"]
    assert letter_of(case).own_words == "The sole has come off again."


def test_rewording_wants_a_change_a_kind_words_and_one_who_may(house, case):
    finding = make_finding(case, by=house.ada)
    with pytest.raises(rewording.NothingChanged):
        rewording.reword(finding, kind="issue", words=finding.words, by=house.ada, at=MONDAY)
    with pytest.raises(raising.KindUnknown):
        rewording.reword(finding, kind="rant", words="x", by=house.ada, at=MONDAY)
    with pytest.raises(raising.NothingLearnt):
        rewording.reword(finding, kind="issue", words=" ", by=house.ada, at=MONDAY)
    carla = make_person("Carla Weiss")
    with pytest.raises(NotYours):
        rewording.reword(finding, kind="praise", words="Fine.", by=carla, at=MONDAY)


def test_whoever_raised_it_takes_it_back_and_takes_it_up_again(house, case):
    finding = dropping.drop(make_finding(case, by=house.ada), by=house.ada, at=MONDAY + HOUR)
    assert list(Finding.objects.unanswered()) == []
    finding = dropping.undrop(finding, by=house.ada, at=MONDAY + 2 * HOUR)
    assert (finding.raised_at, finding.is_open) == (MONDAY, True)
    assert facts_of(finding) == ["FindingRaised", "FindingDropped", "FindingTakenUpAgain"]


def test_a_department_cannot_put_away_what_others_found(house, case):
    finding = make_finding(case, by=house.ada)
    with pytest.raises(dropping.NotForYouToDrop):
        dropping.drop(finding, by=house.bruno, at=MONDAY)
    with pytest.raises(dropping.NotDropped):
        dropping.undrop(finding, by=house.ada, at=MONDAY)
    manager = make_person("Greta Holm", role="manager")
    finding = dropping.drop(finding, by=manager, at=MONDAY)
    with pytest.raises(dropping.NotForYouToDrop):
        dropping.undrop(finding, by=house.bruno, at=MONDAY)
    with pytest.raises(WasDropped):
        dropping.drop(finding, by=house.ada, at=MONDAY)


def test_one_click_on_a_case_of_a_department_that_is_closed_goes_to_the_clickers_own(house, case):
    billing = make_department("Billing", duty=make_person("Carla Diaz", role="lead"))
    house.ada.departments.add(billing)
    house.service.closed_at = MONDAY
    house.service.save()
    finding = raising.raise_finding(case=case, by=house.ada, at=MONDAY + HOUR)
    assert (finding.department, finding.owner) == (billing, billing.duty_owner)
    with pytest.raises(raising.DepartmentIsClosed):
        raising.raise_finding(case=case, by=house.bruno, at=MONDAY + HOUR)
