"""Questions across findings: a viewer's lists page by page, what an owner minds now, and the figures about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from django.db.models import Count, F, Q

from upheld.cases.models import Case
from upheld.findings.models import Finding, FindingQuerySet
from upheld.methods.share import Share
from upheld.people.models import Person

State = Literal["unanswered", "answered"]
STATES: tuple[State, ...] = ("unanswered", "answered")
COUNTED_TO = 1000
NEAR = timedelta(days=3)
"""An answer date that is no farther than this is near."""


@dataclass(frozen=True)
class Page:
    """A stretch of a list. `after` is where the next begins; empty at the end."""

    rows: tuple[Finding, ...]
    after: str


@dataclass(frozen=True)
class Waiting:
    """What is unanswered at a moment: how many, and how old they are."""

    n: int
    oldest: timedelta | None
    median: timedelta | None


def exist() -> bool:
    """Whether anybody has raised a finding that stands: before that, nothing speaks of them."""
    return Finding.objects.standing().exists()


def finding_for(viewer: Person, pk: int) -> Finding | None:
    """One finding, if this viewer may see it."""
    wanted = Finding.objects.visible_to(viewer).select_related(
        "case__customer", "case__department__calendar", "case__mailbox", "message__customer", "verdict",
        "customer", "raised_by", "owner", "department__calendar", "answered_by", "told_in__departure",
    )  # fmt: skip
    return wanted.filter(pk=pk).first()


def listed(
    viewer: Person, *, state: State, kind: str = "", department: int | None = None, mine: bool = False
) -> FindingQuerySet:
    """What a list holds, in no order yet. `mine`: those that the viewer owns or raised."""
    findings = Finding.objects.visible_to(viewer)
    findings = findings.unanswered() if state == "unanswered" else findings.answered()
    if kind:
        findings = findings.filter(kind=kind)
    if department is not None:
        findings = findings.filter(department=department)
    return findings.filter(Q(owner=viewer) | Q(raised_by=viewer)) if mine else findings


def page(findings: FindingQuerySet, *, state: State, after: str = "", limit: int = 50) -> Page:
    """A page by key: what is unanswered oldest first, what is answered newest first. One query."""
    answered = state == "answered"
    key = "answered_at" if answered else "raised_at"
    if (start := _key(after)) is not None:
        moment, pk = start
        later = {f"{key}__lt" if answered else f"{key}__gt": moment}
        same = {key: moment, "pk__lt" if answered else "pk__gt": pk}
        findings = findings.filter(Q(**later) | Q(**same))
    order = (f"-{key}", "-pk") if answered else (key, "pk")
    found = list(
        findings.select_related("department", "owner", "raised_by", "customer", "case").order_by(*order)[
            : limit + 1
        ]
    )
    last = found[limit - 1] if len(found) > limit else None
    return Page(tuple(found[:limit]), f"{getattr(last, key).isoformat()}~{last.pk}" if last else "")


def you_said(*, department: int | None = None) -> FindingQuerySet:
    """What was answered, for everybody who works here: our own words and whose they are. What the customer said
    stays with those who may see the finding: ask `seen_among`."""
    findings = Finding.objects.answered().exclude(change=Finding.Change.PASSED_ON)
    return findings.filter(department=department) if department is not None else findings


def seen_among(viewer: Person, findings: Sequence[Finding]) -> set[int]:
    """Which of these the viewer may see whole, by id; one query."""
    keys = [finding.pk for finding in findings]
    return set(Finding.objects.visible_to(viewer).filter(pk__in=keys).values_list("pk", flat=True))


def cases_seen(viewer: Person, findings: Sequence[Finding]) -> set[int]:
    """Which of their cases the viewer may open, by the case's id; one query."""
    keys = [finding.case_id for finding in findings if finding.case_id is not None]
    return set(Case.objects.visible_to(viewer).filter(pk__in=keys).values_list("pk", flat=True))


