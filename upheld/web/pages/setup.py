"""Set up in five questions: the first of them, for whoever holds the link that Upheld printed, and the last page."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from upheld.channels.models import Mailbox
from upheld.people import beginning, hiring, organising
from upheld.people import queries as people
from upheld.refusals import Refusal
from upheld.web.doors import StaffRequest, door
from upheld.web.pages import setup_answers, setup_hours, setup_mailbox, setup_people, setup_welcome
from upheld.web.pages.settings_department import save_hours, week_of
from upheld.web.pages.setup_forms import CompanyQuestion, FirstQuestion
from upheld.web.pages.setup_frame import after, ask
from upheld.web.shell import render_bare

HERE = "setup_company"


@never_cache
@door("link")
@require_http_methods(["GET", "POST"])
def begin(request: StaffRequest, word: str) -> HttpResponse:
    """The first question, without an account: answered, there is one, and the link opens nothing any more."""
    try:
        beginning.check(word)
        if beginning.is_over():
            return redirect("account_login")
    except beginning.WordTooOld as refusal:
        words = {"code": 410, "sentence": refusal.sentence, "paragraph": ""}
        return render_bare(request, "lost.html", words, status=410)
    except Refusal:
        raise Http404 from None
    form = FirstQuestion(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            person = beginning.begin(
                said["company"], zone=said["zone"], name=said["name"], email=said["email"],
                password=said["password"], at=request.at,
            )  # fmt: skip
        except beginning.HasBegun:
            return redirect("account_login")
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            get_adapter(request).login(request, person.login)
            return redirect(after(HERE))
    status = 422 if request.method == "POST" else 200
    return ask(request, "setup/company.html", {"form": form, "first": True}, place=HERE, status=status)


@door("sets_up")
@require_http_methods(["GET", "POST"])
def company(request: StaffRequest) -> HttpResponse:
    """The first question again, for whoever goes back to it: address and password stay as they are."""
    known = people.company()
    said = {"company": known.name, "zone": known.zone, "name": request.person.name}
    form = CompanyQuestion(request.POST or None, initial=said if known.pk else {"name": request.person.name})
    if request.method == "POST" and form.is_valid():
        try:
            _correct(request, form)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect(after(HERE))
    status = 422 if request.method == "POST" else 200
    return ask(request, "setup/company.html", {"form": form, "first": False}, place=HERE, status=status)


@transaction.atomic
def _correct(request: StaffRequest, form: CompanyQuestion) -> None:
    said, known, me = form.cleaned_data, people.company(), request.person
    prefix = known.prefix if known.pk else beginning.prefix_of(said["company"])
    organising.found(said["company"], zone=said["zone"], prefix=prefix, phone=known.phone)
    if said["name"].strip() != me.name:
        hiring.change(
            me,
            name=said["name"],
            role=me.role,
            departments=list(me.departments.all()),
            by=me.actor,
            at=request.at,
        )
    alone = people.only_department()
    if alone and alone.calendar.zone == known.zone != said["zone"]:  # the desk moves with its company
        save_hours(alone.calendar, {**week_of(alone.calendar).said, "zone": said["zone"]}, at=request.at)


@door("sets_up")
@require_GET
def done(request: StaffRequest) -> HttpResponse:
    """It runs: where customers write to, and what happens then."""
    box = Mailbox.objects.filter(closed_at__isnull=True).order_by("pk").first()
    sentence = _("It runs.") if box else _("Nearly there: letters have no mailbox yet.")
    context = {"sentence": sentence, "box": box, "serves": request.person.serves}
    return render_bare(request, "setup/done.html", context)


urlpatterns: list[URLPattern] = [
    path("begin/<str:word>", begin, name="begin"),
    path("setup/company", company, name="setup_company"),
    path("setup/done", done, name="setup_done"),
    *setup_mailbox.urlpatterns,
    *setup_people.urlpatterns,
    *setup_hours.urlpatterns,
    *setup_answers.urlpatterns,
    *setup_welcome.urlpatterns,
]
