"""A draft, the letter that leaves, and what is refused before anything was said."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from upheld.clock.zones import InstantWithoutZone, ZoneUnknown
from upheld.journal.models import Record
from upheld.people.tests.makers import MONDAY
from upheld.promises import breaking, promising, warning
from upheld.promises.breaking import NoLongerThere
from upheld.promises.handing import KeeperHasLeft
from upheld.promises.models import Promise, State
from upheld.promises.promising import AlreadyMade, DueInThePast, NothingPromised, WarnedTooLate
from upheld.promises.tests.makers import DAY, DUE, HOUR, facts_of, make_cast, make_draft, make_promise
from upheld.promises.wording import TooLong

pytestmark = pytest.mark.django_db


def test_a_draft_is_owed_to_nobody_and_writes_no_fact() -> None:
    cast = make_cast()
    before = Record.objects.count()
    draft = make_draft(cast)
    assert draft.state(DUE + DAY) is State.DRAFT
    assert not draft.is_owed
    assert Record.objects.count() == before


def test_the_draft_becomes_a_promise_when_its_letter_leaves() -> None:
    cast = make_cast()
    promise = promising.make(make_draft(cast), by=cast.by, at=MONDAY + HOUR)
    assert promise.made_at == MONDAY + HOUR
    assert promise.is_owed
    assert facts_of(promise) == [("PromiseMade", MONDAY + HOUR, "staff")]


def test_the_time_until_the_warning_begins_when_the_letter_leaves() -> None:
    cast = make_cast()
    promise = promising.make(make_draft(cast), by=cast.by, at=MONDAY + 5 * HOUR)
    assert promise.warn_at == MONDAY + 8.5 * HOUR


def test_a_chosen_warning_stays_as_it_was_chosen() -> None:
    cast = make_cast()
    draft = make_draft(cast, warn_at=MONDAY + 6 * HOUR)
    assert promising.make(draft, by=cast.by, at=MONDAY + 5 * HOUR).warn_at == MONDAY + 6 * HOUR


def test_a_letter_that_leaves_after_the_due_moment_promised_all_the_same() -> None:
    cast = make_cast()
    promise = promising.make(make_draft(cast), by=cast.by, at=DUE + HOUR)
    assert promise.made_at == MONDAY
    assert promise.state(DUE + HOUR) is State.BROKEN
    assert breaking.break_due(DUE + HOUR) == 1
    promise.refresh_from_db()
    assert promise.broken_at == DUE


def test_a_promise_is_made_once() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    with pytest.raises(AlreadyMade):
        promising.make(promise, by=cast.by, at=MONDAY + HOUR)


def test_a_draft_can_be_dropped_and_a_promise_cannot() -> None:
    cast = make_cast()
    draft, said = make_draft(cast), make_promise(cast)
    key = draft.pk
    promising.drop(draft, by=cast.by, at=MONDAY)
    assert not Promise.objects.filter(pk=key).exists()
    with pytest.raises(AlreadyMade):
        promising.drop(said, by=cast.by, at=MONDAY)


def test_a_dropped_draft_is_neither_made_nor_dropped_again() -> None:
    cast = make_cast()
    draft = make_draft(cast)
    copy = Promise.objects.get(pk=draft.pk)
    promising.drop(draft, by=cast.by, at=MONDAY)
    with pytest.raises(NoLongerThere):
        promising.make(copy, by=cast.by, at=MONDAY)
    with pytest.raises(NoLongerThere):
        promising.drop(copy, by=cast.by, at=MONDAY)


def test_a_promise_needs_words_a_coming_date_and_a_known_zone() -> None:
    cast = make_cast()
    for wrong, refusal in [
        ({"words": " \n\t\x00 "}, NothingPromised),
        ({"words": "x" * 501}, TooLong),
        ({"due_at": MONDAY}, DueInThePast),
        ({"due_at": MONDAY - HOUR}, DueInThePast),
        ({"due_at": DUE.replace(tzinfo=None)}, InstantWithoutZone),
        ({"zone": "Europe/Atlantis"}, ZoneUnknown),
        ({"warn_at": DUE}, WarnedTooLate),
    ]:
        with pytest.raises(refusal):
            make_draft(cast, **wrong)
    assert make_draft(cast, words="x" * 500, due_at=MONDAY + HOUR / 3600).words == "x" * 500


def test_words_are_kept_as_one_line_without_control_characters() -> None:
    assert make_draft(make_cast(), words=" A new\r\n pair\x00 ").words == "A new pair"


def test_a_keeper_works_here_even_if_the_page_was_opened_before_they_left() -> None:
    cast = make_cast()
    type(cast.ada).objects.filter(pk=cast.ada.pk).update(left_at=MONDAY)
    with pytest.raises(KeeperHasLeft):
        make_draft(cast)


def test_a_letter_that_left_after_its_keeper_is_still_a_promise() -> None:
    cast = make_cast()
    draft = make_draft(cast)
    type(cast.ada).objects.filter(pk=cast.ada.pk).update(left_at=MONDAY)
    assert promising.make(draft, by=cast.by, at=MONDAY + HOUR).is_owed


@pytest.mark.parametrize(
    ("length", "silence"),
    [(10 * HOUR, 7 * HOUR), (HOUR, 42 * HOUR / 60), (HOUR / 3, HOUR / 12), (HOUR / 6, 7 * HOUR / 60)],
    ids=["seven of ten hours", "42 of 60 minutes", "20 minutes: 15 before", "10 minutes: no room, 70 %"],
)
def test_the_warning_comes_at_seventy_per_cent_and_fifteen_minutes_before_if_it_can(length, silence) -> None:
    assert warning.moment(MONDAY, MONDAY + length) == MONDAY + silence


def test_the_database_itself_refuses_a_promise_that_is_broken_at_another_moment() -> None:
    promise = make_promise(make_cast())
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.filter(pk=promise.pk).update(broken_at=DUE + HOUR)
    Promise.objects.filter(pk=promise.pk).update(broken_at=DUE)
