"""Going back to a customer who was served below what they expected: one person, a date, and what came of it.

Whoever owns the case follows up, whichever hands it passes through. The case is open again meanwhile, so that it stands
in their letters as well; closing it does not settle the follow-up, saying what came of it does.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from upheld.cases import closing, owning
from upheld.cases.models import Case
from upheld.clock import calendars
from upheld.clock.counting import add_business, business_between, next_opening
from upheld.journal import writing
from upheld.journal.facts import CLOCK, Actor
from upheld.people.models import Person
from upheld.refusals import Refusal
from upheld.surveys.facts import FollowUpConcluded, FollowUpOpened
from upheld.surveys.models import FollowUp, FollowUpQuerySet, Verdict

LONGEST = 5_000


class WordsMissing(Refusal):
    """Say in a few words what came of it."""


class AlreadyConcluded(Refusal):
    """Somebody has said already what came of it."""


class Page(NamedTuple):
    """A stretch of the follow-ups. `after` is where the next begins; None at the end."""

    rows: tuple[FollowUp, ...]
    after: str | None


@transaction.atomic
def begin(verdict: Verdict, *, by: Actor, at: datetime) -> FollowUp:
    """Open the case again, if it is closed, and somebody goes back to the customer within one working day."""
    case = _living(verdict.case)
    if not case.is_open:
        case = closing.reopen(case, why="verdict", by=by, at=at)
    if not case.owner.serves:
        choice = owning.owner_for(case.department, at=at)
        if choice.owner.pk != case.owner_id:
            case = owning.hand_over(case, to=choice.owner, by=CLOCK, at=at)
    case.unread_at = case.unread_at or at
    case.save(update_fields=["unread_at"])
    follow_up = FollowUp.objects.create(
        verdict=verdict, case=case, opened_at=at, due_at=_in_a_working_day(case, at)
    )
    fact = FollowUpOpened(
        follow_up=follow_up.pk, case=case.pk, customer=verdict.customer_id, owner=follow_up.owner.pk,
        due_at=follow_up.due_at.isoformat(),
    )  # fmt: skip
    writing.write(fact, by=by, at=at)
    return follow_up


@transaction.atomic
def conclude(follow_up: FollowUp, *, what: str, by: Person, at: datetime) -> FollowUp:
    """Somebody spoke with the customer and writes down what came of it."""
    follow_up = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    if not follow_up.is_open:
        raise AlreadyConcluded(_("Somebody has said already what came of it."))
    what = what.replace("\x00", "").strip()[:LONGEST]
    if not what:
        raise WordsMissing(_("Say in a few words what came of it."))
    follow_up.what, follow_up.done_at, follow_up.done_by = what, at, by
    follow_up.save(update_fields=["what", "done_at", "done_by"])
    fact = FollowUpConcluded(
        follow_up=follow_up.pk, case=follow_up.case_id, customer=follow_up.case.customer_id,
        late=at > follow_up.due_at,
    )  # fmt: skip
    writing.write(fact, by=by.actor, at=at)
    return follow_up


def open_for(viewer: Person) -> FollowUpQuerySet:
    """The open follow-ups whose cases the viewer sees, in no order yet."""
    return FollowUp.objects.visible_to(viewer).open()


def mine(viewer: Person) -> FollowUpQuerySet:
    """The open follow-ups that are the viewer's to do: of their cases, and of those whose owner serves no longer."""
    here = Q(case__joined_into__isnull=True) & _owned("case", viewer)
    return FollowUp.objects.open().filter(here | _owned("case__joined_into", viewer))


def page(follow_ups: FollowUpQuerySet, *, after: str = "", limit: int = 50) -> Page:
    """A page by key, the earliest due first; one query, besides the one for the viewer's departments."""
    due_at, _tilde, pk = after.partition("~")
    try:
        start = (datetime.fromisoformat(due_at), int(pk)) if after else None
    except ValueError:
        start = None
    if start:
        follow_ups = follow_ups.filter(Q(due_at__gt=start[0]) | Q(due_at=start[0], pk__gt=start[1]))
    rows = follow_ups.select_related(
        "verdict__ladder",
        "verdict__customer",
        "case__owner",
        "case__customer",
        "case__department__duty_owner",
        "case__joined_into__owner",
        "case__joined_into__department__duty_owner",
    )
    found = list(rows.order_by("due_at", "pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Page(tuple(found[:limit]), f"{last.due_at.isoformat()}~{last.pk}" if last else None)


def _owned(case: str, viewer: Person) -> Q:
    """That this case is the viewer's, or that of somebody who serves no longer, while the viewer is on duty."""
    serves = Q(
        **{f"{case}__owner__role__in": [Person.Role.AGENT, Person.Role.LEAD]},
        **{f"{case}__owner__left_at__isnull": True},
    )
    gone = Q(**{f"{case}__owner__isnull": False}) & ~serves
    return Q(**{f"{case}__owner": viewer}) & serves | Q(**{f"{case}__department__duty_owner": viewer}) & gone


def _living(case: Case) -> Case:
    """The case itself, or the one that it was joined into; its row held."""
    while case.joined_into is not None:
        case = case.joined_into
    rows = Case.objects.select_for_update(of=("self",)).select_related("owner", "department__calendar")
    return rows.get(pk=case.pk)


def _in_a_working_day(case: Case, at: datetime) -> datetime:
    """As much open time later as the department's day has: from Monday at ten to Tuesday at ten."""
    hours = case.department.calendar.as_clock()
    begins = next_opening(hours, at)
    return add_business(hours, begins, _open_on_the_day_of(hours, begins))


def _open_on_the_day_of(hours: calendars.Calendar, moment: datetime) -> timedelta:
    zone = ZoneInfo(hours.zone)
    day = moment.astimezone(zone).date()
    midnight, next_midnight = (
        datetime.combine(one, time(), tzinfo=zone).astimezone(UTC) for one in (day, day + timedelta(days=1))
    )
    return business_between(hours, midnight, next_midnight)
