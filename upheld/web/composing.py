"""What a person fills in to answer: the letter, what it promises, and the files that go with it."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upheld.cases import wording
from upheld.cases.models import Case
from upheld.cases.replying import Pledge
from upheld.channels.composing import Enclosure
from upheld.people.models import Person

MOST_FILES = 20
MOST_BYTES = 18 * 1024 * 1024
"""Most servers take 25 MB, and a file grows by a third on its way."""
MOST_PLEDGES = 10
_ROW = re.compile(r"[0-9a-f]{6}")


class PledgeForm(forms.Form):
    """One promise in the composer: what, by when in the customer's own time, and who keeps it."""

    what = forms.CharField(
        label=gettext_lazy("What we promise"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "people"}),
    )
    date = forms.DateField(
        label=gettext_lazy("By"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    keeper = forms.ModelChoiceField(
        label=gettext_lazy("Who keeps it"), queryset=Person.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, keepers: QuerySet[Person], zone: str, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.use_required_attribute = False
        self.zone, self.at = zone, at
        self.fields["keeper"].queryset = keepers  # type: ignore[attr-defined]
        if self.is_bound:
            self.empty_permitted = not str(self.data.get(self.add_prefix("what"), "")).strip()

    def has_changed(self) -> bool:
        """A row without words is one that was not wanted, whatever stands in its other fields."""
        return not self.empty_permitted and super().has_changed()

    def clean(self) -> dict[str, Any]:
        """The date and the time are still to come, where the customer is."""
        given = super().clean() or {}
        if "date" in given and "time" in given:
            given["due_at"] = datetime.combine(given["date"], given["time"], tzinfo=ZoneInfo(self.zone))
            if given["due_at"] <= self.at:
                self.add_error("date", _("Choose a date and time that is still to come."))
        return given

    def pledge(self) -> Pledge | None:
        """The promise; None for a row that was left empty."""
        if self.empty_permitted or not self.cleaned_data.get("what"):
            return None
        given = self.cleaned_data
        return Pledge(words=given["what"], due_at=given["due_at"], keeper=given["keeper"])

    @property
    def row(self) -> str:
        """The word that tells this row from the others."""
        return str(self.prefix).removeprefix("pledge-")


@dataclass
class Draft:
    """A letter that is being written: its words, its rows of promises, and what is wrong with it."""

    text: str = ""
    html: str = ""
    rows: list[PledgeForm] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    file_errors: list[str] = field(default_factory=list)
    news: bool = False
    open: bool = False
    kept: bool = False

    @property
    def is_sound(self) -> bool:
        """Nothing is wrong with what was filled in."""
        rows = [row.is_valid() for row in self.rows]
        return all(rows) and not self.file_errors and not self.errors


def keepers() -> QuerySet[Person]:
    """Whoever works here may be asked to keep a promise; administrators keep none."""
    return Person.objects.working_here().exclude(role=Person.Role.ADMINISTRATOR).order_by("sort_key", "pk")


def new_row(case: Case, *, by: Person, at: datetime, **initial: Any) -> PledgeForm:
    """An empty row, for tomorrow or Monday at 17:00 where the customer is, kept by the one who writes."""
    zone = wording.zone_for(case)
    usual = {"date": _next_working_day(at, zone), "time": time(17, 0), "keeper": by.pk}
    return PledgeForm(
        prefix=f"pledge-{secrets.token_hex(3)}",
        initial={**usual, **initial},
        keepers=keepers(),
        zone=zone,
        at=at,
    )


def read(case: Case, data: Mapping[str, Any], rows: Sequence[str], *, at: datetime) -> Draft:
    """What was sent: the words as they were typed, and the rows in their order."""
    typed = str(data.get("text", ""))
    rich = bool(data.get("rich"))
    zone = wording.zone_for(case)
    marks = [row for row in dict.fromkeys(rows) if _ROW.fullmatch(row)][:MOST_PLEDGES]
    forms_ = [PledgeForm(data, prefix=f"pledge-{row}", keepers=keepers(), zone=zone, at=at) for row in marks]
    return Draft(text=typed, html=typed if rich else paragraphs(typed), rows=forms_, open=True)


def paragraphs(text: str) -> str:
    """Plain words as HTML: an empty line begins a paragraph, a line break stays one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    parts = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", lines) if part.strip()]
    return "".join(f"<p>{html.escape(part).replace(chr(10), '<br>')}</p>" for part in parts)


def enclosures(files: Sequence[UploadedFile[Any]]) -> tuple[list[Enclosure], list[str]]:
    """The files as they go with the letter, and what is wrong with them in words."""
    wrong = []
    if len(files) > MOST_FILES:
        wrong.append(
            _("A letter carries at most %(n)s files; these are %(has)s.")
            % {"n": MOST_FILES, "has": len(files)}
        )
    whole = sum(file.size or 0 for file in files)
    if whole > MOST_BYTES:
        largest = max(files, key=lambda file: file.size or 0)
        wrong.append(
            _("A letter carries %(most)s in all; these have %(has)s, “%(name)s” alone %(size)s. Attach fewer.")
            % {"most": filesizeformat(MOST_BYTES), "has": filesizeformat(whole), "name": largest.name,
               "size": filesizeformat(largest.size or 0)}
        )  # fmt: skip
    if wrong:
        return [], wrong
    return [
        Enclosure(
            name=file.name or "file",
            type=file.content_type or "application/octet-stream",
            content=file.read(),
        )
        for file in files
    ], []


def _next_working_day(at: datetime, zone: str) -> date:
    day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day
