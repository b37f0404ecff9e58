"""How we ask: whether and when customers are asked how it went, what the six levels are called, who is drawn for more.

Everything has a default that works; a company that never opens this page asks as well.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upheld.cases import wording
from upheld.cases.models import Case
from upheld.people import queries as people
from upheld.refusals import Refusal
from upheld.surveys import asking, bank, inviting, ladders, linking
from upheld.surveys.models import LEVELS, VALID, Asking, Invitation, Ladder
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.settings_places import show

HERE = "settings_asking"
SHARES = {
    0.0: gettext_lazy("none"),
    0.01: gettext_lazy("1 in 100"),
    0.02: gettext_lazy("1 in 50"),
    0.05: gettext_lazy("1 in 20"),
    0.1: gettext_lazy("1 in 10"),
    0.2: gettext_lazy("1 in 5"),
    0.5: gettext_lazy("1 in 2"),
    1.0: gettext_lazy("all of them"),
}


class AskingForm(forms.Form):
    """Whether and when customers are asked how it went, and how many are drawn for more."""

    verdicts = forms.BooleanField(label=gettext_lazy("Ask customers how it went"), required=False)
    wait_hours = forms.IntegerField(
        label=gettext_lazy("Hours to wait after a case was closed"), min_value=0, max_value=asking.LONGEST_WAIT,
        widget=forms.NumberInput(attrs={"class": "input short"}),
        help_text=gettext_lazy("Long enough for the customer to see whether it holds."),
    )  # fmt: skip
    pairs_share = forms.ChoiceField(label=gettext_lazy("How many of your customers are drawn each quarter"))
    bank = forms.ChoiceField(label=gettext_lazy("What they are asked"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, now: Asking) -> None:
        said = {"verdicts": now.verdicts, "wait_hours": now.wait_hours, "pairs_share": str(now.pairs_share)}
        super().__init__(data, initial=said | {"bank": str(now.bank)})
        shares = {str(share): str(label) for share, label in SHARES.items()}
        shares.setdefault(str(now.pairs_share), _("%(n)s in 100") % {"n": f"{now.pairs_share * 100:g}"})
        self.fields["pairs_share"].choices = sorted(shares.items(), key=lambda one: float(one[0]))  # type: ignore[attr-defined]
        self.fields["bank"].choices = [  # type: ignore[attr-defined]
            (str(number), ngettext("%(n)s question", "%(n)s questions", n) % {"n": n})
            for number in bank.NUMBERS
            if (n := len(bank.items(number)))
        ]


class LadderForm(forms.Form):
    """What the six levels are called."""

    def __init__(self, data: Any = None, *, now: Ladder) -> None:
        super().__init__(data)
        for level in reversed(LEVELS):
            self.fields[f"level_{level}"] = forms.CharField(
                label=_("Level %(n)s") % {"n": level}, max_length=ladders.LONGEST, initial=now.label(level)
            )

    def steps(self) -> list[tuple[int, BoundField]]:
        """The levels with their fields, the highest first."""
        return [(level, self[f"level_{level}"]) for level in reversed(LEVELS)]

    def names(self) -> list[str]:
        """The names, the lowest first."""
        return [self.cleaned_data[f"level_{level}"] for level in LEVELS]


@door("sets_up")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """How customers are asked, with what they see."""
    form = AskingForm(request.POST if request.method == "POST" else None, now=asking.ours())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            asking.set_up(
                verdicts=said["verdicts"], wait_hours=said["wait_hours"], pairs_share=float(said["pairs_share"]),
                bank=int(said["bank"]), by=request.person.actor, at=request.at,
            )  # fmt: skip
        except asking.NothingChanged:
            return redirect(HERE)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Saved. Cases that close from now on are asked about in this way."))
            return redirect(HERE)
    return _show(request, form=form, status=422 if request.method == "POST" else 200)


@door("sets_up")
@require_POST
def ladder(request: StaffRequest) -> HttpResponse:
    """Other names for the six levels."""
    form = LadderForm(request.POST, now=ladders.current(request.at))
    if form.is_valid():
        try:
            ladders.relabel(form.names(), by=request.person.actor, at=request.at)
        except ladders.SameLabels:
            return redirect(HERE)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Saved. Whoever was asked before keeps the names that they read."))
            return redirect(HERE)
    return _show(request, ladder_form=form, status=422)


def _show(
    request: StaffRequest,
    *,
    form: AskingForm | None = None,
    ladder_form: LadderForm | None = None,
    status: int = 200,
) -> HttpResponse:
    own, now = asking.ours(), ladders.current(request.at)
    context = {
        "form": form or AskingForm(now=own),
        "ladder": ladder_form or LadderForm(now=now),
        "steps": [(level, now.label(level)) for level in reversed(LEVELS)],
        "letter": _example(request, now),
        "sentence": _sentence(own),
    }
    return show(request, "settings_asking.html", context, here=HERE, status=status)


def _sentence(own: Asking) -> str:
    if not own.verdicts:
        return _("Customers are not asked how it went.")
    if not own.wait_hours:
        return _("Customers are asked how it went as soon as their case is closed.")
    return ngettext(
        "Customers are asked how it went %(n)s hour after their case was closed.",
        "Customers are asked how it went %(n)s hours after their case was closed.",
        own.wait_hours,
    ) % {"n": own.wait_hours}


def _example(request: StaffRequest, now: Ladder) -> dict[str, Any]:
    """The letter as a customer would read it today; its links lead nowhere and are shown short."""
    company = people.company()
    invitation = Invitation(pk=0, ladder=now, expires_at=request.at + VALID)
    until = wording.moment(invitation.expires_at, company.zone, get_language() or "en")
    words = inviting.about_a_case(
        invitation, Case(number=1042, subject_line=_("The sole has come off")), company, until
    )
    word = linking.word_for(invitation)
    return {
        "subject": words.subject,
        "above": words.above,
        "links": [link.words for link in words.links],
        "below": [*(line.replace(word, "…") for line in words.below), words.end.words],
    }


urlpatterns: list[URLPattern] = [
    path("settings/asking", page, name=HERE),
    path("settings/asking/ladder", ladder, name="settings_asking_ladder"),
]
