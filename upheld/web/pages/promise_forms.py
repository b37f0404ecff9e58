"""What a keeper writes when a promise ends or moves: one small form for each verb."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LOCAL = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A date and time as the wall clock of one place shows it; a time that this clock never shows is refused."""

    def __init__(self, *, zone: str, **options: Any) -> None:
        self.zone = ZoneInfo(zone)
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input"}, format=LOCAL)
        super().__init__(
            widget=widget, input_formats=[LOCAL, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"], **options
        )

    def to_python(self, value: Any) -> datetime | None:
        """The moment that was meant."""
        with timezone.override(self.zone):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """A moment as the place's clock shows it."""
        with timezone.override(self.zone):
            return super().prepare_value(value)


class PromiseForm(forms.Form):
    """What every such form is given: the reader's zone and the promise's own. `next` is where to go afterwards."""

    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, here: str, there: str, **options: Any) -> None:
        self.here, self.there = here, there
        super().__init__(data, prefix=None, auto_id=f"{type(self).__name__.lower()}-%s", **options)
        self._add_moments()

    def _add_moments(self) -> None:
        """Fields that depend on a zone."""


class KeepForm(PromiseForm):
    """It was done: what, when, and whether in full. Sent empty, it means: now, and in full."""

    what = forms.CharField(
        label=_("What was done"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "people"}),
        help_text=_("The customer reads this on their page."),
    )
    in_full = forms.ChoiceField(
        label=_("Was all of it done?"),
        choices=[("full", _("In full")), ("part", _("In part: it counts as not kept"))],
        initial="full",
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        if data is not None and "in_full" not in data:
            data = {**{key: data[key] for key in data}, "in_full": "full"}
        super().__init__(data, **options)

    def _add_moments(self) -> None:
        self.fields["done_at"] = MomentField(
            zone=self.here, label=_("When"), required=False, help_text=_("Empty means now.")
        )
        self.order_fields(["what", "done_at", "in_full"])

    def clean_in_full(self) -> bool:
        """Only what somebody marked as done in part is a part."""
        return bool(self.cleaned_data["in_full"] != "part")


class NewDateForm(PromiseForm):
    """The customer agreed to another date, and how they did."""

    how = forms.CharField(
        label=_("How did the customer agree?"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input", "placeholder": _("by telephone, today")}),
    )

    def _add_moments(self) -> None:
        there = (
            "" if self.there == self.here else _("As the clock shows it in %(zone)s.") % {"zone": self.there}
        )
        self.fields["due_at"] = MomentField(zone=self.there, label=_("New date and time"), help_text=there)
        self.order_fields(["due_at", "how"])


class WithdrawForm(PromiseForm):
    """The customer no longer wants it."""

    why = forms.CharField(
        label=_("What did the customer tell us?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "people"}),
        help_text=_("The customer reads this on their page."),
    )


class MakeGoodForm(PromiseForm):
    """Broken, and put right in another way."""

    what = forms.CharField(
        label=_("What was done instead"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "people"}),
        help_text=_("The customer reads this on their page. It still counts as broken."),
    )
