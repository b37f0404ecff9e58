"""Questions across cases: a viewer's letters page by page, one case with everything on it, promises by rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    prefetch_related_objects,
)

from upheld.cases import composed
from upheld.cases.models import (
    Call,
    Case,
    CasePromise,
    CaseQuerySet,
    Chaser,
    ChaserQuerySet,
    Message,
    Note,
    sees_cases,
)
from upheld.channels.models import File
from upheld.customers.models import Address, Customer
from upheld.journal import queries as journal
from upheld.journal.models import Record
from upheld.people.models import Person
from upheld.promises.models import Promise, PromiseQuerySet, StandardClock
from upheld.questions.asking import Question

View = Literal["mine", "unread", "ours", "closed"]
VIEWS: tuple[View, ...] = ("mine", "unread", "ours", "closed")
COUNTED_TO = 1000
MOST_FOUND = 2000
"""How many subjects, and how many customers, a search looks at before rights are asked."""
MOST_ENTRIES = 200
"""As many entries of a timeline as a page shows."""
HIDDEN_EVENTS = frozenset(
    {
        "cases.MessageReceived/1",
        "cases.AnswerWritten/1",
        "cases.NoteWritten/1",
        "cases.CallMade/1",
        "cases.CustomerChased/1",
        "cases.AnswerLeft/1",
        "channels.LetterLeft/1",
        "channels.LetterQueued/1",
    }
)
"""Facts whose message, note or call stands on the timeline itself."""


@dataclass(frozen=True)
class Row:
    """One case in a list, with what is owed on it, most urgent first."""

    case: Case
    promises: tuple[Promise, ...]
    clock: StandardClock | None
    chasers: int = 0
    """How often the customer had to ask again since our last word to them."""


@dataclass(frozen=True)
class Page:
    """A stretch of a list. `after` is where the next begins; None at the end."""

    rows: tuple[Row, ...]
    after: str | None


@dataclass(frozen=True)
class Entry:
    """One entry of a timeline: a message, a note, a call, or a fact."""

    at: datetime
    message: Message | None = None
    note: Note | None = None
    call: Call | None = None
    record: Record | None = None
    promises: tuple[Promise, ...] = field(default=())


def inbox(viewer: Person, view: View) -> CaseQuerySet:
    """The cases of one view, in no order yet."""
    if view == "mine":
        return Case.objects.owned_by(viewer).open()
    return _of_view(Case.objects.visible_to(viewer), view)


def _of_view(cases: CaseQuerySet, view: View) -> CaseQuerySet:
    if view == "closed":
        return cases.filter(closed_at__isnull=False, joined_into__isnull=True)
    return cases.open().filter(unread_at__isnull=False) if view == "unread" else cases.open()


def page(cases: QuerySet[Case], *, closed: bool = False, after: str = "", limit: int = 50) -> Page:
    """A page by key: open cases by next date, closed ones newest first. As many queries, whatever the page's length."""
    key = "closed_at" if closed else "next_at"
    if (start := _key(after)) is not None:
        moment, pk = start
        later = {f"{key}__lt" if closed else f"{key}__gt": moment}
        same = {key: moment, "pk__lt" if closed else "pk__gt": pk}
        cases = cases.filter(Q(**later) | Q(**same))
    return _paged(list(_in_order(cases, key)[: limit + 1]), key, limit)


def first_page(viewer: Person, view: View) -> Page:
    """The first page of a view, as `page` gives it: the one that is opened most."""
    key = "closed_at" if view == "closed" else "next_at"
    if not composed.may_compose(viewer):
        return page(inbox(viewer, view), closed=view == "closed", limit=composed.ROWS)
    if view == "mine":
        return _paged(_MINE(viewer.pk), key, composed.ROWS)
    found = composed.seen(composed.rights_of(viewer), _PAGES[view])
    return _paged(found(*composed.values_of(viewer)), key, composed.ROWS)


def _in_order(cases: QuerySet[Case], key: str) -> QuerySet[Case]:
    order = ("-closed_at", "-pk") if key == "closed_at" else (key, "pk")
    return cases.select_related("customer__account", "owner").order_by(*order)


