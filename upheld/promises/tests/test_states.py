"""The state table at each moment, the words for it, and the same table as a filter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from upheld.people.tests.makers import MONDAY
from upheld.promises import facts, queries, words
from upheld.promises.models import Promise, Standard, State
from upheld.promises.tests.makers import DAY, DUE, HOUR, make_cast, make_promise

WARN = MONDAY + 7 * HOUR
LATER = DUE + 2 * DAY
JUST = HOUR / 3600

MADE: dict[str, Any] = {"made_at": MONDAY, "due_at": DUE, "warn_at": WARN, "zone": "Europe/Berlin"}
MOVED = {"agreed_due_at": DUE + DAY, "agreed_at": MONDAY + HOUR, "agreed_how": "Call", "warn_at": DUE + HOUR}
BROKEN = {"broken_at": DUE}
KEPT = {"outcome": "kept", "done_at": MONDAY + HOUR, "settled_at": MONDAY + HOUR}

TABLE: list[tuple[str, dict[str, Any], datetime, State]] = [
    ("a draft", {"made_at": None}, MONDAY, State.DRAFT),
    ("a draft whose date has passed", {"made_at": None}, LATER, State.DRAFT),
    ("made", {}, MONDAY, State.OPEN),
    ("just before the warning", {}, WARN - JUST, State.OPEN),
    ("at the warning", {}, WARN, State.DUE),
    ("at the due moment", {}, DUE, State.DUE),
    ("after it, before the sweep", {}, DUE + JUST, State.BROKEN),
    ("after the sweep", BROKEN, DUE + JUST, State.BROKEN),
    ("moved", MOVED, MONDAY + HOUR, State.MOVED),
    ("moved, past the first date", MOVED, DUE + JUST, State.MOVED),
    ("moved, at the warning", MOVED, DUE + HOUR, State.DUE),
    ("moved, past the new date", MOVED, DUE + DAY + JUST, State.BROKEN),
    ("kept", KEPT, MONDAY + HOUR, State.KEPT),
    ("kept, long ago", KEPT, LATER, State.KEPT),
    ("moved and kept", {**MOVED, **KEPT}, LATER, State.KEPT),
    ("kept after it was broken", {**BROKEN, **KEPT, "done_at": DUE + HOUR}, LATER, State.LATE),
    ("in part", {**KEPT, "outcome": "part"}, LATER, State.PART),
    ("in part after it was broken", {**KEPT, **BROKEN, "outcome": "part"}, LATER, State.PART),
    ("withdrawn", {**KEPT, "outcome": "withdrawn"}, LATER, State.WITHDRAWN),
    ("withdrawn after it was broken", {**KEPT, **BROKEN, "outcome": "withdrawn"}, LATER, State.BROKEN),
    ("put right", {**KEPT, **BROKEN, "outcome": "made-good"}, LATER, State.BROKEN),
]


@pytest.mark.parametrize(("columns", "at", "state"), [t[1:] for t in TABLE], ids=[t[0] for t in TABLE])
def test_the_state_at_each_moment(columns: dict[str, Any], at: datetime, state: State) -> None:
    assert Promise(**{**MADE, **columns}).state(at) is state


@pytest.mark.django_db
def test_every_row_of_the_table_is_found_by_the_filter_of_its_state_and_by_no_other() -> None:
    cast = make_cast()
    for name, columns, at, state in TABLE:
        promise = make_promise(cast)
        Promise.objects.filter(pk=promise.pk).update(**{**MADE, **columns})
        mine = Promise.objects.filter(pk=promise.pk)
        found = [s for s in State if queries.in_state(mine, s, at).exists()]
        assert found == [state], name
        stored = mine.get()
        assert mine.owed().exists() == stored.is_owed, name
        assert mine.kept_on_first_date().exists() == stored.kept_on_first_date, name


def test_each_state_has_one_word_for_colleagues_and_one_for_the_customer() -> None:
    assert {s: (str(words.STAFF[s]), str(words.CUSTOMER[s])) for s in State} == {
        State.DRAFT: ("Not promised yet", "Not promised yet"),
        State.OPEN: ("Open", "Still to come"),
        State.DUE: ("Due soon", "Due today"),
        State.KEPT: ("Kept", "Kept"),
        State.BROKEN: ("Broken", "Not kept"),
        State.LATE: ("Kept late", "Kept late"),
        State.PART: ("Kept in part", "Kept in part"),
        State.MOVED: ("New date agreed", "New date agreed"),
        State.WITHDRAWN: ("Withdrawn", "Withdrawn"),
    }


def test_the_customer_reads_due_today_only_when_it_is_today_where_they_are() -> None:
    evening = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)
    promise = Promise(made_at=MONDAY, due_at=evening, warn_at=WARN, zone="Europe/London")
    assert words.to_staff(promise, evening - HOUR) == "Due soon"
    assert words.to_customer(promise, evening - HOUR) == "Due today"
    assert words.to_customer(promise, evening - DAY) == "Still to come"
    promise.zone = "Europe/Berlin"
    assert words.to_customer(promise, evening - HOUR) == "Due today"
    promise.due_at = evening + HOUR
    assert words.to_customer(promise, evening - 2 * HOUR) == "Still to come"
    promise.agreed_due_at = promise.due_at
    assert words.to_customer(promise, evening - 2 * HOUR) == "New date agreed"


def test_every_fact_has_a_sentence_and_names_nobody_itself() -> None:
    ids = {
        "promise": 1,
        "customer": 2,
        "keeper": 3,
        "department": 4,
        "subject_kind": "case",
        "subject_id": 42,
    }
    clock = {"clock": 1, "standard": 2, "measure": "first-answer", "department": 4}
    subject = {"subject_kind": "case", "subject_id": 42}
    when = MONDAY.isoformat()
    people = {"person": "Ada", "customer": "Dora", "department": "Service"}
    said = {
        fact.sentence(lambda kind, _id: people[kind])
        for fact in (
            facts.PromiseMade(**ids, due_at=when),
            facts.PromiseDueSoon(**ids, due_at=when),
            facts.PromiseKept(**ids, done_at=when, late=False),
            facts.PromiseKept(**ids, done_at=when, late=True),
            facts.PromiseKeptInPart(**ids, done_at=when, late=False),
            facts.PromiseKeptInPart(**ids, done_at=when, late=True),
            facts.PromiseBroken(**ids, due_at=when),
            facts.PromiseRenegotiated(**ids, old_due_at=when, due_at=when),
            facts.PromiseWithdrawn(**ids, broken=False),
            facts.PromiseWithdrawn(**ids, broken=True),
            facts.PromiseMadeGood(**ids),
            facts.PromiseHandedOver(**ids, from_keeper=9),
            facts.ClockStarted(**clock, **subject, due_at=when),
            facts.ClockDueSoon(**clock, **subject, due_at=when),
            facts.ClockPaused(**clock, **subject, why="asked"),
            facts.ClockResumed(**clock, **subject, due_at=when),
            facts.ClockMet(**clock, **subject, in_time=True),
            facts.ClockMet(**clock, **subject, in_time=False),
            facts.ClockMissed(**clock, **subject, due_at=when),
            facts.ClockDropped(**clock, **subject),
            facts.StandardSet(standard=1, measure="first-answer", department=None, minutes=120, share=90),
            facts.StandardSet(standard=1, measure="first-answer", department=4, minutes=120, share=90),
            facts.StandardEnded(standard=1, measure="first-answer", department=4),
        )
    }
    assert len(said) == 23
    assert "The clock: not recorded as kept when it fell due." in said
    assert "Promised to Dora; Ada keeps it." in said
    assert all(sentence.endswith(".") for sentence in said)
    assert Standard.Measure.FIRST_ANSWER == "first-answer"
