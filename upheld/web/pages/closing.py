"""Closing a case and opening it again, and giving it to another owner."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from upheld.cases import closing, owning
from upheld.cases import queries as cases
from upheld.people.models import Person
from upheld.refusals import Refusal
from upheld.web import returning
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import case as case_page


@door("serves")
@require_POST
def closing_(request: StaffRequest, number: int) -> HttpResponse:
    """Close the case; `no_answer` says that the letter asked for none."""
    case = case_page.fetch(request, number)
    needed = "no_answer" not in request.POST
    try:
        closing.close(case, answer_needed=needed, by=request.person.actor, at=request.at)
    except closing.AlreadyClosed:
        return returning.to_case(request, case)
    except Refusal as refusal:
        return case_page.again(request, case, trouble=refusal.sentence)
    messages.success(request, _("Closed: nothing is owed."), extra_tags=reverse("reopening", args=[number]))
    return returning.to_case(request, case)


@door("serves")
@require_POST
def reopening(request: StaffRequest, number: int) -> HttpResponse:
    """Open the case again."""
    case = case_page.fetch(request, number)
    try:
        closing.reopen(case, by=request.person.actor, at=request.at)
    except closing.StillOpen:
        return returning.to_case(request, case)
    messages.success(request, _("The case is open again."))
    return returning.to_case(request, case)


@door("serves")
@require_POST
def handing_over(request: StaffRequest, number: int) -> HttpResponse:
    """Another person owns the case from now on. Whoever gives a case away may no longer see it."""
    case = case_page.fetch(request, number)
    given = request.POST.get("to", "")
    to = Person.objects.visible_to(request.person).filter(pk=int(given) if given.isdecimal() else 0).first()
    if to is None:
        return case_page.again(request, case, trouble=_("Choose who owns the case from now on."))
    try:
        owning.hand_over(case, to=to, by=request.person.actor, at=request.at)
    except Refusal as refusal:
        return case_page.again(request, case, trouble=refusal.sentence)
    messages.success(request, _("%(who)s owns the case now.") % {"who": to.name})
    if cases.case_for(request.person, case.number) is None:
        return redirect("letters")
    return returning.to_case(request, case)


urlpatterns: list[URLPattern] = [
    path("cases/<int:number>/closing", closing_, name="closing"),
    path("cases/<int:number>/reopening", reopening, name="reopening"),
    path("cases/<int:number>/owner", handing_over, name="handing_over"),
]
