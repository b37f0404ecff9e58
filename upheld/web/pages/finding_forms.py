"""What a person writes about a finding: one small form for each verb."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upheld.findings.models import Finding
from upheld.people.models import Department, Person

CHANGES = [(one.value, one.label) for one in Finding.Change if one is not Finding.Change.PASSED_ON]


def departments() -> Any:
    """Those that take something new, by name."""
    return Department.objects.filter(closed_at__isnull=True).order_by("sort_key", "pk")


def owners() -> Any:
    """Whoever works here and reads what customers say."""
    return Person.objects.working_here().exclude(role=Person.Role.ADMINISTRATOR).order_by("sort_key", "pk")


class WordsField(forms.CharField):
    """What somebody wrote, with line breaks as they are stored: browsers send two signs for each."""

    def to_python(self, value: Any) -> str | None:
        """The words with plain line breaks."""
        words = super().to_python(value)
        return words.replace("\r\n", "\n") if words else words


class _Form(forms.Form):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{type(self).__name__.lower()}-%s", **options})


class WordsForm(_Form):
    """What it is, and what was said."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=Finding.Kind.choices,
        initial=Finding.Kind.ISSUE,
        widget=forms.RadioSelect,
    )
    words = WordsField(
        label=_("What was said"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input people", "dir": "auto"}),
        help_text=_("In the words of whoever said it."),
    )


class RaiseForm(WordsForm):
    """A finding without a letter: an idea of one's own, or what a customer said in passing."""

    department = forms.ModelChoiceField(
        label=_("Who can put it right?"),
        queryset=Department.objects.none(),
        empty_label=_("Choose"),
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(self, *args: Any, by: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        ours = by.departments.all()
        known = departments()
        self.fields["department"].queryset = known  # type: ignore[attr-defined]
        self.fields["department"].initial = next((one.pk for one in known if one in ours), None)
        self.fields["kind"].initial = Finding.Kind.IDEA


class DepartmentForm(_Form):
    """Which department can put the cause right."""

    department = forms.ModelChoiceField(
        label=_("Which department can put it right?"),
        queryset=Department.objects.none(),
        empty_label=_("Choose"),
        widget=forms.Select(attrs={"class": "input"}),
        help_text=_("Its ten working days begin today. The finding stays as old as it is."),
    )

    def __init__(self, *args: Any, finding: Finding, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["department"].queryset = departments().exclude(pk=finding.department_id)  # type: ignore[attr-defined]


class OwnerForm(_Form):
    """Who looks into it from now on."""

    to = forms.ModelChoiceField(
        label=_("Who looks into it from now on?"),
        queryset=Person.objects.none(),
        empty_label=_("Choose"),
        widget=forms.Select(attrs={"class": "input"}),
        help_text=_("The answer date stays."),
    )

    def __init__(self, *args: Any, finding: Finding, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].queryset = owners().exclude(pk=finding.owner_id)  # type: ignore[attr-defined]


class AnswerForm(_Form):
    """What changes, and from when; or why it stays."""

    change = forms.ChoiceField(label=_("What comes of it?"), choices=CHANGES, widget=forms.RadioSelect)
    answer = WordsField(
        label=_("What changes, and from when? Or why does it stay?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input people", "dir": "auto"}),
        help_text=_("Colleagues read this, and the customer is told it in a letter."),
    )


class PraiseForm(_Form):
    """Praise is passed on; a word about it is welcome and not needed."""

    answer = WordsField(
        label=_("To whom it was passed on"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input people", "dir": "auto"}),
        help_text=_("Sent empty, it says: passed on to those whom it is about, with thanks."),
    )


def answer_form(finding: Finding) -> type[_Form]:
    """The form by which this finding is answered."""
    return PraiseForm if finding.kind == Finding.Kind.PRAISE else AnswerForm
