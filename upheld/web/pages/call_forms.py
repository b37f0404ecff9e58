"""The form in which somebody writes a call down: ten seconds, two buttons."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CallForm(forms.Form):
    """What was said. Whether they were reached is the button that is pressed."""

    words = forms.CharField(
        label=_("What was said, in a few words"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "dir": "auto"}),
    )
