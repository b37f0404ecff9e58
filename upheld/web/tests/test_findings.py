"""One click makes a finding; its page puts it in words, sends it on, answers and tells it; the list keeps its age."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases.tests.makers import make_case, make_house
from upheld.findings import answering, raising
from upheld.findings.models import Finding
from upheld.findings.tests.makers import letter_of, make_finding, make_verdict
from upheld.people.tests.makers import MONDAY, make_agent, make_department, make_person
from upheld.web.tests.visitors import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
DAY = timedelta(days=1)
NOON = MONDAY + timedelta(hours=3)
SAID = "Glued soles are sewn from May on."


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def case(house):
    return make_case(house)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def answered(house, case, **other):
    finding = make_finding(case, by=house.ada, **other)
    return answering.answer(finding, change="will-change", answer=SAID, by=house.bruno, at=NOON)


def test_one_click_on_a_letter_makes_a_finding_and_lands_on_it_with_an_undo(house, case):
    browser = browser_of(house.ada)
    page = text(browser.get(f"/cases/{case.number}"))
    assert page.count("This should not have happened") == 2  # on the case and on its one letter
    response = browser.post("/findings/new", {"message": letter_of(case).pk}, follow=True)
    finding = Finding.objects.get()
    page = text(response)
    assert response.redirect_chain[0][0] == f"/findings/{finding.pk}?do=words#words"
    assert "The sole has come off again." in page
    assert "Bruno Keller answers it by" in page
    assert f'action="/findings/{finding.pk}/dropping"' in page
    assert '<details class="pen" id="words" open>' in page
    assert page.count('type="radio" name="kind"') == 5


def test_a_second_click_leads_to_the_same_finding(house, case):
    browser = browser_of(house.ada)
    for _click in range(2):
        response = browser.post("/findings/new", {"message": letter_of(case).pk}, follow=True)
    assert "You have raised this already." in text(response)
    assert Finding.objects.count() == 1


def test_the_undo_takes_it_back_and_that_can_be_undone(house, case):
    browser = browser_of(house.ada)
    browser.post("/findings/new", {"case": case.number})
    finding = Finding.objects.get()
    page = text(browser.post(f"/findings/{finding.pk}/dropping", follow=True))
    assert "Raised by mistake, and taken back." in page
    assert "Nothing waits for an answer." in text(browser.get("/findings"))
    page = text(browser.post(f"/findings/{finding.pk}/taking-up", follow=True))
    assert "It will be answered by" in page


def test_a_verdict_and_a_case_can_be_clicked_too_and_nothing_that_one_may_not_see(house, case):
    verdict = make_verdict(case, comment="Nobody called me back.")
    browser = browser_of(house.ada)
    browser.post("/findings/new", {"verdict": verdict.pk})
    browser.post("/findings/new", {"case": case.number})
    assert {one.verdict for one in Finding.objects.all()} == {verdict, None}
    stranger = browser_of(make_agent("Carla Weiss", make_department("Billing", duty=make_person("Gil Roth"))))
    for source in ({"verdict": verdict.pk}, {"case": case.number}, {"message": letter_of(case).pk}):
        assert stranger.post("/findings/new", source).status_code == 404
    assert browser.post("/findings/new", {"case": "99999"}).status_code == 404


def test_an_idea_is_written_down_on_the_list(house):
    browser = browser_of(house.ada)
    page = browser.get("/findings")
    assert "Write one down" in text(page)
    said = {"kind": "idea", "words": "A shoehorn in every box.", "department": house.service.pk}
    response = browser.post("/findings/new", said, follow=True)
    assert "A shoehorn in every box." in text(response)
    assert "Does the customer know?" not in text(response)


def test_what_is_missing_in_it_is_said_and_what_was_typed_stays(house):
    browser = browser_of(house.ada)
    response = browser.post("/findings/new", {"kind": "idea", "words": "", "department": house.service.pk})
    assert response.status_code == 422
    house.service.closed_at = NOON
    house.service.save()
    said = {"kind": "idea", "words": "Shoehorns.", "department": house.service.pk}
    response = browser.post("/findings/new", said)
    assert response.status_code == 422
    assert "Shoehorns." in text(response)


def test_its_words_its_department_and_its_owner_are_changed_on_its_page(house, case):
    carla = make_person("Carla Weiss", role="lead")
    billing = make_department("Billing", duty=carla)
    finding = make_finding(case, by=house.ada)
    browser = browser_of(house.ada)
    browser.post(f"/findings/{finding.pk}/words", {"kind": "threat", "words": "Soles come off."})
    browser.post(f"/findings/{finding.pk}/owner", {"to": house.ada.pk})
    finding.refresh_from_db()
    assert (finding.kind, finding.words, finding.owner) == ("threat", "Soles come off.", house.ada)
    page = text(browser.post(f"/findings/{finding.pk}/department", {"department": billing.pk}, follow=True))
    assert "It is with Billing now; Carla Weiss owns it." in page
    assert 'id="answer"' not in page  # Billing answers it
    assert 'id="answer"' in text(browser_of(carla).get(f"/findings/{finding.pk}"))


def test_a_refusal_stands_in_its_form_with_what_was_typed(house, case):
    finding = make_finding(case, by=house.ada)
    browser = browser_of(house.bruno)
    late = {"change": "changed", "answer": "Sewn now."}
    answering.answer(finding, change="stays", answer="No.", by=house.ada, at=NOON)
    response = browser.post(f"/findings/{finding.pk}/answer", late)
    assert response.status_code == 422
    assert "This finding is answered already." in text(response)
    assert "Sewn now." in text(response)
    finding = make_finding(case, by=house.ada, words="Another")
    response = browser.post(f"/findings/{finding.pk}/answer", {"answer": "Sewn now."})
    assert response.status_code == 422
    assert "Sewn now." in text(response)


def test_somebody_answers_and_the_customer_is_told_in_a_letter(house, case, settings):
    settings.SEND_DELAY_SECONDS = 10
    finding = make_finding(case, by=house.ada)
    page = text(
        browser_of(house.bruno).post(
            f"/findings/{finding.pk}/answer", {"change": "will-change", "answer": SAID}, follow=True
        )
    )
    assert "Answered. Now let the customer know." in page
    browser = browser_of(house.ada)
    page = text(browser.get(f"/findings/{finding.pk}"))
    assert "you told us: “The sole has come off again.”" in page
    seen = letter_of(case).pk
    told = browser.post(
        f"/findings/{finding.pk}/letter", {"text": "Dear Dora,\n\nSewn.", "seen": seen}, follow=True
    )
    assert "The letter is written" in text(told)
    finding.refresh_from_db()
    assert finding.told_in.html == "<p>Dear Dora,</p><p>Sewn.</p>"
    assert f'action="/answers/{finding.told_in_id}/taking-back"' in text(told)


def test_a_letter_without_words_or_with_news_since_is_held_and_its_words_stay(house, case):
    finding = answered(house, case)
    browser = browser_of(house.ada)
    response = browser.post(f"/findings/{finding.pk}/letter", {"text": " ", "seen": letter_of(case).pk})
    assert (response.status_code, "Write the letter first." in text(response)) == (422, True)
    response = browser.post(f"/findings/{finding.pk}/letter", {"text": "Dear Dora, sewn.", "seen": "0"})
    assert response.status_code == 422
    assert "Dear Dora, sewn." in text(response)
    assert f'name="seen" value="{letter_of(case).pk}"' in text(response)


def test_a_customer_who_was_told_on_the_telephone_knows(house, case):
    finding = answered(house, case)
    page = text(browser_of(house.ada).post(f"/findings/{finding.pk}/spoken", follow=True))
    assert "The customer was told today" in page
    page = text(browser_of(house.ada).post(f"/findings/{finding.pk}/spoken", follow=True))
    assert "The customer has been told already." in page


def test_praise_is_passed_on_without_a_word_more(house, case):
    finding = make_finding(case, by=house.ada, kind="praise")
    browser = browser_of(house.bruno)
    assert "Pass it on" in text(browser.get(f"/findings/{finding.pk}"))
    page = text(browser.post(f"/findings/{finding.pk}/answer", {"answer": ""}, follow=True))
    assert "Passed on to those whom it is about, with thanks." in page


def test_the_oldest_unanswered_stands_first_with_its_age(house, case):
    make_finding(case, by=house.ada, words="The younger one", at=MONDAY - DAY)
    make_finding(case, by=house.ada, words="The older one", at=MONDAY - 23 * DAY)
    page = text(browser_of(house.ada).get("/findings"))
    assert "2 findings wait for an answer, the oldest for 23 days." in page
    assert page.index("The older one") < page.index("The younger one")
    assert "was due" in page


def test_the_list_is_narrowed_by_kind_department_state_and_whose(house, case):
    make_finding(case, by=house.ada, words="The issue")
    make_finding(by=house.bruno, department=house.service, words="The idea")
    done = answered(house, case, words="The done one")
    browser = browser_of(house.ada)

    def shown(query):
        page = text(browser.get(f"/findings?{query}"))
        return [words for words in ("The issue", "The idea", "The done one") if words in page]

    assert shown("") == ["The issue", "The idea"]
    assert shown("kind=idea") == ["The idea"]
    assert shown("whose=mine") == ["The issue"]
    assert shown("state=answered") == ["The done one"]
    assert shown(f"department={house.service.pk}") == ["The issue", "The idea"]
    assert shown("kind=threat") == []
    assert shown("kind=x&department=x&state=x&after=x&whose=x") == ["The issue", "The idea"]
    assert done.pk


def test_the_list_is_paged_by_key_and_loses_nobody(house, case):
    for number in range(61):
        make_finding(case, by=house.ada, words=f"Number {number:02}.", at=MONDAY)
    browser = browser_of(house.ada)
    first = browser.get("/findings").content.decode()
    after = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(after).content.decode()
    assert all(f"Number {number:02}." in first + second for number in range(61))
    assert 'rel="next"' not in second


def test_lists_ask_as_many_questions_for_thirty_as_for_one(house, case):
    browser = browser_of(house.ada)

    def asked(path):
        browser.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    paths = ("/findings", "/findings?state=answered", "/findings/you-said", "/")
    for number in range(31):
        make_finding(case, by=house.bruno, words=f"Open {number}", at=MONDAY - 20 * DAY)
        answered(house, case, words=f"Done {number}")
        if number == 0:
            few = [asked(path) for path in paths]
    assert [asked(path) for path in paths] == few


def test_you_said_we_did_tells_everybody_what_we_did_and_only_some_what_was_said(house, case):
    answered(house, case)
    eve = make_person("Eve Bloom", role="colleague")
    page = text(browser_of(eve).get("/findings/you-said"))
    assert SAID in page
    assert "The sole has come off" not in page
    assert "Dora" not in page
    page = text(browser_of(house.ada).get("/findings/you-said"))
    assert "The sole has come off again." in page


def test_a_place_of_its_own_appears_with_the_first_finding(house, case):
    browser = browser_of(house.ada)
    assert 'href="/findings"' not in text(browser.get("/letters"))
    assert browser.get("/findings").status_code == 200
    make_finding(case, by=house.ada)
    assert 'href="/findings"' in text(browser.get("/letters"))


def test_what_an_owner_has_to_answer_stands_on_today(house, case):
    finding = make_finding(case, by=house.ada, at=MONDAY - 23 * DAY)
    page = text(browser_of(house.bruno).get("/"))
    assert "One finding waits for what you say." in page
    assert "Nothing is owed" not in page
    assert "Findings that wait for your answer" in page
    assert f'href="/findings/{finding.pk}"' in page
    assert "Findings that wait for your answer" not in text(browser_of(house.ada).get("/"))


def test_whoever_may_not_see_the_case_reads_the_finding_without_it(house, case):
    carla = make_person("Carla Weiss", role="lead")
    billing = make_department("Billing", duty=carla)
    finding = raising.raise_finding(message=letter_of(case), department=billing, by=house.ada, at=MONDAY)
    page = text(browser_of(carla).get(f"/findings/{finding.pk}"))
    assert "The sole has come off again." in page
    assert f"/cases/{case.number}" not in page
    answering.answer(finding, change="changed", answer="Sewn.", by=carla, at=NOON)
    page = text(browser_of(carla).get(f"/findings/{finding.pk}"))
    assert "Whoever serves them does it." in page
    response = browser_of(carla).post(f"/findings/{finding.pk}/letter", {"text": "Dear Dora", "seen": "1"})
    assert response.status_code == 404
    assert f"/cases/{case.number}" in text(browser_of(house.ada).get(f"/findings/{finding.pk}"))


def test_a_finding_that_is_not_yours_to_see_is_no_page(house, case):
    finding = make_finding(case, by=house.ada)
    eve = browser_of(make_person("Eve Bloom", role="colleague"))
    admin = browser_of(make_person("Iris Admin", role="administrator"))
    for browser in (eve, admin):
        assert browser.get(f"/findings/{finding.pk}").status_code == 404
        for verb in ("words", "department", "owner", "answer", "letter", "spoken", "dropping", "taking-up"):
            assert browser.post(f"/findings/{finding.pk}/{verb}", {}).status_code == 404
        assert "Nothing waits for an answer." in text(browser.get("/findings"))
    assert browser_of(house.ada).get("/findings/987654").status_code == 404


def test_a_department_cannot_drop_what_somebody_else_found(house, case):
    finding = make_finding(case, by=house.ada)
    browser = browser_of(house.bruno)
    assert "Raised by mistake" not in text(browser.get(f"/findings/{finding.pk}"))
    page = text(browser.post(f"/findings/{finding.pk}/dropping", follow=True))
    assert "Answer it instead." in page
    finding.refresh_from_db()
    assert finding.is_open


def test_what_happened_to_it_is_on_its_page_and_on_the_case(house, case):
    finding = answered(house, case)
    browser = browser_of(house.ada)
    page = text(browser.get(f"/findings/{finding.pk}"))
    assert "The finding is answered: something will change." in page
    assert "A finding, an issue: Service answers it. Bruno Keller owns it." in text(
        browser.get(f"/cases/{case.number}")
    )


def test_the_same_words_from_a_browser_are_no_other_words(house):
    case = make_case(house, words="The sole has come off.\n\nAgain.")
    finding = make_finding(case, by=house.ada)
    said = {"kind": "issue", "words": "The sole has come off.\r\n\r\nAgain."}
    page = text(browser_of(house.ada).post(f"/findings/{finding.pk}/words", said, follow=True))
    assert "Written down anew." not in page
    finding.refresh_from_db()
    assert finding.words == "The sole has come off.\n\nAgain."


def test_signs_that_no_letter_holds_are_no_accident(house, case):
    finding = answered(house, case)
    browser = browser_of(house.ada)
    seen = letter_of(case).pk
    for typed in ("Dear\x00 Dora", "x" * 200_000, "<script>alert(1)</script>"):
        assert browser.post(f"/findings/{finding.pk}/letter", {"text": typed, "seen": seen}).status_code < 500
        Finding.objects.update(told_in=None)
        seen = finding.case.messages.order_by("-pk").first().pk
    said = {"kind": "idea", "words": "A \x00 shoehorn", "department": house.service.pk}
    assert browser.post("/findings/new", said).status_code == 422
    for key in ("9" * 30, "-1", "1.5", "١"):
        assert browser.post("/findings/new", {"message": key}).status_code in (404, 422)
        assert browser.get(f"/findings?department={key}&after={key}").status_code == 200
    assert browser.get("/findings/99999999999999999999").status_code == 404
