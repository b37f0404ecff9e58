"""Whether a letter that names no case is about one that its writer has open: the same matter, or perhaps.

Clearly the same, and only one case it could be: the letter joins it. Less than that is offered to a person, who
answers once. A case closed within the last two weeks is offered and never joined: somebody said that it was done. So
are a colleague's cases, because a company has more than one matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Max, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_noop

from upheld.cases.finding import Found
from upheld.cases.models import Call, Case, Message, Resemblance
from upheld.cases.sameness import core, marks, numbers
from upheld.channels import folding
from upheld.channels.letter import Letter
from upheld.customers.models import Customer
from upheld.promises.models import Promise

BY_LIKENESS = gettext_noop("Same customer, same subject as an open case.")
BY_SHARED_NUMBER = gettext_noop("Same customer, same order or invoice number as an open case.")
BY_WORDS = gettext_noop("Same customer, nearly the same words as on an open case.")
JOINED_BY_LIKENESS = (BY_LIKENESS, BY_SHARED_NUMBER, BY_WORDS)

STILL_OFFERED = timedelta(days=14)
MOST_CASES = 20
MOST_PEOPLE = 50
MOST_LOOKED_AT = 200
MOST_OFFERED = 3
MOST_WORDS = 4000
LEAST_WORDS = 40
NEARLY_EQUAL = 0.7
ALIKE = 0.35
LEAST_WEIGHT = 0.1


@dataclass(frozen=True)
class Likeness:
    """The one case that it is, or those that a person is asked about."""

    found: Found | None = None
    perhaps: tuple[Case, ...] = ()


@dataclass(frozen=True)
class _Seen:
    """One candidate: why it clearly is the same matter (empty: not clearly), and how much speaks for it."""

    case: Case
    why: str
    weight: float


def like(letter: Letter, sender: Customer | None, *, now: datetime, silent: bool = False) -> Likeness:
    """What the writer's other cases say of this letter."""
    if sender is None or _speaks_for_others(letter):
        return Likeness()
    cases = _candidates(sender, now)
    if not cases:
        return Likeness()
    seen = _compare(letter, cases, sender, silent=silent)
    clear = [one for one in seen if one.why]
    if len(clear) == 1:
        return Likeness(Found(clear[0].case, clear[0].why))
    offered = sorted((one for one in seen if one.weight > 0), key=lambda one: (-one.weight, -one.case.pk))
    return Likeness(perhaps=tuple(one.case for one in offered[:MOST_OFFERED]))


def offer(case: Case, others: Iterable[Case], *, at: datetime) -> None:
    """Remember which cases a person is to be asked about."""
    rows = [Resemblance(case=case, other=other, at=at) for other in others]
    Resemblance.objects.bulk_create(rows, ignore_conflicts=True)


def offers(case: Case) -> list[Resemblance]:
    """The cases that this one may be the same matter as, and nobody has said so or otherwise."""
    if not case.is_open:
        return []
    open_questions = case.resemblances.filter(answer="", other__joined_into__isnull=True)
    return list(open_questions.select_related("other__customer").order_by("pk"))


def _speaks_for_others(letter: Letter) -> bool:
    """A form on another site writes for everybody under one sender, and names who it is in Reply-To."""
    if letter.sender is None or letter.answer_to is None:
        return False
    return letter.answer_to.address.lower() != letter.sender.address.lower()


def _candidates(sender: Customer, now: datetime) -> list[Case]:
    """The writer's cases and their colleagues', open or closed lately, those last written to first."""
    people = [sender.pk]
    if sender.account_id:
        colleagues = Customer.objects.filter(account=sender.account_id).exclude(pk=sender.pk)
        people += colleagues.order_by("-pk").values_list("pk", flat=True)[:MOST_PEOPLE]
    # Each by its own index first; an "or" across the tables would read all of them.
    written = Message.objects.filter(customer__in=people, way=Message.Way.IN).order_by("-case")
    keys = {*written.values_list("case", flat=True).distinct()[:MOST_LOOKED_AT]}
    keys |= {
        *Case.objects.filter(customer__in=people)
        .order_by("-pk")
        .values_list("pk", flat=True)[:MOST_LOOKED_AT]
    }
    near = Q(closed_at__isnull=True) | Q(closed_at__gte=now - STILL_OFFERED)
    cases = Case.objects.filter(near, pk__in=keys, joined_into__isnull=True)
    return list(cases.order_by("-last_letter_at", "-pk")[:MOST_CASES])