def _paged(found: list[Case], key: str, limit: int) -> Page:
    last = found[limit - 1] if len(found) > limit else None
    after = f"{getattr(last, key).isoformat()}~{last.pk}" if last else None
    return Page(_with_owed(found[:limit]), after)


def _page_of(view: View) -> composed.Of:
    key = "closed_at" if view == "closed" else "next_at"
    return lambda cases: _in_order(_of_view(cases, view), key)[: composed.ROWS + 1]


def _counted(view: View) -> composed.Of:
    return lambda cases: _of_view(cases, view).order_by().values("pk")[: COUNTED_TO + 1]


_PAGES: dict[View, composed.Of] = {view: _page_of(view) for view in VIEWS}
_COUNTS: dict[View, composed.Of] = {view: _counted(view) for view in VIEWS}
_MINE = Question(
    lambda who: _in_order(Case.objects.filter(owner=who).open(), "next_at")[: composed.ROWS + 1], int
)
_MINE_COUNTED = Question(
    lambda who: Case.objects.filter(owner=who).open().order_by().values("pk")[: COUNTED_TO + 1], int
)


@lru_cache(maxsize=64)
def _of_departments(view: View, departments: int) -> Question[Any]:
    """How many cases of a view so many departments have."""
    return Question(
        lambda *ours: _COUNTS[view](Case.objects.filter(department__in=ours)), *[int] * departments
    )


def latest_words(cases: Sequence[Case]) -> dict[int, str]:
    """How each case's newest letter from the customer begins, by the case's id; one query."""
    begins: dict[int, str] = {}
    keys = [case.pk for case in cases]
    for start in range(0, len(keys), composed.ROWS):
        begins |= dict(composed.LATEST(*composed.padded(keys[start : start + composed.ROWS])))
    return begins


def chasers(since: datetime, until: datetime) -> ChaserQuerySet:
    """The letters of a half-open period with which customers had to ask again, the oldest first."""
    return Chaser.objects.between(since, until).select_related("case", "customer").order_by("at", "pk")


def cases_with_chasers(since: datetime, until: datetime) -> QuerySet[Case]:
    """The cases on which somebody had to ask again within a half-open period."""
    return Case.objects.filter(Exists(Chaser.objects.between(since, until).filter(case=OuterRef("pk"))))


def to_answer(viewer: Person, *, until: datetime, limit: int = 50) -> tuple[Row, ...]:
    """The viewer's own cases on which somebody waits for a first answer that is due before `until`."""
    waiting = StandardClock.objects.filter(
        subject_kind="case", met_at__isnull=True, dropped_at__isnull=True, due_at__lt=until
    )
    mine = Case.objects.visible_to(viewer).open().filter(owner=viewer)
    joined = Case.objects.filter(joined_into=OuterRef("pk"), pk__in=waiting.values("subject_id"))
    cases = mine.filter(Q(pk__in=waiting.values("subject_id")) | Exists(joined))
    found = cases.select_related("customer__account", "owner", "department").order_by("next_at", "pk")
    return _with_owed(list(found[:limit]))


def promises_to_mind(viewer: Person) -> PromiseQuerySet:
    """What is owed and concerns this viewer: they keep it, or they own the case on which it was made."""
    mine = Q(keeper=viewer)
    if sees_cases(viewer):  # and so their own cases, with every promise on them
        # While something is owed on a case it stays open: the closed ones, most of all, are not looked at.
        places = CasePromise.objects.filter(case__owner=viewer, case__closed_at__isnull=True)
        mine |= Q(Exists(places.filter(promise=OuterRef("pk"))))
    return Promise.objects.filter(mine).owed().select_related("customer__account", "keeper")


def others_of(case: Case, viewer: Person) -> list[Case]:
    """The customer's other cases that this viewer may see, open ones first, then the newest; six at most."""
    if not composed.may_compose(viewer):
        return []
    found = composed.others(composed.rights_of(viewer))
    return found(*composed.values_of(viewer), case.customer_id, case.pk)


def message_for(viewer: Person, pk: int) -> Message | None:
    """One message, if this viewer may see its case."""
    messages = Message.objects.filter(case__in=Case.objects.visible_to(viewer))
    return messages.select_related("case__customer", "departure", "arrival", "author").filter(pk=pk).first()


