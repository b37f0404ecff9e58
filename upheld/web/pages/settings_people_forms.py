"""The forms of settings for departments and people: who works here, in which role and where, and who is on duty."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from upheld.people import queries as people
from upheld.people.models import Calendar, Department, Login, Person, PersonQuerySet


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody who serves customers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Person.objects.none(), empty_label=None, **options)

    def offer_staff(self) -> None:
        """Agents and team leads who have not left, by name: only they are on duty."""
        self.queryset = serving()


def serving() -> PersonQuerySet:
    """Those who work here and serve customers, by name."""
    roles = [Person.Role.AGENT, Person.Role.LEAD]
    return Person.objects.working_here().filter(role__in=roles).order_by("sort_key", "pk")


class DutyForm(forms.Form):
    """Who takes what comes when nobody is present."""

    duty_owner = PersonChoice(label=_("On duty"), help_text=_("Takes what comes when nobody is present."))

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        choice = self.fields["duty_owner"]
        assert isinstance(choice, PersonChoice)
        choice.offer_staff()


class DepartmentForm(DutyForm):
    """A new department, by hours that are kept already or by usual ones of its own."""

    name = forms.CharField(label=_("Name"), max_length=100)
    calendar = forms.ModelChoiceField(
        queryset=Calendar.objects.order_by("name"),
        label=_("Opening hours"),
        required=False,
        empty_label=_("its own: Monday to Friday, 9:00 to 17:00"),
        help_text=_("You can change them afterwards."),
    )
    people = forms.ModelMultipleChoiceField(
        queryset=Person.objects.none(), label=_("Who works in it"), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Whoever is on duty does in any case."),
    )  # fmt: skip
    field_order = ("name", "calendar", "duty_owner", "people")

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        everybody = self.fields["people"]
        assert isinstance(everybody, forms.ModelMultipleChoiceField)
        everybody.queryset = serving()
        everybody.initial = [one.pk for one in serving().filter(departments__isnull=True)]

    @property
    def has_somebody(self) -> bool:
        """Whether there is anybody who could be on duty."""
        return serving().exists()


class NameForm(forms.Form):
    """Another name for a department."""

    name = forms.CharField(label=_("Name"), max_length=100)


class ColleagueForm(forms.Form):
    """What a colleague is called, what they do, and where. Where there is nothing to choose, nothing is asked."""

    name = forms.CharField(label=_("Name"), max_length=200)
    departments = forms.ModelMultipleChoiceField(
        queryset=Department.objects.none(), label=_("Departments"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    role = forms.ChoiceField(
        label=_("Role"), choices=Person.Role.choices, initial=Person.Role.AGENT,
        help_text=_("Agents and team leads answer customers. Managers read all. Administrators read no letters."),
    )  # fmt: skip
    sets_up_too = forms.BooleanField(
        label=_("Changes the settings too"), required=False, help_text=_("Beside their own work.")
    )
    RIGHTS = ("role", "sets_up_too")

    def __init__(self, *given: Any, known: Person | None = None, **options: Any) -> None:
        super().__init__(*given, **options)
        self.known, self.only = known, people.only_department()
        offered = Q(closed_at__isnull=True)
        if known:
            offered |= Q(people=known)
        choice = self.fields["departments"]
        assert isinstance(choice, forms.ModelMultipleChoiceField)
        choice.queryset = Department.objects.filter(offered).distinct().order_by("sort_key")
        if choice.queryset.count() > 1:
            self.only = None
        elif self.only or not choice.queryset.exists():
            del self.fields["departments"]

    @property
    def own_fields(self) -> list[str]:
        """All but the rights, which a small company need not know."""
        return [name for name in self.fields if name not in self.RIGHTS]

    @property
    def chosen(self) -> list[Department]:
        """The departments that were ticked; the only one where there is no other. Valid forms only."""
        if self.only:
            theirs = list(self.known.departments.all()) if self.known else []
            return theirs or [self.only]
        return list(self.cleaned_data.get("departments") or [])


def _new_password(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Ten characters or more. Tell it to them in person; they change it after signing in."),
    )  # fmt: skip


class PasswordForm(forms.Form):
    """Another password for somebody who signs in with `email`."""

    password = _new_password(_("New password"))

    def __init__(self, *given: Any, email: str, **options: Any) -> None:
        super().__init__(*given, **options)
        self.email = email

    def clean_password(self) -> str:
        """Long enough, not a common one, and not like the address."""
        password: str = self.cleaned_data["password"]
        validate_password(password, Login(email=self.email))
        return password


class WayInForm(forms.Form):
    """An address and a first password."""

    email = forms.EmailField(label=_("E-mail address to sign in with"), max_length=254)
    password = _new_password(_("First password"))

    def clean(self) -> dict[str, Any]:
        """A password that is long enough, not a common one, and not like the address."""
        cleaned = super().clean() or {}
        if cleaned.get("password"):
            try:
                validate_password(cleaned["password"], Login(email=cleaned.get("email", "")))
            except ValidationError as weak:
                self.add_error("password", weak)
        return cleaned


class HireForm(ColleagueForm, WayInForm):
    """A colleague with a way in."""

    field_order = ("name", "email", "password", "departments", "role", "sets_up_too")

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["password"].required = False
        self.fields["password"].help_text = _(
            "Left empty, they choose their own by a link that you hand them."
        )
