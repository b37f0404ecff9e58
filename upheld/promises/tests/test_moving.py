"""A promise is about another case from now on, and nothing that was said changes."""

from __future__ import annotations

import pytest

from upheld.journal.facts import Subject
from upheld.journal.models import Record
from upheld.people.tests.makers import MONDAY
from upheld.promises import breaking, moving, queries
from upheld.promises.models import Promise
from upheld.promises.tests.makers import CASE, DAY, DUE, HOUR, make_cast, make_draft, make_promise

pytestmark = pytest.mark.django_db
OTHER = Subject("case", 43)


@pytest.fixture
def cast():
    return make_cast()


def test_it_is_owed_there_and_no_longer_here(cast):
    promise = make_promise(cast)
    moving.move(promise, to=OTHER, by=cast.by, at=MONDAY + HOUR)
    assert queries.owed_on(CASE) == []
    assert queries.owed_on(OTHER) == [promise]
    moved = Promise.objects.get()
    assert (moved.words, moved.due_at, moved.keeper) == (promise.words, DUE, cast.ada)
    fact = Record.objects.get(kind="promises.PromiseMoved/1")
    assert (fact.data["subject_id"], fact.data["from_subject_id"]) == (43, 42)


def test_a_broken_one_stays_broken(cast):
    promise = make_promise(cast)
    breaking.break_due(MONDAY + DAY)
    moving.move(promise, to=OTHER, by=cast.by, at=MONDAY + DAY)
    assert Promise.objects.get().broken_at == DUE


def test_a_draft_moves_without_a_word(cast):
    moving.move(make_draft(cast), to=OTHER, by=cast.by, at=MONDAY)
    assert not Record.objects.filter(kind="promises.PromiseMoved/1").exists()
    assert Promise.objects.get().subject == OTHER


def test_what_is_there_already_is_not_moved(cast):
    with pytest.raises(moving.ThereAlready):
        moving.move(make_promise(cast), to=CASE, by=cast.by, at=MONDAY)