def file_for(viewer: Person, pk: int) -> File | None:
    """One file, if this viewer may see the case of the letter that it came or went with."""
    visible = Message.objects.filter(case__in=Case.objects.visible_to(viewer))
    places = Q(arrival__message__in=visible) | Q(departure__message__in=visible)
    return File.objects.filter(places).select_related("arrival", "departure").filter(pk=pk).first()


def count(rows: QuerySet[Case] | QuerySet[Promise]) -> int:
    """How many, exact up to 1,000; 1,001 means more."""
    return rows[: COUNTED_TO + 1].count()


def count_of(viewer: Person, view: View) -> int:
    """How many one view has, as `count` says it."""
    if not composed.may_compose(viewer):
        return count(inbox(viewer, view))
    if view == "mine":
        return _MINE_COUNTED.count(viewer.pk)
    if viewer.serves and not viewer.reads_all and viewer.departments.all():
        # Their departments' alone are most often more than is counted, and an index has them together.
        ours = [one.pk for one in viewer.departments.all()]
        if (found := _of_departments(view, len(ours)).count(*ours)) > COUNTED_TO:
            return found
    return composed.seen(composed.rights_of(viewer), _COUNTS[view]).count(*composed.values_of(viewer))


def case_for(viewer: Person, number: int) -> Case | None:
    """One case by its number, if this viewer may see it."""
    if not composed.may_compose(viewer):
        return None
    return composed.numbered(composed.rights_of(viewer)).first(*composed.values_of(viewer), number)


def entries(
    case: Case,
    promises: Sequence[Promise],
    *,
    notes: bool = True,
    calls: bool = True,
    joined: bool = True,
    limit: int = MOST_ENTRIES,
) -> list[Entry]:
    """Everything on a case and on those joined into it, newest first: messages, calls, notes and facts.

    `promises` are those of `promises_of`. Who knows already that there is no note, no call or no joined case says so.
    """
    made_in: dict[int, list[Promise]] = {}
    for promise in sorted(promises, key=lambda one: one.pk):
        if promise.place.message_id:
            made_in.setdefault(promise.place.message_id, []).append(promise)
    messages = _LETTERS(case.pk)[:limit]
    for one in messages:
        one.case = case
    prefetch_related_objects(messages, "arrival__files", "departure__files")
    said = [
        Entry(one.at, message=one, promises=tuple(made_in.get(one.pk, ())))
        for one in messages
        if one.way != Message.Way.AUTOMATIC
    ]
    written = case.notes.select_related("author").order_by("-at", "-pk")[:limit] if notes else ()
    noted = [Entry(one.at, note=one) for one in written]
    spoken = case.calls.select_related("author").order_by("-at", "-pk")[:limit] if calls else ()
    called = [Entry(one.at, call=one) for one in spoken]
    parts = [one.subject for one in Case.objects.filter(joined_into=case)] if joined else []
    happened = [
        Entry(record.at, record=record)
        for record in journal.timeline(case.subject, *parts, limit=limit)
        if record.kind not in HIDDEN_EVENTS
    ]
    return sorted([*said, *noted, *called, *happened], key=_newest_first, reverse=True)[:limit]


def promises_of(case: Case) -> list[Promise]:
    """The case's promises, those owed first, the next due on top."""
    return sorted(_PROMISES(case.pk), key=lambda one: (not one.is_owed, one.deadline, one.pk))


_PROMISES = Question(
    lambda case: Promise.objects.filter(place__case=case).select_related("keeper", "place").with_deadline(),
    int,
)
_LETTERS = Question(
    # A letter's bytes and its HTML may be large, and the timeline shows neither.
    lambda case: (
        Message.objects.filter(case=case)
        .select_related("customer", "author", "departure", "arrival", "chaser", "came_from")
        .defer("html", "departure__content")
        .annotate(has_html=ExpressionWrapper(~Q(html=""), output_field=BooleanField()))
        .order_by("-at", "-pk")[:MOST_ENTRIES]
    ),
    int,
)
_OWED_BY = Question(
    lambda keeper: Promise.objects.filter(keeper=keeper).owed().order_by().values("pk")[: COUNTED_TO + 1], int
)


