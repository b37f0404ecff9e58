"""The company's form for customers: who writes, about what, and the words. It makes a letter like any other."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from upheld.channels.letter import Address
from upheld.channels.models import Mailbox
from upheld.people import queries as people
from upheld.refusals import Refusal
from upheld.web import form_letters
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.letter_forms import LetterForm
from upheld.web.shell import render_bare

MOST_AN_HOUR = 10


@door("open")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """The form, and what becomes of it. Nothing is said to have arrived before its bytes are stored."""
    mailbox = Mailbox.objects.filter(closed_at__isnull=True).order_by("pk").first()
    posted = request.method == "POST"
    form = (
        LetterForm(request.POST, request.FILES)
        if posted
        else LetterForm(initial={"token": form_letters.new_token()})
    )
    if posted and mailbox and _send(request, form, mailbox):
        return redirect("web_form_thanks")
    context = {"form": form, "mailbox": mailbox, "phone": people.company().phone}
    status = 422 if posted else 200
    return render_bare(request, "web_form.html", context, status=status)


@door("open")
@require_safe
def thanks(request: StaffRequest) -> HttpResponse:
    """The letter is here, and its number follows."""
    return render_bare(request, "web_form_thanks.html", {})


def _send(request: StaffRequest, form: LetterForm, mailbox: Mailbox) -> bool:
    mark = f"write:{form_letters.visitor_of(request)}"
    if not form.is_valid():
        return False
    said = form.cleaned_data
    if form_letters.sent_lately(mark, at=request.at) >= MOST_AN_HOUR:
        by_mail = {"address": mailbox.address}
        form.add_error(
            None, _("Many letters came from where you are. Write to %(address)s instead.") % by_mail
        )
        return False
    try:
        form_letters.send_in(
            sender=Address(said["name"], said["email"]),
            to=mailbox.address,
            subject=said["about"],
            text=said["words"],
            files=said["enclosures"],
            mailbox=mailbox,
            mark=mark,
            token=form_letters.token_or_new(said["token"]),
            at=request.at,
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True


urlpatterns: list[URLPattern] = [
    path("write", page, name="web_form"),
    path("write/thanks", thanks, name="web_form_thanks"),
]
