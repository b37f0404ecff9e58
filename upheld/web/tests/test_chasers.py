"""The case's page when somebody had to ask again: the telephone first, a call written down, cases joined and apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases.models import Call, Case, Chaser, Habits, Message, Resemblance
from upheld.cases.tests.makers import arrive, letter, make_case, make_house
from upheld.customers import describing
from upheld.people.tests.makers import MONDAY, make_department, make_person
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = MONDAY + timedelta(weeks=12)


@pytest.fixture(autouse=True)
def now(settings):
    settings.OUTGOING = "outbox"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def chased(house) -> Case:
    """Twelve weeks after a letter that nobody answered, she writes again."""
    case = make_case(house)
    describing.describe(
        case.customer, by=house.ada.actor, at=MONDAY, phone="040 66969 142", best_time="mornings"
    )
    raw = letter("Has it been dealt with?", subject=f"[HS-{case.number}]", message_id="<2@h.example>")
    arrive(house, raw, at=NOW - HOUR)
    return case


def text(response) -> str:
    return " ".join(response.content.decode().split())


def two(house) -> tuple[Case, Case]:
    """Two open cases of hers that may be one."""
    first = make_case(house)
    return first, make_case(house, subject="Nothing has come", message_id="<two@h.example>", at=NOW - HOUR)


def test_the_telephone_stands_first_and_the_letter_is_folded_behind_write_instead(house, chased):
    page = text(browser_of(house.ada).get(f"/cases/{chased.number}"))
    assert "Speak to Dora before you write" in page
    assert 'href="tel:04066969142"' in page
    assert "Best: mornings" in page
    assert "Waiting since" in page
    assert "that they had to write again" in page
    assert "Write instead" in page
    assert page.index("I spoke with Dora") < page.index("Write instead")
    assert 'id="pen-letter" open' not in page
    assert "Chaser" in page


def test_a_case_on_which_nobody_had_to_ask_again_has_the_pens_alone(house):
    case = make_case(house, at=NOW - HOUR)
    page = text(browser_of(house.ada).get(f"/cases/{case.number}"))
    assert "before you write" not in page
    assert "Write instead" not in page
    assert 'id="pen-call"' in page


def test_what_was_added_shortly_after_is_marked_and_no_alarm(house):
    case = make_case(house, at=NOW - HOUR)
    raw = letter("Size 39.", subject=f"[HS-{case.number}]", message_id="<2@h.example>")
    arrive(house, raw, at=NOW - HOUR / 2)
    page = text(browser_of(house.ada).get(f"/cases/{case.number}"))
    assert "added a little later" in page
    assert "before you write" not in page


def test_a_call_is_written_down_and_the_alarm_is_over(house, chased):
    browser = browser_of(house.ada)
    answer = browser.post(
        f"/cases/{chased.number}/calls", {"words": "A pair on Friday.", "reached": "yes"}, follow=True
    )
    page = text(answer)
    assert "Written down: you spoke." in page
    assert "before you write" not in page
    assert "A pair on Friday." in page
    assert "spoke with Dora. For colleagues." in page
    assert Chaser.objects.get().answered_at == NOW


def test_not_reached_is_written_down_and_the_telephone_stays_first(house, chased):
    page = text(
        browser_of(house.ada).post(
            f"/cases/{chased.number}/calls", {"words": "", "reached": "no"}, follow=True
        )
    )
    assert "called Dora, not reached" in page
    assert "before you write" in page


def test_a_call_without_words_is_asked_for_them_and_nothing_is_lost(house, chased):
    answer = browser_of(house.ada).post(f"/cases/{chased.number}/calls", {"words": " ", "reached": "yes"})
    assert answer.status_code == 422
    assert "Write down in a few words what was said." in text(answer)
    assert not Call.objects.exists()


def test_the_customers_own_page_shows_nothing_of_a_call(house, chased):
    from upheld.cases import tokens

    browser_of(house.ada).post(f"/cases/{chased.number}/calls", {"words": "She weeps.", "reached": "yes"})
    assert "weeps" not in text(browser_of().get(f"/c/{tokens.page_word(chased.number)}"))


def test_the_letters_list_marks_who_had_to_ask_again(house, chased):
    page = text(browser_of(house.ada).get("/letters"))
    assert "Chaser" in page
    assert page.index("Speak first") < page.index("Chaser")


def test_the_page_asks_whether_two_cases_are_one_and_joins_them(house):
    first, second = two(house)
    browser = browser_of(house.ada)
    page = text(browser.get(f"/cases/{second.number}"))
    assert "Dora has another open case:" in page
    assert "Is it the same matter?" in page
    asked = Resemblance.objects.get()
    page = text(browser.post(f"/resemblances/{asked.pk}/answer", {"same": "yes"}, follow=True))
    assert f"Joined: everything is on HS-{first.number} now." in page
    assert "before you write" in page
    assert text(browser.get(f"/cases/{second.number}")).count("The sole has come off again.") >= 1
    assert Message.objects.filter(case=second).count() == 0


def test_another_matter_is_said_once(house):
    _first, second = two(house)
    browser = browser_of(house.ada)
    asked = Resemblance.objects.get()
    page = text(browser.post(f"/resemblances/{asked.pk}/answer", {"same": "no"}, follow=True))
    assert "Written down: another matter." in page
    assert "Is it the same matter?" not in page
    page = text(browser.post(f"/resemblances/{asked.pk}/answer", {"same": "no"}, follow=True))
    assert "Somebody has said so already." in page
    assert text(browser.get(f"/cases/{second.number}")).count("Is it the same matter?") == 0


def test_nobody_is_asked_about_a_case_that_they_may_not_see(house):
    _first, second = two(house)
    asked = Resemblance.objects.get()
    billing = make_department("Billing", duty=make_person("Carla Mendes", role="lead"))
    other = browser_of(billing.duty_owner)
    assert other.post(f"/resemblances/{asked.pk}/answer", {"same": "yes"}).status_code == 404
    assert other.post(f"/cases/{second.number}/calls", {"reached": "no"}).status_code == 404
    letter_pk = second.messages.get(way="in").pk
    assert other.post(f"/messages/{letter_pk}/own-case").status_code == 404


def test_a_letter_that_joined_by_its_subject_is_taken_apart_with_one_click(house):
    case = make_case(house)
    raw = letter("Do you have belts, too?", message_id="<2@h.example>")
    message = Message.objects.get(arrival=arrive(house, raw, at=NOW - HOUR))
    browser = browser_of(house.ada)
    page = text(browser.get(f"/cases/{case.number}"))
    assert "Same customer, same subject as an open case." in page
    assert "Not the same matter" in page
    page = text(browser.post(f"/messages/{message.pk}/own-case", follow=True))
    message.refresh_from_db()
    assert f"The letter has a case of its own: HS-{message.case.number}." in page
    assert message.case != case
    page = text(browser.post(f"/messages/{message.pk}/own-case", follow=True))
    assert "This is the only letter of the case" in page


def test_the_page_costs_as_much_for_one_chaser_as_for_many(house, chased):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"/cases/{chased.number}")
        return len(captured)

    browser = browser_of(house.ada)
    browser.get(f"/cases/{chased.number}")
    one = cost()
    for number in range(3, 12):
        raw = letter(f"{number}", subject=f"[HS-{chased.number}]", message_id=f"<{number}@h.example>")
        arrive(house, raw, at=NOW + number * HOUR)
    browser.get(f"/cases/{chased.number}")
    assert Chaser.objects.count() == 10
    assert cost() == one


def test_an_administrator_says_how_soon_a_letter_is_added(house):
    ines = browser_of(make_person("Ines", role="administrator"))
    page = text(ines.get("/settings/letters"))
    assert 'value="30"' in page
    page = text(ines.post("/settings/letters", {"addendum_minutes": "45"}, follow=True))
    assert "Saved." in page
    assert Habits.objects.get().addendum_minutes == 45
    wrong = ines.post("/settings/letters", {"addendum_minutes": "5000"})
    assert wrong.status_code == 422
    assert browser_of(house.ada).get("/settings/letters").status_code == 404
