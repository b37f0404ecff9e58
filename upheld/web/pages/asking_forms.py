"""What is filled in when somebody is asked: the verdict on a case, and the ten items of a questionnaire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upheld.surveys import answering, bank
from upheld.surveys.models import LEVELS

UNKNOWN = "unknown"
"""What the form sends for *I don't know*."""


@dataclass(frozen=True)
class Asked:
    """One item as it is put to this person: its key, the heading it stands under, its sentence."""

    key: str
    dimension: str
    sentence: str


class VerdictForm(forms.Form):
    """The level on the ladder, and a word about it."""

    level = forms.IntegerField(
        min_value=LEVELS[0],
        max_value=LEVELS[-1],
        error_messages={
            name: gettext_lazy("Choose the level that fits best.")
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )
    comment = forms.CharField(
        label=gettext_lazy("What should we know about it?"), max_length=answering.LONGEST_COMMENT, required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input people", "dir": "auto"}),
    )  # fmt: skip


class ItemsForm(forms.Form):
    """A scale of seven for each item, or *I don't know*. Every item wants one of the eight."""

    def __init__(self, asked: Sequence[Asked], data: Any = None) -> None:
        super().__init__(data)
        self._asked = asked
        self._choices = [(str(value), str(value)) for value in bank.SCALE]
        self._choices.append((UNKNOWN, str(bank.UNKNOWN)))
        say = _("Choose a number, or “I don't know”.")
        for one in asked:
            self.fields[one.key] = forms.ChoiceField(
                label=one.sentence,
                choices=self._choices,
                error_messages={"required": say, "invalid_choice": say},
            )

    def dimensions(self) -> list[dict[str, Any]]:
        """The items under their headings, each with its place among all."""
        placed = enumerate(self._asked, start=1)
        return [
            {"label": label, "asked": [self._drawn(place, one) for place, one in group]}
            for label, group in groupby(placed, key=lambda pair: pair[1].dimension)
        ]

    def scores(self) -> dict[str, int | None]:
        """Item's key: 1 to 7, or None for *I don't know*."""
        return {key: None if value == UNKNOWN else int(value) for key, value in self.cleaned_data.items()}

    def _drawn(self, place: int, one: Asked) -> dict[str, BoundField | Any]:
        return {"place": place, "bound": self[one.key], "choices": self._choices}
