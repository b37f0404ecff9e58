"""What customers said of their cases, as pages show it: on the case, and on the day of whoever goes back to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from upheld.cases import numbering
from upheld.cases.models import Case
from upheld.people.models import Company, Person
from upheld.surveys import following_up
from upheld.surveys.models import Decision, FollowUp, Kind, Verdict
from upheld.web import moments

MOST = 5
MOST_TO_GO_BACK_TO = 50
WORDS = 140
"""So many signs of a comment stand on Today; the case has all of them."""


def on_case(
    case: Case, *, said: bool = True, decided: bool = True, at: datetime, zone: str
) -> dict[str, Any]:
    """The verdicts on a case, newest first, the follow-up that is open, and why nobody was asked. Three queries; two
    less without a verdict (`said`), one less where nobody decided about asking."""
    here = Q(case=case) | Q(case__joined_into=case)
    rows = Verdict.objects.filter(here).order_by("-at", "-pk").select_related("ladder", "follow_up__done_by")
    waiting = FollowUp.objects.open().filter(here).select_related("verdict__ladder")
    open_one = waiting.order_by("due_at", "pk").first() if said else None
    return {
        "verdicts": [_verdict(one, case, at=at, zone=zone) for one in rows[:MOST]] if said else [],
        "follow_up": _follow_up(open_one, case, at=at, zone=zone) if open_one else None,
        "asked": _asked(case, at=at, zone=zone) if decided else "",
        "phone": case.customer.phone,
        "tel": "".join(sign for sign in case.customer.phone if sign.isdigit() or sign == "+"),
        "wrong": "",
        "typed": "",
    }


def to_go_back_to(person: Person, company: Company, *, at: datetime, zone: str) -> list[dict[str, Any]]:
    """The customers whom this person is to go back to, the soonest first."""
    rows = following_up.mine(person).select_related("verdict__ladder", "case__customer__account")
    rows = rows.order_by("due_at", "pk")
    return [_row(one, company, at=at, zone=zone) for one in rows[:MOST_TO_GO_BACK_TO]]


def _verdict(verdict: Verdict, case: Case, *, at: datetime, zone: str) -> dict[str, Any]:
    follow_up: FollowUp | None = getattr(verdict, "follow_up", None)
    return {
        "level": verdict.level,
        "pk": verdict.pk,
        "label": verdict.label,
        "comment": verdict.comment,
        "at": verdict.at,
        "when": moments.when(verdict.at, at=at, zone=zone),
        "follow_up": _follow_up(follow_up, case, at=at, zone=zone) if follow_up else None,
    }


def _follow_up(follow_up: FollowUp, case: Case, *, at: datetime, zone: str) -> dict[str, Any]:
    follow_up.case = case  # already at hand, with its owner and department
    verdict = follow_up.verdict
    return {
        "pk": follow_up.pk,
        "open": follow_up.is_open,
        "label": verdict.label,
        "comment": verdict.comment,
        "said": moments.when(verdict.at, at=at, zone=zone),
        "owner": follow_up.owner.name,
        "due_at": follow_up.due_at,
        "due": moments.when(follow_up.due_at, at=at, zone=zone),
        "late": follow_up.is_open and follow_up.due_at < at,
        "what": follow_up.what,
        "done_by": follow_up.done_by.name if follow_up.done_by else "",
        "done": moments.when(follow_up.done_at, at=at, zone=zone) if follow_up.done_at else "",
    }


def _asked(case: Case, *, at: datetime, zone: str) -> str:
    """Whether the customer was asked after the last closing, in words; nothing once they have answered."""
    rows = Decision.objects.filter(case=case, kind=Kind.VERDICT).select_related("invitation")
    last = rows.order_by("-decided_at", "-pk").first()
    if last is None:
        return ""
    if last.reason != Decision.Reason.ASKED:
        return _("Not asked how it went: %(why)s.") % {"why": last.get_reason_display()}
    invitation = getattr(last, "invitation", None)
    if invitation is None or invitation.answered_at:
        return ""
    when = {"when": moments.when(invitation.asked_at, at=at, zone=zone)}
    if invitation.expires_at <= at:
        return _("Asked how it went %(when)s, and not answered.") % when
    return _("Asked how it went %(when)s. No answer yet.") % when


def _row(follow_up: FollowUp, company: Company, *, at: datetime, zone: str) -> dict[str, Any]:
    verdict, case = follow_up.verdict, follow_up.case
    customer, words = case.customer, " ".join(verdict.comment.split())
    late = follow_up.due_at < at
    return {
        "id": f"follow-up-{follow_up.pk}",
        "said": Truncator(words).chars(WORDS) or verdict.label,
        "label": verdict.label if words else "",
        "url": reverse("case", args=[case.number]) + "#follow-up",
        "who": customer.name,
        "company": customer.account.name if customer.account else "",
        "number": numbering.spoken(case.number, company),
        "phone": customer.phone,
        "tel": "".join(sign for sign in customer.phone if sign.isdigit() or sign == "+"),
        "due_at": follow_up.due_at,
        "due": moments.when(follow_up.due_at, at=at, zone=zone),
        "distance": "" if late else moments.distance(follow_up.due_at, at=at),
        "late": late,
    }
