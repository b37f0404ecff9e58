"""The page that a colleague's link opens: they choose a password, and are in."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from axes import utils as axes
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from upheld.people import inviting
from upheld.refusals import Refusal
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.setup_forms import PasswordQuestion
from upheld.web.shell import render_bare


@never_cache
@sensitive_post_parameters("password")
@door("link")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest, word: str) -> HttpResponse:
    """One field. Whoever opened the link before signs in with what they chose then."""
    try:
        person = inviting.who(word)
    except inviting.NoSuchLink:
        raise Http404 from None
    except Refusal as refusal:
        paragraph = _(
            "Whoever let you in makes you another one. If you have chosen a password, sign in with it."
        )
        words = {"code": 410, "sentence": refusal.sentence, "paragraph": paragraph}
        return render_bare(request, "lost.html", words, status=410)
    email = person.login.email if person.login else ""
    form = PasswordQuestion(request.POST or None, email=email)
    if request.method == "POST" and form.is_valid():
        try:
            chosen = inviting.choose(word, form.cleaned_data["password"], at=request.at)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            axes.reset(username=email)
            get_adapter(request).login(request, chosen.login)
            return redirect("today")
    context = {"form": form, "person": person, "email": email}
    return render_bare(request, "setup/welcome.html", context, status=422 if form.errors else 200)


urlpatterns: list[URLPattern] = [path("welcome/<str:word>", page, name="welcome")]
