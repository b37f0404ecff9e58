"""The forms into which customers write: their words, their files, and a field that only machines fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from upheld.channels import composing
from upheld.channels.composing import Enclosure

MOST_FILES = 10
MOST_BYTES = 25 * 1024 * 1024
MOST_WORDS = 50_000


class ManyFiles(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, few and small enough to travel with a letter."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=ManyFiles(attrs={"multiple": True}), required=False, allow_empty_file=True, **options
        )

    def clean(self, data: Any, initial: Any = None) -> list[Enclosure]:
        """The files as a letter encloses them."""
        given = data if isinstance(data, list | tuple) else [data]
        files: list[UploadedFile[Any]] = [
            one for one in (super(FilesField, self).clean(each) for each in given) if one
        ]
        if len(files) > MOST_FILES:
            raise ValidationError(
                ngettext("Send %(most)s file at most.", "Send %(most)s files at most.", MOST_FILES)
                % {"most": MOST_FILES}
            )
        if sum(one.size or 0 for one in files) > MOST_BYTES:
            raise ValidationError(
                _("Together the files are larger than %(mb)s MB. Send fewer, or answer by mail.")
                % {"mb": MOST_BYTES // 1024 // 1024}
            )
        return [
            Enclosure(one.name or "file", one.content_type or "application/octet-stream", one.read())
            for one in files
        ]


class AnswerForm(forms.Form):
    """An answer on the customer's own page."""

    words = forms.CharField(
        label=_("Your letter"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"class": "letter", "rows": 6}),
        error_messages={"required": _("Write something first.")},
    )
    enclosures = FilesField(label=_("Photos or files"))
    token = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(required=False, label=_("Leave this empty"))

    def clean_website(self) -> str:
        """People do not see this field; whatever fills it in is told so, because it may be a person's own browser."""
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave this field empty: only machines fill it in. Then send again."))
        return ""

    def clean(self) -> dict[str, Any]:
        """Files have to be chosen again after an error; browsers do not keep them."""
        cleaned = super().clean() or {}
        if self.errors and self.files and "enclosures" not in self.errors:
            self.add_error("enclosures", _("Choose your files again: browsers forget them."))
        return cleaned


class LetterForm(AnswerForm):
    """A first letter: who writes, about what, and the words."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Our answer goes there."),
        error_messages={"invalid": _("This is not an e-mail address. One looks like dora@harbour.example.")},
    )
    about = forms.CharField(label=_("What is it about?"), max_length=300)

    field_order = ("name", "email", "about", "words", "enclosures", "website", "token")

    def clean_email(self) -> str:
        """An address that a letter can be sent to."""
        email: str = self.cleaned_data["email"]
        if not composing.address_ok(email):
            raise ValidationError(_("No letter can be sent to this address. Look at it again."))
        return email
