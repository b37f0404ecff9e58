"""Wanting to be asked nothing more, behind the link at the end of each of our questions.

Programs open every link in a letter: only the button says it. The word in the address is the proof, so the page needs
no cookie.
"""

from __future__ import annotations

import contextlib

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from upheld.cases import wording
from upheld.journal.facts import Actor
from upheld.surveys import linking, sparing
from upheld.web import by_link
from upheld.web.doors import StaffRequest, door
from upheld.web.shell import render_bare


@csrf_exempt
@door("link")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: StaffRequest, word: str) -> HttpResponse:
    """Whether they are asked, and the one button that changes it."""
    invitation = linking.invitation_of(word)
    if invitation is None:
        raise Http404
    if request.method == "POST":
        verb = sparing.ask_again if request.POST.get("again") else sparing.spare
        # Pressed twice, it is as they want it.
        with contextlib.suppress(sparing.AlreadySpared, sparing.NotSpared):
            verb(word, by=Actor("customer", invitation.customer_id), at=request.at)
        return by_link.private(redirect("sparing", word))
    with translation.override(wording.language_for(invitation.customer)):
        spared = sparing.is_spared(invitation.customer)
        context = {"spared": spared, "send_url": reverse("sparing", args=[word])}
        return by_link.private(render_bare(request, "sparing.html", context))


urlpatterns: list[URLPattern] = [path("n/<str:word>", page, name="sparing")]