def _compare(letter: Letter, cases: Sequence[Case], sender: Customer, *, silent: bool) -> list[_Seen]:
    subject = letter.subject or ""
    words = folding.fold(letter.text or "", earlier=[]).own_words[:MOST_WORDS]
    strong, weak = numbers(subject, words)
    alike = {} if silent or len(words) < LEAST_WORDS else _likeness_of_words(words, cases)
    said = _said(cases)
    theirs = set(Message.objects.filter(case__in=cases, customer=sender).values_list("case", flat=True))
    seen, unlike = [], []
    for case in cases:
        their_strong, their_weak = said.get(case.pk, (set[str](), set[str]()))
        own = case.customer_id == sender.pk or case.pk in theirs
        other_number = bool(strong and their_strong and not strong & their_strong)
        same_subject = bool(core(subject)) and core(subject) == core(case.subject_line)
        score = alike.get(case.pk, 0.0)
        why = ""
        if own and strong & their_strong:
            why = BY_SHARED_NUMBER
        if own and not other_number and score >= NEARLY_EQUAL:
            why = BY_WORDS
        if own and not other_number and same_subject:
            why = BY_LIKENESS
        weight = score if score >= ALIKE else 0.0
        weight += same_subject + bool((strong | weak) & (their_strong | their_weak))
        weight += 0.5 * bool(marks(subject) & marks(case.subject_line))
        seen.append(_Seen(case, why if case.is_open else "", weight))
        if own and case.is_open and not weight:
            unlike.append(case)
    waits = set() if silent or not unlike else _waiting(unlike)
    return [
        replace(one, weight=LEAST_WEIGHT) if one.weight == 0 and one.case.pk in waits else one for one in seen
    ]


def _likeness_of_words(words: str, cases: Sequence[Case]) -> dict[int, float]:
    """How alike the words are to those of each case's letters: three-letter pieces in common, 0 to 1."""
    letters = Message.objects.filter(case__in=cases, way=Message.Way.IN, kind="person")
    alike = letters.values("case").annotate(
        alike=Max(TrigramSimilarity(Left("own_words", MOST_WORDS), words))
    )
    return {one["case"]: one["alike"] for one in alike.order_by()}


def _said(cases: Sequence[Case]) -> dict[int, tuple[set[str], set[str]]]:
    """The numbers in each case's letters: those that name an order or the like, and all."""
    letters = Message.objects.filter(case__in=cases, way=Message.Way.IN, kind="person")
    found: dict[int, tuple[set[str], set[str]]] = {}
    for case, subject, words in letters.values_list("case", "subject_line", Left("own_words", MOST_WORDS)):
        strong, weak = numbers(subject, words)
        known = found.setdefault(case, (set(), set()))
        known[0].update(strong)
        known[1].update(weak)
    return found


def _waiting(cases: Sequence[Case]) -> set[int]:
    """Those on which the customer waits for us, whatever this letter says."""
    messages = Message.objects.filter(case__in=cases).order_by()
    came = Max("at", filter=Q(way=Message.Way.IN, kind="person"))
    left = Max("sent_at", filter=Q(way=Message.Way.OUT, undelivered_at__isnull=True))
    spoke = dict(
        Call.objects.filter(case__in=cases, reached=True).order_by().values_list("case").annotate(Max("at"))
    )
    owed = Promise.objects.owed().filter(subject_kind="case", subject_id__in=[case.pk for case in cases])
    waits = set(owed.values_list("subject_id", flat=True))
    for case, wrote, answered in messages.values_list("case").annotate(came=came, left=left):
        last = max((one for one in (answered, spoke.get(case)) if one), default=None)
        if wrote and (last is None or last < wrote):
            waits.add(case)
    return waits
