"""The customer's own page, behind the signed link in our letters: what we promised, what was said, and an answer.

Nothing internal can come here: notes, facts, drafts and letters that have not left are not even fetched. Opening the
page changes nothing, so that a mail scanner that follows links does no harm. Whoever holds the link may answer: the
word in it is the proof, which is why the form needs no cookie.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from upheld.cases import numbering, replying, tokens, wording
from upheld.cases.models import Case, Message
from upheld.channels.letter import Address
from upheld.channels.models import Mailbox
from upheld.people import queries as people
from upheld.promises import clocks
from upheld.promises.models import Promise, Standard
from upheld.refusals import Refusal
from upheld.web import form_letters, ledger, moments
from upheld.web.by_link import private
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.letter_forms import AnswerForm
from upheld.web.shell import render_bare

MOST_AN_HOUR = 20
MOST_LETTERS = 100


@door("link")
@require_safe
def page(request: StaffRequest, word: str) -> HttpResponse:
    """What the customer sees of their case."""
    case = _case(word)
    form = AnswerForm(initial={"token": form_letters.new_token()})
    return _show(request, case, word, form, sent="sent" in request.GET)


@csrf_exempt
@door("link")
@require_POST
def answer(request: StaffRequest, word: str) -> HttpResponse:
    """The customer answers here instead of by mail: the same kind of letter, on the same case."""
    case = _case(word)
    form = AnswerForm(request.POST, request.FILES)
    mark = f"page:{case.number}"
    if form.is_valid() and form_letters.sent_lately(mark, at=request.at) >= MOST_AN_HOUR:
        form.add_error(
            None, _("Many letters came from this page within an hour. Wait a little, or answer by mail.")
        )
    if form.is_valid():
        try:
            _send_in(case, form.cleaned_data, mark=mark, at=request.at)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return private(redirect(reverse("own_page", args=[word]) + "?sent#sent"))
    return _show(request, case, word, form, status=422)


def _case(word: str) -> Case:
    """The case of this link; a word that we did not sign leads to the page that says that there is none."""
    number = tokens.number_of_page(word)
    rows = Case.objects.select_related("customer", "owner", "department__calendar", "mailbox", "joined_into")
    case = rows.filter(number=number).first() if number else None
    whose = case.customer_id if case else None
    while case is not None and case.joined_into_id:
        case = rows.get(pk=case.joined_into_id)
    if case is None or case.customer_id != whose:
        raise Http404
    return case


def _send_in(case: Case, said: dict[str, Any], *, mark: str, at: datetime) -> None:
    company = people.company()
    box = case.mailbox or Mailbox.objects.filter(closed_at__isnull=True).order_by("pk").first()
    to = tokens.reply_address(case.number, box or Mailbox(address=f"answers@{settings.ALLOWED_HOSTS[0]}"))
    form_letters.send_in(
        sender=Address(case.customer.name, replying.answer_address(case)),
        to=to,
        subject=wording.subject_of_answer(case, company),
        text=said["words"],
        files=said["enclosures"],
        mailbox=box,
        mark=mark,
        token=form_letters.token_or_new(said["token"]),
        at=at,
    )


def _show(
    request: StaffRequest, case: Case, word: str, form: AnswerForm, *, sent: bool = False, status: int = 200
) -> HttpResponse:
    zone, at, company = wording.zone_for(case), request.at, people.company()
    promises = list(
        Promise.objects.filter(place__case=case, customer=case.customer, made_at__isnull=False)
        .select_related("keeper")
        .with_deadline()
    )
    promises.sort(key=lambda one: (not one.is_owed, one.deadline, one.pk))
    with translation.override(case.customer.language or translation.get_language()):
        sentence, paragraph = _standing(case, promises, at=at, zone=zone)
        context = {
            "number": numbering.spoken(case.number, company),
            "subject": case.subject_line,
            "sentence": sentence,
            "paragraph": paragraph,
            "owner": case.owner.first_name,
            "phone": company.phone,
            "promises": [ledger.view(one, at=at, zone=one.zone, audience="customer") for one in promises],
            "letters": _letters(case, at=at, zone=zone),
            "form": form,
            "answer_url": reverse("own_page_answer", args=[word]),
            "sent": sent,
        }
        return private(render_bare(request, "own_page.html", context, status=status))


def _standing(case: Case, promises: list[Promise], *, at: datetime, zone: str) -> tuple[str, str]:
    """Where the matter stands, in a sentence and what follows from it."""
    who = {"who": case.owner.first_name}
    owed = [one for one in promises if one.is_owed]
    broken = [one for one in owed if one.broken_at or one.deadline < at]
    if broken:
        sentence = ngettext(
            "We did not keep a promise to you.", "We did not keep %(n)s promises to you.", len(broken)
        ) % {"n": len(broken)}
        return sentence, _("That is our fault. %(who)s looks after this until it is put right.") % who
    if owed:
        due = {"when": moments.long(owed[0].deadline, zone=owed[0].zone), "n": len(owed)}
        sentence = ngettext(
            "We owe you something, by %(when)s.", "We owe you %(n)s things, the next by %(when)s.", len(owed)
        )
        return sentence % due, _("%(who)s looks after this until it is done.") % who
    if case.closed_at:
        day = {"day": moments.day(case.closed_at, zone=zone)}
        return (
            _("This was closed on %(day)s.") % day,
            _("If something is left, write to us below: it opens again, and %(who)s has everything you sent.")
            % who,
        )
    waiting = clocks.waiting(Standard.Measure.FIRST_ANSWER, subject=case.subject)
    if waiting and waiting.due_at >= at:
        by = {"when": moments.long(waiting.due_at, zone=zone)}
        return _("Your letter is here. A person answers by %(when)s.") % by, _("%(who)s has it.") % who
    if case.answered_at is None:
        return _("Your letter is here, and a person will answer it."), _("%(who)s has it.") % who
    return (
        _("We have answered you."),
        _(
            "If something is left, write below: %(who)s has everything you sent, and you need not explain it again."
        )
        % who,
    )


def _letters(case: Case, *, at: datetime, zone: str) -> list[dict[str, Any]]:
    """The customer's letters, and those of ours that left; newest first."""
    theirs = case.messages.filter(way=Message.Way.IN, kind="person", customer=case.customer)
    ours = case.messages.filter(
        way=Message.Way.OUT, customer=case.customer, sent_at__isnull=False, withdrawn_at__isnull=True
    )
    rows = (theirs | ours).select_related("author").prefetch_related("arrival__files", "departure__files")
    return [_letter(one, at=at, zone=zone) for one in rows.order_by("-at", "-pk")[:MOST_LETTERS]]


def _letter(message: Message, *, at: datetime, zone: str) -> dict[str, Any]:
    ours = message.way == Message.Way.OUT
    moment = (message.sent_at if ours else None) or message.at
    carried = message.departure if ours else message.arrival
    folded = [text for kind, text, _new in message.pieces if kind] if not ours else []
    author = message.author.first_name if message.author else ""
    return {
        "when": moments.when(moment, at=at, zone=zone),
        "at": moment,
        "who": (_("%(who)s wrote") % {"who": author} if author else _("we wrote"))
        if ours
        else _("you wrote"),
        "words": message.own_words or message.text,
        "quoted": "\n\n".join(folded),
        "files": [one.name for one in carried.files.all() if not one.inline] if carried else [],
    }


urlpatterns: list[URLPattern] = [
    path("c/<str:word>", page, name="own_page"),
    path("c/<str:word>/answers", answer, name="own_page_answer"),
]
