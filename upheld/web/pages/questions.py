"""Ten sentences about service that a customer who was drawn at random places between *not at all* and *entirely*.

First what they expect of any company that they would be glad to use; a month or more later what they received from us,
in the same words. Opening the page writes nothing; the word in its address is the proof, so no cookie is needed.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from upheld.cases import wording
from upheld.journal.facts import Actor
from upheld.people import queries as people
from upheld.refusals import Refusal
from upheld.surveys import answering, bank, linking
from upheld.surveys.models import Invitation, Kind
from upheld.web import by_link, moments
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.asking_forms import Asked, ItemsForm
from upheld.web.shell import render_bare


@csrf_exempt
@door("link")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: StaffRequest, word: str) -> HttpResponse:
    """The questions, and what becomes of them; once answered, the thanks."""
    invitation = linking.invitation_of(word)
    if invitation is None or invitation.kind == Kind.VERDICT or invitation.bank is None:
        raise Http404
    with translation.override(wording.language_for(invitation.customer)):
        asked = _asked(Kind(invitation.kind), invitation.bank)
        try:
            answering.open(word, at=request.at)
            form = ItemsForm(asked, request.POST if request.method == "POST" else None)
            if request.method == "POST" and _fill_in(request, invitation, word, form):
                return by_link.private(redirect("questions", word))
        except answering.AlreadyAnswered:
            return by_link.said(request, _("Thank you."), _thanks(invitation))
        except answering.LinkExpired:
            when = {"when": moments.day(invitation.expires_at, zone=_zone(invitation))}
            told = _("It was open until %(when)s. You owe us no answer.") % when
            return by_link.said(request, _("This can no longer be answered."), told, status=410)
        context = _words(invitation) | {
            "form": form,
            "lowest": bank.LOWEST,
            "highest": bank.HIGHEST,
            "send_url": reverse("questions", args=[word]),
        }
        status = 422 if form.is_bound else 200
        return by_link.private(render_bare(request, "questions.html", context, status=status))


def _asked(kind: Kind, number: int) -> list[Asked]:
    company = people.company().name
    return [
        Asked(item.key, str(item.dimension.label), item.asked(kind, company)) for item in bank.items(number)
    ]


def _fill_in(request: StaffRequest, invitation: Invitation, word: str, form: ItemsForm) -> bool:
    """Whether the answers were taken; else the form says why not."""
    if not form.is_valid():
        return False
    by = Actor("customer", invitation.customer_id)
    try:
        answering.fill_in(word, scores=form.scores(), by=by, at=request.at)
    except (answering.AlreadyAnswered, answering.LinkExpired):
        raise
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True


def _words(invitation: Invitation) -> dict[str, Any]:
    company = {"company": people.company().name}
    until = {"when": moments.day(invitation.expires_at, zone=_zone(invitation))}
    if invitation.kind == Kind.EXPECTATION:
        title = _("What do you expect of good service?")
        lead = _(
            "Think of a company that you would be glad to use: any company, not %(company)s. How far should each of "
            "these sentences be true of it?"
        )
    else:
        title = _("What did you receive from %(company)s?")
        lead = _("Think of your own dealings with %(company)s. How far is each of these sentences true?")
    open_until = (
        _("You can answer once, until %(when)s. Nothing is sent before you press the button.") % until
    )
    colophon = _(
        "Your answers are kept with your name, so that what you expect can be compared with what you received. What "
        "others see of them are figures that count many customers together."
    )
    return {"title": title % company, "lead": [lead % company, open_until], "colophon": colophon}


def _thanks(invitation: Invitation) -> str:
    if invitation.kind == Kind.EXPECTATION:
        return _(
            "Your answers have arrived. If you need us again, we may ask you once more, in a month or later, what you "
            "received. You need do nothing now."
        )
    return _(
        "Your answers have arrived. They stand beside what you told us that you expect. You need do nothing now."
    )


def _zone(invitation: Invitation) -> str:
    return invitation.customer.zone or people.company().zone


urlpatterns: list[URLPattern] = [path("q/<str:word>", page, name="questions")]
