"""How promises end: kept, in part, late, withdrawn, put right. Each refusal beside its success."""

from __future__ import annotations

import pytest

from upheld.people.tests.makers import MONDAY, make_agent
from upheld.promises import breaking, handing, keeping, mending, renegotiating, withdrawing
from upheld.promises.breaking import AlreadySettled, NotPromisedThen, NotPromisedYet
from upheld.promises.handing import AlreadyTheirs, KeeperHasLeft
from upheld.promises.keeping import DoneBeforeMade, DoneInTheFuture, PartNotSaid
from upheld.promises.mending import AmendsNotSaid, NotBroken
from upheld.promises.models import Promise, State
from upheld.promises.renegotiating import AgreementNotSaid, NewDateInThePast, SameDate, TooLateToRenegotiate
from upheld.promises.tests.makers import DAY, DUE, HOUR, facts_of, make_cast, make_draft, make_promise
from upheld.promises.withdrawing import ReasonNotSaid
from upheld.promises.wording import TooLong

pytestmark = pytest.mark.django_db
SECOND = HOUR / 3600


def test_in_full_and_in_time_is_kept() -> None:
    cast = make_cast()
    promise = keeping.keep(make_promise(cast), what="Left at the door", by=cast.by, at=MONDAY + HOUR)
    assert promise.state(DUE + DAY) is State.KEPT
    assert promise.kept_on_first_date
    assert (promise.done_at, promise.settled_at) == (MONDAY + HOUR, MONDAY + HOUR)
    assert (promise.settled_by_kind, promise.settled_by_id) == ("staff", cast.ada.pk)
    assert facts_of(promise)[1:] == [("PromiseKept", MONDAY + HOUR, "staff")]


def test_the_due_moment_itself_is_in_time_for_the_verb_and_for_the_sweep() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    assert breaking.break_due(DUE) == 0
    assert keeping.keep(promise, what="", by=cast.by, at=DUE).state(DUE) is State.KEPT


def test_one_word_is_enough_for_a_key_press_and_none_is_needed() -> None:
    cast = make_cast()
    assert keeping.keep(make_promise(cast), what="", by=cast.by, at=MONDAY + HOUR).outcome_words == ""


def test_kept_in_part_counts_as_not_kept() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    with pytest.raises(PartNotSaid):
        keeping.keep(promise, what=" ", in_full=False, by=cast.by, at=MONDAY + HOUR)
    keeping.keep(promise, what="Left shoe only", in_full=False, by=cast.by, at=MONDAY + HOUR)
    assert promise.state(MONDAY + HOUR) is State.PART
    assert not promise.kept_on_first_date
    assert not promise.is_owed
    assert facts_of(promise)[-1] == ("PromiseKeptInPart", MONDAY + HOUR, "staff")


def test_done_may_lie_before_now_but_neither_in_the_future_nor_before_the_promise() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    now = MONDAY + 2 * HOUR
    with pytest.raises(DoneInTheFuture):
        keeping.keep(promise, what="", done_at=now + SECOND, by=cast.by, at=now)
    with pytest.raises(DoneBeforeMade):
        keeping.keep(promise, what="", done_at=MONDAY - SECOND, by=cast.by, at=now)
    keeping.keep(promise, what="", done_at=MONDAY, by=cast.by, at=now)
    assert (promise.done_at, promise.settled_at) == (MONDAY, now)


def test_recorded_after_the_deadline_is_late_even_if_it_was_done_before_and_no_sweep_has_come() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    keeping.keep(promise, what="By courier", done_at=DUE - HOUR, by=cast.by, at=DUE + SECOND)
    assert promise.state(DUE + DAY) is State.LATE
    assert promise.broken_at == DUE
    assert not promise.kept_on_first_date
    assert facts_of(promise)[1:] == [
        ("PromiseBroken", DUE, "clock"),
        ("PromiseKept", DUE + SECOND, "staff"),
    ]


def test_a_promise_is_recorded_once() -> None:
    cast = make_cast()
    promise = keeping.keep(make_promise(cast), what="Done", by=cast.by, at=MONDAY + HOUR)
    for again in (
        lambda: keeping.keep(promise, what="Done", by=cast.by, at=MONDAY + HOUR),
        lambda: withdrawing.withdraw(promise, why="She said so", by=cast.by, at=MONDAY + HOUR),
        lambda: mending.make_good(promise, what="A voucher", by=cast.by, at=MONDAY + HOUR),
        lambda: renegotiating.renegotiate(
            promise, due_at=DUE + DAY, how="Call", by=cast.by, at=MONDAY + HOUR
        ),
        lambda: handing.hand_to(promise, keeper=cast.service.duty_owner, by=cast.by, at=MONDAY + HOUR),
    ):
        with pytest.raises(AlreadySettled, match="Kept in full"):
            again()
    assert len(facts_of(promise)) == 2


