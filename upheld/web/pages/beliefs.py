"""What we believe customers receive: staff answer the customers' questions, on ballots that nobody can trace.

The ballot's word never stands in an address, which proxies and browsers write down: it is in the page alone. The page
that takes a ballot does not look at who is signed in.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upheld.people import queries as people
from upheld.people.models import Person
from upheld.refusals import Refusal
from upheld.surveys import bank, believing
from upheld.surveys.models import Round
from upheld.surveys.suppressing import FEWEST
from upheld.web import by_link, moments
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.asking_forms import Asked, ItemsForm
from upheld.web.shell import render, render_bare, zone_of

USUALLY = timedelta(days=14)


class RoundForm(forms.Form):
    """Until when staff are asked."""

    until = forms.DateField(
        label=gettext_lazy("Until the end of"),
        widget=forms.DateInput(attrs={"type": "date", "class": "input date"}),
    )


@door("staff")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Whether staff are asked now, what becomes of a ballot, and for those who lead the company the round itself."""
    zone = zone_of(request.person, people.company())
    last_day = (request.at + USUALLY).astimezone(ZoneInfo(zone)).date()
    return _show(request, RoundForm(initial={"until": last_day}))


@door("staff")
@require_POST
def drawing(request: StaffRequest) -> HttpResponse:
    """A ballot, drawn once. It stands in the answer to this request and nowhere else."""
    now = believing.open_now(request.at)
    if now is None:
        messages.error(request, _("Nobody is asked at the moment."))
        return redirect("beliefs")
    try:
        ballot = believing.draw(now, person=request.person, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("beliefs")
    return _ballot(request, ballot, ItemsForm(_asked(now)))


@csrf_exempt
@door("open")
@require_http_methods(["GET", "HEAD", "POST"])
def casting(request: StaffRequest) -> HttpResponse:
    """Count a filled-in ballot. The ballot is the proof: who is signed in is not looked at."""
    if request.method != "POST":
        return by_link.said(
            request, _("Your ballot counts."), _("It cannot be found again, not even by you. Thank you.")
        )
    ballot = request.POST.get("ballot", "")
    try:
        form = ItemsForm(_asked(believing.read_round(ballot)), request.POST)
        if form.is_valid():
            believing.cast(ballot, scores=form.scores(), at=request.at)
            return by_link.private(redirect("ballots"))
    except (bank.NothingAnswered, bank.NotAsked) as refusal:
        form.add_error(None, refusal.sentence)
    except believing.AlreadyCast:
        return by_link.private(redirect("ballots"))
    except Refusal as refusal:
        status = 404 if isinstance(refusal, believing.UnknownBallot) else 410
        return by_link.said(request, refusal.sentence, _("Nothing was counted."), status=status)
    return _ballot(request, ballot, form, status=422)


@door("steers")
@require_POST
def opening(request: StaffRequest) -> HttpResponse:
    """Ask staff from now until the end of a day."""
    form = RoundForm(request.POST)
    if form.is_valid():
        zone = ZoneInfo(people.company().zone)
        # No calendar goes on after its last day; such a round is refused as too long anyway.
        last = min(form.cleaned_data["until"], date.max - timedelta(days=2))
        night = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)
        try:
            believing.open_round(closes_at=night, by=request.person.actor, at=request.at)
        except believing.ClosesTooEarly:
            form.add_error("until", _("Choose today or a later day."))
        except believing.ClosesTooLate as refusal:
            form.add_error("until", refusal.sentence)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Staff are asked from now on."))
            return redirect("beliefs")
    return _show(request, form, status=422)


@door("steers")
@require_POST
def closing(request: StaffRequest) -> HttpResponse:
    """End the round now."""
    now = believing.open_now(request.at)
    try:
        if now is not None:
            believing.close_round(now, by=request.person.actor, at=request.at)
            messages.success(request, _("The round is over. What was said can be read."))
    except believing.RoundOver:
        pass  # somebody else was quicker
    return redirect("beliefs")


def _show(request: StaffRequest, form: RoundForm, *, status: int = 200) -> HttpResponse:
    company, at = people.company(), request.at
    zone = zone_of(request.person, company)
    now = believing.open_now(at)
    took = now is not None and believing.has_drawn(now, request.person)
    context: dict[str, Any] = {
        "sentence": _sentence(now, took),
        "paragraph": _paragraph(now, took, at=at, zone=zone),
        "open": now is not None,
        "may_draw": now is not None and not took,
        "few": Person.objects.working_here().count() < FEWEST,
        "questions": len(bank.items(now.bank)) if now else 0,
        "form": form,
        "steers": request.person.sets_up or request.person.reads_all,
        "taken": _taken(now) if now else "",
        "last": _last(at=at, zone=zone),
    }
    return render(request, "beliefs.html", context, status=status)


def _sentence(now: Round | None, took: bool) -> str:
    if now is None:
        return _("Staff are not asked at the moment.")
    return _("You have taken your ballot.") if took else _("What do you believe customers would say of us?")


def _paragraph(now: Round | None, took: bool, *, at: datetime, zone: str) -> str:
    if now is None:
        return _(
            "When a round is opened, everybody who works here can answer the questions that customers answer."
        )
    # The last moment of the last day: a round that ends at midnight ends on the day before.
    until = {"when": moments.when(now.closes_at - timedelta(minutes=1), at=at, zone=zone)}
    if took:
        return _("What was said can be read when the round is over: %(when)s.") % until
    return _("Ballots are taken until %(when)s.") % until


def _taken(now: Round) -> str:
    known = {"n": now.drawn.count(), "all": Person.objects.working_here().count()}
    return _("%(n)s of %(all)s who work here have taken a ballot.") % known


def _last(*, at: datetime, zone: str) -> str:
    """How many spoke in the last round that is over, in words."""
    last = Round.objects.filter(closed_at__isnull=False).order_by("-closed_at", "-pk").first()
    if last is None or last.closed_at is None:
        return ""
    cast = last.beliefs.count()
    said = ngettext(
        "The last round ended %(when)s: %(n)s ballot was filled in.",
        "The last round ended %(when)s: %(n)s ballots were filled in.",
        cast,
    ) % {"when": moments.when(last.closed_at, at=at, zone=zone), "n": cast}
    return said if cast >= FEWEST else f"{said} {_('Of fewer than five, nothing is told.')}"


def _asked(round: Round) -> list[Asked]:
    company = people.company().name
    return [
        Asked(item.key, str(item.dimension.label), item.believed(company)) for item in bank.items(round.bank)
    ]


def _ballot(request: StaffRequest, ballot: str, form: ItemsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "title": _("What do you believe customers would say?"),
        "lead": [
            _("How far would our customers agree? Answer as you believe that most of them would."),
            _(
                "Keep this page open until you have sent it: a ballot is given once and cannot be fetched again."
            ),
        ],
        "form": form,
        "ballot": ballot,
        "lowest": bank.LOWEST,
        "highest": bank.HIGHEST,
        "send_url": reverse("ballots"),
        "colophon": _(
            "This page does not know who you are. What you send is kept without a name and without a time, and cannot "
            "be changed."
        ),
    }
    return by_link.private(render_bare(request, "questions.html", context, status=status))


urlpatterns: list[URLPattern] = [
    path("beliefs", page, name="beliefs"),
    path("beliefs/ballots", drawing, name="beliefs_drawing"),
    path("beliefs/rounds", opening, name="round_opening"),
    path("beliefs/rounds/closing", closing, name="round_closing"),
    path("ballots", casting, name="ballots"),
]
