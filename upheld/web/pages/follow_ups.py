"""What came of going back to a customer who was served below what they expected."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from upheld.refusals import Refusal
from upheld.surveys import following_up
from upheld.surveys.models import FollowUp
from upheld.web import returning
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import case as case_page
from upheld.web.shell import render


@door("serves")
@require_POST
def concluding(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody went back to the customer: what came of it, in a few words."""
    follow_up = FollowUp.objects.visible_to(request.person).filter(pk=pk).select_related("case").first()
    if follow_up is None:
        raise Http404
    case = case_page.fetch(request, follow_up.case.number)
    what = request.POST.get("what", "").strip()
    try:
        following_up.conclude(follow_up, what=what, by=request.person, at=request.at)
    except following_up.AlreadyConcluded:
        return returning.to_case(request, case)
    except Refusal as refusal:
        context = case_page.context(request, case)
        context["asked"] |= {"wrong": refusal.sentence, "typed": what}
        return render(request, "case.html", context, place="letters", status=422)
    messages.success(request, _("Written down. Thank you for going back to them."))
    return returning.to_case(request, case)


urlpatterns: list[URLPattern] = [path("follow-ups/<int:pk>/conclusion", concluding, name="concluding")]
