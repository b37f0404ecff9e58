"""Separating: a letter on this case is about another matter, and has a case of its own again, with its own clock."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from upheld.cases import awaiting, chasing, joining, opening, scheduling
from upheld.cases.facts import MessageSeparated
from upheld.cases.models import Case, CasePromise, Message, Resemblance
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.promises import clocks, moving
from upheld.refusals import Refusal


class NotALetter(Refusal):
    """Only what a customer wrote has a case of its own."""


class TheOnlyLetter(Refusal):
    """Without this letter the case would have none."""


@transaction.atomic
def separate(message: Message, *, by: Actor, at: datetime) -> Case:
    """Give a letter a case of its own; the clock counts from when it came. Returns that case.

    A letter that came from another case, joined into this one, takes that whole case with it: its number, its notes,
    calls and promises. Otherwise the letter alone moves, to a new case with the same owner.
    """
    message = Message.objects.select_related("came_from", "arrival", "customer", "case").get(pk=message.pk)
    former = (
        message.came_from
        if message.came_from and message.came_from.joined_into_id == message.case_id
        else None
    )
    held = joining.hold(message.case, *([former] if former else []))
    message = Message.objects.select_related("arrival", "customer").get(pk=message.pk)
    case = held.get(message.case_id)
    if case is None or message.way != Message.Way.IN or message.kind != "person" or message.customer is None:
        raise NotALetter(_("Only a letter from the customer can have a case of its own."))
    own = (
        _give_back(held[former.pk], case, by=by, at=at) if former else _new_case(message, case, by=by, at=at)
    )
    joining.answered(own, case, Resemblance.Answer.OTHER, by=by, at=at)
    fact = MessageSeparated(case=case.pk, own_case=own.pk, customer=message.customer.pk, message=message.pk)
    writing.write(fact, by=by, at=at)
    for one in (case, own):
        _as_its_letters_say(one)
        chasing.recount(one, by=by, at=at)
        _wait(one, by=by, at=at)
        if one.is_open:
            scheduling.refresh(one, at=at)
    return own


def _new_case(message: Message, case: Case, *, by: Actor, at: datetime) -> Case:
    others = case.messages.filter(way=Message.Way.IN, kind="person").exclude(pk=message.pk)
    if message.customer is None or not others.exists():
        raise TheOnlyLetter(_("This is the only letter of the case: there is nothing to separate it from."))
    own = opening.open_case(
        message.subject_line, customer=message.customer, department=case.department, mailbox=case.mailbox,
        owner=case.owner if case.owner.serves else None, by=by, at=at,
    )  # fmt: skip
    Message.objects.filter(pk=message.pk).update(case=own, came_from=None, why_here="", added=False)
    return own


def _give_back(former: Case, case: Case, *, by: Actor, at: datetime) -> Case:
    """The case that was joined stands by itself again, open, with all that came from it."""
    for kind in joining.MOVING:
        kind._default_manager.filter(case=case, came_from=former).update(case=former, came_from=None)
    for place in CasePromise.objects.filter(case=former).select_related("promise").order_by("pk"):
        if place.promise.subject != former.subject:
            moving.move(place.promise, to=former.subject, by=by, at=at)
    former.joined_into, former.unread_at = None, at
    former.closed_at, former.closed_by_kind, former.closed_by_id = None, "", None
    former.save()
    return former


def _as_its_letters_say(case: Case) -> None:
    """When they last wrote and when a person first answered, by what stands on the case now."""
    letters = case.messages.filter(way=Message.Way.IN, kind="person")
    last = letters.aggregate(last=Max("arrival__arrived_at"))["last"]
    left = awaiting.answered(case).aggregate(first=Min("sent_at"))["first"]
    spoke = case.calls.filter(reached=True).aggregate(first=Min("at"))["first"]
    case.last_letter_at = last or case.last_letter_at
    case.answered_at = min((one for one in (left, spoke) if one), default=None)
    case.save(update_fields=["last_letter_at", "answered_at"])


def _wait(case: Case, *, by: Actor, at: datetime) -> None:
    """The first-answer clock, if somebody waits for a first answer here: from when their letter came."""
    if awaiting.unanswered(case) is None:
        awaiting.end(case, by=by, at=at)
        return
    if case.answered_at is not None or awaiting.clock_of(case):
        return
    letters = case.messages.filter(way=Message.Way.IN, kind="person", arrival__silent=False)
    first = letters.order_by("at", "pk").first()
    if clocks.wait_again(awaiting.FIRST_ANSWER, subject=case.subject, by=by, at=at) is None and first:
        awaiting.begin(case, since=first.at, by=by)
