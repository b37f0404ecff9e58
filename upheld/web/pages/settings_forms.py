"""The forms of settings for company, hours, standards and mailboxes: plain words in, what the verbs ask for out."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from upheld.channels.dialling import Server
from upheld.channels.models import Mailbox, Security
from upheld.clock.zones import zone_named
from upheld.people.organising import Minutes
from upheld.refusals import Refusal
from upheld.web.undivided import DepartmentChoice
from upheld.web.week import WEEKDAYS

_FRAME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?:[:.](\d{2}))?")


def zone_or_error(zone: str) -> str:
    """A zone that exists; else the clock's own sentence beside the field."""
    try:
        zone_named(zone)
    except Refusal as refusal:
        raise ValidationError(refusal.sentence)
    return zone


class CompanyForm(forms.Form):
    """Whose installation this is."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Stands at the head of every letter.")
    )
    zone = forms.CharField(label=_("Time zone"), max_length=60, help_text=_("Europe/Berlin, say."))
    letters = forms.RegexField(
        r"^[A-Za-z]{1,6}$",
        label=_("Letters before a case's number"),
        help_text=_("One to six letters: HS makes HS-1042."),
        error_messages={"invalid": _("Use one to six letters of the English alphabet.")},
    )
    phone = forms.CharField(
        label=_("Telephone"), max_length=40, required=False, help_text=_("Customers see it on their page.")
    )

    def clean_zone(self) -> str:
        """A zone that exists."""
        return zone_or_error(self.cleaned_data["zone"].strip())


class StandardForm(forms.Form):
    """The first answer: within so many business hours, in so many of a hundred cases."""

    hours = forms.DecimalField(
        label=_("Within business hours"), min_value=0, max_digits=7, decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "input short", "step": "0.25"}),
    )  # fmt: skip
    share = forms.IntegerField(
        label=_("In so many of a hundred cases"), widget=forms.NumberInput(attrs={"class": "input short"})
    )

    def clean_hours(self) -> int:
        """Business minutes."""
        hours: Decimal = self.cleaned_data["hours"]
        return round(hours * 60)


class HoursForm(forms.Form):
    """When a department works: each weekday's stretches, and the days on which nobody works."""

    zone = forms.CharField(label=_("Time zone"), max_length=60)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$", label=_("Public holidays of"), required=False,
        widget=forms.TextInput(attrs={"class": "input short"}), help_text=_("Two letters: DE, PT, US. Empty: none."),
    )  # fmt: skip
    subdivision = forms.CharField(
        label=_("Region"), max_length=10, required=False, widget=forms.TextInput(attrs={"class": "input short"}),
        help_text=_("Where holidays differ: BY for Bavaria."),
    )  # fmt: skip
    closed = forms.CharField(
        label=_("Other closed days"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: 2026-12-31 Stocktaking."),
    )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for number, name in enumerate(WEEKDAYS):
            self.fields[f"day{number}"] = forms.CharField(
                label=name, required=False, widget=forms.TextInput(attrs={"placeholder": _("closed")})
            )

    @property
    def days(self) -> list[forms.BoundField]:
        """The weekdays' fields, for the page."""
        return [self[f"day{number}"] for number in range(7)]

    def clean_zone(self) -> str:
        """A zone that exists."""
        return zone_or_error(self.cleaned_data["zone"].strip())

    def clean_closed(self) -> dict[date, str]:
        """The days, each with its name."""
        days = {}
        for line in filter(None, (one.strip() for one in self.cleaned_data["closed"].splitlines())):
            day, _blank, name = line.partition(" ")
            try:
                days[date.fromisoformat(day)] = name.strip()[:100]
            except ValueError:
                raise ValidationError(
                    _("“%(line)s” does not begin with a date like 2026-12-31.") % {"line": line}
                )
        return days

    def clean(self) -> dict[str, Any]:
        """The week as the calendar wants it: weekday to stretches in minutes."""
        cleaned = super().clean() or {}
        weekly: dict[int, list[Minutes]] = {}
        for number in range(7):
            try:
                frames = frames_of(cleaned.get(f"day{number}", ""))
            except ValueError:
                self.add_error(f"day{number}", _("Write it like 9:00-12:00, 13:00-17:00, or leave it empty."))
                continue
            if frames:
                weekly[number] = frames
        cleaned["weekly"] = weekly
        return cleaned


def frames_of(text: str) -> list[Minutes]:
    """`9-12, 13:00-17:00` as minutes after midnight. Raises ValueError for anything else."""
    frames = []
    for piece in filter(None, (one.strip() for one in re.split(r"[,;]", text))):
        found = _FRAME.fullmatch(piece)
        if not found:
            raise ValueError(piece)
        opens = int(found[1]) * 60 + int(found[2] or 0)
        closes = int(found[3]) * 60 + int(found[4] or 0)
        if not 0 <= opens < closes <= 1440 or int(found[2] or 0) > 59 or int(found[4] or 0) > 59:
            raise ValueError(piece)
        frames.append((opens, closes))
    return frames


class MailboxForm(forms.Form):
    """One address of ours and its two servers. A stored password is never shown; empty keeps it."""

    name = forms.CharField(label=_("Name"), max_length=100)
    address = forms.EmailField(label=_("Address"), max_length=254)
    department = DepartmentChoice(label=_("Department that takes its letters"))
    imap_host = forms.CharField(label=_("Server (IMAP)"), max_length=255, required=False)
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    imap_security = forms.ChoiceField(label=_("Protection"), choices=Security.choices, initial=Security.TLS)
    imap_user = forms.CharField(label=_("User name"), max_length=320, required=False)
    imap_password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    folder = forms.CharField(label=_("Folder"), max_length=255, initial="INBOX")
    past = forms.ChoiceField(
        label=_("Letters already there"),
        choices=Mailbox.Past.choices,
        initial=Mailbox.Past.LEAVE,
        required=False,
    )
    smtp_host = forms.CharField(label=_("Server (SMTP)"), max_length=255, required=False)
    smtp_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    smtp_security = forms.ChoiceField(
        label=_("Protection"), choices=Security.choices, initial=Security.STARTTLS
    )
    smtp_user = forms.CharField(label=_("User name"), max_length=320, required=False)
    smtp_password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *given: Any, known: Mailbox | None = None, **options: Any) -> None:
        super().__init__(*given, **options)
        choice = self.fields["department"]
        assert isinstance(choice, DepartmentChoice)
        choice.offer()
        if known is not None:
            self.fields["address"].disabled = True
            del self.fields["past"]
            for kind in ("imap", "smtp"):
                if getattr(known, f"{kind}_secret"):
                    self.fields[f"{kind}_password"].help_text = _("One is stored. Empty keeps it.")

    def server(self, kind: str) -> Server | None:
        """The server that was written down under `imap` or `smtp`; none without a name. Valid forms only."""
        said = self.cleaned_data
        if not said[f"{kind}_host"].strip():
            return None
        return Server(
            said[f"{kind}_host"].strip(), said[f"{kind}_port"], said[f"{kind}_security"],
            said[f"{kind}_user"].strip(), said[f"{kind}_password"],
        )  # fmt: skip
