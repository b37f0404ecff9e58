"""Needs attention: letters that no rule could file. A person reads what could be read, and decides about each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import BinaryField
from django.db.models.functions import Substr
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from upheld.cases import attending
from upheld.cases import queries as cases
from upheld.channels import reading
from upheld.channels.letter import Letter
from upheld.channels.models import Arrival
from upheld.people import queries as people
from upheld.refusals import Refusal
from upheld.web import moments
from upheld.web.attention import arrivals_for
from upheld.web.doors import StaffRequest, door
from upheld.web.shell import counted, render, zone_of
from upheld.web.undivided import DepartmentChoice

PAGE = 25
HEAD = 64 * 1024
"""So many bytes of a letter hold its headers; a list reads no more."""


class CaseForm(forms.Form):
    """Whose letter it is, and who looks after it."""

    email = forms.EmailField(label=gettext_lazy("The customer's e-mail address"), max_length=254)
    department = DepartmentChoice(label=gettext_lazy("Department"))

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        choice = self.fields["department"]
        assert isinstance(choice, DepartmentChoice)
        choice.offer()


@door("serves")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The list, the oldest first, because it has waited longest."""
    zone = zone_of(request.person, people.company())
    waiting = arrivals_for(request.person).needing_attention()
    count = waiting[: cases.COUNTED_TO + 1].count()
    after = request.GET.get("after", "")
    shown = waiting.filter(pk__gt=int(after)) if after.isdecimal() and len(after) < 19 else waiting
    head = Substr("raw__content", 1, HEAD, output_field=BinaryField())
    found = list(shown.select_related("mailbox").annotate(head=head).order_by("pk")[: PAGE + 1])
    context = {
        "sentence": ngettext("%(n)s letter needs a person.", "%(n)s letters need a person.", count)
        % {"n": counted(count)}
        if count
        else _("No letter needs a person."),
        "rows": [_row(one, request, zone) for one in found[:PAGE]],
        "older": f"{reverse('attention')}?after={found[PAGE - 1].pk}" if len(found) > PAGE else None,
        "newer": reverse("attention") if after else None,
    }
    return render(request, "attention.html", context, fragment="list")


@door("serves")
@require_GET
def item(request: StaffRequest, pk: int) -> HttpResponse:
    """One letter: why it is here, and everything that could be read."""
    arrival = _arrival(request, pk)
    return _show(request, arrival)


@door("serves")
@require_POST
def open_case(request: StaffRequest, pk: int) -> HttpResponse:
    """It is a customer's: make a case of it."""
    arrival = _arrival(request, pk)
    form = CaseForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            case = attending.open_case(
                arrival, email=said["email"], department=said["department"], by=request.person, at=request.at
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The letter is on a case of its own."))
            seen = cases.case_for(request.person, case.number)
            return redirect(reverse("case", args=[case.number]) if seen else reverse("attention"))
    return _show(request, arrival, form=form, status=422)


@door("serves")
@require_POST
def set_aside(request: StaffRequest, pk: int) -> HttpResponse:
    """Nothing is to be done about it; its bytes stay."""
    arrival = _arrival(request, pk)
    try:
        attending.set_aside(arrival, by=request.person, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("attention_item", pk=pk)
    messages.success(request, _("Set aside. The letter itself is kept."))
    return redirect("attention")


def _arrival(request: StaffRequest, pk: int) -> Arrival:
    arrival = (
        arrivals_for(request.person)
        .select_related("raw", "mailbox__department", "attended_by", "message__case")
        .filter(pk=pk)
        .first()
    )
    if arrival is None:
        raise Http404
    return arrival


def _row(arrival: Arrival, request: StaffRequest, zone: str) -> dict[str, Any]:
    letter = reading.read(bytes(getattr(arrival, "head", b"")))
    return {
        "title": letter.subject or _("A letter without a subject"),
        "url": reverse("attention_item", args=[arrival.pk]),
        "at": moments.when(arrival.arrived_at, at=request.at, zone=zone),
        "source": _("from %(who)s") % {"who": _sender(letter)},
        "reason": _reason(arrival),
        "eml_url": reverse("raw_letter", args=[arrival.pk]),
    }


def _show(
    request: StaffRequest, arrival: Arrival, *, form: CaseForm | None = None, status: int = 200
) -> HttpResponse:
    zone = zone_of(request.person, people.company())
    letter = reading.read(bytes(arrival.raw.content))
    message = getattr(arrival, "message", None)
    case = cases.case_for(request.person, message.case.number) if message else None
    context = {
        "arrival": arrival,
        "waiting": arrival.attended_at is None,
        "attended": _attended(arrival, request, zone),
        "case": case,
        "case_number": f"{people.company().prefix}-{case.number}" if case else "",
        "title": letter.subject or _("A letter without a subject"),
        "reason": _reason(arrival),
        "facts": _facts(arrival, letter, request, zone),
        "trouble": letter.trouble,
        "letter_words": letter.text or "",
        "enclosed": [
            {"name": one.name or _("a file without a name"), "size": filesizeformat(one.size)}
            for one in letter.attachments
        ],
        "headers": "\n".join(f"{name}: {value}" for name, value in letter.headers[:100]),
        "form": form or CaseForm(initial=_guess(arrival, letter)),
        "eml_url": reverse("raw_letter", args=[arrival.pk]),
    }
    return render(request, "attention_item.html", context, status=status)


def _facts(arrival: Arrival, letter: Letter, request: StaffRequest, zone: str) -> list[tuple[str, str]]:
    return [
        (_("From"), _sender(letter)),
        (_("To"), ", ".join(str(one) for one in letter.to[:10])),
        (_("Came through"), arrival.mailbox.address if arrival.mailbox else arrival.get_way_display()),
        (_("Arrived"), moments.when(arrival.arrived_at, at=request.at, zone=zone)),
        (_("Size"), filesizeformat(arrival.size)),
    ]


def _sender(letter: Letter) -> str:
    named = next((str(one) for one in letter.from_ if str(one)), "")
    return str(letter.sender) if letter.sender else named or _("nobody who is named")


def _reason(arrival: Arrival) -> str:
    # Screening's sentences are closed ones; two of them may stand behind each other.
    return _(arrival.why) if arrival.why else _("No rule could file it.")


def _guess(arrival: Arrival, letter: Letter) -> dict[str, Any]:
    department = arrival.mailbox.department_id if arrival.mailbox else None
    return {"email": letter.sender.address if letter.sender else "", "department": department}


def _attended(arrival: Arrival, request: StaffRequest, zone: str) -> str:
    if arrival.attended_at is None or arrival.attended_by is None:
        return ""
    when = moments.when(arrival.attended_at, at=request.at, zone=zone)
    return _("%(who)s dealt with it: %(when)s.") % {"who": arrival.attended_by.first_name, "when": when}


urlpatterns: list[URLPattern] = [
    path("attention", page, name="attention"),
    path("attention/<int:pk>", item, name="attention_item"),
    path("attention/<int:pk>/case", open_case, name="attention_case"),
    path("attention/<int:pk>/aside", set_aside, name="attention_aside"),
]
