"""Our own questions, in five dimensions, the same for customers before and after and for staff."""

import pytest

from upheld.surveys import bank
from upheld.surveys.models import Dimension, Kind
from upheld.surveys.tests.makers import scores


def test_the_short_form_asks_two_questions_of_each_dimension_and_the_full_one_three_or_four():
    assert [len(items) for items in bank.dimensions(bank.SHORT).values()] == [2] * 5
    assert set(map(len, bank.dimensions(bank.FULL).values())) == {3, 4}
    assert set(bank.items(bank.SHORT)) <= set(bank.items(bank.FULL))
    assert len({item.key for item in bank.items(bank.FULL)}) == 17
    assert max(len(item.key) for item in bank.items(bank.FULL)) <= 40


def test_a_question_is_asked_of_any_company_then_of_ours_then_of_staff():
    item = bank.items(bank.SHORT)[0]
    assert item.asked(Kind.EXPECTATION, "Harbour Shoes").startswith("A company I would be glad to use ")
    received = item.asked(Kind.PERCEPTION, "Harbour Shoes 100%")
    assert received.startswith("In my dealings with Harbour Shoes 100% ")
    assert item.believed("Harbour Shoes 100%") == f"Customers would say: “{received}”"
    assert bank.dimension_of("kept-date", bank.SHORT) == Dimension.RELIABILITY


@pytest.mark.parametrize("number", [0, 3, 99])
def test_a_questionnaire_that_does_not_exist_is_refused(number):
    with pytest.raises(bank.NoSuchQuestionnaire):
        bank.items(number)


def test_a_question_of_the_full_form_was_not_asked_in_the_short_one():
    assert bank.dimension_of("warned", bank.FULL) == Dimension.RELIABILITY
    with pytest.raises(bank.NoSuchQuestion):
        bank.dimension_of("warned", bank.SHORT)
    with pytest.raises(bank.NoSuchQuestion):
        bank.checked(bank.SHORT, {**scores(), "warned": 3})


def test_what_was_left_out_is_not_known():
    checked = bank.checked(bank.SHORT, {"kept-date": 7})
    assert list(checked) == [item.key for item in bank.items(bank.SHORT)]
    assert checked["kept-date"] == 7
    assert set(checked.values()) == {7, None}


@pytest.mark.parametrize("value", [0, 8, -1, 3.5, "4", True])
def test_an_answer_off_the_scale_is_refused(value):
    with pytest.raises(bank.NotAsked):
        bank.checked(bank.SHORT, {**scores(), "kept-date": value})


@pytest.mark.parametrize("said", [{}, dict.fromkeys(scores())])
def test_an_answer_without_a_number_is_refused(said):
    with pytest.raises(bank.NothingAnswered):
        bank.checked(bank.SHORT, said)
