"""The customer places the service they received on the ladder, behind the link in our letter, without signing in.

Programs that look at letters follow every link in them: opening a page here, with whatever level in its address, writes
nothing. Only the button does. The word in the address is the proof, which is why the form needs no cookie: another site
that sent the form in a customer's name would have to know the word.
"""

from __future__ import annotations

import re

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from upheld.cases import numbering, wording
from upheld.journal.facts import Actor
from upheld.people import queries as people
from upheld.refusals import Refusal
from upheld.surveys import answering, linking
from upheld.surveys.models import LEVELS, FollowUp, Invitation, Kind, Verdict
from upheld.web import by_link, moments
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.asking_forms import VerdictForm
from upheld.web.shell import render_bare

_LEVEL = re.compile(r"([0-9]{1,3})[^a-z0-9]{0,8}")


@csrf_exempt
@door("link")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: StaffRequest, word: str, level: str = "") -> HttpResponse:
    """The ladder, with the level of the link chosen already; once answered, the thanks for it."""
    invitation = linking.invitation_of(word)
    if invitation is None or invitation.kind != Kind.VERDICT:
        raise Http404
    with translation.override(wording.language_for(invitation.customer)):
        try:
            answering.open(word, at=request.at)
            form = VerdictForm(request.POST) if request.method == "POST" else VerdictForm()
            if request.method == "POST" and _give(request, invitation, word, form):
                return by_link.private(redirect("verdict", word))
        except answering.AlreadyAnswered:
            return _thanks(request, invitation)
        except answering.LinkExpired:
            return _over(request, invitation)
        return _ladder(request, invitation, word, form, level)


def _give(request: StaffRequest, invitation: Invitation, word: str, form: VerdictForm) -> bool:
    """Whether the answer was taken; else the form says why not."""
    if not form.is_valid():
        return False
    said, by = form.cleaned_data, Actor("customer", invitation.customer_id)
    try:
        answering.give_verdict(word, level=said["level"], comment=said["comment"], by=by, at=request.at)
    except (answering.AlreadyAnswered, answering.LinkExpired):
        raise
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True


def _ladder(
    request: StaffRequest, invitation: Invitation, word: str, form: VerdictForm, level: str
) -> HttpResponse:
    case, ladder = invitation.case, invitation.ladder
    if case is None or ladder is None:
        raise Http404
    typed = form.data.get("level", "") if form.is_bound else _level_of(level)
    zone = wording.zone_for(case)
    context = {
        "number": numbering.spoken(case.number, people.company()),
        "subject": case.subject_line or _("Your letter"),
        "about": _("We closed this on %(day)s. Which level is nearest to the service that you received?")
        % {"day": moments.day(invitation.decision.closed_at or invitation.asked_at, zone=zone)},
        "steps": [(one, ladder.label(one)) for one in reversed(LEVELS)],
        "chosen": int(typed) if typed in {str(one) for one in LEVELS} else None,
        "form": form,
        "who": (case.owner if case.owner.serves else case.department.duty_owner).first_name,
        "until": moments.long(invitation.expires_at, zone=zone),
        "send_url": reverse("verdict", args=[word]),
    }
    status = 422 if form.is_bound else 200
    return by_link.private(render_bare(request, "verdict.html", context, status=status))


def _level_of(given: str) -> str:
    """The level at the end of a link, without the full stop or bracket that stood behind it in a letter."""
    found = _LEVEL.fullmatch(given)
    return found[1] if found else ""


def _thanks(request: StaffRequest, invitation: Invitation) -> HttpResponse:
    """What was said, and who comes back to it by when: as true when the link is opened again a week later."""
    rows = Verdict.objects.select_related("ladder", "case__department__calendar", "case__customer")
    verdict = rows.get(invitation=invitation)
    zone, company = wording.zone_for(verdict.case), people.company()
    follow_up = FollowUp.objects.open().filter(verdict=verdict).first()
    context = {
        "number": numbering.spoken(verdict.case.number, company),
        "subject": verdict.case.subject_line or _("Your letter"),
        "said": _("You told us on %(when)s:") % {"when": moments.long(verdict.at, zone=zone)},
        "label": verdict.label,
        "level": verdict.level,
        "comment": verdict.comment,
        "back": _back(follow_up, request, zone) if follow_up else "",
        "phone": company.phone,
    }
    return by_link.private(render_bare(request, "verdict_thanks.html", context))


def _back(follow_up: FollowUp, request: StaffRequest, zone: str) -> str:
    told = {"who": follow_up.owner.first_name, "when": moments.long(follow_up.due_at, zone=zone)}
    if follow_up.due_at < request.at:
        return _("%(who)s was to get back to you by %(when)s. That is overdue, and it is our fault.") % told
    return _("%(who)s will get back to you by %(when)s.") % told


def _over(request: StaffRequest, invitation: Invitation) -> HttpResponse:
    zone = wording.zone_for(invitation.case) if invitation.case else "UTC"
    return by_link.said(
        request,
        _("This can no longer be answered."),
        _("It was open until %(when)s. If something is left, answer any letter of ours, or call us.")
        % {"when": moments.day(invitation.expires_at, zone=zone)},
        call=True,
        status=410,
    )


urlpatterns: list[URLPattern] = [
    path("v/<str:word>", page, name="verdict"),
    path("v/<str:word>/<path:level>", page, name="verdict_level"),
]
