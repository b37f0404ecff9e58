"""The forms of the five questions: as few fields as there can be, each with what it will be without an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from upheld.channels import guessing
from upheld.channels.dialling import Server
from upheld.channels.models import Mailbox, Security
from upheld.people.models import Login
from upheld.web.pages.settings_forms import HoursForm, StandardForm

PORTS = {
    "imap": {"tls": 993, "starttls": 143, "none": 143},
    "smtp": {"tls": 465, "starttls": 587, "none": 25},
}
_PLACES = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
_COLLEAGUE = re.compile(r"^(?P<name>.*?)[\s,;<(]*(?P<email>[^\s,;<>()]+@[^\s,;<>()]+)[>)\s,;]*$")


def zones() -> list[tuple[str, str]]:
    """Every time zone by its city, for a list to choose from."""
    found = sorted(one for one in available_timezones() if one.startswith(_PLACES))
    return [("UTC", "UTC"), *((one, one.replace("_", " ")) for one in found)]


def countries() -> list[tuple[str, str]]:
    """Every country by its name in the reader's language."""
    territories = Locale.parse(get_language() or "en", sep="-").territories
    found = [
        (code, name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code != "ZZ"
    ]
    return sorted(found, key=lambda one: one[1])


def country_of(zone: str) -> str:
    """The country in which a time zone's city lies, as two letters; empty when that is unknown."""
    found: dict[str, str] = get_global("zone_territories")  # type: ignore[assignment]
    code = found.get(zone, "")
    return code if len(code) == 2 and code.isalpha() else ""


class CompanyQuestion(forms.Form):
    """Whose company it is, and where its clock stands."""

    company = forms.CharField(
        label=_("What is your company called?"),
        max_length=100,
        help_text=_("Stands at the head of every letter."),
    )
    zone = forms.ChoiceField(label=_("Where does your clock stand?"), choices=zones, initial="UTC")
    name = forms.CharField(
        label=_("Your own name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class FirstQuestion(CompanyQuestion):
    """The same of whoever begins, who has no way in yet."""

    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=254, help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("A password"), strip=False, help_text=_("Ten characters or more."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A password that is long enough, not a common one, and not like the address."""
        cleaned = super().clean() or {}
        return checked_password(self, cleaned, cleaned.get("email", ""))


class PasswordQuestion(forms.Form):
    """The password that a colleague chooses who was let in."""

    password = forms.CharField(
        label=_("Your password"), strip=False, help_text=_("Ten characters or more."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *given: Any, email: str, **options: Any) -> None:
        super().__init__(*given, **options)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """As every password here."""
        return checked_password(self, super().clean() or {}, self.email)


def checked_password(form: forms.Form, cleaned: dict[str, Any], email: str) -> dict[str, Any]:
    """What the form holds; a weak password becomes an error beside its field."""
    if "password" in cleaned:
        try:
            validate_password(cleaned["password"], Login(email=email))
        except ValidationError as weak:
            form.add_error("password", weak)
    return cleaned


def _providers() -> list[tuple[str, str]]:
    return [("", str(_("find out from the address"))), *((name, name) for name in guessing.names())]


class MailboxQuestion(forms.Form):
    """The first mailbox. Only address and password are asked; what is left empty is guessed from the address."""

    address = forms.EmailField(label=_("The address that customers write to"), max_length=254)
    password = forms.CharField(
        label=_("Its password"), required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    past = forms.ChoiceField(
        label=_("Letters that are there already"),
        choices=[
            (Mailbox.Past.LEAVE.value, _("Leave them where they are. Take letters from now on.")),
            (Mailbox.Past.SILENT.value, _("Take them in too, silently: nobody is written to because of them.")),
        ],
        initial=Mailbox.Past.LEAVE.value, widget=forms.RadioSelect,
    )  # fmt: skip
    provider = forms.ChoiceField(label=_("With whom your mail is"), choices=_providers, required=False)
    user = forms.CharField(
        label=_("User name"), max_length=320, required=False, help_text=_("Empty: the address.")
    )
    imap_host = forms.CharField(label=_("Server for letters in (IMAP)"), max_length=255, required=False)
    imap_security = forms.ChoiceField(label=_("Protection"), choices=Security.choices, required=False)
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    smtp_host = forms.CharField(label=_("Server for letters out (SMTP)"), max_length=255, required=False)
    smtp_security = forms.ChoiceField(label=_("Protection"), choices=Security.choices, required=False)
    smtp_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    smtp_open = forms.BooleanField(label=_("It takes our letters without a password"), required=False)

    def servers(self) -> tuple[tuple[Server, ...], tuple[Server, ...], str]:
        """The servers to try for letters in and out, and what is to be known about them. Valid forms only."""
        said = self.cleaned_data
        guess = guessing.guess(said["address"], provider=said["provider"], password=said["password"])
        user = said["user"].strip() or said["address"]
        incoming = self._named("imap", user) or tuple(_as(one, user) for one in guess.incoming)
        outgoing = self._named("smtp", user) or tuple(_as(one, user) for one in guess.outgoing)
        return incoming, outgoing, guess.note

    def _named(self, kind: str, user: str) -> tuple[Server, ...]:
        said = self.cleaned_data
        host = said[f"{kind}_host"].strip()
        if not host:
            return ()
        security = said[f"{kind}_security"] or Security.TLS
        port = said[f"{kind}_port"] or PORTS[kind][str(security)]
        if kind == "smtp" and said["smtp_open"]:
            return (Server(host, port, security),)
        return (Server(host, port, security, user, said["password"]),)


def _as(server: Server, user: str) -> Server:
    return Server(server.host, server.port, server.security, user, server.password)


@dataclass(frozen=True)
class Colleague:
    """One line of the third question."""

    name: str
    email: str


class ColleaguesQuestion(forms.Form):
    """Names and addresses, one a line, as people write them or paste them from a letter's head."""

    colleagues = forms.CharField(
        label=_("Names and e-mail addresses, one a line"),
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": "Bo Lind bo@example.com"}),
    )
    by_mail = forms.BooleanField(label=_("Send each of them the link by mail"), required=False, initial=True)

    def __init__(self, *given: Any, sender: str = "", **options: Any) -> None:
        super().__init__(*given, **options)
        if not sender:
            del self.fields["by_mail"]
        else:
            self.fields["by_mail"].help_text = _("From %(address)s.") % {"address": sender}

    def clean_colleagues(self) -> list[Colleague]:
        """Those named; every line that is not understood is shown with its number."""
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["colleagues"].splitlines(), 1):
            if not line.strip():
                continue
            one = colleague_of(line.strip())
            if one is None:
                wrong.append(
                    _("Line %(number)s, “%(line)s”, needs a name and an e-mail address.")
                    % {"number": number, "line": line.strip()[:60]}
                )
            else:
                found.append(one)
        if twice := _twice(one.email.lower() for one in found):
            wrong.append(_("%(email)s stands there twice.") % {"email": twice})
        if wrong:
            raise ValidationError(wrong)
        return found


def colleague_of(line: str) -> Colleague | None:
    """`Bo Lind <bo@example.com>`, `Bo Lind, bo@example.com`, or the address alone; None for anything else."""
    said = _COLLEAGUE.match(line)
    if not said:
        return None
    try:
        validate_email(said["email"])
    except ValidationError:
        return None
    local = re.split(r"[._+-]+", said["email"].partition("@")[0])
    name = said["name"].strip(" \t\"'“”") or " ".join(part.capitalize() for part in local if part)
    return Colleague(name[:200], said["email"])


def _twice(emails: Iterable[str]) -> str:
    seen: set[str] = set()
    for one in emails:
        if one in seen:
            return one
        seen.add(one)
    return ""


class HoursQuestion(HoursForm):
    """The week, by names of countries instead of their letters."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["country"] = forms.ChoiceField(
            label=_("Closed on the public holidays of"), required=False,
            choices=[("", _("no country")), *countries()],
        )  # fmt: skip


class AnswersQuestion(StandardForm):
    """The first answer, as two numbers in a sentence."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["hours"].label = _("hours of opening time")
        self.fields["share"].label = _("of 100 letters")
