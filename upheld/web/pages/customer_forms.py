"""What a customer told us about reaching them, as a form."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from upheld.clock.zones import zone_named
from upheld.refusals import Refusal

LANGUAGES = (
    "ar", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "he", "hr", "hu", "it", "ja", "ko", "lt", "lv", "nb",
    "nl", "pl", "pt", "ro", "sk", "sl", "sv", "tr", "uk", "zh",
)  # fmt: skip


class DescribeForm(forms.Form):
    """Name, telephone, when to call, language, and the zone of their clock."""

    name = forms.CharField(label=_("Name"), max_length=200)
    phone = forms.CharField(
        label=_("Telephone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    best_time = forms.CharField(label=_("Best time to call"), max_length=100, required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        required=False,
        help_text=_("Dates in their letters are told by this clock: Europe/Lisbon, say. Empty: our own."),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        here = Locale.parse((get_language() or "en").replace("-", "_"))
        known = list(LANGUAGES)
        kept = str(self.initial.get("language") or "")
        known += [kept] if kept and kept not in known else []
        named = sorted((str(here.languages.get(code, code)), code) for code in known)
        field.choices = [("", _("not known")), *((code, name) for name, code in named)]

    def clean_zone(self) -> str:
        """A zone that exists."""
        zone: str = self.cleaned_data["zone"].strip()
        if zone:
            try:
                zone_named(zone)
            except Refusal as refusal:
                raise ValidationError(refusal.sentence)
        return zone
