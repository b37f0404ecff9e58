"""A letter that names no case: clearly the same matter, perhaps, or another."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from upheld.cases import closing, likening
from upheld.cases.models import Case, Chaser, Message, Resemblance
from upheld.cases.sameness import core, numbers
from upheld.cases.tests.makers import DORA, HOUR, arrive, letter, make_case, make_house
from upheld.customers.models import Account, Customer
from upheld.people.tests.makers import MONDAY

pytestmark = pytest.mark.django_db
DAY = 24 * HOUR


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.OUTGOING = "outbox"


@pytest.fixture
def house():
    return make_house()


def writes(house, words="Nothing has come.", *, at=MONDAY + 84 * DAY, **more) -> Message:
    """A letter without any reference."""
    raw = letter(words, message_id=f"<new{Message.objects.count()}@h.example>", **more)
    return Message.objects.get(arrival=arrive(house, raw, at=at))


@pytest.mark.parametrize(
    "subject",
    [
        "Größe 39", "AW: Größe 39", "Re: Größe 39", "WG: AW: Größe 39", "Antwort: GRÖSSE 39", "RE[2]: Größe 39",
        "[EXT] Fwd: Größe 39!", "回复：Größe 39", "SV: VS: Größe 39", "Größe 39 [HS-1042]", "TR : Größe 39",
    ],
)  # fmt: skip
def test_the_same_subject_is_the_same_matter_whatever_programs_put_before_it(house, subject):
    case = make_case(house)
    message = writes(house, subject=subject)
    assert message.case == case
    assert message.why_here == likening.BY_LIKENESS
    assert Chaser.objects.get().message == message


@pytest.mark.parametrize(
    "subject", ["Frage", "Re: Hallo", "Ihre Bestellung", "", "Question about my order", "???"]
)
def test_a_subject_that_says_nothing_joins_nothing_and_is_asked_about(house, subject):
    case = make_case(house, subject=subject)
    message = writes(house, subject=subject)
    assert message.case != case
    assert [one.other for one in likening.offers(message.case)] == [case]


def test_an_order_number_that_both_name_is_the_same_matter(house):
    case = make_case(house, subject="Sohle", words="Meine Bestellung Nr. 4711-0815 ist kaputt angekommen.")
    message = writes(house, subject="Noch immer nichts", words="Was ist mit Bestellung 47110815?")
    assert message.case == case
    assert message.why_here == likening.BY_SHARED_NUMBER


def test_a_telephone_number_and_a_postal_code_name_no_order(house):
    signature = "Dora Lindqvist, 20457 Hamburg, Tel. 040 66969142, Kundennummer 778899"
    case = make_case(house, subject="Sohle", words=f"Die Sohle ist ab. {signature}")
    message = writes(house, subject="Gürtel", words=f"Haben Sie auch welche aus Leinen? {signature}")
    assert message.case != case


def test_the_same_subject_about_another_order_is_another_matter_until_somebody_says_otherwise(house):
    case = make_case(house, subject="Sohle löst sich", words="Bestellung 100234 ist hin.")
    message = writes(house, subject="Sohle löst sich", words="Auch Bestellung 100777 ist hin.")
    assert message.case != case
    assert [one.other for one in likening.offers(message.case)] == [case]


def test_nearly_the_same_words_are_the_same_matter(house):
    words = "The sole of my left boot has come off after two weeks at sea, and the crew is laughing at me."
    case = make_case(house, subject="Boots", words=words)
    message = writes(house, subject="Once more", words="I write again. " + words)
    assert message.case == case
    assert message.why_here == likening.BY_WORDS


def test_of_two_cases_that_it_could_be_a_person_chooses(house):
    first = make_case(house)
    second = make_case(house, subject="Leinengürtel", message_id="<belt@h.example>")
    Case.objects.filter(pk=second.pk).update(subject_line="Größe 39")
    message = writes(house, subject="Größe 39")
    assert message.case not in (first, second)
    assert {one.other for one in likening.offers(message.case)} == {first, second}


def test_while_she_waits_on_a_case_another_letter_of_hers_is_asked_about(house):
    case = make_case(house)
    message = writes(house, subject="Have you read my letter?", words="Hello?")
    assert [one.other for one in likening.offers(message.case)] == [case]


def test_a_case_that_was_closed_lately_is_asked_about_and_an_old_one_is_not(house):
    case = make_case(house)
    closing.close(case, answer_needed=False, by=house.ada.actor, at=MONDAY + HOUR)
    lately = writes(house, at=MONDAY + 3 * DAY)
    assert lately.case != case
    assert [one.other for one in likening.offers(lately.case)] == [case]
    closing.close(lately.case, answer_needed=False, by=house.ada.actor, at=MONDAY + 4 * DAY)
    assert not likening.offers(writes(house, at=MONDAY + 40 * DAY).case)


def test_a_stranger_with_the_same_subject_joins_nothing(house):
    case = make_case(house)
    message = writes(house, sender="Eve <eve@outside.example>")
    assert message.case != case
    assert not Resemblance.objects.exists()


def test_a_colleague_with_the_same_subject_is_asked_about(house):
    case = make_case(house)
    harbour = Account.objects.create(name="Harbour Ltd", sort_key="harbour ltd")
    otto = "Otto Lindqvist <otto@harbour.example>"
    writes(house, sender=otto, subject="Leinengürtel")
    Customer.objects.update(account=harbour)
    message = writes(house, sender=otto)
    assert message.case != case
    assert case in [one.other for one in likening.offers(message.case)]


def test_a_form_on_another_site_speaks_for_many(house):
    form = "Reply-To: Otto <otto@elsewhere.example>"
    case = make_case(house, headers="Reply-To: Dora <dora@elsewhere.example>")
    assert writes(house, sender=DORA, headers=form).case != case


def test_an_automatic_letter_joins_nothing_by_its_subject(house):
    make_case(house)
    raw = letter(message_id="<auto@h.example>", headers="Auto-Submitted: auto-replied")
    assert arrive(house, raw, at=MONDAY + DAY).outcome == "attention"


def test_a_letter_costs_no_more_questions_the_more_cases_there_are(house):
    def cost(number: int) -> int:
        raw = letter(subject=f"Leinengürtel {number}A", message_id=f"<belt{number}@h.example>")
        with CaptureQueriesContext(connection) as captured:
            arrive(house, raw, at=MONDAY + DAY)
        return len(captured)

    make_case(house)
    one = cost(1)
    for number in range(8):
        make_case(house, subject=f"Stiefel {number}A", message_id=f"<{number}@h.example>")
    assert cost(2) <= one


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Re: AW: Die Sohle löst sich", "die sohle löst sich"), ("WG: Frage zur Bestellung", ""),
        ("Re: re: RE:", ""), ("[JIRA] Boots", "boots"), ("Rückgabe", "rückgabe"), ("39", ""),
        ("Reklamation", ""), ("Recovery of the keel", "recovery of the keel"),
    ],
)  # fmt: skip
def test_the_core_of_a_subject(subject, said):
    assert core(subject) == said


@pytest.mark.parametrize(
    ("words", "strong"),
    [
        ("Order 100234.", {"100234"}), ("Rechnung RE-2026-00412 fehlt", {"202600412"}), ("in 20457 Hamburg", set()),
        ("Tel. 040/66969142", set()), ("am 2026-11-16", set()), ("invoice no. 1234", set()), ("#998877", {"998877"}),
        ("Kundennummer: 778899", set()), ("commande n° 55555", {"55555"}), ("+49 151 5550123", set()),
        ("there 20457", set()), ("10,000.50 Euro", set()),
    ],
)  # fmt: skip
def test_numbers_that_name_an_order(words, strong):
    assert numbers("", words)[0] == strong
