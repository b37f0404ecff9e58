"""What a person does when a customer asks again: writes a call down, joins two cases, or takes a letter apart again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from upheld.cases import calling, joining, numbering, separating
from upheld.cases import queries as cases
from upheld.cases.models import Resemblance
from upheld.people import queries as people
from upheld.refusals import Refusal
from upheld.web import returning
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import case as case_page
from upheld.web.pages.call_forms import CallForm


@door("serves")
@require_POST
def calling_(request: StaffRequest, number: int) -> HttpResponse:
    """Write a call down; `reached` says that they spoke."""
    case = case_page.fetch(request, number)
    form = CallForm(request.POST)
    reached = request.POST.get("reached") == "yes"
    if form.is_valid():
        try:
            words = form.cleaned_data["words"]
            calling.record(case, reached=reached, words=words, by=request.person, at=request.at)
        except Refusal as refusal:
            form.add_error("words", refusal.sentence)
        else:
            said = (
                _("Written down: you spoke.") if reached else _("Written down: not reached. Try again later.")
            )
            messages.success(request, said)
            return returning.to_case(request, case)
    return case_page.again(request, case, call=form)


@door("serves")
@require_POST
def same_matter(request: StaffRequest, pk: int) -> HttpResponse:
    """Say of two cases that they are one, or two; asked once."""
    asked = Resemblance.objects.select_related("case", "other").filter(pk=pk).first()
    case = cases.case_for(request.person, asked.case.number) if asked else None
    other = cases.case_for(request.person, asked.other.number) if asked else None
    if case is None or other is None:
        raise Http404
    same = request.POST.get("same") == "yes"
    try:
        if same:
            joining.join(case, into=other, by=request.person.actor, at=request.at)
        else:
            joining.keep_apart(case, other=other, by=request.person, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return returning.to_case(request, case)
    if same:
        words = {"number": numbering.spoken(other.number, people.company())}
        messages.success(request, _("Joined: everything is on %(number)s now.") % words)
        return returning.to_case(request, other)
    messages.success(request, _("Written down: another matter."))
    return returning.to_case(request, case)


@door("serves")
@require_POST
def separating_(request: StaffRequest, pk: int) -> HttpResponse:
    """This letter is about another matter: it has a case of its own from now on."""
    message = cases.message_for(request.person, pk)
    if message is None:
        raise Http404
    try:
        own = separating.separate(message, by=request.person.actor, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return returning.to_case(request, message.case)
    words = {"number": numbering.spoken(own.number, people.company())}
    messages.success(request, _("The letter has a case of its own: %(number)s.") % words)
    return redirect(reverse("case", args=[own.number]))


urlpatterns: list[URLPattern] = [
    path("cases/<int:number>/calls", calling_, name="calling"),
    path("resemblances/<int:pk>/answer", same_matter, name="same_matter"),
    path("messages/<int:pk>/own-case", separating_, name="separating"),
]