def test_a_draft_and_a_moment_before_the_promise_are_refused_by_every_verb() -> None:
    cast = make_cast()
    draft, promise = make_draft(cast), make_promise(cast)
    for verb in (
        lambda p, at: keeping.keep(p, what="Done", by=cast.by, at=at),
        lambda p, at: withdrawing.withdraw(p, why="She said so", by=cast.by, at=at),
        lambda p, at: mending.make_good(p, what="A voucher", by=cast.by, at=at),
        lambda p, at: renegotiating.renegotiate(p, due_at=DUE + DAY, how="Call", by=cast.by, at=at),
    ):
        with pytest.raises(NotPromisedYet):
            verb(draft, MONDAY + HOUR)
        with pytest.raises(NotPromisedThen):
            verb(promise, MONDAY - SECOND)


def test_the_clock_breaks_what_is_overdue_at_its_deadline_however_late_it_comes() -> None:
    cast = make_cast()
    due, other = make_promise(cast), make_promise(cast, due_at=DUE + DAY)
    kept = keeping.keep(make_promise(cast), what="", by=cast.by, at=MONDAY + HOUR)
    draft = make_draft(cast)
    assert breaking.break_due(DUE + 3 * HOUR) == 1
    assert breaking.break_due(DUE + 3 * HOUR) == 0
    broken = [p.pk for p in Promise.objects.filter(broken_at__isnull=False)]
    assert broken == [due.pk]
    assert {kept.pk, draft.pk, other.pk}.isdisjoint(broken)
    assert facts_of(due)[1:] == [("PromiseBroken", DUE, "clock")]


def test_the_clock_takes_the_oldest_first_and_no_more_than_it_may() -> None:
    cast = make_cast()
    first, second, third = (make_promise(cast, due_at=DUE + n * HOUR) for n in (0, 1, 2))
    assert breaking.break_due(DUE + DAY, limit=2) == 2
    assert breaking.break_due(DUE + DAY, limit=2) == 1
    for promise, due_at in ((first, DUE), (second, DUE + HOUR), (third, DUE + 2 * HOUR)):
        promise.refresh_from_db()
        assert promise.broken_at == due_at


def test_the_customer_agrees_to_a_new_date_and_the_first_still_counts() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    renegotiating.renegotiate(promise, due_at=DUE + DAY, how="By telephone", by=cast.by, at=DUE - HOUR)
    assert (promise.deadline, promise.due_at) == (DUE + DAY, DUE)
    assert promise.state(DUE + HOUR) is State.MOVED
    assert breaking.break_due(DUE + HOUR) == 0
    keeping.keep(promise, what="", by=cast.by, at=DUE + HOUR)
    assert promise.state(DUE + DAY) is State.KEPT
    assert not promise.kept_on_first_date
    assert facts_of(promise)[1] == ("PromiseRenegotiated", DUE - HOUR, "staff")


def test_a_moved_promise_that_is_kept_on_the_first_date_counts_as_kept() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    renegotiating.renegotiate(promise, due_at=DUE + DAY, how="By telephone", by=cast.by, at=MONDAY + HOUR)
    keeping.keep(promise, what="", by=cast.by, at=DUE)
    assert promise.kept_on_first_date


def test_a_date_moves_more_than_once_also_forward_and_breaks_at_the_one_that_holds() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    renegotiating.renegotiate(promise, due_at=DUE + DAY, how="Letter", by=cast.by, at=MONDAY + HOUR)
    renegotiating.renegotiate(promise, due_at=DUE - HOUR, how="Call", by=cast.by, at=MONDAY + 2 * HOUR)
    assert promise.agreed_how == "Call"
    assert breaking.break_due(DUE - HOUR + SECOND) == 1
    assert facts_of(promise)[-1] == ("PromiseBroken", DUE - HOUR, "clock")


def test_the_keeper_is_warned_again_of_a_new_date() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    Promise.objects.filter(pk=promise.pk).update(warned_at=MONDAY + 7 * HOUR)
    renegotiating.renegotiate(promise, due_at=DUE + HOUR, how="Call", by=cast.by, at=DUE - 9 * HOUR)
    assert promise.warned_at is None
    assert promise.warn_at == DUE - 2 * HOUR