def on_case(viewer: Person, case: Case) -> list[Finding]:
    """What was learnt on a case, as far as the viewer may see it, newest first; one query."""
    of_case = Q(case=case) | Q(case__joined_into=case)
    found = Finding.objects.visible_to(viewer).standing().filter(of_case)
    return list(
        found.select_related("department", "owner", "customer", "raised_by").order_by("-raised_at", "-pk")[
            :20
        ]
    )


def to_mind(viewer: Person, *, at: datetime, limit: int = 20) -> list[Finding]:
    """What the viewer owns and has to answer soon or should have, oldest first; one query."""
    near = Finding.objects.visible_to(viewer).unanswered().filter(owner=viewer, answer_by__lt=at + NEAR)
    found = near.select_related("department", "customer", "raised_by").order_by("raised_at", "pk")
    return list(found[:limit])


def owned(viewer: Person) -> FindingQuerySet:
    """What waits for this person's own answer."""
    return Finding.objects.unanswered().filter(owner=viewer)


def count(findings: FindingQuerySet) -> int:
    """How many, exact up to 1,000; 1,001 means more."""
    return findings[: COUNTED_TO + 1].count()


def raised(from_at: datetime, until_at: datetime, *, department: int | None = None) -> FindingQuerySet:
    """Those that were raised from one moment until before another; what was raised by mistake does not count."""
    found = Finding.objects.standing().filter(raised_at__gte=from_at, raised_at__lt=until_at)
    return _of(found, department)


def raised_by_kind(
    from_at: datetime, until_at: datetime, *, department: int | None = None
) -> Counter[tuple[str, int]]:
    """How many were raised, by kind and by the department that has them now."""
    rows = raised(from_at, until_at, department=department).values("kind", "department").order_by()
    return Counter({(row["kind"], row["department"]): row["n"] for row in rows.annotate(n=Count("pk"))})


def waiting(at: datetime, *, department: int | None = None) -> Waiting:
    """What was unanswered at a moment, and how old it was then: from when it was raised, wherever it has been since."""
    found = Finding.objects.standing().filter(raised_at__lte=at)
    found = _of(found.filter(Q(answered_at__isnull=True) | Q(answered_at__gt=at)), department)
    ages = [at - raised_at for raised_at in found.values_list("raised_at", flat=True)]
    if not ages:
        return Waiting(0, None, None)
    middle = timedelta(seconds=median(age.total_seconds() for age in ages))
    return Waiting(len(ages), max(ages), middle)


def answered_in_time(
    from_at: datetime, until_at: datetime, *, department: int | None = None, at: datetime
) -> Share:
    """Of those whose answer date fell into a period, and has come: how many were answered by then.

    A finding that was answered before its date counts with its date, and one whose date is still to come not yet.
    """
    due = Finding.objects.standing().filter(answer_by__gte=from_at, answer_by__lt=min(until_at, at))
    counts = _of(due, department).aggregate(
        n=Count("pk"), kept=Count("pk", filter=Q(answered_at__lte=F("answer_by")))
    )
    return Share(counts["kept"], counts["n"])


def told(from_at: datetime, until_at: datetime, *, department: int | None = None) -> Share:
    """Of those that customers said and that were answered in a period: how many of the customers know of it."""
    answered = Finding.objects.answered().filter(answered_at__gte=from_at, answered_at__lt=until_at)
    counts = _of(answered.filter(customer__isnull=False), department).aggregate(
        n=Count("pk"), told=Count("pk", filter=Q(told_at__isnull=False))
    )
    return Share(counts["told"], counts["n"])


def _of(findings: FindingQuerySet, department: int | None) -> FindingQuerySet:
    return findings if department is None else findings.filter(department=department)


def _key(after: str) -> tuple[datetime, int] | None:
    moment, _tilde, pk = after.partition("~")
    try:
        key = datetime.fromisoformat(moment)
    except ValueError:
        return None
    sound = key.tzinfo is not None and pk.isdecimal() and len(pk) < 19
    return (key, int(pk)) if sound else None
