"""The living page of parts: drawn by the macros that the pages use, so that it breaks when they do."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from upheld.web.doors import StaffRequest, door
from upheld.web.shell import render


class EveryField(forms.Form):
    """One field of each kind; the secret is in error."""

    name = forms.CharField(label=_("Name"), help_text=_("Stands at the head of every letter."))
    mail = forms.EmailField(label=_("E-mail address"))
    secret = forms.CharField(label=_("Password"), widget=forms.PasswordInput, min_length=10)
    size = forms.ChoiceField(label=_("Size"), choices=[("38", "38"), ("39", "39")])
    kinds = forms.MultipleChoiceField(
        label=_("Kinds"),
        choices=[("a", _("Repair")), ("b", _("Quotation"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    way = forms.ChoiceField(
        label=_("Way"), choices=[("mail", _("letter")), ("tel", _("telephone"))], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label=_("The customer agreed"), required=False)


class DraftTerms(forms.Form):
    """What a promise is made of, before it is one."""

    what = forms.CharField(label=_("What"), initial=_("A courier brings you the pair"))
    date = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}), initial="2026-11-20"
    )
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}), initial="12:00")
    keeper = forms.ChoiceField(label=_("Kept by"), choices=[("1", "Ada Okafor"), ("2", "Carla Mendes")])


@door("staff")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Every part in every state."""
    written = {
        "name": "Harbour Shoes",
        "mail": "dora@harbour.example",
        "secret": "short",
        "size": "39",
        "way": "mail",
    }
    context = {"a_form": EveryField(written), "draft_form": DraftTerms(prefix="draft")}
    return render(request, "styleguide.html", context)


urlpatterns: list[URLPattern] = [path("styleguide", page, name="styleguide")]