def test_a_new_date_is_refused_when_it_is_past_the_same_unexplained_or_too_late() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    now = MONDAY + HOUR
    for due_at, how, at, refusal in [
        (now, "Call", now, NewDateInThePast),
        (DUE, "Call", now, SameDate),
        (DUE + DAY, "  ", now, AgreementNotSaid),
        (DUE + DAY, "x" * 201, now, TooLong),
        (DUE + DAY, "Call", DUE + SECOND, TooLateToRenegotiate),
    ]:
        with pytest.raises(refusal):
            renegotiating.renegotiate(promise, due_at=due_at, how=how, by=cast.by, at=at)
    promise.refresh_from_db()
    assert promise.agreed_due_at is None
    assert renegotiating.renegotiate(promise, due_at=DUE + DAY, how="Call", by=cast.by, at=DUE).agreed_due_at


def test_the_customer_withdraws_what_is_no_longer_wanted() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    with pytest.raises(ReasonNotSaid):
        withdrawing.withdraw(promise, why="", by=cast.by, at=MONDAY + HOUR)
    withdrawing.withdraw(promise, why="She found the old pair", by=cast.dora.actor, at=MONDAY + HOUR)
    assert promise.state(DUE + DAY) is State.WITHDRAWN
    assert facts_of(promise)[-1] == ("PromiseWithdrawn", MONDAY + HOUR, "customer")


def test_withdrawn_after_it_was_broken_is_no_longer_owed_and_stays_broken() -> None:
    cast = make_cast()
    promise = withdrawing.withdraw(make_promise(cast), why="Too late now", by=cast.by, at=DUE + HOUR)
    assert promise.state(DUE + DAY) is State.BROKEN
    assert not promise.is_owed
    assert [kind for kind, _, _ in facts_of(promise)[1:]] == ["PromiseBroken", "PromiseWithdrawn"]


def test_a_broken_promise_is_put_right_and_stays_broken() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    with pytest.raises(NotBroken):
        mending.make_good(promise, what="A voucher", by=cast.by, at=DUE)
    with pytest.raises(AmendsNotSaid):
        mending.make_good(promise, what="", by=cast.by, at=DUE + HOUR)
    mending.make_good(promise, what="A voucher", by=cast.by, at=DUE + HOUR)
    assert promise.state(DUE + DAY) is State.BROKEN
    assert not promise.is_owed
    assert facts_of(promise)[1:] == [
        ("PromiseBroken", DUE, "clock"),
        ("PromiseMadeGood", DUE + HOUR, "staff"),
    ]


def test_another_colleague_keeps_it_and_the_words_and_dates_stay() -> None:
    cast = make_cast()
    carla = make_agent("Carla Mendes", cast.service)
    promise = handing.hand_to(make_promise(cast), keeper=carla, by=cast.by, at=MONDAY + HOUR)
    promise.refresh_from_db()
    assert (promise.keeper, promise.due_at) == (carla, DUE)
    assert facts_of(promise)[-1] == ("PromiseHandedOver", MONDAY + HOUR, "staff")


def test_handing_over_is_refused_to_the_same_keeper_and_to_one_who_left() -> None:
    cast = make_cast()
    promise = make_promise(cast)
    with pytest.raises(AlreadyTheirs):
        handing.hand_to(promise, keeper=cast.ada, by=cast.by, at=MONDAY + HOUR)
    gone = make_agent("Eve Stranger", cast.service)
    type(gone).objects.filter(pk=gone.pk).update(left_at=MONDAY)
    with pytest.raises(KeeperHasLeft, match="Eve Stranger"):
        handing.hand_to(promise, keeper=gone, by=cast.by, at=MONDAY + HOUR)


def test_a_broken_promise_and_a_draft_can_be_handed_over_the_draft_without_a_fact() -> None:
    cast = make_cast()
    carla = make_agent("Carla Mendes", cast.service)
    late, draft = make_promise(cast), make_draft(cast)
    handing.hand_to(late, keeper=carla, by=cast.by, at=DUE + HOUR)
    assert [kind for kind, _, _ in facts_of(late)[1:]] == ["PromiseBroken", "PromiseHandedOver"]
    assert handing.hand_to(draft, keeper=carla, by=cast.by, at=MONDAY + HOUR).keeper == carla
    assert facts_of(draft) == []