def owed_by(keeper: Person) -> int:
    """How many promises this person still has to keep, as `count` says it."""
    return _OWED_BY.count(keeper.pk)


def promises_for(viewer: Person) -> PromiseQuerySet:
    """The promises that this viewer may see: those on cases that they see, and those they keep."""
    promises = Promise.objects.select_related("keeper", "customer")
    if viewer.reads_all:
        return promises
    # From each promise to its one case, by its key: what is owed is few, what was ever promised is many.
    places = CasePromise.objects.filter(promise=OuterRef("pk"))
    seen = Case.objects.visible_to(viewer).filter(pk=OuterRef("case"))
    return promises.filter(Q(keeper=viewer) | Exists(places.filter(Exists(seen))))


def cases_of_promises(promises: Sequence[Promise]) -> dict[int, Case]:
    """The case of each promise, by the promise's id, in one query."""
    places = CasePromise.objects.filter(promise__in=promises).select_related("case__customer", "case__owner")
    return {place.promise_id: place.case for place in places}


def find(viewer: Person, words: str, *, limit: int = 50) -> QuerySet[Case]:
    """Cases by number, by the customer's name or address, or by words of the subject; newest first."""
    words = " ".join(words.split())[:100]
    digits = words.rpartition("-")[2]
    # Each in its own table first, where its own index finds it; an "or" across tables would read all of them.
    people = Customer.objects.filter(name__icontains=words).values_list("pk", flat=True)[:MOST_FOUND]
    written = Address.objects.filter(email__icontains=words).values_list("customer", flat=True)[:MOST_FOUND]
    about = Case.objects.filter(subject_line__icontains=words).values_list("pk", flat=True)[:MOST_FOUND]
    wanted = Q(pk__in=list(about)) | Q(customer__in={*people, *written})
    if digits.isdecimal() and len(digits) <= 9:
        wanted |= Q(number=int(digits))
    found = Case.objects.visible_to(viewer).filter(wanted).order_by("-pk").values("pk")
    cases = Case.objects.filter(pk__in=found).select_related("customer__account", "owner", "department")
    return cases.order_by("-opened_at", "-pk")[:limit]


def with_owed(cases: Sequence[Case]) -> tuple[Row, ...]:
    """Cases as rows, with what is owed on each and how often they asked again; four queries."""
    return _with_owed(list(cases))


def _with_owed(cases: list[Case]) -> tuple[Row, ...]:
    """In pages: each question is composed for as many cases as a page has."""
    return tuple(
        row
        for start in range(0, len(cases), composed.ROWS)
        for row in _rows(cases[start : start + composed.ROWS])
    )


def _rows(cases: Sequence[Case]) -> Iterator[Row]:
    keys = composed.padded([case.pk for case in cases])
    owed: dict[int, list[Promise]] = {}
    for promise in composed.OWED(*keys):
        owed.setdefault(promise.subject_id, []).append(promise)
    kept = dict(composed.JOINED(*keys))
    clocks: dict[int, StandardClock] = {}
    waiting = composed.WAITING(*keys)
    for start in range(0, len(kept), composed.ROWS):
        waiting += composed.WAITING(*composed.padded(list(kept)[start : start + composed.ROWS]))
    for clock in sorted(waiting, key=lambda one: (one.due_at, one.pk)):
        clocks.setdefault(kept.get(clock.subject_id) or clock.subject_id, clock)
    chased = Counter(composed.CHASED(*keys))
    for case in cases:
        yield Row(case, tuple(owed.get(case.pk, ())), clocks.get(case.pk), chased[case.pk])


def _newest_first(entry: Entry) -> tuple[datetime, int, int]:
    # At the same moment, what was said stands above the facts that it caused.
    weight = 0 if entry.record else 1
    row = entry.message or entry.note or entry.call or entry.record
    return (entry.at, weight, row.pk if row else 0)


def _key(after: str) -> tuple[datetime, int] | None:
    moment, _tilde, pk = after.partition("~")
    try:
        return datetime.fromisoformat(moment), int(pk)
    except ValueError:
        return None
