"""The third question: who works here. Each gets a link by which they choose their own password."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from upheld.refusals import Refusal
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.setup_forms import ColleaguesQuestion
from upheld.web.pages.setup_frame import ask
from upheld.web.welcoming import colleagues, let_in, mailbox_that_sends

HERE = "setup_people"


@door("sets_up")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """The question, and below it those who were let in with their links."""
    box = mailbox_that_sends()
    form = ColleaguesQuestion(request.POST or None, sender=box.address if box else "")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            hired = let_in(
                [(one.name, one.email) for one in said["colleagues"]],
                by_mail=box if said.get("by_mail") else None, by=request.person, at=request.at,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error("colleagues", refusal.sentence)
        else:
            told = ngettext("%(n)s colleague can come in.", "%(n)s colleagues can come in.", len(hired))
            messages.success(request, told % {"n": len(hired)})
            return redirect(HERE)
    context = {"form": form, "rows": colleagues(request.person), "box": box, "me": request.person}
    status = 422 if request.method == "POST" else 200
    return ask(request, "setup/people.html", context, place=HERE, status=status)


urlpatterns: list[URLPattern] = [path("setup/people", page, name="setup_people")]
