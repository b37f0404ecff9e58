"""A company that is not divided is not asked which of its departments: there is one, and nobody chose it."""

from __future__ import annotations

from typing import Any

from django import forms

from upheld.people import queries as people
from upheld.people.models import Department


class DepartmentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An open department; where there is only one, it is that, and the page shows nothing of it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Department.objects.none(), empty_label=None, **options)
        self.only: Department | None = None

    def offer(self) -> None:
        """To be called when the form is made: those that are open now."""
        self.queryset = people.open_departments()
        self.only = people.only_department()
        if self.only:
            self.widget, self.required = forms.HiddenInput(), False

    def clean(self, value: Any) -> Department:
        """The one that was chosen, or the only one."""
        return self.only or super().clean(value)
